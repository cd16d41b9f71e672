"""From when on what was decided long ago is forgotten, and what that is."""

from datetime import date

import pytest

from bot.domain.retention import acts_from, months_before


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 27), date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), date(2026, 12, 7)),  # a Saturday: two days would be too short
        (date(2026, 11, 30), date(2026, 12, 7)),  # a Monday
    ],
)
def test_it_acts_from_a_monday_at_least_three_days_ahead(today: date, monday: date) -> None:
    assert acts_from(today) == monday


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 12, 7), 6, date(2026, 6, 7)),
        (date(2026, 12, 7), 12, date(2025, 12, 7)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 15), 24, date(2024, 1, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
