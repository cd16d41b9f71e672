"""Nothing falls silent: however an owner dodges, a manager finds it undecided on the right day."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.services.ports import Caller
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import (
    LEAVER,
    MANAGER,
    OWNER,
    PLEA,
    SECOND_MANAGER,
    SETTINGS,
    A,
    Agency,
)
from tests.services.nudges.test_nudges import told

pytestmark = pytest.mark.both_databases

THURSDAY = datetime(2026, 12, 3, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
TO_THE_END = datetime(2027, 1, 30, tzinfo=UTC)
ONE_HOUR = timedelta(hours=1)
Dodge = Callable[[Agency, Prospect, date], Awaitable[object]]


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is: this is about it."""


async def listings(agency: Agency, manager: MemberId = MANAGER) -> list[str]:
    """Return the days on which a manager finds something undecided for long, and how many."""
    found = []
    for reader, day in await told(agency, "managers"):
        async with agency.units.reading(A) as work:
            kept = await work.managers.record(manager, date.fromisoformat(day))
        if reader == manager and kept is not None and kept.undecided:
            found.append(day)
    return found


async def proposals(agency: Agency, manager: MemberId = MANAGER) -> list[str]:
    """Return the days on which something was proposed for closing in a row of its own."""
    found = []
    for reader, day in await told(agency, "managers"):
        async with agency.units.reading(A) as work:
            kept = await work.managers.record(manager, date.fromisoformat(day))
        if reader == manager and kept is not None and kept.prospects:
            found.append(day)
    return found


async def live(
    agency: Agency, until: datetime, each_noon: Dodge | None = None, of: Prospect | None = None
) -> None:
    """Let the clock come every hour of work; at noon in Berlin the owner does something."""
    due = await agency.next_due()
    while agency.clock.now < until:
        if 8 <= agency.clock.now.hour <= 17 and (due is None or due <= agency.clock.now):
            await agency.tick()
            due = await agency.next_due()
        if agency.clock.now.hour == 11 and each_noon is not None and of is not None:
            await each_noon(agency, await agency.now(of.id), agency.clock.now.date())
            due = await agency.next_due()
        agency.clock.now += ONE_HOUR


async def pause(agency: Agency, prospect: Prospect, day: date) -> None:
    if day == date(2026, 12, 3):
        await agency.follow_up.pause(Caller(A, OWNER), date(2027, 11, 30))


async def give_away(agency: Agency, prospect: Prospect, day: date) -> None:
    """Let it go round, every Wednesday: first the owner, then whoever has it."""
    if day.weekday() == 2:
        owner = prospect.facts.owner
        await agency.hand_over(owner, prospect, LEAVER if owner == OWNER else OWNER)


async def see_life(agency: Agency, prospect: Prospect, day: date) -> None:
    if prospect.due is not None and prospect.due.on == day:
        await agency.see_life(OWNER, prospect)


async def walk_away_and_undo(agency: Agency, prospect: Prospect, day: date) -> None:
    if day == date(2026, 12, 17):
        await agency.walk_away(OWNER, prospect)
    if day == date(2026, 12, 18):
        await agency.undo(OWNER, prospect)


async def override(agency: Agency, prospect: Prospect, day: date) -> None:
    if day == date(2026, 12, 7):
        plea = replace(PLEA, kill_on=date(2027, 1, 29))
        await agency.override(OWNER, prospect, plea)


@pytest.mark.parametrize(
    ("answers", "begun", "dodge", "days"),
    [
        pytest.param(NO_OFFER, THURSDAY, pause, ["2026-12-22", "2027-01-07"], id="pause"),
        pytest.param(NO_OFFER, THURSDAY, give_away, ["2026-12-22", "2027-01-07"], id="hand over"),
        pytest.param(PROBLEM, TUESDAY, see_life, ["2026-12-23", "2027-01-08"], id="sign of life"),
        pytest.param(
            NO_OFFER, THURSDAY, walk_away_and_undo, ["2026-12-22", "2027-01-07"], id="undo"
        ),
        pytest.param(NO_OFFER, THURSDAY, override, ["2027-02-01"], id="override"),
    ],
)
async def test_each_way_to_dodge_ends_in_the_managers_message(
    agency: Agency, answers: dict[str, str], begun: datetime, dodge: Dodge, days: list[str]
) -> None:
    agency.clock.now = begun
    prospect = await agency.screen(OWNER, answers)

    await live(agency, datetime(2027, 2, 2, tzinfo=UTC), dodge, prospect)

    for manager in (MANAGER, SECOND_MANAGER):
        assert (await listings(agency, manager))[: len(days)] == days


async def test_a_row_that_stood_there_lately_is_not_proposed_by_itself(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)

    await live(agency, TO_THE_END)

    assert await listings(agency) == ["2026-12-22", "2027-01-07", "2027-01-21"]
    assert await proposals(agency) == []


async def test_its_owner_does_not_hear_of_it_while_another_manager_does(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(MANAGER, NO_OFFER)

    await live(agency, datetime(2026, 12, 30, tzinfo=UTC))

    assert await listings(agency) == []
    assert await listings(agency, SECOND_MANAGER) == ["2026-12-22"]


async def test_without_another_manager_its_owner_hears_of_it_even_in_a_pause(
    agency: Agency,
) -> None:
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, managers=(MANAGER,)))
    agency.clock.now = THURSDAY
    await agency.screen(MANAGER, NO_OFFER)
    await agency.follow_up.pause(Caller(A, MANAGER), date(2027, 11, 30))

    await live(agency, datetime(2026, 12, 30, tzinfo=UTC))

    assert await listings(agency) == ["2026-12-22"]


async def test_without_any_manager_its_owner_hears_of_it(agency: Agency) -> None:
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, managers=()))
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)

    await live(agency, datetime(2026, 12, 30, tzinfo=UTC))

    assert await listings(agency, OWNER) == ["2026-12-22"]


async def test_that_its_owner_hears_of_it_once_the_last_manager_is_gone_is_foretold(
    agency: Agency,
) -> None:
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, managers=(MANAGER,)))
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    await agency.follow_up.pause(Caller(A, OWNER), date(2027, 11, 30))
    await live(agency, datetime(2026, 12, 15, 9, tzinfo=UTC))
    await agency.leave(MANAGER)
    end = datetime(2026, 12, 30, tzinfo=UTC)

    foretold = await agency.forecast.until(end)
    await live(agency, end)

    assert await listings(agency, OWNER) == ["2026-12-22"]
    lists = [each for each in foretold if each.kind == "managers"]
    assert [(each.to, each.at.date().isoformat()) for each in lists] == [(OWNER, "2026-12-22")]


async def test_a_managers_pause_holds_it_back_only_while_another_hears_of_it(
    agency: Agency,
) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    await agency.follow_up.pause(Caller(A, MANAGER), date(2026, 12, 29))

    await live(agency, datetime(2026, 12, 30, tzinfo=UTC))

    assert await listings(agency) == ["2026-12-29"]
    assert await listings(agency, SECOND_MANAGER) == ["2026-12-22"]


async def test_if_all_managers_pause_all_hear_of_it(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    for manager in (MANAGER, SECOND_MANAGER):
        await agency.follow_up.pause(Caller(A, manager), date(2027, 11, 30))

    await live(agency, datetime(2026, 12, 30, tzinfo=UTC))

    assert await listings(agency) == await listings(agency, SECOND_MANAGER) == ["2026-12-22"]


async def test_the_snooze_of_a_manager_holds_it_back_and_that_of_its_owner_does_not(
    agency: Agency,
) -> None:
    agency.clock.now = THURSDAY
    left = await agency.screen(OWNER, NO_OFFER, "Left")
    agency.clock.now = datetime(2026, 12, 21, 11, tzinfo=UTC)
    await agency.snooze(MANAGER, await agency.now(left.id), 5)

    await live(agency, datetime(2027, 1, 3, tzinfo=UTC))

    assert await listings(agency) == ["2026-12-29"]


async def test_one_past_its_backstop_can_be_snoozed_though_its_due_date_lies_ahead(
    agency: Agency,
) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = datetime(2026, 12, 22, 11, tzinfo=UTC)
    alive = await agency.see_life(OWNER, await agency.now(prospect.id))
    agency.clock.now = datetime(2026, 12, 23, 11, tzinfo=UTC)

    snoozed = await agency.snooze(MANAGER, alive, 20)

    assert snoozed.nudge_record.is_discussed


async def test_a_forecast_tells_of_it(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)

    foretold = await agency.forecast.until(datetime(2027, 1, 10, tzinfo=UTC))

    days = [f"{each.at.date()}" for each in foretold if each.to == MANAGER]
    assert [each for each in days if each in {"2026-12-22", "2027-01-07"}] == [
        "2026-12-22",
        "2027-01-07",
    ]
