"""By when a prospect must be decided: the worked examples, as far as their events exist."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.people import MemberId
from bot.domain.prospects import Due, DueReason
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import OTHER, OWNER, Agency

OUTSIDE = GOOD | {"niche": "outside"}
BY_VERDICT, BY_CONDITION = DueReason.VERDICT, DueReason.CONDITION


@pytest.mark.parametrize(
    ("answers", "on", "due"),
    [
        pytest.param(PROBLEM, "2026-12-01", Due(date(2026, 12, 8), BY_VERDICT), id="not shown"),
        pytest.param(NO_OFFER, "2026-12-03", Due(date(2026, 12, 7), BY_VERDICT), id="walk away"),
        pytest.param(HOMEWORK, "2026-12-01", Due(date(2026, 12, 8), BY_CONDITION), id="homework"),
        pytest.param(OUTSIDE, "2026-12-07", Due(date(2026, 12, 16), BY_VERDICT), id="niche"),
        pytest.param(PROBLEM, "2026-12-22", Due(date(2026, 12, 30), BY_VERDICT), id="Christmas"),
        pytest.param(NO_OFFER, "2026-12-30", Due(date(2027, 1, 4), BY_VERDICT), id="New Year"),
        pytest.param(GOOD, "2026-12-01", None, id="good fit"),
    ],
)
async def test_a_verdict_has_its_due_date(
    agency: Agency, answers: dict[str, Any], on: str, due: Due | None
) -> None:
    agency.clock.now = datetime.fromisoformat(f"{on}T09:00").replace(tzinfo=UTC)

    prospect = await agency.screen(OWNER, answers)

    assert (await agency.now(prospect.id)).due == due


async def test_homework_that_was_met_leaves_nothing_due(agency: Agency) -> None:
    agency.clock.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    prospect = await agency.screen(OWNER, HOMEWORK)
    agency.clock.now = datetime(2026, 12, 7, 9, tzinfo=UTC)

    assert (await agency.meet(OWNER, prospect)).due is None


@pytest.mark.parametrize(
    ("homework_due", "before", "after"),
    [
        ("2026-12-03", Due(date(2026, 12, 3), BY_CONDITION), Due(date(2026, 12, 8), BY_VERDICT)),
        ("2026-12-14", Due(date(2026, 12, 8), BY_VERDICT), Due(date(2026, 12, 8), BY_VERDICT)),
    ],
)
async def test_a_kept_condition_brings_a_problem_forward_until_it_is_met(
    agency: Agency, homework_due: str, before: Due, after: Due
) -> None:
    agency.clock.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    answers = HOMEWORK | {"value": "not_shown", "homework_due": homework_due}

    prospect = await agency.screen(OWNER, answers)
    met = await agency.meet(OWNER, prospect)

    assert prospect.verdict is Verdict.PROBLEM
    assert (prospect.due, met.due) == (before, after)


@pytest.mark.parametrize(("owner", "due"), [(OWNER, date(2026, 12, 8)), (OTHER, date(2026, 12, 7))])
async def test_the_day_of_a_verdict_is_that_of_the_owner(
    agency: Agency, owner: MemberId, due: date
) -> None:
    agency.clock.now = datetime(2026, 12, 1, 3, tzinfo=UTC)  # still Monday evening in New York

    prospect = await agency.screen(OWNER, PROBLEM, owner=owner, first_contact="2026-11-30")

    assert prospect.due == Due(due, BY_VERDICT)


async def test_screening_again_starts_the_due_date_anew(agency: Agency) -> None:
    agency.clock.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    prospect = await agency.screen(OWNER, NO_OFFER)
    agency.clock.now = datetime(2026, 12, 7, 9, tzinfo=UTC)

    prospect = await agency.screen_again(OWNER, prospect, PROBLEM)

    assert prospect.due == Due(date(2026, 12, 14), BY_VERDICT)
