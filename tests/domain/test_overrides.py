"""Overrides: which kill dates are taken, and what becomes of a prospect and of a request."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import chase, check, check_today, end, meet_conditions, reopen
from bot.domain.errors import (
    DomainError,
    KillDatePassed,
    NotAllowed,
    NotWinnable,
    StaleClick,
    WrongStage,
)
from bot.domain.nudges import Look, is_held, next_look
from bot.domain.overrides import (
    approve,
    ask,
    close,
    deny,
    due_to_ask,
    has_lapsed,
    kill_date_problem,
    lapse,
    restore,
    take_effect,
    would_close,
)
from bot.domain.people import Action, Role
from bot.domain.prospects import (
    Decision,
    Due,
    DueReason,
    NudgeRecord,
    OverrideState,
    Prospect,
    ProspectCondition,
    is_overridden,
    is_problem,
    is_stalled,
    is_winnable,
)
from tests.domain.figures.timeline import ANNA, BEN, BERLIN, CALENDAR, READERS, screened, wish

NOW = datetime(2026, 12, 4, 10, tzinfo=UTC)
LATER = datetime(2026, 12, 4, 11, tzinfo=UTC)
FRIDAY = date(2026, 12, 4)
MONDAY = date(2026, 12, 7)
KILL = date(2026, 12, 15)
OWNER = frozenset({Role.FULL_MEMBER, Role.OWNER})
APPROVER = frozenset({Role.FULL_MEMBER, Role.MANAGER, Role.APPROVER})
HOMEWORK = ProspectCondition("last year's figures", date(2026, 12, 8))

GOOD = screened(Verdict.PURSUE, date(2026, 12, 3))
NO_OFFER = screened(Verdict.WALK_AWAY, date(2026, 12, 3))
FIRE = screened(Verdict.PURSUE, date(2026, 12, 3), conditions=(HOMEWORK,))
ASKED = ask(NO_OFFER, wish(NOW, KILL), today=FRIDAY, calendar=CALENDAR)
STANDING = take_effect(NO_OFFER, wish(NOW, KILL))
ASKED_AGAIN = ask(STANDING, wish(NOW, KILL, id="o2"), today=KILL, calendar=CALENDAR)
FOR_NOTHING = ask(GOOD, wish(NOW, KILL), today=FRIDAY, calendar=CALENDAR)
"""Of before met conditions withdrew requests."""


def test_what_is_denied_before_nine_is_spoken_of_on_the_same_morning() -> None:
    early = datetime(2026, 12, 8, 7, tzinfo=UTC)

    denied = deny(ASKED, "No.", by=BEN, now=early, working=READERS[ANNA].working)

    assert denied.nudge_record.not_before == date(2026, 12, 8)


def refused() -> Prospect:
    return deny(ASKED, "No.", by=BEN, now=NOW, working=READERS[ANNA].working)


@pytest.mark.parametrize(
    ("day", "code", "detail"),
    [
        pytest.param(None, "missing", {}, id="no day"),
        pytest.param("2026-12-03", "not_ahead", {"earliest": MONDAY}, id="in the past"),
        pytest.param("2026-12-04", "not_ahead", {"earliest": MONDAY}, id="today"),
        pytest.param("2026-12-05", "no_working_day", {"next": MONDAY}, id="a Saturday"),
        pytest.param("2026-12-25", "no_working_day", {"next": date(2026, 12, 28)}, id="Christmas"),
        pytest.param("2026-12-07", None, {}, id="the next working day"),
        pytest.param("2027-02-02", None, {}, id="60 days ahead"),
        pytest.param("2027-02-03", "kill_too_late", {"days": 60}, id="61 days ahead"),
    ],
)
def test_a_kill_date_is_a_working_day_at_most_60_days_ahead(
    day: str | None, code: str | None, detail: dict[str, Any]
) -> None:
    given = None if day is None else date.fromisoformat(day)

    problem = kill_date_problem(given, today=FRIDAY, calendar=CALENDAR)

    assert (problem and problem.code) == code
    assert problem is None or detail.items() <= problem.detail.items()


def test_the_latest_kill_date_is_a_working_day_itself() -> None:
    problem = kill_date_problem(date(2027, 3, 1), today=date(2026, 12, 8), calendar=CALENDAR)

    assert problem is not None
    assert problem.detail["latest"] == date(2027, 2, 5)


def test_an_override_leaves_the_verdict_underneath_and_counts_chases_on() -> None:
    chased = chase(
        replace(NO_OFFER, nudge_record=NudgeRecord(nudges=2, snoozed_until=KILL, snoozes=1))
    )

    overridden = take_effect(chased, wish(NOW, KILL))

    assert overridden.verdict is Verdict.WALK_AWAY
    assert overridden.due == Due(KILL, DueReason.OVERRIDE)
    assert (overridden.chases, overridden.nudge_record) == (1, NudgeRecord())


def test_an_override_stands_until_the_end_of_its_kill_date() -> None:
    assert is_overridden(STANDING, KILL)
    assert is_winnable(STANDING, KILL)
    assert not is_problem(STANDING, KILL)
    assert next_look(STANDING, CALENDAR, KILL) == Look(date(2026, 12, 16), is_lapse=True)

    day_after = date(2026, 12, 16)
    assert not is_overridden(STANDING, day_after)
    assert not is_winnable(STANDING, day_after)
    assert is_stalled(STANDING, day_after)
    assert next_look(STANDING, CALENDAR, day_after) == Look(day_after)


def test_conditions_do_not_count_while_an_override_stands() -> None:
    overridden = take_effect(FIRE, wish(NOW, KILL))

    assert not is_problem(overridden, date(2026, 12, 9))
    assert is_problem(FIRE, date(2026, 12, 9))


def test_a_request_waits_for_three_working_days() -> None:
    assert ASKED.request is not None
    assert ASKED.request.lapses_on == date(2026, 12, 9)
    assert is_held(ASKED)
    assert not has_lapsed(ASKED, date(2026, 12, 9))
    assert has_lapsed(ASKED, date(2026, 12, 10))
    assert next_look(ASKED, CALENDAR, FRIDAY) == Look(date(2026, 12, 10), is_lapse=True)
    assert ASKED.due == NO_OFFER.due


def test_a_condition_lapses_visibly_while_nudges_wait() -> None:
    asked = ask(FIRE, wish(NOW, KILL), today=FRIDAY, calendar=CALENDAR)

    assert next_look(asked, CALENDAR, FRIDAY) == Look(date(2026, 12, 9), is_lapse=True)
    assert next_look(asked, CALENDAR, date(2026, 12, 9)) == Look(date(2026, 12, 10), is_lapse=True)


def test_a_lapse_is_no_action_of_anybody() -> None:
    lapsed = lapse(ASKED, now=NOW)

    assert lapsed.request is None
    assert lapsed.overrides[0].state is OverrideState.LAPSED
    assert lapsed.revision == ASKED.revision
    assert lapsed.nudge_record.not_before == date(2026, 12, 10)


def test_the_answer_is_kept_with_who_gave_it() -> None:
    approved = approve(ASKED, by=BEN, now=NOW, today=FRIDAY).override
    denied = refused().overrides[0]

    assert approved is not None
    assert (approved.answered_by, approved.answered_at) == (BEN, NOW)
    assert (denied.state, denied.answered_by, denied.refusal) == (OverrideState.DENIED, BEN, "No.")


def test_a_second_request_lets_nudges_go_on() -> None:
    again = ask(refused(), wish(NOW, KILL, id="o2"), today=FRIDAY, calendar=CALENDAR)

    assert not is_held(again)
    assert next_look(again, CALENDAR, FRIDAY) == Look(date(2026, 12, 8))


def meet(prospect: Prospect) -> Prospect:
    working = READERS[ANNA].working
    return meet_conditions(prospect, brought="figures", by=ANNA, now=NOW, working=working)


def test_a_condition_met_withdraws_the_request_on_a_pursue_and_leaves_one_on_a_problem() -> None:
    problem = screened(Verdict.PROBLEM, FRIDAY, within=5, conditions=(HOMEWORK,))
    on_pursue, on_problem = (
        meet(ask(each, wish(NOW, KILL), today=FRIDAY, calendar=CALENDAR))
        for each in (FIRE, problem)
    )

    assert [each.state for each in on_pursue.overrides] == [OverrideState.WITHDRAWN]
    assert [each.state for each in on_problem.overrides] == [OverrideState.ASKED]
    check_today(on_problem, Action.APPROVE_OVERRIDE, FRIDAY)


def test_a_condition_met_ends_the_override_of_a_pursue_and_leaves_that_of_a_problem() -> None:
    problem = screened(Verdict.PROBLEM, FRIDAY, within=5, conditions=(HOMEWORK,))
    standing = take_effect(problem, wish(NOW, KILL))
    met = meet(take_effect(replace(FIRE, nudge_record=NudgeRecord(nudges=2)), wish(NOW, KILL)))

    assert [(each.state, each.over_at) for each in met.overrides] == [(OverrideState.ENDED, NOW)]
    assert (met.due, met.nudge_record) == (None, NudgeRecord())
    assert meet(standing).overrides == standing.overrides
    assert meet(standing).due == standing.due


@pytest.mark.parametrize("day", [KILL, date(2026, 12, 16), date(2027, 3, 1)])
def test_what_met_its_condition_is_good_and_no_problem_whatever_day_it_is(day: date) -> None:
    met = meet(take_effect(FIRE, wish(NOW, KILL)))
    of_before = replace(met, overrides=take_effect(FIRE, wish(NOW, KILL)).overrides)

    for prospect in (met, of_before):
        assert is_winnable(prospect, day)
        assert not is_problem(prospect, day)
        assert not is_stalled(prospect, day)
    assert next_look(met, CALENDAR, day) is None


def test_a_request_that_a_condition_withdrew_is_not_restored_by_undo() -> None:
    met = meet(ask(FIRE, wish(NOW, KILL), today=FRIDAY, calendar=CALENDAR))
    ended = end(met, Decision(Action.WALK_AWAY, ANNA, LATER))

    undone = reopen(ended, OWNER, now=LATER, calendar=CALENDAR, zone=BERLIN)

    assert undone.overrides == met.overrides


def test_what_would_be_over_at_once_is_not_approved() -> None:
    with pytest.raises(KillDatePassed):
        approve(ASKED, by=BEN, now=NOW, today=date(2026, 12, 16))


def test_a_new_override_takes_the_place_of_one_whose_kill_date_passed() -> None:
    approved = approve(ASKED_AGAIN, by=BEN, now=NOW, today=KILL)

    assert [each.state for each in approved.overrides] == [
        OverrideState.REPLACED,
        OverrideState.STANDING,
    ]


@pytest.mark.parametrize("action", [Action.WALK_AWAY, Action.WON, Action.LOST])
def test_an_end_closes_what_stands_and_undo_restores_it(action: Action) -> None:
    ended = end(ASKED_AGAIN, Decision(action, ANNA, NOW))

    undone = reopen(ended, OWNER, now=NOW, calendar=CALENDAR, zone=BERLIN)

    assert [each.state for each in ended.overrides] == [
        OverrideState.ENDED,
        OverrideState.WITHDRAWN,
    ]
    assert undone == replace(ASKED_AGAIN, revision=ASKED_AGAIN.revision + 2)
    assert restore(close(ASKED_AGAIN, now=NOW), NOW) == ASKED_AGAIN


def test_an_override_whose_kill_date_passed_ended_before_anybody_decides() -> None:
    assert [each.id for each in would_close(ASKED_AGAIN, KILL)] == ["o1", "o2"]
    assert [each.id for each in would_close(ASKED_AGAIN, date(2026, 12, 16))] == ["o2"]
    assert would_close(NO_OFFER, FRIDAY) == ()


@pytest.mark.parametrize(
    ("prospect", "action", "today", "refusal"),
    [
        pytest.param(NO_OFFER, Action.OVERRIDE, FRIDAY, None, id="against walk away"),
        pytest.param(FIRE, Action.OVERRIDE, FRIDAY, None, id="a condition unmet"),
        pytest.param(GOOD, Action.OVERRIDE, FRIDAY, WrongStage, id="nothing to override"),
        pytest.param(ASKED, Action.OVERRIDE, FRIDAY, WrongStage, id="asked for already"),
        pytest.param(STANDING, Action.OVERRIDE, KILL, WrongStage, id="one stands"),
        pytest.param(STANDING, Action.OVERRIDE, date(2026, 12, 16), None, id="one has passed"),
        pytest.param(refused(), Action.OVERRIDE, FRIDAY, None, id="denied, again"),
        pytest.param(ASKED, Action.APPROVE_OVERRIDE, FRIDAY, None, id="approved"),
        pytest.param(FOR_NOTHING, Action.APPROVE_OVERRIDE, FRIDAY, WrongStage, id="for nothing"),
        pytest.param(FOR_NOTHING, Action.DENY_OVERRIDE, FRIDAY, None, id="denied, for nothing"),
        pytest.param(NO_OFFER, Action.WON, FRIDAY, NotWinnable, id="won against the verdict"),
        pytest.param(FIRE, Action.WON, FRIDAY, NotWinnable, id="won with an unmet condition"),
        pytest.param(ASKED, Action.WON, FRIDAY, NotWinnable, id="won before it is approved"),
        pytest.param(STANDING, Action.WON, KILL, None, id="won by an override"),
        pytest.param(STANDING, Action.WON, date(2026, 12, 16), NotWinnable, id="won too late"),
    ],
)
def test_the_day_decides_what_may_be_overridden_and_won(
    prospect: Prospect, action: Action, today: date, refusal: type[DomainError] | None
) -> None:
    if refusal is None:
        check_today(prospect, action, today)
    else:
        with pytest.raises(refusal):
            check_today(prospect, action, today)


@pytest.mark.parametrize("action", [Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE])
def test_only_what_is_asked_for_is_answered_and_by_another_manager(action: Action) -> None:
    check(ASKED, action, APPROVER, revision=2)

    with pytest.raises(NotAllowed):
        check(ASKED, action, OWNER | {Role.MANAGER}, revision=2)
    with pytest.raises(StaleClick):
        check(ASKED, action, APPROVER, revision=1)
    with pytest.raises(WrongStage):
        check(refused(), action, APPROVER, revision=3)
    with pytest.raises(WrongStage):
        check(end(ASKED, Decision(Action.LOST, ANNA, NOW)), action, APPROVER, revision=3)


@pytest.mark.parametrize(
    ("now", "due", "then"),
    [
        pytest.param("2026-12-04T10:00", 0, "2026-12-04T14:00", id="still asleep"),
        pytest.param("2026-12-04T14:00", 1, "2026-12-07T14:", id="at work, asked at once"),
        pytest.param("2026-12-07T13:00", 0, "2026-12-07T14:00", id="the morning is to come"),
        pytest.param("2026-12-07T15:00", 2, None, id="once more after a working day"),
        pytest.param("2026-12-07T23:00", 0, "2026-12-08T14:00", id="missed, and gone home"),
        pytest.param("2026-12-08T15:00", 2, None, id="made up at work"),
    ],
)
def test_a_manager_is_asked_in_their_own_working_hours(
    now: str, due: int, then: str | None
) -> None:
    at_night = wish(datetime(2026, 12, 4, 8, tzinfo=UTC), KILL)
    request = ask(NO_OFFER, at_night, today=FRIDAY, calendar=CALENDAR).request
    assert request is not None

    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    count, again = due_to_ask(request, READERS[BEN], moment)  # who is in New York

    assert count == due
    assert (again and again.isoformat()[: len(then or "")]) == then


def test_who_asks_is_never_asked() -> None:
    assert ASKED.request is not None
    assert due_to_ask(ASKED.request, READERS[ANNA], NOW) == (0, None)
