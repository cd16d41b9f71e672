"""The outcome of a client or a walk-away: its questions, one tap each, and its answers."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.outcomes.outcome import (
    ASKED_AFTER,
    CHOICES,
    Ask,
    Choice,
    Ending,
    Hours,
    HowTaken,
    OutcomeAnswer,
    OutcomeQuestion,
    PaidAsAgreed,
    Regret,
    Respect,
    ask_of,
    latest_answer,
)
from bot.domain.people import OtherAction
from bot.domain.read_models import AskedOutcome, Overview
from bot.slack import kit
from bot.slack.card import briefs, buttons
from bot.slack.payloads.payloads import NEVER, NOT_NOW, question_value, tap_value
from bot.slack.texts import Texts, marked

_HEADLINES: Mapping[Ending, str] = MappingProxyType(
    {
        Ending.WON: marked("After {n} days: {name} (won on {day})"),
        Ending.WALKED_AWAY: marked("After {n} days: {name} (we walked away on {day})"),
    }
)
_ASKS: Mapping[Ask, str] = MappingProxyType(
    {
        Ask.PAID: marked("Did they pay as agreed?"),
        Ask.HOURS: marked("How many unplanned hours in all?"),
        Ask.AGAIN: marked("Would you sign them again?"),
        Ask.RESPECT: marked("Do they respect our time and our advice?"),
        Ask.REGRET: marked("Do you regret letting them go?"),
        Ask.TAKEN: marked("How did they take it?"),
    }
)
_CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "yes": marked("Yes"),
        "no": marked("No"),
        PaidAsAgreed.NOT_DUE: marked("Nothing was due yet"),
        Respect.MOSTLY: marked("Mostly"),
        HowTaken.THANKED: marked("Thanked us"),
        HowTaken.QUIETLY: marked("Quietly"),
        HowTaken.BADLY: marked("Badly"),
        HowTaken.CAME_BACK: marked("Came back"),
        HowTaken.RECOMMENDED: marked("Recommended us"),
        Hours.NONE: marked("None"),
        Hours.UP_TO_5: marked("Up to 5"),
        Hours.UP_TO_20: marked("Up to 20"),
        Hours.UP_TO_60: marked("Up to 60"),
        Hours.OVER_60: marked("More than 60"),
    }
)
"""By value: yes is yes, to whatever was asked."""


def asked(outcomes: Sequence[AskedOutcome], texts: Texts) -> tuple[list[str], list[kit.Block]]:
    """Return what a message asks, as plain text and as blocks; nothing if it asks nothing."""
    if not outcomes:
        return [], []
    title = texts("How did it turn out?")
    words, blocks = [title], [kit.header(title, level=2)]
    for place, outcome in enumerate(outcomes):
        if place:
            blocks.append({"type": "divider"})
        words += _words(outcome, texts)
        blocks += _in_message(outcome, texts)
    return words, blocks


def in_details(overview: Overview, texts: Texts) -> list[kit.Block]:
    """Return the outcome's questions in the details, with buttons for those who may answer."""
    blocks: list[kit.Block] = []
    for outcome in overview.outcomes:
        blocks += kit.paragraphs([kit.bold(_headline(outcome, texts)), *_status(outcome, texts)])
        if outcome.question is not None:
            blocks += _asks(outcome.question, texts, with_buttons=overview.may_answer)
    return [kit.header(texts("How it turned out"), level=3), *blocks] if blocks else []


def answered(given: OutcomeAnswer, who: str, texts: Texts) -> str:
    """Return one answer as a line of the history; ``who`` is markup."""
    return texts(
        "{who} answered “{question}”: {answer}.",
        who=who,
        question=question(ask_of(given.choice), texts),
        answer=choice_word(given.choice, texts),
    )


def question(ask: Ask, texts: Texts) -> str:
    """Return the question."""
    return texts(_ASKS[ask])


def choice_word(choice: Choice, texts: Texts) -> str:
    """Return the label of an answer."""
    return texts(_CHOICES[choice])


def _in_message(outcome: AskedOutcome, texts: Texts) -> list[kit.Block]:
    lines = [kit.bold(_headline(outcome, texts)), *_status(outcome, texts)]
    blocks = kit.paragraphs([*lines, *briefs.to_card(outcome.card_link, texts)])
    if outcome.question is None:
        return blocks
    if not outcome.is_open:
        shown = [*_answers(outcome.question, texts)]
        below = texts("To correct an answer, open the details.")
        details = buttons.details(outcome.prospect, texts)
        return [*blocks, *kit.paragraphs(shown), kit.section(kit.markup(below), accessory=details)]
    return [*blocks, *_asks(outcome.question, texts, with_buttons=True), _later(outcome, texts)]


def _words(outcome: AskedOutcome, texts: Texts) -> Iterator[str]:
    yield _headline(outcome, texts)
    yield from _status(outcome, texts)
    yield from briefs.to_card(outcome.card_link, texts)
    if outcome.question is None:
        return
    if outcome.is_open:
        yield from (_ask_line(outcome.question, ask, texts) for ask in outcome.question.asks)
    else:
        yield from _answers(outcome.question, texts)
        yield texts("To correct an answer, open the details.")


def _headline(outcome: AskedOutcome, texts: Texts) -> str:
    return texts(
        _HEADLINES[outcome.key.ending],
        n=outcome.key.after,
        name=kit.markup_name(outcome.prospect.facts.name),
        day=texts.date(outcome.key.ended_on),
    )


def _status(outcome: AskedOutcome, texts: Texts) -> Iterator[str]:
    """Say why nothing is asked, or when it's asked again."""
    if outcome.question is None:
        yield texts("Nothing to answer: this was undone or re-screened.")
    elif outcome.question.is_refused:
        yield texts("OK, I won't ask again.")
    elif outcome.question.is_answered:
        yield texts("Thank you. All answered.")
        yield from _thanks(outcome.question, texts)
    elif outcome.again_on is not None:
        yield texts("Not now. I'll ask again on {day}.", day=texts.date(outcome.again_on))


def _thanks(asked: OutcomeQuestion, texts: Texts) -> Iterator[str]:
    """Say once, at the end, that a no was the right one."""
    regret = latest_answer(asked, Ask.REGRET)
    if asked.after == ASKED_AFTER[-1] and regret is not None and regret.choice is Regret.NO:
        yield texts("{n} days on, you don't regret saying no. Well done.", n=asked.after)


def _answers(asked: OutcomeQuestion, texts: Texts) -> Iterator[str]:
    for ask in asked.asks:
        if latest_answer(asked, ask) is not None:
            yield _ask_line(asked, ask, texts)


def _ask_line(asked: OutcomeQuestion, ask: Ask, texts: Texts) -> str:
    latest = latest_answer(asked, ask)
    words = question(ask, texts)
    if latest is None:
        return words
    return texts("{question} {answer}.", question=words, answer=choice_word(latest.choice, texts))


def _asks(asked: OutcomeQuestion, texts: Texts, *, with_buttons: bool) -> Iterator[kit.Block]:
    """Return each question with its answer, and a button for each possible answer."""
    for ask in asked.asks:
        latest = latest_answer(asked, ask)
        answer = "" if latest is None else f" {kit.bold(choice_word(latest.choice, texts))}"
        yield kit.section(kit.markup(question(ask, texts) + answer))
        if with_buttons:
            yield _choices(asked, ask, None if latest is None else latest.choice, texts)


def _choices(asked: OutcomeQuestion, ask: Ask, chosen: Choice | None, texts: Texts) -> kit.Block:
    seen = sum(1 for each in asked.answers if ask_of(each.choice) is ask)
    elements = []
    for choice in CHOICES[ask]:
        word = choice_word(choice, texts)
        elements.append(
            kit.button(
                word,
                f"{OtherAction.ANSWER_OUTCOME}.{choice}",
                tap_value(asked.key, choice, seen),
                style="primary" if choice is chosen else None,
                spoken=f"{question(ask, texts)} {word}",
            )
        )
    return kit.actions(f"{ask}.{question_value(asked.key)}", elements)


def _later(outcome: AskedOutcome, texts: Texts) -> kit.Block:
    """Return the buttons for not answering."""
    value, name = question_value(outcome.key), kit.plain_name(outcome.prospect.facts.name)
    never = kit.button(
        texts("Don't ask again"),
        NEVER,
        value,
        spoken=texts("Don't ask about {name} again", name=name),
    )
    not_now = kit.button(
        texts("Not now"), NOT_NOW, value, spoken=texts("Not now about {name}", name=name)
    )
    return kit.actions(f"later.{value}", [never] if outcome.again_on else [not_now, never])
