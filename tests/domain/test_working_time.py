"""Working mornings and hours, right over every change of clocks in every zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.calendar import MONDAY_TO_FRIDAY, WorkingTime, end_of, instant, working_calendar

BERLIN = ZoneInfo("Europe/Berlin")
AGENCY = WorkingTime(working_calendar("DE"), BERLIN)
ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ZONES = sorted(available_timezones() - {"localtime"})


def days() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += ONE_DAY


@cache
def changes(name: str) -> tuple[tuple[datetime, timedelta], ...]:
    """Return the last hour before each change of clocks, and how far they are set forward."""
    zone = ZoneInfo(name)
    found = []
    now = datetime(2025, 12, 31, tzinfo=UTC)
    while now.date() <= LAST:
        if offset(now, zone) != offset(now + ONE_DAY, zone):
            hours = (now + timedelta(hours=hour) for hour in range(24))
            last = next(h for h in hours if offset(h, zone) != offset(h + ONE_HOUR, zone))
            found.append((last, offset(last + ONE_HOUR, zone) - offset(last, zone)))
        now += ONE_DAY
    return tuple(found)


def offset(now: datetime, zone: ZoneInfo) -> timedelta:
    found = now.astimezone(zone).utcoffset()
    assert found is not None
    return found


def test_no_morning_is_skipped_and_none_comes_twice_in_any_zone() -> None:
    for name in ZONES:
        working = WorkingTime(MONDAY_TO_FRIDAY, ZoneInfo(name))
        before = datetime.min.replace(tzinfo=UTC)
        for day in days():
            morning = working.morning(day)
            local = morning.start.astimezone(working.zone)

            assert (local.date(), local.time()) == (day, time(9)), (name, day)
            assert morning.end - morning.start == timedelta(hours=1), (name, day)
            assert timedelta(hours=20) < morning.start - before, (name, day)
            before = morning.start


def test_every_day_follows_the_one_before_without_a_gap_in_every_zone() -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        for now, _ in changes(name):
            day = now.astimezone(zone).date()
            start, end = end_of(day - ONE_DAY, zone), end_of(day, zone)

            assert start < end, (name, day)
            assert (end - timedelta(seconds=1)).astimezone(zone).date() == day, (name, day)
            assert timedelta(hours=21) < end - start < timedelta(hours=27), (name, day)


def test_a_time_left_out_moves_forward_by_the_gap_and_one_that_repeats_is_the_first() -> None:
    seen = set()
    for name in ZONES:
        zone = ZoneInfo(name)
        for now, forward in changes(name):
            before = now.astimezone(zone).replace(tzinfo=None)
            for minutes in range(0, 180, 15):
                wall = before + timedelta(minutes=minutes)
                found = instant(wall.date(), wall.time(), zone)
                shown = found.astimezone(zone).replace(tzinfo=None)
                seen.add(shown == wall)

                assert shown in {wall, wall + forward}, (name, wall)
                earlier = (found - abs(forward)).astimezone(zone).replace(tzinfo=None)
                assert earlier != wall, (name, wall)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", "2026-03-29T01:30"),
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", "2026-10-25T00:30"),
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:30"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),
        (date(2026, 12, 9), time(9), "Asia/Kathmandu", "2026-12-09T03:15"),
        (date(2026, 12, 9), time(9), "Pacific/Kiritimati", "2026-12-08T19:00"),
    ],
)
def test_wall_time_becomes_an_instant(day: date, wall: time, zone: str, expected: str) -> None:
    found = instant(day, wall, ZoneInfo(zone))

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "works"),
    [
        ("2026-12-09T07:59", False),
        ("2026-12-09T08:00", True),
        ("2026-12-09T15:59", True),
        ("2026-12-09T16:00", False),
        ("2026-12-12T10:00", False),
        ("2026-12-25T10:00", False),
        ("2026-07-09T07:00", True),
    ],
)
def test_people_work_from_nine_to_five_where_they_are(now: str, works: bool) -> None:
    assert AGENCY.is_at_work(datetime.fromisoformat(now).replace(tzinfo=UTC)) is works


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-09T10:00", "2026-12-09T10:00"),
        ("2026-12-09T05:00", "2026-12-09T08:00"),
        ("2026-12-09T16:00", "2026-12-10T08:00"),
        ("2026-12-11T20:00", "2026-12-14T08:00"),
        ("2026-12-25T10:00", "2026-12-28T08:00"),
    ],
)
def test_out_of_hours_the_next_working_morning_is_when_they_work(now: str, expected: str) -> None:
    moment, then = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, expected))

    assert AGENCY.next_at_work(moment) == then


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 9), date(2026, 12, 9)),
        (date(2026, 12, 12), date(2026, 12, 14)),
        (date(2026, 12, 25), date(2026, 12, 28)),
    ],
)
def test_a_day_off_gives_way_to_the_next_working_day(day: date, expected: date) -> None:
    assert AGENCY.calendar.working_day_from(day) == expected
