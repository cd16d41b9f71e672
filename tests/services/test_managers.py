"""The managers hear what is proposed for closing, once each, on a morning of theirs."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.services.managers import ManagersRounds
from bot.services.ports import Caller
from bot.storage.database import Database
from bot.storage.rounds import RoundQueue
from tests.office import PROBLEM, SetClock
from tests.services.agency import (
    LEAVER,
    MANAGER,
    OWNER,
    SECOND_MANAGER,
    SETTINGS,
    A,
    Agency,
    somebody,
)
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time, told

pytestmark = pytest.mark.both_databases

NUDGE_3 = datetime(2026, 12, 22, 11, tzinfo=UTC)
"""Noon of the day of the third nudge about what was screened on Monday, 30 November."""
NEXT_MORNING = datetime(2026, 12, 23, 9, 30, tzinfo=UTC)
BOTH = [(MANAGER, "2026-12-23"), (SECOND_MANAGER, "2026-12-23")]


async def heard(agency: Agency) -> list[tuple[str, str]]:
    """Return which managers got a message, and on which day."""
    return sorted(await told(agency, "managers"), key=lambda each: (each[1], each[0]))


async def items(agency: Agency, day: str, manager: Any = MANAGER) -> tuple[list[str], int]:
    """Return the names in a message to a manager, and how many were left for the next."""
    async with agency.units.reading(A) as work:
        kept = await work.managers.record(manager, date.fromisoformat(day))
        assert kept is not None
        found = [await work.prospects.get(each) for each in kept.prospects]
    return [each.facts.name for each in found if each], kept.more


async def test_every_manager_hears_once_on_the_morning_after_the_last_nudge(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2027, 2, 1, tzinfo=UTC))

    assert await heard(agency) == BOTH
    assert await RoundQueue(agency.database).due_of_managers(NUDGE_3.replace(2028), 9) == []


async def test_the_worked_example(agency: Agency) -> None:
    agency.clock.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2027, 1, 10, tzinfo=UTC), hours=1)

    assert [day for _, day in await told(agency)] == ["2026-12-09", "2026-12-16", "2026-12-23"]
    assert {day for _, day in await heard(agency)} == {"2026-12-24"}


async def test_any_number_of_processes_say_it_once(agency: Agency, database: Database) -> None:
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    agency.clock.now = NEXT_MORNING
    others = [ManagersRounds(agency.units, RoundQueue(database), agency.clock) for _ in range(3)]

    await asyncio.gather(*(each.tick() for each in (agency.managers, *others)))
    await asyncio.gather(*(each.tick() for each in (agency.managers, *others)))

    assert await heard(agency) == BOTH


async def test_what_is_decided_meanwhile_is_not_listed(agency: Agency) -> None:
    first = await agency.screen(OWNER, PROBLEM, "Acme")
    await agency.screen(OWNER, PROBLEM, "Beta")
    snoozed = await agency.screen(OWNER, PROBLEM, "Gamma")
    await pass_time(agency, NUDGE_3)
    await agency.walk_away(OWNER, await agency.now(first.id))
    await agency.snooze(MANAGER, await agency.now(snoozed.id), 20)

    await pass_time(agency, NEXT_MORNING)

    assert await items(agency, "2026-12-23") == (["Beta"], 0)


async def test_what_is_undone_is_told_to_those_who_have_not_heard(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    ended = await agency.walk_away(OWNER, await agency.now(prospect.id))
    await agency.undo(OWNER, ended)

    await pass_time(agency, NEXT_MORNING)
    ended = await agency.walk_away(MANAGER, await agency.now(prospect.id))
    await agency.undo(MANAGER, ended)
    await pass_time(agency, NEXT_MORNING + timedelta(days=14))

    assert await heard(agency) == BOTH


async def test_ten_are_listed_and_the_rest_the_next_morning(agency: Agency) -> None:
    for owner in (OWNER, LEAVER):
        for number in range(7):
            await agency.screen(owner, PROBLEM, f"{owner} {number}")

    await pass_time(agency, datetime(2027, 1, 10, tzinfo=UTC))

    first, rest = await items(agency, "2026-12-23"), await items(agency, "2026-12-24")
    assert (len(first[0]), first[1]) == (10, 4)
    assert (len(rest[0]), rest[1]) == (4, 0)
    assert len(await heard(agency)) == 4


async def test_a_manager_hears_of_what_they_own_beside_their_own_nudges(agency: Agency) -> None:
    await agency.screen(MANAGER, PROBLEM)

    await pass_time(agency, datetime(2027, 1, 10, tzinfo=UTC))

    assert len(await told(agency)) == 3
    assert await heard(agency) == BOTH


async def test_a_pause_of_a_manager_is_their_own(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    await agency.follow_up.pause(Caller(A, MANAGER), date(2026, 12, 30))

    await pass_time(agency, datetime(2027, 1, 10, tzinfo=UTC))

    assert await heard(agency) == [(SECOND_MANAGER, "2026-12-23"), (MANAGER, "2026-12-30")]


async def test_a_pause_that_is_ended_early_brings_the_message_forward(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    await agency.follow_up.pause(Caller(A, MANAGER), date(2027, 1, 30))
    await pass_time(agency, NEXT_MORNING)

    await agency.follow_up.pause(Caller(A, MANAGER), None)
    await pass_time(agency, datetime(2027, 1, 10, tzinfo=UTC))

    assert (MANAGER, "2026-12-24") in await heard(agency)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", "2026-12-22"),
        ("Asia/Tokyo", "2026-12-23"),
        ("Asia/Kolkata", "2026-12-23"),
    ],
)
async def test_a_manager_hears_on_the_next_morning_of_where_they_are(
    agency: Agency, zone: str, day: str
) -> None:
    agency.directory.people[MANAGER] = replace(somebody(MANAGER), zone=ZoneInfo(zone))
    await agency.membership.note_changed(Caller(A, MANAGER))
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2026, 12, 28, tzinfo=UTC), hours=1)

    assert (MANAGER, day) in await heard(agency)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-12-23T15:59", "2026-12-23"),
        ("2026-12-23T16:00", "2026-12-24"),
        ("2026-12-25T09:00", "2026-12-28"),
    ],
)
async def test_a_missed_morning_is_made_up_until_five(agency: Agency, now: str, day: str) -> None:
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    agency.clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    await pass_time(agency, agency.clock.now + timedelta(days=4))

    assert {each for _, each in await heard(agency)} == {day}


async def test_a_later_manager_hears_once_of_what_is_still_proposed(
    agency: Agency, database: Database, clock: SetClock
) -> None:
    await agency.screen(OWNER, PROBLEM, "Acme")
    decided = await agency.screen(OWNER, PROBLEM, "Beta")
    await pass_time(agency, datetime(2027, 1, 4, 12, tzinfo=UTC))
    await agency.walk_away(MANAGER, await agency.now(decided.id))
    promoted = Agency(database, clock, replace(SETTINGS, managers=(MANAGER, LEAVER)))

    await promoted.membership.adopt(A)
    await pass_time(promoted, datetime(2027, 1, 20, tzinfo=UTC))

    assert await heard(agency) == [*BOTH, (LEAVER, "2027-01-05")]
    assert await items(agency, "2027-01-05", LEAVER) == (["Acme"], 0)


async def test_who_manages_no_more_hears_nothing(
    agency: Agency, database: Database, clock: SetClock
) -> None:
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NUDGE_3)
    demoted = Agency(database, clock, replace(SETTINGS, managers=(SECOND_MANAGER,)))

    await demoted.membership.adopt(A)
    await pass_time(demoted, datetime(2027, 1, 4, tzinfo=UTC))

    assert await heard(agency) == [(SECOND_MANAGER, "2026-12-23")]


async def test_a_new_member_of_the_group_that_manages_hears_too(
    database: Database, clock: SetClock
) -> None:
    agency = Agency(database, clock, replace(SETTINGS, managers=("S0BOSSES",)))
    agency.directory.groups["S0BOSSES"] = [MANAGER]
    await agency.everybody_comes()
    await agency.membership.refresh_groups(A)
    await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, datetime(2026, 12, 28, 12, tzinfo=UTC))

    agency.directory.groups["S0BOSSES"] = [MANAGER, LEAVER]
    for _ in range(2):
        await agency.membership.refresh_groups(A)
    await pass_time(agency, datetime(2027, 1, 4, tzinfo=UTC))

    assert await heard(agency) == [(MANAGER, "2026-12-23"), (LEAVER, "2026-12-29")]


async def test_a_snooze_of_a_manager_ends_with_a_proposal_of_its_own(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NEXT_MORNING)
    await agency.snooze(MANAGER, await agency.now(prospect.id), 5)

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert [day for _, day in await heard(agency)] == ["2026-12-23"] * 2 + ["2027-01-04"] * 2


async def test_every_action_rewrites_the_message_to_each_manager(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, NEXT_MORNING)

    await agency.walk_away(MANAGER, await agency.chase(OWNER, await agency.now(prospect.id)))

    rewrites = [row for row in await agency.messages() if row.kind == "managers_rewrite"]
    assert sorted(row.recipient for row in rewrites) == [MANAGER] * 2 + [SECOND_MANAGER] * 2
    assert {row.detail["day"] for row in rewrites} == {"2026-12-23"}


async def test_a_message_that_slack_did_not_take_by_five_counts_for_the_next_day(
    post: Post,
) -> None:
    agency = post.agency
    await agency.screen(OWNER, PROBLEM, "Acme")
    await agency.screen(LEAVER, PROBLEM, "Beta")
    await pass_time(agency, NUDGE_3)
    agency.clock.now = NEXT_MORNING
    await agency.managers.tick()
    agency.clock.move(hours=9)
    await post.deliver()
    assert ("managers", "pending", "out_of_hours") in await post.states()

    agency.clock.move(hours=14, minutes=10)
    await post.make_due()
    await post.deliver()

    assert ("managers", "sent", None) in await post.states()
    async with agency.units.reading(A) as work:
        assert await work.managers.days_of([MANAGER], date(2026, 12, 1)) == {
            MANAGER: {date(2026, 12, 24)}
        }
