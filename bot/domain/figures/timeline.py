"""What happened to a prospect from first contact to outcome, as far as figures need it.

Plain records, filled from the history; they decide nothing. Days are those where the owner was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome
from bot.domain.people import MemberId
from bot.domain.prospects import OverrideId, ProspectId, Stage

UNKNOWN = "unknown"
"""The id of an option by which a member says that they do not know."""


@dataclass(frozen=True, slots=True)
class Screening:
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
class Fulfilled:
    """The condition of a *pursue* was met: from then on nothing is left to override."""

    on: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A change to walked away, won or lost."""

    on: date
    """For a client the day on which it was won."""
    stage: Stage


@dataclass(frozen=True, slots=True)
class Reopened:
    """The end before it was undone; what was before stands again."""

    on: date


Happening = Screening | Overridden | Fulfilled | Ended | Reopened


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
    def screenings(self) -> tuple[Screening, ...]:
        """Every verdict that it got, in order."""
        return tuple(each for each in self.history if isinstance(each, Screening))

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
            if isinstance(each, Screening | Reopened):
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
class JudgedQualification:
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
    entries: Iterable[HistoryEntry],
    judged: Mapping[str, JudgedQualification],
    zone_of: Callable[[MemberId], ZoneInfo],
    outcome: Outcome = NO_ANSWER,
) -> Timeline:
    """Return the timeline of a prospect from the entries of its history, the oldest first.

    Args:
        prospect_id: Whose timeline it is.
        owner: Who owns it now.
        first_contact: As it is known now.
        entries: All that was done to it.
        judged: Its qualifications, by their ids.
        zone_of: Where a member is.
        outcome: What was said about the end that stands.
    """
    happenings = tuple(_happenings(entries, judged, zone_of))
    return Timeline(prospect_id, owner, first_contact, happenings, outcome)


def _happenings(
    entries: Iterable[HistoryEntry],
    judged: Mapping[str, JudgedQualification],
    zone_of: Callable[[MemberId], ZoneInfo],
) -> Iterator[Happening]:
    owner: MemberId | None = None
    verdict: Verdict | None = None
    asked: dict[OverrideId, acts.OverrideAsked] = {}
    for entry in entries:
        match entry.act:
            case acts.Screened(qualification):
                owner, verdict = judged[qualification].owner, judged[qualification].verdict
            case acts.OwnerChanged(_, new_owner):
                owner = new_owner
            case acts.OverrideAsked(override):
                asked[override] = entry.act
        assert owner is not None, entry  # noqa: S101 - every history begins with a verdict
        on = today_in(zone_of(owner), entry.at)
        if isinstance(entry.act, acts.ConditionMet) and verdict is Verdict.PURSUE:
            yield Fulfilled(on)
        elif happening := _happening(entry.act, on, judged, asked):
            yield happening


def _happening(
    act: acts.Act,
    on: date,
    judged: Mapping[str, JudgedQualification],
    asked: Mapping[OverrideId, acts.OverrideAsked],
) -> Happening | None:
    """What an act is to the figures; None for what they do not count."""
    match act:
        case acts.Screened(qualification):
            return _screened(on, judged[qualification])
        case acts.OverrideAsked(waits=True):
            return None
        case acts.OverrideAsked(override) | acts.OverrideApproved(override):
            grounds = asked[override].grounds
            return Overridden(on, grounds.fear, grounds.kill_on)
        case acts.WalkedAway() | acts.Won() | acts.Lost() | acts.ClientEnded():
            return _ended(act, on)
        case acts.Undone():
            return Reopened(on)
        case acts.OverrideDenied() | acts.ConditionMet() | acts.OwnerChanged():
            return None
        case (
            acts.SignOfLife() | acts.Chased() | acts.Snoozed() | acts.Corrected() | acts.KeptOpen()
        ):
            return None
        case _:
            assert_never(act)


def _ended(act: acts.WalkedAway | acts.Won | acts.Lost | acts.ClientEnded, on: date) -> Ended:
    match act:
        case acts.WalkedAway():
            return Ended(on, Stage.WALKED_AWAY)
        case acts.Won(day):
            return Ended(on if day is None else day, Stage.WON)
        case acts.Lost():
            return Ended(on, Stage.LOST)
        case acts.ClientEnded(day):
            return Ended(day, Stage.ENDED)
        case _:
            assert_never(act)


def _screened(on: date, judged: JudgedQualification) -> Screening:
    unknown, could_be_unknown = count_unknown(judged.checklist, judged.answers)
    return Screening(on, judged.verdict, judged.rule, judged.answers, unknown, could_be_unknown)
