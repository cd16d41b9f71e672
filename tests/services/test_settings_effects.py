"""Each rule that a manager changes has its effect."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import AnswersRejected
from bot.services.overrides import OverrideInput
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import OWNER, PLEA, Agency
from tests.services.nudges.test_nudges import pass_time, told

UNTIL = datetime(2027, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ({}, ["2026-12-08", "2026-12-15", "2026-12-22"]),
        ({"nudges": "1"}, ["2026-12-08"]),
        ({"nudge_every": "2"}, ["2026-12-08", "2026-12-10", "2026-12-14"]),
        ({"nudge_every": "1", "messages_a_week": "1"}, ["2026-12-08", "2026-12-14", "2026-12-21"]),
    ],
)
async def test_reminders_come_as_often_as_the_rules_say(
    agency: Agency, rules: dict[str, Any], days: list[str]
) -> None:
    await agency.set(**rules)
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, UNTIL)

    assert await told(agency) == [(OWNER, day) for day in days]


async def test_managers_are_told_after_as_many_reminders_as_the_rules_say(agency: Agency) -> None:
    await agency.set(nudges="1")
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))

    kinds = [each.kind for each in await agency.messages()]
    assert "closing_line" in kinds
    assert "managers" in kinds


async def test_a_reminder_names_as_many_prospects_as_the_rules_say(agency: Agency) -> None:
    await agency.set(prospects_in_one="1")
    for name in ("First", "Second"):
        await agency.screen(OWNER, PROBLEM, name)

    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))

    assert await told(agency) == [(OWNER, "2026-12-08"), (OWNER, "2026-12-09")]


async def test_a_sign_of_life_gives_as_many_days_as_the_rules_say(agency: Agency) -> None:
    await agency.set(sign_of_life_gives="10")
    prospect = await agency.screen(OWNER, PROBLEM)

    noted = await agency.see_life(OWNER, prospect)

    assert noted.due is not None
    assert noted.due.on == date(2026, 12, 14)


async def test_a_request_lapses_after_as_many_days_as_the_rules_say(agency: Agency) -> None:
    await agency.let_managers_approve()
    await agency.set(request_lapses_after="1")

    asked = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))

    assert asked.request is not None
    assert asked.request.lapses_on == date(2026, 12, 1)


async def test_a_check_in_date_is_as_far_ahead_as_the_rules_say(agency: Agency) -> None:
    await agency.set(kill_within="7")
    prospect = await agency.screen(OWNER, NO_OFFER)
    late = (agency.clock.now + timedelta(days=8)).date()
    plea = OverrideInput(PLEA.fear, PLEA.new_fact, PLEA.reason, PLEA.kill_criterion, kill_on=late)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.override(OWNER, prospect, plea)

    [problem] = rejected.value.problems
    assert (problem.code, problem.detail["days"]) == ("kill_too_late", 7)
