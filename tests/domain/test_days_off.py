"""Which days are off: by law, by custom, by a community, and as managers listed them."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from bot.domain import days_off
from bot.domain.calendar import CachedCalendar, WorkingCalendar, working_calendar
from bot.domain.days_off import (
    NO_DAYS,
    DayOfYear,
    ListedDays,
    missed_without_region,
    observable,
    public_holidays,
    spelled,
)
from bot.domain.workspace import Settings

TODAY = date(2026, 11, 28)
ASSUMPTION_2028 = date(2028, 8, 15)  # a Tuesday
CHRISTMAS_EVE = ListedDays(yearly=frozenset({DayOfYear(12, 24)}))


@pytest.mark.parametrize(
    ("region", "observed", "day", "is_off"),
    [
        ("DE-BY", (), ASSUMPTION_2028, False),
        ("DE-BY", ("catholic",), ASSUMPTION_2028, True),
        ("de-by", ("catholic",), ASSUMPTION_2028, True),
        ("DE-SL", (), ASSUMPTION_2028, True),
        ("DE-BE", ("catholic",), ASSUMPTION_2028, False),
        ("DE-SN", (), date(2027, 5, 27), False),
        ("DE-SN", ("catholic",), date(2027, 5, 27), True),
        ("SE", (), date(2027, 12, 24), True),
        ("AT", (), date(2026, 12, 24), False),
        ("AT", ("bank",), date(2026, 12, 24), True),
        ("JP", ("bank",), date(2026, 12, 31), True),
        ("DE-BY", ("school",), date(2026, 11, 18), False),
        ("US", ("unofficial",), date(2027, 2, 2), False),
        ("DE-BY", ("islamic",), date(2027, 3, 9), False),
    ],
)
def test_a_category_is_off_by_law_by_custom_or_where_it_is_observed(
    region: str, observed: tuple[str, ...], day: date, is_off: bool
) -> None:
    assert (day in public_holidays(region, observed)) is is_off


@pytest.mark.parametrize(
    ("region", "offered"),
    [
        ("DE-BY", {"catholic": (date(2027, 8, 15),)}),
        ("DE-TH", {"catholic": (date(2027, 5, 27),)}),
        ("DE-BE", {}),
        ("DE", {}),
        ("JP", {"bank": (date(2026, 12, 31), date(2027, 1, 2), date(2027, 1, 3))}),
    ],
)
def test_a_region_is_offered_the_categories_that_bring_it_a_day(
    region: str, offered: dict[str, tuple[date, ...]]
) -> None:
    assert dict(observable(region, TODAY)) == offered


def test_a_country_without_its_region_does_without_the_holidays_of_the_regions() -> None:
    missed = {each.day: each for each in missed_without_region("DE", TODAY)}

    assert missed[date(2027, 1, 6)].name == "Epiphany"
    assert {"BW", "BY", "ST"} <= set(missed[date(2027, 1, 6)].regions)
    assert missed[date(2027, 3, 8)].regions == ("BE", "MV")
    assert date(2026, 12, 25) not in missed
    assert all(TODAY <= day < date(2027, 11, 28) for day in missed)


def test_the_names_of_holidays_are_in_the_language_if_there_are_any() -> None:
    german = {each.day: each.name for each in missed_without_region("DE", TODAY, "de")}

    assert german[date(2027, 3, 8)] == "Frauentag"


@pytest.mark.parametrize("country", ["DE-BY", "SE", "JP"])
def test_a_region_and_a_country_without_regions_miss_nothing(country: str) -> None:
    assert missed_without_region(country, TODAY) == ()


def test_what_falls_on_a_free_day_anyway_is_not_missed() -> None:
    missed = {each.day for each in Settings("C0", country="DE").missed_holidays(TODAY)}

    assert date(2027, 1, 6) in missed
    assert date(2027, 10, 31) not in missed, "a Sunday"
    assert Settings("C0").missed_holidays(TODAY) == ()


def test_a_region_is_spelled_as_the_library_does() -> None:
    assert (spelled(" de-by"), spelled("at")) == ("DE-BY", "AT")


@pytest.mark.parametrize(
    ("free", "worked", "day", "is_worked"),
    [
        (NO_DAYS, NO_DAYS, date(2026, 12, 24), True),
        (CHRISTMAS_EVE, NO_DAYS, date(2026, 12, 24), False),
        (CHRISTMAS_EVE, NO_DAYS, date(2029, 12, 24), False),
        (ListedDays(frozenset({date(2026, 12, 24)})), NO_DAYS, date(2026, 12, 24), False),
        (ListedDays(frozenset({date(2026, 12, 24)})), NO_DAYS, date(2029, 12, 24), True),
        (NO_DAYS, ListedDays(frozenset({date(2026, 12, 25)})), date(2026, 12, 25), True),
        (NO_DAYS, ListedDays(frozenset({date(2026, 12, 5)})), date(2026, 12, 5), True),
        (NO_DAYS, ListedDays(yearly=frozenset({DayOfYear(10, 3)})), date(2028, 10, 3), True),
        (NO_DAYS, ListedDays(yearly=frozenset({DayOfYear(10, 3)})), date(2026, 10, 3), False),
    ],
)
def test_listed_days_are_free_or_worked_on_as_listed(
    free: ListedDays, worked: ListedDays, day: date, is_worked: bool
) -> None:
    assert working_calendar("DE", free=free, worked=worked).is_working_day(day) is is_worked


def test_listed_days_are_kept_and_read_back() -> None:
    days = ListedDays(
        frozenset({date(2026, 12, 31)}), frozenset({DayOfYear(12, 24), DayOfYear(2, 29)})
    )

    assert days.stored == ["02-29", "12-24", "2026-12-31"]
    assert ListedDays.restored(days.stored) == days
    assert len(days) == 3


def test_two_threads_that_ask_for_a_year_at_once_find_the_same_days() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        found = {_counted_by_two() for _ in range(60)}
    finally:
        sys.setswitchinterval(before)

    assert found == {(254, 255)}


def _counted_by_two() -> tuple[int, int]:
    """Return how many days Berlin works in 2026 and in 2027, each counted out by one thread."""
    days_off._holidays_of.cache_clear()
    calendar = CachedCalendar.of(WorkingCalendar(holidays=public_holidays("DE-BE")))
    together = Barrier(2)

    def count(year: int) -> int:
        together.wait()
        return calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(count, (2026, 2027))
    return first, second
