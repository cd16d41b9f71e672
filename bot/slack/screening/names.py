"""Asks whether a prospect was screened before, or is another one with the same name."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.domain.prospects import Stage
from bot.domain.read_models import NameAsked, Namesake
from bot.slack import kit
from bot.slack.card import due, wording
from bot.slack.figures.remembered import about
from bot.slack.payloads import ids, payloads
from bot.slack.screening.steps import back_button
from bot.slack.texts import Texts


def name_view(asked: NameAsked, texts: Texts, *, zone: ZoneInfo) -> kit.Block:
    """Return the modal that asks; a member can only choose what they may screen again."""
    return kit.modal(
        texts("Already screened?"),
        [
            *kit.paragraphs([_intro(asked, texts)]),
            *(block for each in asked.namesakes for block in _namesake(each, texts, zone)),
            *_similar(asked, texts, zone),
            *_remembered(asked, texts),
            kit.actions("navigation", [_another(asked, texts), back_button(texts)]),
        ],
        callback_id=ids.NAME_ASKED,
        metadata=payloads.step_metadata(asked.ref),
        close=texts("Cancel"),
    )


def _intro(asked: NameAsked, texts: Texts) -> str:
    name = kit.bold(kit.markup_name(asked.name))
    if not (asked.namesakes or asked.similar):
        return texts("Your team entered {name} from memory. Nothing else is known here.", name=name)
    if asked.namesakes:
        return texts.plural(
            "A prospect named {name} was screened before. Is it the same one?",
            "{n} prospects named {name} were screened before. Is it one of them?",
            len(asked.namesakes),
            name=name,
        )
    return texts.plural(
        "No prospect named {name} was screened before, but one with a similar name was. Is it "
        "the same one?",
        "No prospect named {name} was screened before, but {n} with similar names were. Is it "
        "one of them?",
        len(asked.similar),
        name=name,
    )


def _similar(asked: NameAsked, texts: Texts, zone: ZoneInfo) -> Iterator[kit.Block]:
    """Return those with a similar name, marked as such."""
    if asked.similar:
        yield from kit.paragraphs([kit.bold(texts("Similar names"))])
    for each in asked.similar:
        yield from _namesake(each, texts, zone)


def _remembered(asked: NameAsked, texts: Texts) -> Iterator[kit.Block]:
    """Return those that the team remembers by this name; they can only be screened anew."""
    for each in asked.remembered:
        yield kit.section(kit.markup(about(each, texts)), block_id=f"remembered.{each.id}")


def _namesake(namesake: Namesake, texts: Texts, zone: ZoneInfo) -> Iterator[kit.Block]:
    """Return when it was screened, by whom, with which verdict, and what became of it."""
    prospect = namesake.prospect
    name = kit.plain_name(prospect.facts.name)
    screened = texts(
        "{name}: screened by {member} on {moment}. Verdict: {verdict}.",
        name=kit.bold(kit.markup_name(prospect.facts.name)),
        member=wording.mention(namesake.screened_by),
        moment=texts.moment(namesake.screened_at, zone, today=namesake.today),
        verdict=wording.verdict_word(prospect.verdict, texts),
    )
    lines = [screened, *_former_name(namesake, texts), *_what_became(namesake, texts, zone)]
    text = kit.markup("\n".join(lines))
    if not namesake.may_be_chosen:
        yield kit.section(text, block_id=f"namesake.{prospect.id}")
        return
    same = kit.button(
        texts("Same prospect"),
        ids.SAME_ONE,
        prospect.id,
        spoken=texts("Re-screen {name}", name=name),
    )
    yield kit.section(text, block_id=f"namesake.{prospect.id}", accessory=same)


def _former_name(namesake: Namesake, texts: Texts) -> Iterator[str]:
    if namesake.was_named is not None:
        yield texts("Used to be called {name}.", name=kit.bold(kit.markup_name(namesake.was_named)))


def _what_became(namesake: Namesake, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    prospect = namesake.prospect
    if prospect.decision is not None:
        decision = prospect.decision
        moment = texts.moment(decision.at, zone, today=namesake.today)
        yield wording.decision_markup(decision, texts, wording.mention(decision.by), moment)
    else:
        told = due.sentence(prospect, namesake.today, texts)
        yield told or texts("Open; nothing is due.")
    if namesake.may_be_chosen:
        return
    if prospect.stage is Stage.WON:
        yield texts("Already a client, so it can't be re-screened.")
    else:
        yield texts(
            "{owner} owns this one. Only they or a manager can re-screen it.",
            owner=wording.mention(prospect.facts.owner),
        )


def _another(asked: NameAsked, texts: Texts) -> kit.Block:
    name = kit.plain_name(asked.name)
    label, spoken = texts("Continue"), texts("Continue with {name}", name=name)
    if asked.namesakes or asked.similar:
        label = texts("Different prospect")
        spoken = texts("Screen a different prospect named {name}", name=name)
    return kit.button(label, ids.ANOTHER_ONE, asked.ref.draft_id, spoken=spoken)
