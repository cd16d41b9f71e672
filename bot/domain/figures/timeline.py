"""What happened to a prospect from first contact to outcome, as far as figures need it.

Plain records built from the history; they decide nothing. Days are in the time zone of whoever
owned the prospect at the time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.decisions import HistoryEntry, acts
from bot.domain.outcomes.outcome import (
    NO_ANSWER,
    Ending,
    Outcome,
    OutcomeAnswer,
    OutcomeQuestion,
    outcome_of,
)
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, OverrideId, ProspectId, Stage

UNKNOWN = "unknown"
"""The id of the option by which a member says that they don't know."""


@dataclass(frozen=True, slots=True)
class Screening:
    """A verdict, from the first or a later screening; it leaves the prospect open."""

    on: date
    verdict: Verdict
    rule: str
    """The id of the rule that decided."""
    answers: Answers = field(default_factory=dict, hash=False)
    """The answers that were judged."""
    unknown: int = 0
    """How many answers were *unknown*."""
    could_be_unknown: int = 0
    """How many could have been: answers to questions with that option."""
    owner: MemberId | None = None
    """Who owned the prospect from then on; None: its present owner."""
    expected_value: Decimal | None = None
    """What the prospect might be worth, as estimated on that day."""
    checklist: str = ""
    """The id of the checklist that judged."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """An override that took effect; not one that was only requested, or denied."""

    on: date
    fear: str
    """The id of the fear that it named, or `new_fact`."""
    until: date
    """Its kill date: it stands until the end of this day at the latest."""
    alone: int | None = None
    """Which in a row it was, if it needed a manager's approval and nobody could give it."""


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The condition of a *pursue* was met: from then on there is nothing left to override."""

    on: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A change to walked away, won or lost, or the end of a client."""

    on: date
    """For a client, the day on which it was won, or its last day as a client."""
    stage: Stage
    ended_by: EndedBy | None = None
    """Who ended it, if it was lost or an ended client."""
    noted: date | None = None
    """The day on which it was noted, if it differs."""

    @property
    def noted_on(self) -> date:
        """The day on which it was noted."""
        return self.noted or self.on


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """The prospect went to another owner."""

    on: date
    owner: MemberId


@dataclass(frozen=True, slots=True)
class Reopened:
    """The latest end was undone; what stood before it stands again."""

    on: date


Happening = Screening | Overridden | Fulfilled | Ended | OwnerChange | Reopened


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of the question about an end, asked this many days after it."""

    ending: Ending
    ended_on: date
    after: int
    own: Outcome = NO_ANSWER
    """What the prospect's owner at the time answered."""
    second: Outcome = NO_ANSWER
    """What a manager who did not own it answered."""
    is_asked: bool = True
    """Whether a message asked it, or somebody answered unasked."""

    @property
    def outcome(self) -> Outcome:
        """The owner's answers, filled in from a manager's where the owner gave none."""
        return self.own.filled_from(self.second)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the figures know about one prospect."""

    prospect_id: ProspectId
    owner: MemberId
    first_contact: date
    history: tuple[Happening, ...]
    """In the order in which it happened."""
    asked: tuple[Asked, ...] = ()
    """The questions about its ends, and their answers; also about earlier ends."""
    value: Decimal | None = None
    """What it was expected to be worth."""
    known_until: date | None = None
    """The day on which it was forgotten; nothing happens to it from then on."""

    @property
    def screenings(self) -> tuple[Screening, ...]:
        """Every verdict that it got, in order."""
        return tuple(each for each in self.history if isinstance(each, Screening))

    @property
    def screened(self) -> Iterator[tuple[int, Screening]]:
        """Every verdict with its index in the history."""
        return (
            (place, each) for place, each in enumerate(self.history) if isinstance(each, Screening)
        )

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """Every override that took effect, in order."""
        return tuple(each for each in self.history if isinstance(each, Overridden))

    @property
    def stage(self) -> Stage:
        """The stage after everything in its history."""
        standing: list[Stage] = []
        for each in self.history:
            match each:
                case Ended(stage=stage):
                    standing.append(stage)
                case Reopened():
                    standing = standing[:-1]
                case Screening():
                    standing = []
                case Overridden() | Fulfilled() | OwnerChange():
                    continue
        return standing[-1] if standing else Stage.OPEN

    def owner_at(self, place: int) -> MemberId:
        """Return who owned it after what happened at an index of its history."""
        owners = [
            each.owner
            for each in self.history[: place + 1]
            if isinstance(each, Screening | OwnerChange) and each.owner is not None
        ]
        return owners[-1] if owners else self.owner

    def owner_on(self, day: date) -> MemberId:
        """Return who owned it at the end of a day."""
        places = [place for place, each in enumerate(self.history) if _noted_on(each) <= day]
        return self.owner_at(places[-1]) if places else self.owner_at(0)

    @property
    def owners(self) -> frozenset[MemberId]:
        """Everybody who ever owned it."""
        return frozenset({self.owner, *(self.owner_at(n) for n in range(len(self.history)))})


def _noted_on(happening: Happening) -> date:
    return happening.noted_on if isinstance(happening, Ended) else happening.on


def timelines_of(owner: MemberId, timelines: Iterable[Timeline]) -> list[Timeline]:
    """Return the timelines of prospects that somebody owned at some time.

    Each figure decides for whom a prospect counts: for whoever owned it at the relevant time.
    """
    return [timeline for timeline in timelines if owner in timeline.owners]


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
    """What the figures need to know about a qualification."""

    owner: MemberId
    verdict: Verdict
    rule: str
    """The id of the rule that decided."""
    answers: Answers
    checklist: Checklist
    expected_value: Decimal | None = None


def timeline_of(
    prospect_id: ProspectId,
    owner: MemberId,
    first_contact: date,
    entries: Iterable[HistoryEntry],
    judged: Mapping[str, JudgedQualification],
    zone_of: Callable[[MemberId], ZoneInfo],
    questions: Iterable[OutcomeQuestion] = (),
    value: Decimal | None = None,
    known_until: date | None = None,
) -> Timeline:
    """Return the timeline of a prospect from the entries of its history, the oldest first.

    Args:
        prospect_id: Whose timeline it is.
        owner: Who owns it now.
        first_contact: The date as it is known now.
        entries: Everything that was done to it.
        judged: Its qualifications, by their ids.
        zone_of: Returns the time zone of a member.
        questions: The questions about its ends, with their answers.
        value: What it is expected to be worth.
        known_until: The day on which it was forgotten.
    """
    known = list(entries)
    happenings = tuple(_happenings(known, judged, zone_of))
    owners = list(_owners(known, judged))
    asked = tuple(_asked(each, owners, owner) for each in questions)
    return Timeline(prospect_id, owner, first_contact, happenings, asked, value, known_until)


def owners_in(
    entries: Iterable[HistoryEntry], judged: Mapping[str, JudgedQualification]
) -> frozenset[MemberId]:
    """Return who ever owned a prospect: only their time zones matter to its timeline."""
    return frozenset(owner for _, owner in _owners(entries, judged))


def _owners(
    entries: Iterable[HistoryEntry], judged: Mapping[str, JudgedQualification]
) -> Iterator[tuple[datetime, MemberId]]:
    """Yield each owner with the moment at which they became one."""
    for entry in entries:
        match entry.act:
            case acts.Screened(qualification):
                yield entry.at, judged[qualification].owner
            case acts.OwnerChanged(_, new_owner):
                yield entry.at, new_owner


def _asked(
    question: OutcomeQuestion, owners: Iterable[tuple[datetime, MemberId]], owner: MemberId
) -> Asked:
    known = list(owners)

    def is_owners(answer: OutcomeAnswer) -> bool:
        held = [who for since, who in known if since <= answer.at]
        return answer.by == (held[-1] if held else owner)

    own = tuple(each for each in question.answers if is_owners(each))
    other = tuple(each for each in question.answers if not is_owners(each))
    return Asked(
        question.ending,
        question.ended_on,
        question.after,
        outcome_of([replace(question, answers=own)]),
        outcome_of([replace(question, answers=other)]),
        is_asked=question.asked_on is not None or bool(question.answers),
    )


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
    """Return what an act is to the figures; None if they don't count it."""
    match act:
        case acts.Screened(qualification):
            return _screened(on, judged[qualification])
        case acts.OverrideAsked(waits=True):
            return None
        case acts.OverrideAsked(override) | acts.OverrideApproved(override):
            wish = asked[override]
            return Overridden(on, wish.grounds.fear, wish.grounds.kill_on, wish.alone)
        case acts.WalkedAway() | acts.Won() | acts.Lost() | acts.ClientEnded():
            return _ended(act, on)
        case acts.Undone():
            return Reopened(on)
        case acts.OwnerChanged(_, owner):
            return OwnerChange(on, owner)
        case acts.OverrideDenied() | acts.ConditionMet():
            return None
        case (
            acts.SignOfLife()
            | acts.Chased()
            | acts.Snoozed()
            | acts.Corrected()
            | acts.StillOpenSaid()
        ):
            return None
        case _:
            assert_never(act)


def _ended(act: acts.WalkedAway | acts.Won | acts.Lost | acts.ClientEnded, on: date) -> Ended:
    match act:
        case acts.WalkedAway():
            return Ended(on, Stage.WALKED_AWAY)
        case acts.Won(day):
            return Ended(on if day is None else day, Stage.WON, noted=on)
        case acts.Lost(ended_by):
            return Ended(on, Stage.LOST, ended_by)
        case acts.ClientEnded(day, ended_by):
            return Ended(day, Stage.ENDED, ended_by, on)
        case _:
            assert_never(act)


def _screened(on: date, judged: JudgedQualification) -> Screening:
    unknown, could_be_unknown = count_unknown(judged.checklist, judged.answers)
    return Screening(
        on,
        judged.verdict,
        judged.rule,
        judged.answers,
        unknown,
        could_be_unknown,
        judged.owner,
        judged.expected_value,
        judged.checklist.id,
    )
