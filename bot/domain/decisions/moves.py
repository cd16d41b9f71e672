"""What each action makes of a prospect.

Nothing here reads a clock: every function takes the `now` or the day it needs. Each action on a
prospect raises its revision by one, so a button drawn earlier can be told from one that shows the
present state.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.backstop import DEFAULT, BackstopPolicy, brought_back, freed, in_question_after
from bot.domain.calendar import WorkingCalendar, WorkingTime, end_of, today_in
from bot.domain.checklist.rules import Verdict
from bot.domain.checklist.verdict import Assessment
from bot.domain.decisions.actions import RULES
from bot.domain.nudges import DEFAULT as DEFAULT_NUDGES
from bot.domain.nudges import NudgePolicy, held_back, is_proposed_for_closing, next_nudge
from bot.domain.overrides import close, restore
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import (
    Decision,
    NudgeRecord,
    Prospect,
    ProspectCondition,
    ProspectFacts,
    ProspectId,
    QualificationId,
    QuietPeriod,
    Stage,
    due_after_sign_of_life,
    first_due,
)
from bot.domain.spans import DEFAULT_SPANS, Spans


def end(prospect: Prospect, decision: Decision) -> Prospect:
    """Return the prospect as walked away from, won, lost or ended; its override ends with it."""
    stage = RULES[decision.action].target
    assert stage is not None, decision.action  # noqa: S101 - the table above says so
    return replace(
        close(prospect, now=decision.at),
        stage=stage,
        decision=decision,
        in_question=freed(prospect, decision.at.date()),
        revision=prospect.revision + 1,
    )


def reopen(
    prospect: Prospect,
    held: Collection[Role],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
    is_asked: bool = False,
) -> Prospect:
    """Undo the decision that stands, and restore what was before, including its override.

    A nudge that would be due already waits for the next working morning, even if it waits for a
    manager's answer anyway. Raises UndoTooLate after the end of the next working day. A manager may
    undo a *won* later than that, but nobody may once it was asked how it turned out (`is_asked`): a
    client that turned out badly is ended, not undone.
    """
    _check_undo(prospect, held, now=now, calendar=calendar, zone=zone, is_asked=is_asked)
    assert prospect.decision is not None, prospect.stage  # noqa: S101 - `undo_until` says so
    reopened = replace(
        prospect,
        stage=Stage.OPEN,
        decision=None,
        in_question=brought_back(prospect, now),
        revision=prospect.revision + 1,
    )
    working = WorkingTime(calendar, zone)
    nudge = next_nudge(reopened, calendar)
    restored = restore(reopened, prospect.decision.at)
    if nudge is None or nudge.on > working.today(now):
        return restored
    return held_back(restored, working.next_morning(now))


def take_back(
    client: Prospect,
    won: Decision,
    held: Collection[Role],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
) -> Prospect:
    """Undo the end of a client, restoring the decision with which it was won.

    Raises UndoTooLate after the end of the next working day.
    """
    _check_undo(client, held, now=now, calendar=calendar, zone=zone, is_asked=False)
    return replace(client, stage=Stage.WON, decision=won, revision=client.revision + 1)


def _check_undo(
    prospect: Prospect,
    held: Collection[Role],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
    is_asked: bool,
) -> None:
    until = undo_until(prospect, calendar=calendar, zone=zone)
    is_client = prospect.stage is Stage.WON
    is_in_time = now < until or (is_client and Role.MANAGER in held)
    if not is_in_time or (is_client and is_asked):
        raise errors.UndoTooLate(prospect, until=until, is_asked=is_client and is_asked)


def undo_until(prospect: Prospect, *, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) from which the decision can no longer be undone."""
    return end_of(last_day_to_undo(prospect, calendar=calendar, zone=zone), zone)


def last_day_to_undo(prospect: Prospect, *, calendar: WorkingCalendar, zone: ZoneInfo) -> date:
    """Return the last day on which someone who is no manager can undo the decision."""
    assert prospect.decision is not None, prospect.stage  # noqa: S101 - an ended one has one
    return calendar.add_working_days(today_in(zone, prospect.decision.at), 1)


def meet_conditions(
    prospect: Prospect, *, brought: str, by: MemberId, now: datetime, working: WorkingTime
) -> Prospect:
    """Return the prospect with every condition met.

    A *problem* keeps its time to decide, unless its present due date is later. If the due date
    moves, its nudges start anew, unless the new date has passed as well: then the earlier ones go
    on. So does a running snooze. On a *pursue*, nothing is left to override: an override ends, a
    request is withdrawn, and nothing is due. On an overridden *problem*, conditions move nothing.
    `working` is the owner's working time.
    """
    conditions = tuple(
        condition
        if condition.is_met
        else replace(condition, met_at=now, met_by=by, brought=brought)
        for condition in prospect.conditions
    )
    prospect = replace(prospect, conditions=conditions, revision=prospect.revision + 1)
    if prospect.verdict is Verdict.PURSUE:
        prospect = replace(close(prospect, now=now), in_question=None)
    if prospect.override is not None:
        return prospect
    due = first_due(
        prospect.verdict, prospect.verdict_on, prospect.decide_within, conditions, working.calendar
    )
    if due is not None and prospect.due is not None and prospect.due.on > due.on:
        due = prospect.due
    told = prospect.nudge_record
    has_moved = prospect.due is None or due is None or due.on != prospect.due.on
    if has_moved and (due is None or due.on >= working.today(now)):
        told = replace(told, nudges=0, last_on=None)
    return replace(prospect, due=due, nudge_record=told)


def note_sign_of_life(
    prospect: Prospect, *, on: date, calendar: WorkingCalendar, spans: Spans = DEFAULT_SPANS
) -> Prospect:
    """Return the prospect after it did something itself: it gets more time, and counts restart."""
    return replace(
        prospect,
        due=due_after_sign_of_life(prospect.due, on, calendar, spans),
        chases=0,
        nudge_record=NudgeRecord(),
        revision=prospect.revision + 1,
    )


def confirm_open(prospect: Prospect, *, on: date) -> Prospect:
    """Return the prospect after somebody, when asked, said it is still open; nothing else moves."""
    quiet = replace(prospect.quiet, answered_on=on)
    return replace(prospect, quiet=quiet, revision=prospect.revision + 1)


def acted_on(prospect: Prospect, action: Action, on: date) -> Prospect:
    """Return the prospect with an action on this day noted, which delays asking if it's still open.

    Saying that it is still open is an answer and does not count as an action.
    """
    if action is Action.STILL_OPEN:
        return prospect
    return replace(prospect, quiet=QuietPeriod(since=on))


def chase(prospect: Prospect) -> Prospect:
    """Return the prospect after an attempt of ours that got no answer: it is only counted."""
    return replace(prospect, chases=prospect.chases + 1, revision=prospect.revision + 1)


def snooze_choices(
    prospect: Prospect, held: Collection[Role], policy: NudgePolicy = DEFAULT_NUDGES
) -> tuple[int, ...]:
    """Return for how many working days someone with these roles may snooze it; empty if not at all.

    An owner may snooze only a limited number of times, and not after the last nudge.
    """
    if Role.MANAGER in held:
        return tuple(range(1, policy.longest_snooze + 1))
    if is_proposed_for_closing(prospect, policy) or prospect.nudge_record.snoozes >= policy.snoozes:
        return ()
    return policy.snooze_choices


def snooze(
    prospect: Prospect,
    days: int,
    held: Collection[Role],
    *,
    today: date,
    calendar: WorkingCalendar,
    policy: NudgePolicy = DEFAULT_NUDGES,
) -> Prospect:
    """Return the prospect snoozed: its owner hears of it again after this many working days.

    So do the managers, if one of them snoozes a prospect that is not theirs. Raises SnoozeRefused
    for a length they may not choose.
    """
    if days not in snooze_choices(prospect, held, policy):
        raise errors.SnoozeRefused(prospect)
    told = replace(
        prospect.nudge_record,
        snoozed_until=calendar.add_working_days(today, days),
        snoozes=prospect.nudge_record.snoozes + (Role.MANAGER not in held),
        not_before=None,
        is_discussed=Role.MANAGER in held and Role.OWNER not in held,
    )
    return replace(prospect, nudge_record=told, revision=prospect.revision + 1)


def hand_over(prospect: Prospect, owner: MemberId, *, morning: date) -> Prospect:
    """Return the prospect with a new owner, who hears of it from the start; its due date stays.

    If it is overdue, it waits for the new owner's next working `morning`.
    """
    given = replace(
        prospect,
        facts=replace(prospect.facts, owner=owner),
        nudge_record=NudgeRecord(),
        revision=prospect.revision + 1,
    )
    return held_back(given, morning)


def correct(prospect: Prospect, facts: ProspectFacts) -> Prospect:
    """Return the prospect with corrected facts; nothing else moves."""
    return replace(prospect, facts=facts, revision=prospect.revision + 1)


def screen(
    prospect_id: ProspectId,
    facts: ProspectFacts,
    assessment: Assessment,
    *,
    qualification_id: QualificationId,
    now: datetime,
    working: WorkingTime,
    before: Prospect | None = None,
    policy: BackstopPolicy = DEFAULT,
    spans: Spans = DEFAULT_SPANS,
) -> Prospect:
    """Return the prospect after a verdict, new or screened again; `working` is its owner's."""
    on, calendar = working.today(now), working.calendar
    conditions = tuple(
        ProspectCondition(condition.what, condition.due) for condition in assessment.conditions
    )
    is_walk_away = assessment.verdict is Verdict.WALK_AWAY
    within = spans.walk_away_within if is_walk_away else assessment.decide_within
    prospect = Prospect(
        id=prospect_id,
        facts=facts,
        qualification_id=qualification_id,
        verdict=assessment.verdict,
        verdict_on=on,
        decide_within=within,
        conditions=conditions,
        due=first_due(assessment.verdict, on, within, conditions, calendar),
        revision=1 if before is None else before.revision + 1,
        quiet=QuietPeriod(since=on),
    )
    question = in_question_after(prospect, before, now=now, working=working, policy=policy)
    return replace(prospect, in_question=question)
