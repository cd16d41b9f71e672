"""Working days, holidays by region, and the end of a day."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import (
    MONDAY_TO_FRIDAY,
    CachedCalendar,
    WorkingCalendar,
    end_of,
    today_in,
    working_calendar,
)
from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.errors import UnknownCountry, UnknownRegion

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("country", "day", "is_worked"),
    [
        (None, date(2026, 12, 25), True),
        ("DE", date(2026, 12, 25), False),
        ("DE", date(2026, 12, 24), True),
        ("DE", date(2027, 1, 1), False),
        ("DE", date(2026, 10, 3), False),
        ("DE", date(2026, 12, 5), False),
        ("DE", date(2027, 1, 6), True),
        ("DE-BY", date(2027, 1, 6), False),
        ("de-by", date(2027, 1, 6), False),
        ("DE-BE", date(2027, 1, 6), True),
        ("DE-BE", date(2027, 3, 8), False),
        ("DE-BY", date(2027, 3, 8), True),
        ("DE-SN", date(2026, 11, 18), False),
        ("DE-BE", date(2026, 11, 18), True),
        ("AT", date(2026, 10, 26), False),
        ("US", date(2026, 11, 26), False),
    ],
)
def test_holidays_are_those_of_the_country_and_region(
    country: str | None, day: date, is_worked: bool
) -> None:
    assert working_calendar(country).is_working_day(day) is is_worked


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 1), 5, date(2026, 12, 8)),
        (date(2026, 12, 9), 7, date(2026, 12, 18)),
        (date(2026, 12, 3), 2, date(2026, 12, 7)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        (date(2026, 12, 21), 5, date(2026, 12, 29)),
        (date(2026, 12, 29), 5, date(2027, 1, 6)),
        (date(2026, 12, 6), 0, date(2026, 12, 6)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, count: int, expected: date) -> None:
    assert working_calendar("DE-BE").add_working_days(day, count) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 4), date(2026, 12, 7)),
        (date(2026, 12, 7), date(2026, 12, 8)),
        (date(2026, 12, 24), date(2026, 12, 28)),
    ],
)
def test_the_next_working_day_is_never_the_day_itself(day: date, expected: date) -> None:
    assert working_calendar("DE").next_working_day(day) == expected


def test_other_weekdays_can_be_worked_on() -> None:
    sunday_to_thursday = working_calendar("IL", frozenset({6, 0, 1, 2, 3}))

    assert sunday_to_thursday.is_working_day(date(2026, 12, 6))
    assert not sunday_to_thursday.is_working_day(date(2026, 12, 4))


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({7}), frozenset({-1, 2})])
def test_a_calendar_needs_weekdays_that_exist(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="not weekdays"):
        WorkingCalendar(weekdays)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="cannot count -1"):
        MONDAY_TO_FRIDAY.add_working_days(date(2026, 12, 1), -1)


def test_an_unknown_country_or_region_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownCountry) as country:
        working_calendar("XX")
    with pytest.raises(UnknownRegion) as region:
        working_calendar("DE-XX")

    assert (country.value.country, "DE" in country.value.known) == ("XX", True)
    assert (region.value.region, "BE" in region.value.known) == ("XX", True)


@pytest.mark.parametrize(
    ("zone", "today"),
    [
        ("Europe/Berlin", date(2026, 12, 2)),
        ("UTC", date(2026, 12, 1)),
        ("Pacific/Auckland", date(2026, 12, 2)),
        ("America/Los_Angeles", date(2026, 12, 1)),
    ],
)
def test_today_depends_on_the_zone(zone: str, today: date) -> None:
    assert today_in(ZoneInfo(zone), datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == today


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        (date(2026, 12, 8), "Europe/Berlin", datetime(2026, 12, 8, 23, tzinfo=UTC)),
        (date(2026, 7, 8), "Europe/Berlin", datetime(2026, 7, 8, 22, tzinfo=UTC)),
        (date(2026, 3, 28), "Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # The clocks of Santiago go from 24:00 to 01:00, and back from 24:00 to 23:00.
        (date(2026, 9, 5), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        (date(2026, 4, 4), "America/Santiago", datetime(2026, 4, 5, 4, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_there_also_when_clocks_change(
    day: date, zone: str, end: datetime
) -> None:
    assert end_of(day, ZoneInfo(zone)) == end


FREE = ListedDays(frozenset({date(2027, 1, 4)}), frozenset({DayOfYear(12, 24), DayOfYear(2, 29)}))
CALENDARS = [
    MONDAY_TO_FRIDAY,
    working_calendar("DE-BY", free=FREE),
    working_calendar("DE", frozenset({6}), worked=FREE),
]
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@given(st.sampled_from(CALENDARS), DAYS, st.integers(-3, 900), st.integers(0, 30))
def test_a_calendar_that_looks_at_whole_years_counts_the_same_days(
    calendar: WorkingCalendar, day: date, later: int, working_days: int
) -> None:
    calendar = WorkingCalendar(*(getattr(calendar, each.name) for each in fields(calendar)))
    counted, end = CachedCalendar.of(calendar), day + timedelta(days=later)

    assert counted.next_working_day(day) == calendar.next_working_day(day)
    assert counted.working_day_from(day) == calendar.working_day_from(day)
    assert counted.working_days_between(day, end) == calendar.working_days_between(day, end)
    ahead = calendar.add_working_days(day, working_days)
    assert counted.add_working_days(day, working_days) == ahead
    assert CachedCalendar.of(counted) is counted
