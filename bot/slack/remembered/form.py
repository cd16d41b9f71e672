"""The form for a past client or refusal: name, answers, what became of it, how it turned out."""

from collections.abc import Iterator, Sequence

from bot.domain.checklist.placeholders import filled
from bot.domain.checklist.rules import NOTHING_KNOWN, Localized
from bot.domain.figures.reports.memory import FromMemory
from bot.domain.outcomes.outcome import CHOICES
from bot.domain.people import OtherAction
from bot.domain.remembered.recall import (
    BECAME_OF,
    NAME,
    OUTCOMES,
    Remembered,
    RememberedForm,
    deciding,
)
from bot.slack import kit
from bot.slack.card.outcomes import choice_word, question
from bot.slack.figures.remembered import BECAME, so_far
from bot.slack.payloads import ids, payloads
from bot.slack.screening.steps import question_block
from bot.slack.texts import Texts


def form_view(
    form: RememberedForm,
    memory: FromMemory,
    texts: Texts,
    *,
    saved: Remembered | None = None,
    removed: str | None = None,
    removable: Sequence[Remembered] = (),
) -> kit.Block:
    """Return the modal that asks about one of them; saving it leads to the next.

    `saved` was saved before, and can be taken back; `removed` is the name of whom was. While nobody
    was saved last, any of the `removable` can be chosen for that.
    """
    return kit.modal(
        texts("Past clients"),
        [
            *_progress(memory, texts, saved, removed, removable),
            *(_own(form, each) for each in _inputs(form, texts)),
        ],
        callback_id=ids.REMEMBERED,
        metadata=payloads.remembered_metadata(form.ref, None if saved is None else saved.id),
        submit=texts("Save and next"),
        close=texts("Done"),
    )


def _progress(
    memory: FromMemory,
    texts: Texts,
    saved: Remembered | None,
    removed: str | None,
    removable: Sequence[Remembered],
) -> Iterator[kit.Block]:
    """Return what was saved and what the checklist would have said; at first, what to do."""
    if removed is not None:
        yield kit.section(kit.plain(texts("Removed: {name}.", name=kit.plain_name(removed))))
    if not memory.n:
        yield kit.section(
            kit.plain(
                texts(
                    "Your last clients and the prospects you walked away from, good and bad. "
                    "Answer the way they looked after the first call. Stop whenever you like."
                )
            )
        )
        return
    if saved is None:
        choice = _removal(removable, texts) if removable else None
        yield kit.section(kit.plain(so_far(memory, texts)), accessory=choice)
        return
    line = texts("Saved: {name}.", name=kit.plain_name(saved.name))
    yield kit.section(
        kit.plain("\n".join([line, so_far(memory, texts)])),
        accessory=kit.button(texts("Remove"), OtherAction.REMEMBER, saved.id),
    )


def _removal(removable: Sequence[Remembered], texts: Texts) -> kit.Block:
    """Return the menu of whom one may take back, the latest first."""
    options = [kit.option(kit.plain_name(each.name), each.id) for each in removable]
    sure = kit.confirmation(
        texts("Remove this entry?"),
        texts("It'll be gone, as if it had never been entered."),
        yes=texts("Remove"),
        no=texts("Cancel"),
    )
    return kit.pick(OtherAction.REMEMBER, texts("Remove an entry…"), options, sure)


def _inputs(form: RememberedForm, texts: Texts) -> Iterator[kit.Block]:
    decides = deciding(form.checklist)
    name = kit.name_input(form.typed.get(NAME))
    yield kit.labelled(NAME, texts("Name"), name)
    for each in form.questions:
        hint = "" if each.hint is None else texts.of(_without_numbers(each.hint, form))
        is_deciding = each.id in decides
        yield question_block(each, form.typed, texts, hint=hint, is_deciding=is_deciding)
    became = [kit.option(texts(text), stage) for stage, text in BECAME.items()]
    yield kit.labelled(
        BECAME_OF,
        texts("What became of them?"),
        kit.radio(became, form.typed.get(BECAME_OF)),
        is_deciding=True,
    )
    if form.outcome is not None:
        yield _outcome(form, form.outcome, texts)


def _outcome(form: RememberedForm, asked: str, texts: Texts) -> kit.Block:
    ask = OUTCOMES[asked]
    choices = [kit.option(choice_word(each, texts), each) for each in CHOICES[ask]]
    return kit.labelled(
        asked, question(ask, texts), kit.radio(choices, form.typed.get(asked)), optional=True
    )


def _without_numbers(hint: Localized, form: RememberedForm) -> Localized:
    """Return the hint without quotes of earlier answers, since all stand in one view."""
    return filled(hint, form.checklist, {}, NOTHING_KNOWN)


def _own(form: RememberedForm, block: kit.Block) -> kit.Block:
    """Give an input its own id, so that Slack keeps nothing from the previous one in it."""
    own = {"action_id": f"{ids.REMEMBERED_ANSWER}.{form.ref.id}"}
    return {**block, "element": {**block["element"], **own}}
