"""Days as managers type them."""

from datetime import date

import pytest

from bot.domain.days_off import DayOfYear
from bot.domain.settings.days import UnreadableDays, read_days


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("24.12.", DayOfYear(12, 24)),
        ("24.12", DayOfYear(12, 24)),
        ("24. 12.", DayOfYear(12, 24)),
        ("24. Dezember", DayOfYear(12, 24)),
        ("24. Dez.", DayOfYear(12, 24)),
        ("24 Dec", DayOfYear(12, 24)),
        ("Dec 24", DayOfYear(12, 24)),
        ("5. März", DayOfYear(3, 5)),
        ("29.2.", DayOfYear(2, 29)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31. 12. 2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("31 December 2026", date(2026, 12, 31)),
        ("31. Dezember 2026", date(2026, 12, 31)),
        ("December 31 2026", date(2026, 12, 31)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date | DayOfYear) -> None:
    read = read_days(typed)

    assert [*read.dates, *read.yearly] == [day]


def test_days_stand_on_lines_or_between_commas() -> None:
    read = read_days("24.12., 31.12.;\n 2.1.2027\n\n24 Dec")

    assert read.yearly == {DayOfYear(12, 24), DayOfYear(12, 31)}
    assert read.dates == {date(2027, 1, 2)}
    assert read_days(" \n") == read_days("")


@pytest.mark.parametrize(
    "typed", ["Christmas", "12/24", "31.2.", "29.2.2027", "24.13.", "0.1.", "24.12.26", "24 Foo"]
)
def test_what_is_no_day_is_named(typed: str) -> None:
    with pytest.raises(UnreadableDays) as refused:
        read_days(f"31.12., {typed}")

    assert refused.value.args == (typed,)
