"""Managers choose the working days of their workspace; the clock and new due dates go by them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import AnswersRejected
from bot.services.ports import Caller
from bot.storage.rounds import RoundQueue
from tests.office import PROBLEM
from tests.services.agency import MANAGER, OWNER, SECOND_MANAGER, SETTINGS, A, Agency
from tests.services.nudges.test_nudges import pass_time, told

SUNDAY_TO_THURSDAY = ["6", "0", "1", "2", "3"]
WEDNESDAY_ON = ["2", "3", "4"]
CALLER = Caller(A, MANAGER)


async def choose(agency: Agency, weekdays: list[str]) -> frozenset[int]:
    return (await agency.set(weekdays=weekdays)).settings.weekdays


async def chosen(agency: Agency) -> frozenset[int]:
    return (await agency.settings.opened(CALLER)).settings.weekdays


async def test_it_is_monday_to_friday_unless_the_workspace_says_otherwise(agency: Agency) -> None:
    await agency.greet(MANAGER)
    assert await chosen(agency) == {0, 1, 2, 3, 4}

    assert await choose(agency, SUNDAY_TO_THURSDAY) == {6, 0, 1, 2, 3}

    assert await chosen(agency) == {6, 0, 1, 2, 3}


async def test_whoever_is_not_asked_for_them_leaves_them_as_they_are(agency: Agency) -> None:
    await choose(agency, WEDNESDAY_ON)

    await agency.set(referrals="Petra Klein")

    assert await chosen(agency) == {2, 3, 4}


@pytest.mark.parametrize(
    ("weekdays", "code"), [([], "no_weekday"), (["7"], "unknown_option"), (["x"], "unknown_option")]
)
async def test_what_is_no_working_week_is_refused_and_nothing_is_kept(
    agency: Agency, weekdays: list[str], code: str
) -> None:
    await choose(agency, WEDNESDAY_ON)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.set(referrals="Petra Klein", weekdays=weekdays)

    (problem,) = rejected.value.problems
    kept = (await agency.settings.opened(CALLER)).settings
    assert (problem.question, problem.code) == ("weekdays", code)
    assert kept == replace(SETTINGS, weekdays=frozenset({2, 3, 4}))


async def test_nudges_come_on_the_new_days_and_due_dates_that_are_set_stay(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    assert before.due is not None
    assert before.due.on == date(2026, 12, 7)

    await choose(agency, WEDNESDAY_ON)
    await pass_time(agency, datetime(2026, 12, 12, tzinfo=UTC))

    assert (await agency.now(before.id)).due == before.due
    assert await told(agency) == [(OWNER, "2026-12-09")]


async def test_new_due_dates_are_counted_in_the_new_days(agency: Agency) -> None:
    await choose(agency, WEDNESDAY_ON)

    prospect = await agency.screen(OWNER, PROBLEM)

    assert prospect.due is not None
    assert prospect.due.on == date(2026, 12, 10)


async def test_only_a_change_lets_the_clock_look_anew(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    await agency.tick()
    rounds = RoundQueue(agency.database)

    await choose(agency, ["0", "1", "2", "3", "4"])
    assert await rounds.due(agency.clock(), 9) == []

    await choose(agency, SUNDAY_TO_THURSDAY)
    assert (A, OWNER) in await rounds.due(agency.clock(), 9)
    managers = await rounds.due_of_managers(agency.clock(), 9)
    assert sorted(managers) == [(A, MANAGER), (A, SECOND_MANAGER)]


async def test_a_restart_leaves_them_as_they_are(agency: Agency) -> None:
    await choose(agency, SUNDAY_TO_THURSDAY)
    mended = Agency(agency.database, agency.clock, replace(SETTINGS, verdict_channel="C0RIGHT"))

    await mended.membership.adopt(A)

    settings = (await mended.greet(OWNER)).workspace.settings
    assert settings == replace(
        SETTINGS, verdict_channel="C0RIGHT", weekdays=frozenset({6, 0, 1, 2, 3})
    )


async def test_whom_we_speak_to_next_has_the_new_days_at_once(agency: Agency) -> None:
    await agency.greet(OWNER)

    await choose(agency, WEDNESDAY_ON)

    assert (await agency.greet(OWNER)).workspace.settings.weekdays == {2, 3, 4}
