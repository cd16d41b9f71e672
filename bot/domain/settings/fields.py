"""Kinds of fields: how what was typed becomes a value, and how a value is kept.

What can only be checked with Slack (whether a channel exists, who is a member) is not checked here.
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
"""What stands in a field; None if it is empty."""


class Odd(Exception):
    """What was typed cannot be kept: a code, and what a sentence about it needs."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Field(ABC, Generic[T]):
    """How one kind of setting is read and kept."""

    @abstractmethod
    def read(self, typed: Typed) -> T:
        """Return the value that was typed; raises Odd."""

    @abstractmethod
    def kept(self, value: T) -> Any:
        """Return the JSON of a value; the same for the same value."""

    @abstractmethod
    def restored(self, kept: Any) -> T:
        """Read the JSON of a value."""


@dataclass(frozen=True, slots=True)
class Number(Field[int]):
    """A whole number."""

    least: int
    most: int

    def read(self, typed: Typed) -> int:
        """Raises Odd for what is no number, or too small or large."""
        return _number(_text(typed), self.least, self.most)

    def kept(self, value: int) -> Any:
        """As it is."""
        return value

    def restored(self, kept: Any) -> int:
        """As it is."""
        return int(kept)


@dataclass(frozen=True, slots=True)
class Numbers(Field[tuple[int, ...]]):
    """Some whole numbers, kept in order; doubles go."""

    least: int
    most: int
    count: int
    """How many there can be."""

    def read(self, typed: Typed) -> tuple[int, ...]:
        """Raises Odd for what is no number, or too small or large, and for too many of them."""
        words = _text(typed).replace(",", " ").replace(";", " ").split()
        numbers = tuple(sorted({_number(each, self.least, self.most) for each in words}))
        if not 0 < len(numbers) <= self.count:
            raise Odd("not_so_many", most=self.count)
        return numbers

    def kept(self, value: tuple[int, ...]) -> Any:
        """In order."""
        return list(value)

    def restored(self, kept: Any) -> tuple[int, ...]:
        """As they are."""
        return tuple(map(int, kept))


@dataclass(frozen=True, slots=True)
class Amount(Field[Decimal | None]):
    """An amount as people write it; none is possible."""

    def read(self, typed: Typed) -> Decimal | None:
        """Raises Odd for what is none, and for a negative one."""
        text = _text(typed)
        if not text:
            return None
        readings = (read_amount(text, language) for language in LANGUAGES)
        amount = next((each for each in readings if each is not None), None)
        if amount is None or amount < 0:
            raise Odd("not_a_number")
        return amount

    def kept(self, value: Decimal | None) -> Any:
        """As digits; of two ways to write an amount the shorter."""
        return None if value is None else f"{value.normalize():f}"

    def restored(self, kept: Any) -> Decimal | None:
        """From digits."""
        return None if kept is None else Decimal(kept)


@dataclass(frozen=True, slots=True)
class Choice(Field[str]):
    """One of several words."""

    options: tuple[str, ...]

    def read(self, typed: Typed) -> str:
        """Raises Odd for another word."""
        if typed not in self.options:
            raise Odd("unknown_option")
        return str(typed)

    def kept(self, value: str) -> Any:
        """As it is."""
        return str(value)

    def restored(self, kept: Any) -> str:
        """As it is."""
        return str(kept)


@dataclass(frozen=True, slots=True)
class Switch(Field[bool]):
    """On or off."""

    def read(self, typed: Typed) -> bool:
        """Raises Odd for another word."""
        if typed not in SWITCHED:
            raise Odd("unknown_option")
        return typed == ON

    def kept(self, value: bool) -> Any:
        """As its word."""
        return ON if value else OFF

    def restored(self, kept: Any) -> bool:
        """From its word."""
        return bool(kept == ON)


@dataclass(frozen=True, slots=True)
class Approval(Field[OverrideApproval]):
    """Who has to approve an override."""

    def read(self, typed: Typed) -> OverrideApproval:
        """Raises Odd for what is no such choice."""
        try:
            return OverrideApproval(str(typed))
        except ValueError:
            raise Odd("unknown_option") from None

    def kept(self, value: OverrideApproval) -> Any:
        """As its word."""
        return value.value

    def restored(self, kept: Any) -> OverrideApproval:
        """From its word."""
        return OverrideApproval(kept)


@dataclass(frozen=True, slots=True)
class Weekdays(Field[frozenset[int]]):
    """Days of the week, at least one; Monday is 0."""

    def read(self, typed: Typed) -> frozenset[int]:
        """Raises Odd for none, and for what is no such day."""
        days = frozenset(typed or ())
        if not days:
            raise Odd("no_weekday")
        if not days <= frozenset(map(str, range(7))):
            raise Odd("unknown_option")
        return frozenset(map(int, days))

    def kept(self, value: frozenset[int]) -> Any:
        """In order."""
        return sorted(value)

    def restored(self, kept: Any) -> frozenset[int]:
        """From a list."""
        return frozenset(map(int, kept))


@dataclass(frozen=True, slots=True)
class Observed(Field[frozenset[str]]):
    """Categories of holidays; which of them a region has, is checked with its country."""

    def read(self, typed: Typed) -> frozenset[str]:
        """Whatever was ticked."""
        return frozenset(typed or ())

    def kept(self, value: frozenset[str]) -> Any:
        """In order."""
        return sorted(value)

    def restored(self, kept: Any) -> frozenset[str]:
        """From a list."""
        return frozenset(map(str, kept))


@dataclass(frozen=True, slots=True)
class Days(Field[ListedDays]):
    """Dates, and days of every year."""

    most: int

    def read(self, typed: Typed) -> ListedDays:
        """Raises Odd for what is no day, and too many."""
        try:
            days = read_days(_text(typed))
        except UnreadableDays as unreadable:
            raise Odd("unreadable_day", typed=unreadable.args[0]) from None
        if len(days) > self.most:
            raise Odd("too_many", most=self.most)
        return days

    def kept(self, value: ListedDays) -> Any:
        """In order."""
        return value.stored

    def restored(self, kept: Any) -> ListedDays:
        """From a list."""
        return ListedDays.restored(kept)


@dataclass(frozen=True, slots=True)
class Hour(Field[time]):
    """A time of day, on the quarter of an hour."""

    def read(self, typed: Typed) -> time:
        """Raises Odd for what is no time."""
        try:
            return time.fromisoformat(_text(typed))
        except ValueError:
            raise Odd("unknown_option") from None

    def kept(self, value: time) -> Any:
        """As on a clock."""
        return f"{value:%H:%M}"

    def restored(self, kept: Any) -> time:
        """From a clock."""
        return time.fromisoformat(kept)


@dataclass(frozen=True, slots=True)
class Country(Field[str | None]):
    """A country, or one of its regions; none is possible."""

    def read(self, typed: Typed) -> str | None:
        """Raises Odd for what is not known."""
        text = _text(typed)
        try:
            return spelled(text) if text else None
        except UnknownCountry:
            raise Odd("unknown_country", typed=text) from None
        except UnknownRegion as unknown:
            raise Odd("unknown_region", country=unknown.country, known=unknown.known) from None

    def kept(self, value: str | None) -> Any:
        """As it is."""
        return value

    def restored(self, kept: Any) -> str | None:
        """As it is."""
        return None if kept is None else str(kept)


@dataclass(frozen=True, slots=True)
class Zone(Field[ZoneInfo]):
    """A time zone, in any case."""

    def read(self, typed: Typed) -> ZoneInfo:
        """Raises Odd for what is none."""
        return read_zone(_text(typed))

    def kept(self, value: ZoneInfo) -> Any:
        """Its name."""
        return value.key

    def restored(self, kept: Any) -> ZoneInfo:
        """From its name."""
        return ZoneInfo(kept)


@dataclass(frozen=True, slots=True)
class Currency(Field[str]):
    """The code of a currency, in any case."""

    def read(self, typed: Typed) -> str:
        """Raises Odd for what is none."""
        code = _text(typed).upper()
        if not is_currency(code):
            raise Odd("unknown_currency")
        return code

    def kept(self, value: str) -> Any:
        """As it is."""
        return value

    def restored(self, kept: Any) -> str:
        """As it is."""
        return str(kept)


@dataclass(frozen=True, slots=True)
class Channel(Field[str]):
    """A channel."""

    def read(self, typed: Typed) -> str:
        """Raises Odd for none."""
        channel = _text(typed)
        if not re.fullmatch(r"[CG][A-Z0-9]{2,}", channel):
            raise Odd("missing")
        return channel

    def kept(self, value: str) -> Any:
        """Its id."""
        return value

    def restored(self, kept: Any) -> str:
        """Its id."""
        return str(kept)


@dataclass(frozen=True, slots=True)
class Managers(Field[tuple[str, ...]]):
    """Members and user groups, the members first."""

    def read(self, typed: Typed) -> tuple[str, ...]:
        """Raises Odd for nobody, and for what is no id."""
        pieces = re.split(r"[\s,;]+", typed) if isinstance(typed, str) else list(typed or ())
        ids = tuple(dict.fromkeys(filter(None, pieces)))
        odd = [each for each in ids if not re.fullmatch(r"[UWS][A-Z0-9]{2,}", each)]
        if odd:
            raise Odd("unknown_manager", typed=odd[0])
        if not ids:
            raise Odd("no_manager")
        return tuple(sorted(ids, key=is_user_group))

    def kept(self, value: tuple[str, ...]) -> Any:
        """Their ids."""
        return list(value)

    def restored(self, kept: Any) -> tuple[str, ...]:
        """Their ids."""
        return tuple(map(str, kept))


@dataclass(frozen=True, slots=True)
class Line(Field[str]):
    """A few words on one line."""

    longest: int
    """In characters."""

    def read(self, typed: Typed) -> str:
        """Spaces at the ends go, and those in the middle become one."""
        line = clean_name(_text(typed))
        if len(line) > self.longest:
            raise Odd("too_long", limit=self.longest, length=len(line))
        return line

    def kept(self, value: str) -> Any:
        """As it is."""
        return value

    def restored(self, kept: Any) -> str:
        """As it was."""
        return str(kept)


MOST_REFERRALS = 20
LONGEST_REFERRAL = 75
"""Of the name, and of what they are good at, in characters: what Slack shows of either."""
LONGEST_REFERRALS = 3000
"""Of all lines together, their ends included: what Slack's text input takes."""


@dataclass(frozen=True, slots=True)
class Referrals(Field[tuple[str, ...]]):
    """Whom prospects are referred to, one a line; empty lines and doubles go."""

    def read(self, typed: Typed) -> tuple[str, ...]:
        """Raises Odd for the first thing that is wrong."""
        text = typed if isinstance(typed, str) else ""
        lines = [(number, clean_name(line)) for number, line in enumerate(text.splitlines(), 1)]
        for number, line in lines:
            if any(len(part) > LONGEST_REFERRAL for part in referral_parts(line)):
                raise Odd("line_too_long", line=number, limit=LONGEST_REFERRAL)
        kept = tuple(dict.fromkeys(line for _, line in lines if line))
        if len(kept) > MOST_REFERRALS:
            raise Odd("too_many_lines", limit=MOST_REFERRALS, count=len(kept))
        if len(together := "\n".join(kept)) > LONGEST_REFERRALS:
            raise Odd("too_long", limit=LONGEST_REFERRALS, length=len(together))
        return kept

    def kept(self, value: tuple[str, ...]) -> Any:
        """In the order in which they were listed."""
        return list(value)

    def restored(self, kept: Any) -> tuple[str, ...]:
        """As they were listed."""
        return tuple(map(str, kept))


def read_zone(typed: str) -> ZoneInfo:
    """Return a time zone of this name, in any case; raises Odd."""
    try:
        return ZoneInfo(typed)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    wanted = typed.replace(" ", "_").casefold()
    found = next((each for each in available_timezones() if each.casefold() == wanted), None)
    if found is None:
        raise Odd("unknown_zone")
    return ZoneInfo(found)


def _text(typed: Typed) -> str:
    return typed.strip() if isinstance(typed, str) else ""


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise Odd("not_in_range", least=least, most=most)
    return int(text)
