"""The clock: owners hear of what they do not decide, once each, and conditions lapse."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.people import CachedMember
from bot.domain.prospects import NudgeRecord, ProspectCondition
from bot.services.delivery.contents import take_back
from bot.services.delivery.deliver import DeliveryService
from bot.services.nudges import NudgeRounds
from bot.services.ports import Caller
from bot.storage.database import Database
from bot.storage.nudges import NudgeWritten
from bot.storage.people import members
from bot.storage.rounds import RoundQueue
from tests.office import HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, SETTINGS, A, Agency, somebody
from tests.services.delivery.posting import Post
from tests.services.test_settings import somebody_waits_for_a_lock

pytestmark = pytest.mark.both_databases

MORNING = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
"""The first working day after the due date of what was screened on Monday, 30 November."""


async def told(agency: Agency, kind: str = "nudge") -> list[tuple[str, str]]:
    """Return to whom and on which day messages of a kind went."""
    return [
        (row.recipient, row.dedupe_key.rpartition(":")[2])
        for row in await agency.messages()
        if row.kind == kind
    ]


async def pass_time(agency: Agency, until: datetime, hours: int = 3) -> None:
    await agency.pass_time(until, step=timedelta(hours=hours))


async def test_an_owner_hears_thrice_and_then_no_more(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    days = ["2026-12-08", "2026-12-15", "2026-12-22"]
    assert await told(agency) == [(OWNER, day) for day in days]
    assert (await agency.now(prospect.id)).nudge_record == NudgeRecord(
        nudges=3, last_on=date(2026, 12, 22)
    )
    assert len(await told(agency, "closing_line")) == 1
    assert await RoundQueue(agency.database).due(datetime(2099, 1, 1, tzinfo=UTC), 9) == []


async def test_a_tick_without_anything_due_does_nothing(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)

    assert await agency.nudges.tick() == 0


async def test_any_number_of_processes_say_it_once(agency: Agency, database: Database) -> None:
    for name in ("Acme", "Beta", "Gamma"):
        await agency.screen(OWNER, PROBLEM, name)
        await agency.screen(MANAGER, PROBLEM, f"{name} of the manager")
    agency.clock.now = MORNING
    others = [NudgeRounds(agency.units, RoundQueue(database), agency.clock) for _ in range(3)]

    await asyncio.gather(*(each.tick() for each in (agency.nudges, *others)))
    await asyncio.gather(*(each.tick() for each in (agency.nudges, *others)))

    assert sorted(await told(agency)) == [(MANAGER, "2026-12-08"), (OWNER, "2026-12-08")]


async def test_one_message_is_about_everything_that_is_due(agency: Agency) -> None:
    late = await agency.screen(OWNER, PROBLEM, "Acme")
    later = await agency.screen(OWNER, NO_OFFER, "Beta")
    agency.clock.now = MORNING

    await agency.nudges.tick()

    async with agency.units.reading(A) as work:
        items = (await work.nudges.items(OWNER, date(2026, 12, 8))).nudges
    assert items == [(later.id, 1), (late.id, 1)]


async def test_what_was_decided_a_moment_ago_is_not_spoken_of(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.walk_away(OWNER, prospect)

    await agency.nudges.tick()

    assert await told(agency) == []


async def test_what_is_undone_during_the_day_waits_for_the_next_morning(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.undo(OWNER, await agency.walk_away(OWNER, prospect))

    await pass_time(agency, MORNING + timedelta(days=3))

    assert await told(agency) == [(OWNER, "2026-12-09")]


async def test_a_snoozed_nudge_comes_again_without_counting(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    await agency.snooze(OWNER, await agency.now(prospect.id), 1)

    await pass_time(agency, MORNING + timedelta(days=11))

    assert [day for _, day in await told(agency)] == ["2026-12-08", "2026-12-09", "2026-12-16"]
    assert (await agency.now(prospect.id)).nudge_record.nudges == 2


async def test_a_pause_delays_nudges_and_no_dates(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    await agency.follow_up.pause(Caller(A, OWNER), date(2026, 12, 14))

    await pass_time(agency, datetime(2026, 12, 15, tzinfo=UTC))

    assert await told(agency) == [(OWNER, "2026-12-14")]
    assert (await agency.now(prospect.id)).due == prospect.due


async def test_a_pause_that_is_ended_early_brings_the_nudge_forward(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    await agency.follow_up.pause(Caller(A, OWNER), date(2026, 12, 28))
    await pass_time(agency, MORNING + timedelta(days=1))
    assert await told(agency) == []

    await agency.follow_up.pause(Caller(A, OWNER), None)
    await pass_time(agency, MORNING + timedelta(days=3))

    assert await told(agency) == [(OWNER, "2026-12-10")]


async def test_who_moves_hears_in_the_morning_of_where_they_are(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    tokyo = replace(somebody(OWNER), zone=ZoneInfo("Asia/Tokyo"))
    agency.directory.people[OWNER] = tokyo
    agency.clock.now = datetime(2026, 12, 7, 20, tzinfo=UTC)  # Tuesday, five o'clock there
    await agency.membership.member(A, OWNER)

    await pass_time(agency, datetime(2026, 12, 8, 6, tzinfo=UTC), hours=1)

    assert await told(agency) == [(OWNER, "2026-12-08")]


async def test_a_nudge_that_slack_did_not_take_by_five_waits_for_the_morning(
    post: Post,
) -> None:
    agency = post.agency
    await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    agency.clock.move(hours=9)

    await post.deliver()
    assert ("nudge", "pending", "out_of_hours") in await post.states()
    assert "nudge" not in post.messenger.kinds

    agency.clock.move(hours=14)
    await post.make_due()
    await post.deliver()
    assert ("nudge", "sent", None) in await post.states()


async def test_a_clock_that_runs_on_between_two_looks_holds_no_nudge_up(post: Post) -> None:
    agency = post.agency
    await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING + timedelta(hours=1)
    await agency.nudges.tick()

    def running() -> datetime:
        agency.clock.move(microseconds=1)
        return agency.clock.now

    delivery = DeliveryService(
        post.queue, agency.units, agency.membership, post.messenger, clock=running
    )
    await replace(post, delivery=delivery).deliver()

    assert ("nudge", "sent", None) in await post.states()


async def test_what_was_held_over_night_counts_for_the_day_on_which_it_was_sent(
    post: Post,
) -> None:
    agency = post.agency
    first = await agency.screen(OWNER, PROBLEM, "Acme")
    agency.clock.now = MORNING - timedelta(days=6)  # Wednesday, 2 December
    await agency.screen(OWNER, NO_OFFER, "Beta")
    agency.clock.now = MORNING
    await agency.tick()
    await agency.walk_away(OWNER, await agency.now(first.id))
    second = await agency.screen(OWNER, PROBLEM, "Gamma")
    agency.clock.now = datetime(2026, 12, 16, 9, 30, tzinfo=UTC)
    await agency.nudges.tick()
    agency.clock.move(hours=9)
    await post.deliver()
    assert (await agency.now(second.id)).nudge_record.last_on == date(2026, 12, 16)

    agency.clock.now = datetime(2026, 12, 17, 8, 0, 1, tzinfo=UTC)
    await post.make_due()
    await post.deliver()

    assert (await agency.now(second.id)).nudge_record.last_on == date(2026, 12, 17)
    async with agency.units.reading(A) as work:
        days = (await work.nudges.days_of([OWNER], date(2026, 12, 14)))[OWNER]
    assert date(2026, 12, 16) not in days
    assert date(2026, 12, 17) in days
    await agency.screen(OWNER, PROBLEM, "Delta")
    await pass_time(agency, datetime(2026, 12, 26, tzinfo=UTC))
    assert (await agency.now(second.id)).nudge_record.last_on == date(2026, 12, 24)


async def test_while_one_is_held_up_no_second_one_is_written(post: Post) -> None:
    agency = post.agency
    await agency.screen(OWNER, PROBLEM, "Acme")
    agency.clock.move(days=1)
    await agency.screen(OWNER, PROBLEM, "Beta")
    agency.clock.now = MORNING
    await agency.nudges.tick()

    agency.clock.move(days=1)
    await agency.nudges.tick()
    assert await told(agency) == [(OWNER, "2026-12-08")]

    await post.deliver()
    await pass_time(agency, MORNING + timedelta(days=3))
    assert await told(agency) == [(OWNER, "2026-12-08"), (OWNER, "2026-12-10")]


@pytest.mark.parametrize(
    ("country", "day"), [("DE", "2026-12-28"), (None, "2026-12-25"), ("DE-BE", "2026-12-28")]
)
async def test_other_holidays_move_what_the_clock_looks_at(
    agency: Agency, country: str | None, day: str
) -> None:
    agency.clock.now = datetime(2026, 12, 17, 9, tzinfo=UTC)
    prospect = await agency.screen(OWNER, PROBLEM)
    assert prospect.due is not None
    moved = Agency(agency.database, agency.clock, replace(SETTINGS, country=country))

    await moved.membership.adopt(A)
    await pass_time(moved, datetime(2026, 12, 30, tzinfo=UTC))

    assert (await agency.now(prospect.id)).due == prospect.due
    assert await told(agency) == [(OWNER, day)]


async def test_another_zone_of_the_workspace_moves_the_mornings_of_who_is_not_known(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, PROBLEM)
    async with agency.database.writing() as connection:
        await connection.execute(delete(members))
    tokyo = replace(SETTINGS, zone=ZoneInfo("Asia/Tokyo"))
    moved = Agency(agency.database, agency.clock, tokyo)

    await moved.membership.adopt(A)
    await pass_time(moved, datetime(2026, 12, 8, 3, tzinfo=UTC), hours=1)

    assert await told(agency) == [(OWNER, "2026-12-08")]


async def test_a_new_owner_hears_of_it_on_their_next_morning(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    agency.clock.move(hours=6)  # half past ten in New York
    await agency.hand_over(OWNER, prospect, OTHER)

    await pass_time(agency, MORNING + timedelta(days=2))

    assert await told(agency) == [(OWNER, "2026-12-08"), (OTHER, "2026-12-09")]


async def test_a_new_owner_whose_morning_has_not_begun_hears_of_it_on_the_same_day(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = datetime(2026, 12, 8, 6, tzinfo=UTC)  # seven o'clock there
    await agency.hand_over(OWNER, prospect, MANAGER)

    await pass_time(agency, MORNING + timedelta(days=2), hours=1)

    assert await told(agency) == [(MANAGER, "2026-12-08")]


async def test_a_condition_met_when_all_dates_have_passed_brings_no_nudge_of_its_own(
    agency: Agency,
) -> None:
    homework = HOMEWORK | {"value": "not_shown", "homework_due": "2026-12-03"}
    prospect = await agency.screen(OWNER, homework)
    await pass_time(agency, datetime(2026, 12, 14, 10, tzinfo=UTC), hours=1)

    met = await agency.meet(OWNER, await agency.now(prospect.id))
    assert met.due is not None
    assert met.due.on == date(2026, 12, 7)
    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert [day for _, day in await told(agency)] == ["2026-12-04", "2026-12-11", "2026-12-18"]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-12-08T15:59", "2026-12-08"),
        ("2026-12-08T16:00", "2026-12-09"),
        ("2026-12-12T12:00", "2026-12-14"),
        ("2026-12-25T09:00", "2026-12-28"),
    ],
)
async def test_after_a_downtime_there_is_one_message_at_a_decent_hour(
    agency: Agency, now: str, day: str
) -> None:
    await agency.screen(OWNER, PROBLEM)
    agency.clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    await pass_time(agency, agency.clock.now + timedelta(days=4))

    assert await told(agency) == [(OWNER, day)]


@pytest.mark.parametrize(("answers", "lapses"), [(HOMEWORK, 1), (PROBLEM, 0)])
async def test_a_condition_lapses_at_midnight_of_its_owner_and_once(
    agency: Agency, answers: dict[str, Any], lapses: int
) -> None:
    await agency.screen(OWNER, answers)
    agency.clock.now = datetime(2026, 12, 8, 22, 59, tzinfo=UTC)
    await agency.nudges.tick()
    assert await told(agency, "lapse_line") == []

    agency.clock.now = datetime(2026, 12, 8, 23, tzinfo=UTC)
    await pass_time(agency, datetime(2026, 12, 9, 20, tzinfo=UTC), hours=1)

    assert len(await told(agency, "lapse_line")) == lapses
    assert len(await told(agency)) == 1


async def test_each_day_on_which_conditions_lapse_is_said_and_kept(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    visit = ProspectCondition("a visit", date(2026, 12, 10))
    two = replace(prospect, conditions=(*prospect.conditions, visit), revision=2)
    async with agency.units(A) as work:
        await work.prospects.save(two)
    forecast = await agency.forecast.until(datetime(2026, 12, 12, tzinfo=UTC))

    await pass_time(agency, datetime(2026, 12, 12, tzinfo=UTC), hours=1)

    assert [at for _, at in await told(agency, "lapse_line")] == ["2026-12-08", "2026-12-10"]
    midnights = [datetime(2026, 12, day, 23, tzinfo=UTC) for day in (8, 10)]
    assert [each.at for each in forecast if each.kind == "lapse_line"] == midnights
    async with agency.units.reading(A) as work:
        kept = await work.history.lapses_of(prospect.id)
    assert [(each.day.day, each.words) for each in kept] == [
        (8, "last year's figures"),
        (10, "a visit"),
    ]


async def test_every_action_rewrites_the_nudge_that_spoke_of_it(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()

    await agency.walk_away(MANAGER, await agency.chase(OWNER, prospect))

    rewrites = [row for row in await agency.messages() if row.kind == "nudge_rewrite"]
    assert [(row.recipient, row.detail) for row in rewrites] == [(OWNER, {"day": "2026-12-08"})] * 2


async def test_a_round_that_fails_keeps_nobody_else_from_theirs(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await agency.screen(OWNER, PROBLEM, "Acme")
    await agency.screen(MANAGER, PROBLEM, "Beta")
    agency.clock.now = MORNING
    make = NudgeRounds._make

    async def fail_for_the_owner(self: NudgeRounds, workspace: Any, keys: Any, now: Any) -> None:
        if OWNER in keys:
            raise RuntimeError("oops")
        await make(self, workspace, keys, now)

    monkeypatch.setattr(NudgeRounds, "_make", fail_for_the_owner)
    await agency.nudges.tick()
    assert await told(agency) == [(MANAGER, "2026-12-08")]
    agency.clock.now += timedelta(minutes=7)
    await agency.nudges.tick()
    assert caplog.text.count("a round was not made") == 1
    assert await RoundQueue(agency.database).late(agency.clock()) >= timedelta(minutes=7)

    monkeypatch.undo()
    await agency.nudges.tick()
    assert len(await told(agency)) == 2
    assert await RoundQueue(agency.database).late(agency.clock()) == timedelta(0)


async def test_who_is_gone_gets_no_message(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    gone = replace(somebody(OWNER), is_deactivated=True)
    async with agency.units(A) as work:
        await work.members.put(CachedMember(gone, agency.clock()))
    agency.clock.now = MORNING

    await pass_time(agency, MORNING + timedelta(days=5), hours=6)

    assert await told(agency) == []


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_round_waits_for_nobody_who_acts_just_now(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING

    async with agency.units(A) as work:
        await work.prospects.get_to_change(prospect.id)
        await agency.nudges.tick()
    assert await told(agency) == []

    await agency.nudges.tick()
    assert len(await told(agency)) == 1


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_lost_message_is_counted_anew_in_the_order_in_which_prospects_are_locked(
    agency: Agency,
) -> None:
    """Somebody hands them all over meanwhile; the message lists them the other way round."""
    screened = [await agency.screen(OWNER, PROBLEM, name) for name in ("Acme", "Beta")]
    first, last = sorted(each.id for each in screened)
    day = MORNING.date()
    async with agency.units(A) as work:
        await work.nudges.add(NudgeWritten(OWNER, day, [(last, 1), (first, 1)]))

    async def count_anew() -> None:
        morning = payloads.OwnersMorning(day)
        async with agency.units(A) as work:
            message = OutboxMessage(MessageKind.NUDGE, OWNER, "any", payload=morning)
            await take_back(work, message, agency.clock())

    async with agency.units(A) as work:
        await work.prospects.get_to_change(first)
        counting = asyncio.create_task(count_anew())
        await somebody_waits_for_a_lock(agency.database)
        await work.prospects.get_to_change(last)
    await counting
