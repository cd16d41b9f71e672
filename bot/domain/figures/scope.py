"""What a figure covers: a period, an owner, a checklist."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from bot.domain.calendar import WorkingCalendar
from bot.domain.people import MemberId


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from the first to the last."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def before(self) -> "Period":
        """The period of the same length right before this one."""
        length = self.last - self.first + timedelta(days=1)
        return Period(self.first - length, self.last - length)


ALL_TIME = Period(date.min, date.max)


class Span(StrEnum):
    """A length of time, up to today, for which figures can be shown."""

    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    A_YEAR = "1y"
    ALL_TIME = "all"


def recent_days(span: Span, today: date) -> Period:
    """Return the days of a span that ends today."""
    match span:
        case Span.FOUR_WEEKS:
            return Period(today - timedelta(days=27), today)
        case Span.TWELVE_WEEKS:
            return Period(today - timedelta(days=83), today)
        case Span.A_YEAR:
            return Period(today - timedelta(days=364), today)
        case Span.ALL_TIME:
            return ALL_TIME
        case _:
            assert_never(span)


def quarter_of(day: date) -> Period:
    """Return the calendar quarter of a day."""
    month = day.month - (day.month - 1) % 3
    first = date(day.year, month, 1)
    return Period(first, _three_months_after(first) - timedelta(days=1))


def first_half_year(day: date) -> Period:
    """Return the calendar quarter of a day together with the one after it."""
    first = quarter_of(day).first
    return Period(first, _three_months_after(_three_months_after(first)) - timedelta(days=1))


def _three_months_after(first: date) -> date:
    year, month = divmod(first.month + 2, 12)
    return date(first.year + year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure covers, and the day on which it is computed."""

    today: date
    calendar: WorkingCalendar
    period: Period = ALL_TIME
    owner: MemberId | None = None
    """Whoever owned the prospect at the time; None: everybody."""
    checklist: str | None = None
    """The id of the checklist that first judged the prospect; None: any."""

    @property
    def of_everybody(self) -> "Scope":
        """The same scope, about everybody."""
        return replace(self, owner=None)

    def working_days(self, first: date, last: date) -> int:
        """Return the number of working days after the first day, up to and including the last."""
        return self.calendar.working_days_between(first, last)

    def is_over(self, day: date, working_days: int) -> bool:
        """Tell whether the last of this many working days after a day is over."""
        return self.calendar.add_working_days(day, working_days) < self.today
