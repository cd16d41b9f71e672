"""A workspace works on the days of the week that it chose, holidays excepted."""

from datetime import date

import pytest

from bot.domain.settings.fields import InvalidValue, Weekdays
from bot.domain.workspace import Settings


@pytest.mark.parametrize(
    ("chosen", "day", "is_worked_on"),
    [
        ("01234", date(2026, 12, 4), True),
        ("01234", date(2026, 12, 5), False),
        ("60123", date(2026, 12, 4), False),
        ("60123", date(2026, 12, 6), True),
        ("5", date(2026, 12, 5), True),
        ("5", date(2026, 12, 26), False),  # a holiday
    ],
)
def test_a_day_is_worked_on_if_it_was_chosen_and_is_no_holiday(
    chosen: str, day: date, is_worked_on: bool
) -> None:
    settings = Settings("C0", country="DE", weekdays=Weekdays().read(list(chosen)))

    assert settings.calendar.is_working_day(day) is is_worked_on


@pytest.mark.parametrize(
    ("chosen", "code"),
    [([], "no_weekday"), (["7"], "unknown_option"), (["0", "01"], "unknown_option")],
)
def test_at_least_one_day_of_the_week_is_chosen(chosen: list[str], code: str) -> None:
    with pytest.raises(InvalidValue) as odd:
        Weekdays().read(chosen)

    assert odd.value.code == code
