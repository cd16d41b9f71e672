"""What happened to a prospect from first contact to outcome, as far as figures need it.

Plain records, filled from the history; they decide nothing. Days are those where the owner was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.decisions.history import HistoryEntry
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome
from bot.domain.people import Action, MemberId
from bot.domain.prospects import ProspectId, Stage

UNKNOWN = "unknown"
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
    """The condition of a *pursue*: from then on nothing is left to override."""

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
class Timeline:
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


def timelines_of(owner: MemberId, timelines: Iterable[Timeline]) -> list[Timeline]:
    """Return the timelines of one owner: figures per person are the same figures over these."""
    return [timeline for timeline in timelines if timeline.owner == owner]


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


@dataclass(frozen=True, slots=True)
class Judged:
    """What the figures need of a qualification."""

    owner: MemberId
    verdict: Verdict
    rule: str
    """The id of the rule that decided."""
    answers: Answers
    checklist: Checklist


def timeline_of(
    prospect_id: ProspectId,
    owner: MemberId,
    first_contact: date,
    history: Iterable[HistoryEntry],
    judged: Mapping[str, Judged],
    zone_of: Callable[[MemberId], ZoneInfo],
    outcome: Outcome = NO_ANSWER,
) -> Timeline:
    """Return the timeline of a prospect from its history, the oldest entry first.

    Args:
        prospect_id: Whose timeline it is.
        owner: Who owns it now.
        first_contact: As it is known now.
        history: All that was done to it.
        judged: Its qualifications, by their ids.
        zone_of: Where a member is.
        outcome: What was said about the end that stands.
    """
    happenings = tuple(_happenings(history, judged, zone_of))
    return Timeline(prospect_id, owner, first_contact, happenings, outcome)


def _happenings(
    history: Iterable[HistoryEntry],
    judged: Mapping[str, Judged],
    zone_of: Callable[[MemberId], ZoneInfo],
) -> Iterator[Happening]:
    owner: MemberId | None = None
    verdict: Verdict | None = None
    overrides: dict[str, Mapping[str, Any]] = {}
    for entry in history:
        if entry.action in {Action.QUALIFY, Action.REQUALIFY}:
            latest = judged[entry.detail["qualification"]]
            owner, verdict = latest.owner, latest.verdict
        elif entry.action is Action.HAND_OVER:
            owner = entry.detail["to"]
        elif entry.action is Action.OVERRIDE:
            overrides[entry.detail["override"]] = entry.detail
        assert owner is not None, entry  # noqa: S101 - every history begins with a verdict
        on = today_in(zone_of(owner), entry.at)
        if entry.action is Action.CONDITION_MET and verdict is Verdict.PURSUE:
            yield ConditionMet(on)
        elif happening := _happening(entry, on, judged, overrides):
            yield happening


def _happening(
    entry: HistoryEntry,
    on: date,
    judged: Mapping[str, Judged],
    overrides: Mapping[str, Mapping[str, Any]],
) -> Happening | None:
    """What an entry is to the figures; None for what they do not count."""
    match entry.action:
        case Action.QUALIFY | Action.REQUALIFY:
            return _screened(on, judged[entry.detail["qualification"]])
        case Action.OVERRIDE if entry.detail["waits"]:
            return None
        case Action.OVERRIDE | Action.APPROVE_OVERRIDE:
            asked = overrides[entry.detail["override"]]
            return Overridden(on, asked["fear"], date.fromisoformat(asked["kill_on"]))
        case Action.WALK_AWAY:
            return Ended(on, Stage.WALKED_AWAY)
        case Action.WON:
            return Ended(date.fromisoformat(entry.detail["day"]), Stage.WON)
        case Action.LOST:
            return Ended(on, Stage.LOST)
        case Action.UNDO:
            return Undone(on)
        case _:
            return None


def _screened(on: date, judged: Judged) -> Screened:
    unknown, could_be_unknown = count_unknown(judged.checklist, judged.answers)
    return Screened(on, judged.verdict, judged.rule, judged.answers, unknown, could_be_unknown)
