"""Kinds of fields: how what was typed becomes a value, and how a value is stored.

What only Slack can tell (whether a channel exists, who is a member) is not checked here.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.numbers import is_currency

from bot.domain.amounts import read_amount
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import ListedDays, spelled
from bot.domain.errors import UnknownCountry, UnknownRegion
from bot.domain.names import clean_name
from bot.domain.settings.days import UnreadableDays, read_days
from bot.domain.workspace import OverrideApproval, is_user_group, referral_parts

ON, OFF = "on", "off"
SWITCHED = (OFF, ON)

T = TypeVar("T")
Typed = str | Sequence[str] | None
"""The contents of a field; None if it is empty."""


class InvalidValue(Exception):
    """What was typed is not valid: a code, and what a sentence about it needs."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Field(ABC, Generic[T]):
    """How one kind of setting is read and stored."""

    @abstractmethod
    def read(self, typed: Typed) -> T:
        """Return the value that was typed; raises InvalidValue."""

    @abstractmethod
    def stored(self, value: T) -> Any:
        """Return a value as JSON; equal values give the same JSON."""

    @abstractmethod
    def restored(self, stored: Any) -> T:
        """Return the value from its JSON."""


@dataclass(frozen=True, slots=True)
class Number(Field[int]):
    """A whole number."""

    least: int
    most: int

    def read(self, typed: Typed) -> int:
        """Return the number; raises InvalidValue if it is none, too small or too large."""
        return _number(_text(typed), self.least, self.most)

    def stored(self, value: int) -> Any:
        """Return the number itself."""
        return value

    def restored(self, stored: Any) -> int:
        """Return the number itself."""
        return int(stored)


@dataclass(frozen=True, slots=True)
class Numbers(Field[tuple[int, ...]]):
    """Some whole numbers, stored in order and without duplicates."""

    least: int
    most: int
    count: int
    """How many there can be."""

    def read(self, typed: Typed) -> tuple[int, ...]:
        """Return the numbers; raises InvalidValue if one is out of range, or for too many."""
        words = _text(typed).replace(",", " ").replace(";", " ").split()
        numbers = tuple(sorted({_number(each, self.least, self.most) for each in words}))
        if not 0 < len(numbers) <= self.count:
            raise InvalidValue("not_so_many", most=self.count)
        return numbers

    def stored(self, value: tuple[int, ...]) -> Any:
        """Return the numbers in order."""
        return list(value)

    def restored(self, stored: Any) -> tuple[int, ...]:
        """Return the numbers as stored."""
        return tuple(map(int, stored))


@dataclass(frozen=True, slots=True)
class Amount(Field[Decimal | None]):
    """An amount as people write it; it may be empty."""

    def read(self, typed: Typed) -> Decimal | None:
        """Return the amount; raises InvalidValue if it is none, or negative."""
        text = _text(typed)
        if not text:
            return None
        readings = (read_amount(text, language) for language in LANGUAGES)
        amount = next((each for each in readings if each is not None), None)
        if amount is None or amount < 0:
            raise InvalidValue("not_a_number")
        return amount

    def stored(self, value: Decimal | None) -> Any:
        """Return its digits, in the shortest notation."""
        return None if value is None else f"{value.normalize():f}"

    def restored(self, stored: Any) -> Decimal | None:
        """Return the amount from its digits."""
        return None if stored is None else Decimal(stored)


@dataclass(frozen=True, slots=True)
class Choice(Field[str]):
    """One of several words."""

    options: tuple[str, ...]

    def read(self, typed: Typed) -> str:
        """Return the word; raises InvalidValue for any other."""
        if typed not in self.options:
            raise InvalidValue("unknown_option")
        return str(typed)

    def stored(self, value: str) -> Any:
        """Return the word itself."""
        return str(value)

    def restored(self, stored: Any) -> str:
        """Return the word itself."""
        return str(stored)


@dataclass(frozen=True, slots=True)
class Switch(Field[bool]):
    """On or off."""

    def read(self, typed: Typed) -> bool:
        """Return whether it is on; raises InvalidValue for any other word."""
        if typed not in SWITCHED:
            raise InvalidValue("unknown_option")
        return typed == ON

    def stored(self, value: bool) -> Any:
        """Return the word for on or off."""
        return ON if value else OFF

    def restored(self, stored: Any) -> bool:
        """Return whether it is on."""
        return bool(stored == ON)


@dataclass(frozen=True, slots=True)
class Approval(Field[OverrideApproval]):
    """Who has to approve an override."""

    def read(self, typed: Typed) -> OverrideApproval:
        """Return the choice; raises InvalidValue if there is no such one."""
        try:
            return OverrideApproval(str(typed))
        except ValueError:
            raise InvalidValue("unknown_option") from None

    def stored(self, value: OverrideApproval) -> Any:
        """Return the word for the choice."""
        return value.value

    def restored(self, stored: Any) -> OverrideApproval:
        """Return the choice from its word."""
        return OverrideApproval(stored)


@dataclass(frozen=True, slots=True)
class Weekdays(Field[frozenset[int]]):
    """Days of the week, at least one; Monday is 0."""

    def read(self, typed: Typed) -> frozenset[int]:
        """Return the days; raises InvalidValue if there are none, or for anything else."""
        days = frozenset(typed or ())
        if not days:
            raise InvalidValue("no_weekday")
        if not days <= frozenset(map(str, range(7))):
            raise InvalidValue("unknown_option")
        return frozenset(map(int, days))

    def stored(self, value: frozenset[int]) -> Any:
        """Return the days in order."""
        return sorted(value)

    def restored(self, stored: Any) -> frozenset[int]:
        """Return the days from their list."""
        return frozenset(map(int, stored))


@dataclass(frozen=True, slots=True)
class HolidayCategories(Field[frozenset[str]]):
    """Categories of holidays; whether the region has them is checked together with its country."""

    def read(self, typed: Typed) -> frozenset[str]:
        """Return whatever was ticked."""
        return frozenset(typed or ())

    def stored(self, value: frozenset[str]) -> Any:
        """Return the categories in order."""
        return sorted(value)

    def restored(self, stored: Any) -> frozenset[str]:
        """Return the categories from their list."""
        return frozenset(map(str, stored))


@dataclass(frozen=True, slots=True)
class Days(Field[ListedDays]):
    """Dates, and days of every year."""

    most: int

    def read(self, typed: Typed) -> ListedDays:
        """Return the days; raises InvalidValue if one is unreadable, or if there are too many."""
        try:
            days = read_days(_text(typed))
        except UnreadableDays as unreadable:
            raise InvalidValue("unreadable_day", typed=unreadable.args[0]) from None
        if len(days) > self.most:
            raise InvalidValue("too_many", most=self.most)
        return days

    def stored(self, value: ListedDays) -> Any:
        """Return the days in order."""
        return value.stored

    def restored(self, stored: Any) -> ListedDays:
        """Return the days from their list."""
        return ListedDays.restored(stored)


@dataclass(frozen=True, slots=True)
class TimeOfDay(Field[time]):
    """A time of day, on the quarter of an hour."""

    def read(self, typed: Typed) -> time:
        """Return the time; raises InvalidValue if it is none."""
        try:
            return time.fromisoformat(_text(typed))
        except ValueError:
            raise InvalidValue("unknown_option") from None

    def stored(self, value: time) -> Any:
        """Return it as on a clock: "09:30"."""
        return f"{value:%H:%M}"

    def restored(self, stored: Any) -> time:
        """Return the time from "09:30"."""
        return time.fromisoformat(stored)


@dataclass(frozen=True, slots=True)
class Country(Field[str | None]):
    """A country, or one of its regions; it may be empty."""

    def read(self, typed: Typed) -> str | None:
        """Return the country as it is spelled; raises InvalidValue if it is unknown."""
        text = _text(typed)
        try:
            return spelled(text) if text else None
        except UnknownCountry:
            raise InvalidValue("unknown_country", typed=text) from None
        except UnknownRegion as unknown:
            raise InvalidValue(
                "unknown_region", country=unknown.country, known=unknown.known
            ) from None

    def stored(self, value: str | None) -> Any:
        """Return the code itself."""
        return value

    def restored(self, stored: Any) -> str | None:
        """Return the code itself."""
        return None if stored is None else str(stored)


@dataclass(frozen=True, slots=True)
class TimeZone(Field[ZoneInfo]):
    """A time zone, in upper or lower case."""

    def read(self, typed: Typed) -> ZoneInfo:
        """Return the time zone; raises InvalidValue if it is unknown."""
        return read_zone(_text(typed))

    def stored(self, value: ZoneInfo) -> Any:
        """Return its name."""
        return value.key

    def restored(self, stored: Any) -> ZoneInfo:
        """Return the time zone from its name."""
        return ZoneInfo(stored)


@dataclass(frozen=True, slots=True)
class Currency(Field[str]):
    """The code of a currency, in upper or lower case."""

    def read(self, typed: Typed) -> str:
        """Return the code in upper case; raises InvalidValue if it is unknown."""
        code = _text(typed).upper()
        if not is_currency(code):
            raise InvalidValue("unknown_currency")
        return code

    def stored(self, value: str) -> Any:
        """Return the code itself."""
        return value

    def restored(self, stored: Any) -> str:
        """Return the code itself."""
        return str(stored)


@dataclass(frozen=True, slots=True)
class Channel(Field[str]):
    """A channel, by its id."""

    def read(self, typed: Typed) -> str:
        """Return the id; raises InvalidValue if it is none."""
        channel = _text(typed)
        if not re.fullmatch(r"[CG][A-Z0-9]{2,}", channel):
            raise InvalidValue("missing")
        return channel

    def stored(self, value: str) -> Any:
        """Return the id itself."""
        return value

    def restored(self, stored: Any) -> str:
        """Return the id itself."""
        return str(stored)


@dataclass(frozen=True, slots=True)
class Managers(Field[tuple[str, ...]]):
    """Members and user groups, the members first."""

    def read(self, typed: Typed) -> tuple[str, ...]:
        """Return their ids without duplicates; raises InvalidValue for nobody, or for no id."""
        pieces = re.split(r"[\s,;]+", typed) if isinstance(typed, str) else list(typed or ())
        ids = tuple(dict.fromkeys(filter(None, pieces)))
        odd = [each for each in ids if not re.fullmatch(r"[UWS][A-Z0-9]{2,}", each)]
        if odd:
            raise InvalidValue("unknown_manager", typed=odd[0])
        if not ids:
            raise InvalidValue("no_manager")
        return tuple(sorted(ids, key=is_user_group))

    def stored(self, value: tuple[str, ...]) -> Any:
        """Return the list of their ids."""
        return list(value)

    def restored(self, stored: Any) -> tuple[str, ...]:
        """Return the ids from their list."""
        return tuple(map(str, stored))


@dataclass(frozen=True, slots=True)
class TextLine(Field[str]):
    """A few words on one line."""

    longest: int
    """The longest text, in characters."""

    def read(self, typed: Typed) -> str:
        """Return the line with its spaces tidied; raises InvalidValue if it is too long."""
        line = clean_name(_text(typed))
        if len(line) > self.longest:
            raise InvalidValue("too_long", limit=self.longest, length=len(line))
        return line

    def stored(self, value: str) -> Any:
        """Return the line itself."""
        return value

    def restored(self, stored: Any) -> str:
        """Return the line itself."""
        return str(stored)


MOST_REFERRALS = 20
LONGEST_REFERRAL = 75
"""The longest name, and the longest text on what they are good at: what Slack shows of each."""
LONGEST_REFERRALS = 3000
"""The most characters of all lines with their ends: what Slack's text input takes."""


@dataclass(frozen=True, slots=True)
class Referrals(Field[tuple[str, ...]]):
    """Those to whom prospects are referred, one a line; empty lines and duplicates are dropped."""

    def read(self, typed: Typed) -> tuple[str, ...]:
        """Return the lines; raises InvalidValue for the first thing that is wrong."""
        text = typed if isinstance(typed, str) else ""
        lines = [(number, clean_name(line)) for number, line in enumerate(text.splitlines(), 1)]
        for number, line in lines:
            if any(len(part) > LONGEST_REFERRAL for part in referral_parts(line)):
                raise InvalidValue("line_too_long", line=number, limit=LONGEST_REFERRAL)
        kept = tuple(dict.fromkeys(line for _, line in lines if line))
        if len(kept) > MOST_REFERRALS:
            raise InvalidValue("too_many_lines", limit=MOST_REFERRALS, count=len(kept))
        if len(together := "\n".join(kept)) > LONGEST_REFERRALS:
            raise InvalidValue("too_long", limit=LONGEST_REFERRALS, length=len(together))
        return kept

    def stored(self, value: tuple[str, ...]) -> Any:
        """Return the lines in the order in which they were listed."""
        return list(value)

    def restored(self, stored: Any) -> tuple[str, ...]:
        """Return the lines as they were listed."""
        return tuple(map(str, stored))


_ZONE_FOLDERS = ("posix/", "right/")
_NO_ZONES = frozenset({"factory", "localtime", "posixrules"})
"""Files beside the zones, which mean something else on each machine."""


def read_zone(typed: str) -> ZoneInfo:
    """Return the time zone of this name, in upper or lower case; raises InvalidValue."""
    if not (typed.casefold().startswith(_ZONE_FOLDERS) or typed.casefold() in _NO_ZONES):
        try:
            return ZoneInfo(typed)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        wanted = typed.replace(" ", "_").casefold()
        found = next((each for each in available_timezones() if each.casefold() == wanted), None)
        if found is not None:
            return ZoneInfo(found)
    raise InvalidValue("unknown_zone")


def _text(typed: Typed) -> str:
    return typed.strip() if isinstance(typed, str) else ""


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise InvalidValue("not_in_range", least=least, most=most)
    return int(text)
