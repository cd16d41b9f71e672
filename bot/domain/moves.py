"""The moves of a prospect between its stages, as a table, and what each one makes of it.

Nothing here reads a clock: every function takes the `now` or the day it needs.
Each action on a prospect raises its revision by one, so that a button drawn
earlier can be told from one that shows what is true.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar, end_of, today_in
from bot.domain.due import first_due
from bot.domain.errors import NotAllowed, NotWinnable, StaleClick, UndoTooLate, WrongStage
from bot.domain.people import Action, MemberId, Role, may
from bot.domain.prospect import (
    Decision,
    Prospect,
    ProspectCondition,
    ProspectFacts,
    ProspectId,
    QualificationId,
    Stage,
)
from bot.domain.verdict import Assessment


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
    # once a decision is undone nobody made it: a second click is late, not forbidden
    is_undone = action is Action.UNDO and prospect.decision is None
    if not (may(action, held) or (is_undone and held)):
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
