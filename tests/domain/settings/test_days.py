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
        ("December 31, 2026", date(2026, 12, 31)),
        ("Dec. 31st, 2026", date(2026, 12, 31)),
        ("31 Dec, 2026", date(2026, 12, 31)),
        ("31-Dec-2026", date(2026, 12, 31)),
        ("31.Dez.2026", date(2026, 12, 31)),
        ("2026/12/31", date(2026, 12, 31)),
        ("Thu 31 Dec 2026", date(2026, 12, 31)),
        ("Do. 31.12.2026", date(2026, 12, 31)),
        ("Thursday 31st of December 2026", date(2026, 12, 31)),
        ("24.Dezember", DayOfYear(12, 24)),
        ("December 24th", DayOfYear(12, 24)),
        ("3rd of October", DayOfYear(10, 3)),
        ("6. Jänner", DayOfYear(1, 6)),
        ("6. Feber", DayOfYear(2, 6)),
        ("5. Maerz", DayOfYear(3, 5)),
        ("- 24.12.", DayOfYear(12, 24)),
        ("• 24 Dec", DayOfYear(12, 24)),
        ("２４．１２．", DayOfYear(12, 24)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date | DayOfYear) -> None:
    read = read_days(typed)

    assert [*read.dates, *read.yearly] == [day]


@pytest.mark.parametrize(
    "typed",
    [
        "24.12., 31.12.",
        "24.12. 31.12.",
        "24.12. und 31.12.",
        "24.12. & 31.12.",
        "24.12.;31.12.",
        "24 Dec and 31 Dec",
        "Dec 24, Dec 31",
        "- 24.12.\n- 31.12.",
    ],
)
def test_two_days_are_read_however_they_are_separated(typed: str) -> None:
    assert read_days(typed).yearly == {DayOfYear(12, 24), DayOfYear(12, 31)}


def test_a_comma_before_a_year_separates_nothing() -> None:
    read = read_days("Dec 24, 2026, 31 Dec, 2027-01-01")

    assert read.dates == {date(2026, 12, 24), date(2027, 1, 1)}
    assert read.yearly == {DayOfYear(12, 31)}


def test_days_stand_on_lines_or_between_commas() -> None:
    read = read_days("24.12., 31.12.;\n 2.1.2027\n\n24 Dec")

    assert read.yearly == {DayOfYear(12, 24), DayOfYear(12, 31)}
    assert read.dates == {date(2027, 1, 2)}
    assert read_days(" \n") == read_days("")


@pytest.mark.parametrize(
    "typed",
    [
        "Christmas",
        "Montag",
        "12/24",
        "12/24/2026",
        "12-24",
        "24-12-2026",
        "31.2.",
        "29.2.2027",
        "31.11.2026",
        "24.13.",
        "0.1.",
        "24.12.26",
        "24.12.0000",
        "24 Foo",
        "24.12. – 31.12.",
        "24–31 Dec",
        "24.12. bis 31.12.2026",
        "24.12. (Heiligabend)",
        "12.2026",
        "Fri 24 Dec 2026",
        "Thu 24 Dec",
        "٢٤.١٢.",
    ],
)
def test_what_is_no_day_is_named(typed: str) -> None:
    with pytest.raises(UnreadableDays) as refused:
        read_days(f"31.12., {typed}")

    assert refused.value.args == (typed,)
