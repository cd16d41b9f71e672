"""Days as managers type them into a list: "24.12.", "31 December 2026"."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from babel.dates import get_day_names, get_month_names

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import DayOfYear, ListedDays


class UnreadableDays(ValueError):
    """Some of what was typed is not a day; the arguments are those parts."""


def read_days(typed: str) -> ListedDays:
    """Return the days that were typed, separated by commas, semicolons, "and" or line breaks.

    "24.12." and "24 Dec" come every year; "31.12.2026", "2026-12-31" and "December 31, 2026" once.
    Raises UnreadableDays for anything else. "12/24" is not accepted, because it can be read in two
    ways, and neither is a day of the week that isn't the one of its date.
    """
    text = _YEAR_AFTER_COMMA.sub(r"\1 ", unicodedata.normalize("NFKC", typed))
    pieces = [_BULLET.sub("", piece.strip()) for piece in _BETWEEN.split(text)]
    read = [(piece, _day_in(piece)) for piece in pieces if piece]
    odd = [piece for piece, day in read if day is None]
    if odd:
        raise UnreadableDays(*odd)
    days = [day for _, day in read]
    return ListedDays(
        frozenset(each for each in days if isinstance(each, date)),
        frozenset(each for each in days if isinstance(each, DayOfYear)),
    )


_BETWEEN = re.compile(
    r"[,;&+\n]|\s(?:and|und)\s|(?<=\.[0-9]\.)\s+(?=[0-9]{1,2}\.)|(?<=\.[0-9]{2}\.)\s+(?=[0-9]{1,2}\.)"
    r"|(?<=\.[0-9]{4})\s+(?=[0-9]{1,2}\.)",
    re.IGNORECASE,
)
_YEAR_AFTER_COMMA = re.compile(
    r"([^\W\d_]\.?\s*[0-9]{1,2}(?:st|nd|rd|th)?|[0-9]\.?\s*[^\W\d_]+\.?)\s*,\s*"
    r"(?=[0-9]{4}(?![0-9/.-]))",
    re.IGNORECASE,
)
"""The comma of "Dec 24, 2026" and "24 Dec, 2026"."""
_BULLET = re.compile(r"^[-–•*]\s+")
_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]+)\.?\s+)?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_ISO = re.compile(
    r"(?P<weekday>)(?P<year>[0-9]{4})(?P<mark>[-/])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
)
_POINTS = re.compile(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})\.\s*(?P<month>[0-9]{{1,2}})"
    r"(?:\.\s*(?P<year>[0-9]{4})?)?"
)
_WORDS = re.compile(
    rf"{_WEEKDAY}{_DAY}(?:\.?\s*|\s+of\s+|-)(?P<month>[^\W\d_]+)\.?(?:[\s-]*(?P<year>[0-9]{{4}}))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]+)\.?\s+{_DAY}(?:\s+(?P<year>[0-9]{{4}}))?", re.IGNORECASE
)
_LEAP_YEAR = 2028


def _day_in(piece: str) -> date | DayOfYear | None:
    matches = (form.fullmatch(piece) for form in (_ISO, _POINTS, _WORDS, _MONTH_FIRST))
    days = (_day_of(match) for match in matches if match is not None)
    return next((day for day in days if day is not None), None)


def _day_of(match: re.Match[str]) -> date | DayOfYear | None:
    word, year = match["month"], match["year"] or ""
    month = int(word) if word.isdecimal() else _months().get(word.casefold(), 0)
    try:
        day = date(int(year or _LEAP_YEAR), month, int(match["day"]))
    except ValueError:
        return None
    weekday = match["weekday"]
    if weekday and (not year or _weekdays().get(weekday.casefold()) != day.weekday()):
        return None
    return day if year else DayOfYear(day.month, day.day)


@cache
def _months() -> Mapping[str, int]:
    """Return the names of the months in our languages, long and short."""
    return MappingProxyType(
        {
            str(name).rstrip(".").casefold(): number
            for language in (*LANGUAGES, "de_AT")
            for width in ("wide", "abbreviated")
            for number, name in get_month_names(width, locale=language).items()
        }
        | {"sept": 9, "mrz": 3, "mär": 3, "maerz": 3, "feber": 2, "jun": 6, "jul": 7}
    )


@cache
def _weekdays() -> Mapping[str, int]:
    """Return the names of the days of the week in our languages, long and short."""
    return MappingProxyType(
        {
            str(name).rstrip(".").casefold(): number
            for language in LANGUAGES
            for width in ("wide", "abbreviated")
            for number, name in get_day_names(width, locale=language).items()
        }
    )
