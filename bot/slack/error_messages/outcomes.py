"""What is refused about outcomes, as sentences: what is true now, and what to do next."""

from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.outcomes.outcome import ask_of
from bot.domain.prospects.prospect import Prospect
from bot.slack.blocks.escaping import markup_name
from bot.slack.blocks.wording import mention
from bot.slack.outcomes.questions import choice_word, question
from bot.slack.texts import Texts


class Reader(Protocol):
    """Who reads the sentence."""

    @property
    def texts(self) -> Texts:
        """Their language."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Their zone."""
        ...

    def now_true(self, prospect: Prospect) -> str:
        """Where the prospect stands, who decided it and when."""
        ...


def gone(error: errors.OutcomeGone, reader: Reader) -> str:
    """Say that an end does not stand any more."""
    nothing = reader.texts("There is nothing to answer about this any more.")
    return f"{nothing} {reader.now_true(error.prospect)}"


def answered(error: errors.OutcomeAnswered, reader: Reader) -> str:
    """Say what was answered already, by whom and when."""
    texts, latest = reader.texts, error.latest
    known = texts(
        "For {name} this is answered already: “{question}” {answer}. {who} said so on {moment}.",
        name=markup_name(error.prospect.facts.name),
        question=question(ask_of(latest.choice), texts),
        answer=choice_word(latest.choice, texts),
        who=mention(latest.by),
        moment=texts.moment(latest.at, reader.zone),
    )
    return " ".join([known, texts("To correct it, choose another answer.")])


def settled(error: errors.OutcomeSettled, reader: Reader) -> str:
    """Say why there is nothing to put off or to refuse."""
    name = markup_name(error.prospect.facts.name)
    if error.again_on is not None:
        day = reader.texts.date(error.again_on)
        return reader.texts("I ask about {name} again on {day}.", name=name, day=day)
    if error.is_refused:
        return reader.texts(
            "I do not ask about {name} any more. You can answer in its details.", name=name
        )
    return reader.texts(
        "Everything about {name} is answered. You can correct it in its details.", name=name
    )
