"""What happened to a prospect from first contact to outcome, as far as figures need it.

Plain records, filled from the history; they decide nothing. Days are those where the owner was.
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
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
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
    owner: MemberId | None = None
    """Who owned it from then on; None: whoever owns it now."""
    expected_value: Decimal | None = None
    """What the prospect might be worth, as it was named on that day."""
    checklist: str = ""
    """The id of the checklist that judged."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """An override that took effect; one that was only asked for, or denied, is none."""

    on: date
    fear: str
    """The id of the fear that it named, or `new_fact`."""
    until: date
    """Its kill date: by its end it stands no more, whatever else happens."""
    alone: int | None = None
    """Which in a row it was, if a manager had to approve it and there was no other one."""


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The condition of a *pursue* was met: from then on nothing is left to override."""

    on: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A change to walked away, won or lost, or the end of a client."""

    on: date
    """For a client the day on which it was won, or was one for the last time."""
    stage: Stage
    ended_by: EndedBy | None = None
    """Who ended it, of what was lost or was a client."""
    noted: date | None = None
    """The day on which it was noted, if that is another one."""

    @property
    def noted_on(self) -> date:
        """The day on which it was noted."""
        return self.noted or self.on


@dataclass(frozen=True, slots=True)
class HandedOver:
    """From then on somebody else owned it."""

    on: date
    owner: MemberId


@dataclass(frozen=True, slots=True)
class Reopened:
    """The end before it was undone; what was before stands again."""

    on: date


Happening = Screening | Overridden | Fulfilled | Ended | HandedOver | Reopened


@dataclass(frozen=True, slots=True)
class Asked:
    """What the question about an end came to that is asked so many days after it."""

    ending: Ending
    ended_on: date
    after: int
    own: Outcome = NO_ANSWER
    """What whoever owned the prospect then answered."""
    second: Outcome = NO_ANSWER
    """What a manager answered who did not own it."""
    is_asked: bool = True
    """Whether a message asked it, or somebody answered without one."""

    @property
    def outcome(self) -> Outcome:
        """The owner's answers, and a manager's where the owner gave none."""
        return self.own.filled_from(self.second)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the figures know of one prospect."""

    prospect_id: ProspectId
    owner: MemberId
    first_contact: date
    history: tuple[Happening, ...]
    """In the order in which it happened."""
    asked: tuple[Asked, ...] = ()
    """What was asked about its ends, and answered; also about ends that are past."""
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
        """Every verdict with its place in the history."""
        return (
            (place, each) for place, each in enumerate(self.history) if isinstance(each, Screening)
        )

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """Every override that took effect, in order."""
        return tuple(each for each in self.history if isinstance(each, Overridden))

    @property
    def stage(self) -> Stage:
        """Where it stands after all this."""
        standing: list[Stage] = []
        for each in self.history:
            match each:
                case Ended(stage=stage):
                    standing.append(stage)
                case Reopened():
                    standing = standing[:-1]
                case Screening():
                    standing = []
                case Overridden() | Fulfilled() | HandedOver():
                    continue
        return standing[-1] if standing else Stage.OPEN

    def owner_at(self, place: int) -> MemberId:
        """Return who owned it after what happened at a place of its history."""
        owners = [
            each.owner
            for each in self.history[: place + 1]
            if isinstance(each, Screening | HandedOver) and each.owner is not None
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
    """Return the timelines of what somebody owned at some time.

    Each figure knows for whom it counts: for whoever owned the prospect then.
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
    """What the figures need of a qualification."""

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
        first_contact: As it is known now.
        entries: All that was done to it.
        judged: Its qualifications, by their ids.
        zone_of: Where a member is.
        questions: What was asked about its ends, and answered.
        value: What it is expected to be worth.
        known_until: The day on which it was forgotten.
    """
    known = list(entries)
    happenings = tuple(_happenings(known, judged, zone_of))
    owners = list(_owners(known, judged))
    asked = tuple(_asked(each, owners, owner) for each in questions)
    return Timeline(prospect_id, owner, first_contact, happenings, asked, value, known_until)


def _owners(
    entries: Iterable[HistoryEntry], judged: Mapping[str, JudgedQualification]
) -> Iterator[tuple[datetime, MemberId]]:
    """From when on who owned it."""
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
    """What an act is to the figures; None for what they do not count."""
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
            return HandedOver(on, owner)
        case acts.OverrideDenied() | acts.ConditionMet():
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
