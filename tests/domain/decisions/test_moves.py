"""The stages of a prospect: what leads where, and what each move keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import MONDAY_TO_FRIDAY, WorkingTime, working_calendar
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import check, end, meet_conditions, reopen, undo_until
from bot.domain.errors import DomainError, NotAllowed, StaleClick, WrongStage
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import (
    Decision,
    Due,
    DueReason,
    Prospect,
    ProspectCondition,
    ProspectFacts,
    ProspectId,
    QualificationId,
    Stage,
    first_due,
    is_winnable,
)

ANNA = MemberId("U0ANNA")
BERLIN = ZoneInfo("Europe/Berlin")
WORKING = WorkingTime(MONDAY_TO_FRIDAY, BERLIN)
TUESDAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OWNER = frozenset({Role.FULL_MEMBER, Role.OWNER})
HOMEWORK = ProspectCondition("figures", date(2026, 12, 8))

PURSUE = Prospect(
    ProspectId("p"),
    ProspectFacts("Acme", ANNA, TUESDAY),
    QualificationId("q"),
    Verdict.PURSUE,
    TUESDAY,
    None,
    (),
    None,
)
PROBLEM = replace(
    PURSUE,
    verdict=Verdict.PROBLEM,
    decide_within=5,
    due=Due(date(2026, 12, 8), DueReason.VERDICT),
)
ON_CONDITION = replace(PURSUE, conditions=(HOMEWORK,), due=Due(HOMEWORK.due, DueReason.CONDITION))


def ended(action: Action, prospect: Prospect = PURSUE) -> Prospect:
    return end(prospect, Decision(action, ANNA, NOW))


@pytest.mark.parametrize(
    ("action", "stage"),
    [
        (Action.WALK_AWAY, Stage.WALKED_AWAY),
        (Action.WON, Stage.WON),
        (Action.LOST, Stage.LOST),
    ],
)
def test_an_end_leads_to_its_stage_and_raises_the_revision(action: Action, stage: Stage) -> None:
    prospect = ended(action)

    assert (prospect.stage, prospect.revision) == (stage, 2)
    assert prospect.decision == Decision(action, ANNA, NOW)


@pytest.mark.parametrize("action", [Action.WALK_AWAY, Action.WON, Action.LOST])
def test_undo_restores_all_but_the_revision(action: Action) -> None:
    undone = reopen(
        ended(action, ON_CONDITION), OWNER, now=NOW, calendar=MONDAY_TO_FRIDAY, zone=BERLIN
    )

    assert undone == replace(ON_CONDITION, revision=3)


@pytest.mark.parametrize(
    ("prospect", "action", "revision", "refusal"),
    [
        pytest.param(PURSUE, Action.WON, 1, None, id="won"),
        pytest.param(ON_CONDITION, Action.CONDITION_MET, 1, None, id="condition met"),
        pytest.param(PROBLEM, Action.CONDITION_MET, 1, WrongStage, id="no condition"),
        pytest.param(PROBLEM, Action.WALK_AWAY, 2, StaleClick, id="an older button"),
        pytest.param(PROBLEM, Action.WALK_AWAY, 0, StaleClick, id="a button of the future"),
        pytest.param(PROBLEM, Action.REQUALIFY, None, None, id="a revision that is not checked"),
        pytest.param(ended(Action.WON), Action.REQUALIFY, 2, WrongStage, id="a client"),
        pytest.param(ended(Action.LOST), Action.REQUALIFY, 2, None, id="lost, again"),
        pytest.param(PURSUE, Action.UNDO, 1, WrongStage, id="nothing to undo"),
        pytest.param(ended(Action.LOST), Action.UNDO, 2, NotAllowed, id="undo, by no decider"),
        pytest.param(ended(Action.LOST), Action.LOST, 2, WrongStage, id="lost twice"),
    ],
)
def test_an_action_is_checked(
    prospect: Prospect, action: Action, revision: int | None, refusal: type[DomainError] | None
) -> None:
    if refusal is None:
        check(prospect, action, OWNER, revision=revision)
    else:
        with pytest.raises(refusal):
            check(prospect, action, OWNER, revision=revision)


def test_who_is_not_even_a_full_member_is_not_told_that_they_come_late() -> None:
    with pytest.raises(NotAllowed):
        check(PURSUE, Action.UNDO, frozenset(), revision=1)


def test_undo_ends_with_the_next_working_day_in_the_zone() -> None:
    friday = replace(ended(Action.LOST), decision=Decision(Action.LOST, ANNA, NOW.replace(day=4)))

    assert undo_until(friday, calendar=MONDAY_TO_FRIDAY, zone=BERLIN) == datetime(
        2026, 12, 7, 23, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("verdict", "within", "conditions", "due"),
    [
        (Verdict.WALK_AWAY, None, (), Due(date(2026, 12, 3), DueReason.VERDICT)),
        (Verdict.PROBLEM, 5, (), Due(date(2026, 12, 8), DueReason.VERDICT)),
        (Verdict.PURSUE, None, (), None),
        (Verdict.PURSUE, None, (HOMEWORK,), Due(HOMEWORK.due, DueReason.CONDITION)),
        (Verdict.PROBLEM, 7, (HOMEWORK,), Due(HOMEWORK.due, DueReason.CONDITION)),
        (Verdict.PROBLEM, 3, (HOMEWORK,), Due(date(2026, 12, 4), DueReason.VERDICT)),
        (Verdict.PROBLEM, 5, (HOMEWORK,), Due(date(2026, 12, 8), DueReason.VERDICT)),
    ],
)
def test_a_verdict_has_its_due_date(
    verdict: Verdict, within: int | None, conditions: tuple[ProspectCondition, ...], due: Due | None
) -> None:
    assert first_due(verdict, TUESDAY, within, conditions, working_calendar("DE")) == due


def test_meeting_a_condition_leaves_a_later_due_date() -> None:
    later = Due(date(2026, 12, 18), DueReason.VERDICT)
    prospect = replace(PROBLEM, conditions=(HOMEWORK,), due=later)

    met = meet_conditions(prospect, brought="figures", by=ANNA, now=NOW, working=WORKING)

    assert met.due == later
    assert not is_winnable(met, TUESDAY)
    assert met.unmet == ()


def test_a_condition_that_was_met_before_keeps_who_and_when() -> None:
    first = replace(HOMEWORK, met_at=NOW, met_by=MemberId("U0BEN"), brought="a visit")
    prospect = replace(PURSUE, conditions=(first, HOMEWORK))

    met = meet_conditions(
        prospect,
        brought="figures",
        by=ANNA,
        now=NOW + timedelta(days=1),
        working=WORKING,
    )

    assert met.conditions[0] == first
    assert met.conditions[1].brought == "figures"
    assert is_winnable(met, TUESDAY)
