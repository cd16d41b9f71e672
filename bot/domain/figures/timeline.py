"""What happened to a prospect from first contact to outcome, as far as figures need it.

Plain records, filled from the history; they decide nothing. Days are those where the owner was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome
from bot.domain.people import MemberId
from bot.domain.prospects.prospect import ProspectId, Stage

UNKNOWN: Final = "unknown"
"""The id of an option by which a member says that they do not know."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A verdict, the first one or after screening again; it leaves the prospect open."""

    on: date
    verdict: Verdict
    rule: str
    """The id of the rule that decided."""
    answers: Answers = field(default_factory=dict, hash=False)
    """Those that were judged."""
    unknown: int = 0
    """How many answers were *unknown*."""
    could_be_unknown: int = 0
    """How many could have been: answers to questions that offer it."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """An override that took effect; one that was only asked for, or denied, is none."""

    on: date
    fear: str
    """The id of the fear that it named, or `new_fact`."""
    until: date
    """Its kill date: by its end it stands no more, whatever else happens."""


@dataclass(frozen=True, slots=True)
class ConditionMet:
    """That of a *pursue*: nothing was left to override, and none stands any more."""

    on: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A change to walked away, won or lost."""

    on: date
    """For a client the day on which it was won."""
    stage: Stage


@dataclass(frozen=True, slots=True)
class Undone:
    """The end before it was undone; what was before stands again."""

    on: date


Happening = Screened | Overridden | ConditionMet | Ended | Undone


@dataclass(frozen=True, slots=True)
class Story:
    """All that the figures know of one prospect."""

    prospect_id: ProspectId
    owner: MemberId
    first_contact: date
    history: tuple[Happening, ...]
    """In the order in which it happened."""
    outcome: Outcome = NO_ANSWER
    """What the end that stands turned out to be."""

    @property
    def screenings(self) -> tuple[Screened, ...]:
        """Every verdict that it got, in order."""
        return tuple(each for each in self.history if isinstance(each, Screened))

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """Every override that took effect, in order."""
        return tuple(each for each in self.history if isinstance(each, Overridden))

    @property
    def stage(self) -> Stage:
        """Where it stands after all this."""
        for each in reversed(self.history):
            if isinstance(each, Ended):
                return each.stage
            if isinstance(each, Screened | Undone):
                return Stage.OPEN
        return Stage.OPEN

    @property
    def won_on(self) -> date | None:
        """The day on which it became the client that it is; None if it is none."""
        if self.stage is not Stage.WON:
            return None
        return [each.on for each in self.history if isinstance(each, Ended)][-1]


def stories_of(owner: MemberId, stories: Iterable[Story]) -> list[Story]:
    """Return the stories of one owner: figures per person are the same figures over these."""
    return [story for story in stories if story.owner == owner]


def count_unknown(checklist: Checklist, answers: Mapping[str, object]) -> tuple[int, int]:
    """Return how many answers are *unknown*, and how many could have been."""
    asked = [
        answers[question.id]
        for question in checklist.questions
        if question.id in answers and any(option.id == UNKNOWN for option in question.options)
    ]
    return sum(_is_unknown(answer) for answer in asked), len(asked)


def _is_unknown(answer: object) -> bool:
    return UNKNOWN in answer if isinstance(answer, frozenset) else answer == UNKNOWN
