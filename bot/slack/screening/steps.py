"""The modal of `/qualify`: its steps, and the choice among drafts; the verdict is elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from bot.domain.checklist.answers import LONGEST_TEXT
from bot.domain.checklist.model import Kind, Question
from bot.domain.names import NAME_LENGTH
from bot.domain.screening import Draft, DraftId, StepShown
from bot.slack import kit
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

DraftShown = tuple[DraftId, str, int, datetime]
"""Its id, the prospect's name, the step to go on with (the first is 1), and when it was kept."""

MOST_DRAFTS = 20


def step_view(shown: StepShown, texts: Texts) -> kit.Block:
    """Return the modal at one step of the checklist."""
    at, total = shown.position
    step = shown.version.checklist.steps[shown.ref.step]
    return kit.modal(
        texts.of(step.title),
        list(_step_blocks(shown, texts)),
        callback_id=ids.STEP,
        metadata=payloads.step_metadata(shown.ref),
        submit=texts("Get the verdict") if at == total else texts("Next"),
        close=texts("Cancel"),
    )


def drafts_view(
    drafts: Sequence[DraftShown], name: str, texts: Texts, *, zone: ZoneInfo
) -> kit.Block:
    """Return the modal that asks whether to go on with a draft or to begin anew."""
    shown = drafts[:MOST_DRAFTS]
    intro = texts.plural(
        "You have an unfinished screening.",
        "You have {n} unfinished screenings.",
        len(shown),
    )
    kept = texts("Anything after your last “Next” wasn't saved.")
    start_new = kit.button(texts("Start a new one"), ids.START_NEW, name[: kit.LONGEST_VALUE])
    return kit.modal(
        texts("Resume?"),
        [
            kit.section(kit.plain(f"{intro}\n{kept}")),
            *(draft_section(draft, texts, zone) for draft in shown),
            kit.actions("new", [start_new]),
        ],
        callback_id=ids.DRAFTS,
        close=texts("Cancel"),
    )


def back_button(texts: Texts) -> kit.Block:
    """Return the button that leads to the step before."""
    return kit.button(texts("Back"), ids.BACK)


def draft_shown(draft: Draft) -> DraftShown:
    """Return a draft as it is listed."""
    return draft.id, draft.facts.name, draft.step + 1, draft.updated_at


def draft_section(draft: DraftShown, texts: Texts, zone: ZoneInfo) -> kit.Block:
    """Return a draft with the button that goes on with it."""
    draft_id, name, step, kept_at = draft
    named = kit.markup_name(name) or texts("No name yet")
    line = texts(
        "Step {step}, last changed {moment}", step=step, moment=texts.moment(kept_at, zone)
    )
    go_on = kit.button(
        texts("Continue"),
        ids.CONTINUE_DRAFT,
        draft_id,
        spoken=texts("Continue with {name}", name=kit.plain_name(name) or texts("No name yet")),
    )
    return kit.section(
        kit.markup(f"{kit.bold(named)}\n{line}"), block_id=f"draft.{draft_id}", accessory=go_on
    )


def _step_blocks(shown: StepShown, texts: Texts) -> Iterator[kit.Block]:
    is_first = shown.position[0] == 1
    yield kit.context([kit.plain(_where(shown, texts))])
    if is_first:
        yield from _facts(shown, texts)
    for question in shown.questions:
        yield _question(question, shown, texts)
    if not is_first:
        yield kit.actions("navigation", [back_button(texts)])


def _where(shown: StepShown, texts: Texts) -> str:
    at, total = shown.position
    parts = [texts("Step {at} of {total}", at=at, total=total)]
    if shown.facts.name:
        parts.append(kit.plain_name(shown.facts.name))
    if shown.ref.prospect_id is not None:
        parts.append(texts("Re-screening"))
    return " · ".join(parts)


def _facts(shown: StepShown, texts: Texts) -> Iterator[kit.Block]:
    """What a prospect is, asked beside the questions of the first step."""
    facts = shown.facts
    value = None if facts.expected_value is None else texts.amount(facts.expected_value)
    yield kit.labelled(
        ids.NAME,
        texts("Prospect"),
        kit.text_input(facts.name, longest=NAME_LENGTH),
        hint=texts("The company or person that wants to become a client."),
    )
    yield kit.labelled(
        ids.OWNER,
        texts("Owner"),
        kit.member_input(facts.owner),
        hint=texts("Looks after this prospect and decides."),
    )
    yield kit.labelled(
        ids.EXPECTED_VALUE,
        texts("Expected value in {currency}", currency=shown.currency),
        kit.amount_input(value),
        optional=True,
    )
    yield kit.labelled(
        ids.FIRST_CONTACT, texts("First contact"), kit.date_input(facts.first_contact)
    )


def _question(question: Question, shown: StepShown, texts: Texts) -> kit.Block:
    return kit.labelled(
        question.id,
        texts.of(question.text),
        _element(question, shown.answers, texts),
        optional=not question.required,
        hint=_hint(question, shown, texts),
    )


def _element(question: Question, answers: Mapping[str, Any], texts: Texts) -> kit.Block:
    answer = answers.get(question.id)
    match question.kind:
        case Kind.ONE_OF:
            return kit.radio(_options(question, texts), answer)
        case Kind.ANY_OF:
            return kit.checkboxes(_options(question, texts), answer or ())
        case Kind.TEXT:
            return kit.text_input(answer, longest=LONGEST_TEXT, multiline=True)
        case Kind.DATE:
            return kit.date_input(answer)
        case _:
            assert_never(question.kind)


def _options(question: Question, texts: Texts) -> list[kit.Block]:
    return [
        kit.option(
            texts.of(each.text),
            each.id,
            None if each.description is None else texts.of(each.description),
        )
        for each in question.options
    ]


def _hint(question: Question, shown: StepShown, texts: Texts) -> str:
    """The checklist's hint; for a day which one is taken by default, and the latest."""
    hint = "" if question.hint is None else texts.of(question.hint)
    if question.id not in shown.dates:
        return hint
    default, latest = shown.dates[question.id]
    days = texts(
        "If you leave it empty: {default}. Latest: {latest}.",
        default=texts.date(default, short=True),
        latest=texts.date(latest, short=True),
    )
    return f"{hint} {days}".strip()
