"""A prospect: its stages, the moves between them as a table, and its due date.

Nothing here reads a clock: every function takes the `now` or the day it needs.
Each action on a prospect raises its revision by one, so that a button drawn
earlier can be told from one that shows what is true.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar, end_of, today_in
from bot.domain.errors import (
    NotAllowed,
    NotWinnable,
    StaleClick,
    UndoTooLate,
    WrongStage,
)
from bot.domain.people import Action, MemberId, Role, may
from bot.domain.rules import Verdict
from bot.domain.verdict import Assessment

ProspectId = NewType("ProspectId", str)
QualificationId = NewType("QualificationId", str)

NAME_LENGTH = 80
"""Longest name of a prospect, in characters."""

WALK_AWAY_WITHIN = 2
"""Working days in which a *walk away* is to be carried out."""


_JOINERS = "\u200c\u200d"


class Stage(StrEnum):
    """Where a prospect stands."""

    OPEN = "open"
    WALKED_AWAY = "walked_away"
    WON = "won"
    LOST = "lost"


class DueReason(StrEnum):
    """Why a problem prospect is due on the day it is due."""

    VERDICT = "verdict"
    CONDITION = "condition"


class EndedBy(StrEnum):
    """Who ended a prospect that was lost."""

    THEM = "them"
    US = "us"


@dataclass(frozen=True, slots=True)
class Due:
    """The day by whose end a prospect must be decided, in the zone of its owner."""

    on: date
    reason: DueReason


@dataclass(frozen=True, slots=True)
class ProspectCondition:
    """Something the prospect must bring by a date, and whether it did."""

    what: str
    due: date
    met_at: datetime | None = None
    met_by: MemberId | None = None
    brought: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether the prospect brought it."""
        return self.met_at is not None


@dataclass(frozen=True, slots=True)
class Decision:
    """What ended a prospect: who decided it, when, and what they said about it."""

    action: Action
    by: MemberId
    at: datetime
    day: date | None = None
    """The day on which a client was won."""
    ended_by: EndedBy | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ProspectFacts:
    """What a prospect *is*, as step 1 of the modal asks it beside the questions."""

    name: str
    owner: MemberId
    first_contact: date
    expected_value: Decimal | None = None
    """In the currency of the workspace."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """The company or person that wants to become a client, as it stands now."""

    id: ProspectId
    facts: ProspectFacts
    qualification_id: QualificationId
    """The latest one; its card is the living message."""
    verdict: Verdict
    verdict_on: date
    """The day of the verdict, in the zone of the owner."""
    decide_within: int | None
    conditions: tuple[ProspectCondition, ...]
    due: Due | None
    stage: Stage = Stage.OPEN
    decision: Decision | None = None
    revision: int = 1

    @property
    def unmet(self) -> tuple[ProspectCondition, ...]:
        """The conditions that are not met yet, lapsed or not."""
        return tuple(condition for condition in self.conditions if not condition.is_met)

    @property
    def is_winnable(self) -> bool:
        """Whether the verdict allows winning it: *pursue* with no unmet condition."""
        return self.verdict is Verdict.PURSUE and not self.unmet


@dataclass(frozen=True, slots=True)
class Move:
    """From which stages an action starts, and to which it leads (None: it stays)."""

    sources: frozenset[Stage]
    target: Stage | None = None


_ENDED = frozenset({Stage.WALKED_AWAY, Stage.WON, Stage.LOST})
_OPEN = frozenset({Stage.OPEN})

MOVES: Mapping[Action, Move] = MappingProxyType(
    {
        Action.REQUALIFY: Move(frozenset({Stage.OPEN, Stage.WALKED_AWAY, Stage.LOST}), Stage.OPEN),
        Action.WALK_AWAY: Move(_OPEN, Stage.WALKED_AWAY),
        Action.WON: Move(_OPEN, Stage.WON),
        Action.LOST: Move(_OPEN, Stage.LOST),
        Action.UNDO: Move(_ENDED, Stage.OPEN),
        Action.CONDITION_MET: Move(_OPEN),
        Action.DETAILS: Move(frozenset(Stage)),
    }
)


def check(
    prospect: Prospect, action: Action, held: Collection[Role], *, revision: int | None
) -> None:
    """Refuse an action that is not allowed, comes too late, or does not fit the stage.

    `revision` is the one that the clicked button showed; None leaves it unchecked,
    for what changes nothing. Raises NotAllowed, StaleClick, WrongStage or NotWinnable.
    """
    if not may(action, held):
        raise NotAllowed(action, owner=prospect.facts.owner, name=prospect.facts.name)
    if revision is not None and revision != prospect.revision:
        raise StaleClick(prospect)
    if prospect.stage not in MOVES[action].sources:
        raise WrongStage(prospect, action)
    if action is Action.CONDITION_MET and not prospect.unmet:
        raise WrongStage(prospect, action)
    if action is Action.WON and not prospect.is_winnable:
        raise NotWinnable(prospect)


def end(prospect: Prospect, decision: Decision) -> Prospect:
    """Return the prospect as walked away from, won or lost."""
    stage = MOVES[decision.action].target
    assert stage is not None, decision.action  # noqa: S101 - the table above says so
    return replace(prospect, stage=stage, decision=decision, revision=prospect.revision + 1)


def reopen(
    prospect: Prospect,
    held: Collection[Role],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
) -> Prospect:
    """Undo the decision that stands, and so restore what was.

    Raises UndoTooLate after the end of the next working day; only a manager may
    undo a *won* at any time.
    """
    until = undo_until(prospect, calendar=calendar, zone=zone)
    timeless = prospect.stage is Stage.WON and Role.MANAGER in held
    if now >= until and not timeless:
        raise UndoTooLate(prospect, until=until)
    return replace(prospect, stage=Stage.OPEN, decision=None, revision=prospect.revision + 1)


def undo_until(prospect: Prospect, *, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the decision can no longer be undone."""
    assert prospect.decision is not None, prospect.stage  # noqa: S101 - an ended one has one
    return end_of(calendar.add_working_days(today_in(zone, prospect.decision.at), 1), zone)


def meet_conditions(
    prospect: Prospect, *, brought: str, by: MemberId, now: datetime, calendar: WorkingCalendar
) -> Prospect:
    """Return the prospect with every condition met.

    A *problem* keeps its time to decide, unless the present due date is later.
    """
    conditions = tuple(
        condition
        if condition.is_met
        else replace(condition, met_at=now, met_by=by, brought=brought)
        for condition in prospect.conditions
    )
    due = first_due(
        prospect.verdict, prospect.verdict_on, prospect.decide_within, conditions, calendar
    )
    if due is not None and prospect.due is not None and prospect.due.on > due.on:
        due = prospect.due
    return replace(prospect, conditions=conditions, due=due, revision=prospect.revision + 1)


def screen(
    prospect_id: ProspectId,
    facts: ProspectFacts,
    assessment: Assessment,
    *,
    qualification_id: QualificationId,
    on: date,
    calendar: WorkingCalendar,
    before: Prospect | None = None,
) -> Prospect:
    """Return the prospect that a verdict on the day `on` makes, new or screened again."""
    conditions = tuple(
        ProspectCondition(condition.what, condition.due) for condition in assessment.conditions
    )
    return Prospect(
        id=prospect_id,
        facts=facts,
        qualification_id=qualification_id,
        verdict=assessment.verdict,
        verdict_on=on,
        decide_within=assessment.decide_within,
        conditions=conditions,
        due=first_due(assessment.verdict, on, assessment.decide_within, conditions, calendar),
        revision=1 if before is None else before.revision + 1,
    )


def first_due(
    verdict: Verdict,
    on: date,
    decide_within: int | None,
    conditions: Collection[ProspectCondition],
    calendar: WorkingCalendar,
) -> Due | None:
    """Return by when a verdict of the day `on` must be decided; None if nothing is to decide.

    A *walk away* is due after two working days. A *problem* is due within the time
    its rules give, or on the date of an unmet condition if that is earlier. A
    *pursue* is due on the date of its condition.
    """
    if verdict is Verdict.WALK_AWAY:
        return Due(calendar.add_working_days(on, WALK_AWAY_WITHIN), DueReason.VERDICT)
    dates = [Due(c.due, DueReason.CONDITION) for c in conditions if not c.is_met]
    if verdict is Verdict.PROBLEM and decide_within is not None:
        dates.insert(0, Due(calendar.add_working_days(on, decide_within), DueReason.VERDICT))
    return min(dates, key=lambda due: due.on, default=None)


def clean_name(text: str) -> str:
    """Return a name on one line, without characters that cannot be seen.

    Direction overrides go, since they could reorder the text around the name;
    the joiners inside emoji and Persian words stay.
    """
    visible = "".join(map(_visible, text))
    return " ".join(visible.split()).strip(_JOINERS + " ")


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common: case and width do not count."""
    return unicodedata.normalize("NFKC", clean_name(name)).casefold()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
