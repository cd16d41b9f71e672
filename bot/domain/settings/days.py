"""Days as managers type them into a list: "24.12.", "31 December 2026"."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from babel.dates import get_month_names

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import DayOfYear, ListedDays


class UnreadableDays(ValueError):
    """Some of what was typed is not a day; the arguments are those parts."""


def read_days(typed: str) -> ListedDays:
    """Return the days that were typed, separated by commas, semicolons or line breaks.

    "24.12." and "24 Dec" come every year; "31.12.2026", "2026-12-31" and "31 December 2026" once.
    Raises UnreadableDays for anything else. "12/24" is not accepted, because it can be read in two
    ways.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", typed)]
    read = [(piece, _day_in(piece)) for piece in pieces if piece]
    odd = [piece for piece, day in read if day is None]
    if odd:
        raise UnreadableDays(*odd)
    days = [day for _, day in read]
    return ListedDays(
        frozenset(each for each in days if isinstance(each, date)),
        frozenset(each for each in days if isinstance(each, DayOfYear)),
    )


_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_POINTS = re.compile(r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})(?:\.\s*(?P<year>\d{4})?)?")
_WORDS = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d_]+)\.?(?:\s+(?P<year>\d{4}))?")
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:\s+(?P<year>\d{4}))?")
_LEAP_YEAR = 2028


def _day_in(piece: str) -> date | DayOfYear | None:
    forms = (_ISO, _POINTS, _WORDS, _MONTH_FIRST)
    found = next((match for form in forms if (match := form.fullmatch(piece))), None)
    if found is None:
        return None
    word = found["month"]
    month = int(word) if word.isdecimal() else _months().get(word.casefold(), 0)
    try:
        day = date(int(found["year"] or _LEAP_YEAR), month, int(found["day"]))
    except ValueError:
        return None
    return day if found["year"] else DayOfYear(day.month, day.day)


@cache
def _months() -> Mapping[str, int]:
    """Return the names of the months in our languages, long and short."""
    return MappingProxyType(
        {
            str(name).rstrip(".").casefold(): number
            for language in LANGUAGES
            for width in ("wide", "abbreviated")
            for number, name in get_month_names(width, locale=language).items()
        }
        | {"sept": 9, "mrz": 3, "mär": 3, "jun": 6, "jul": 7}
    )
