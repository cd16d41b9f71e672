"""Working days, working mornings and hours in a time zone, and where a day ends.

Nothing here knows the time: the caller passes it in. When nudges go out is decided elsewhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.days_off import NO_DAYS, ListedDays, public_holidays

MONDAY_TO_FRIDAY_WEEKDAYS = frozenset(range(5))
OPENING = time(9)
CLOSING = time(17)
_ONE_DAY = timedelta(days=1)
_ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked on: some weekdays (Monday is 0), except holidays and free days.

    A date listed as `worked` is worked on even if it is a holiday. A yearly listed day is worked on
    only if it falls on one of the weekdays.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY_WEEKDAYS
    holidays: Container[date] = field(default=frozenset(), repr=False)
    free: ListedDays = NO_DAYS
    worked: ListedDays = NO_DAYS
    opening: time = OPENING
    closing: time = CLOSING
    """Working hours, from opening to closing; messages go out in the first hour, the morning."""

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"not weekdays (0 to 6, at least one): {sorted(self.weekdays)}")

    def is_working_day(self, day: date) -> bool:
        """Tell whether this day is worked on."""
        if day in self.worked:
            return day in self.worked.dates or day.weekday() in self.weekdays
        is_off = day in self.holidays or day in self.free
        return day.weekday() in self.weekdays and not is_off

    def next_working_day(self, day: date) -> date:
        """Return the first working day after this day, whether or not this is one."""
        day += _ONE_DAY
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def working_day_from(self, day: date) -> date:
        """Return this day if it is worked on, otherwise the first working day after it."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day, counted from the day after; with 0, the day itself."""
        if n < 0:
            raise ValueError(f"cannot count {n} working days")
        for _ in range(n):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to `end`; 0 if `end` is not later."""
        count, day = 0, self.next_working_day(start)
        while day <= end:
            count, day = count + 1, self.next_working_day(day)
        return count


class CachedCalendar(WorkingCalendar):
    """A calendar with the same days that evaluates each year only once.

    Evaluating a year takes longer than counting a few days, so it pays for counts over many
    prospects.
    """

    __slots__ = ("_years",)

    _years: dict[int, list[date]]

    @classmethod
    def of(cls, calendar: WorkingCalendar) -> "CachedCalendar":
        """Return a calendar of the same days."""
        if isinstance(calendar, cls):
            return calendar
        made = cls(**{each.name: getattr(calendar, each.name) for each in fields(calendar)})
        object.__setattr__(made, "_years", {})
        return made

    def next_working_day(self, day: date) -> date:
        """Return the first working day after this day, whether or not this is one."""
        days = self._year(day.year)
        place = bisect_right(days, day)
        year = day.year
        while place == len(days):
            year += 1
            days, place = self._year(year), 0
        return days[place]

    def working_day_from(self, day: date) -> date:
        """Return this day if it is worked on, otherwise the first working day after it."""
        days = self._year(day.year)
        place = bisect_left(days, day)
        return days[place] if place < len(days) else self.next_working_day(day)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day, counted from the day after; with 0, the day itself."""
        if n < 1:
            return super().add_working_days(day, n)
        year = day.year
        days, place = self._year(year), self._place(day) + n - 1
        while place >= len(days):
            year, place = year + 1, place - len(days)
            days = self._year(year)
        return days[place]

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to `end`; 0 if `end` is not later."""
        if end <= start:
            return 0
        whole = sum(len(self._year(year)) for year in range(start.year, end.year))
        return whole + self._place(end) - self._place(start)

    def _place(self, day: date) -> int:
        """Return how many working days of its year come up to a day, including it."""
        return bisect_right(self._year(day.year), day)

    def _year(self, year: int) -> list[date]:
        days = self._years.get(year)
        if days is None:
            first = date(year, 1, 1)
            every = (
                first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)
            )
            days = self._years[year] = [each for each in every if self.is_working_day(each)]
        return days


MONDAY_TO_FRIDAY = WorkingCalendar()
"""The calendar of a workspace that has set no country."""


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From one instant up to, but not including, another; both in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, now: datetime) -> bool:
        return self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When somebody works: on the days of a calendar and in its hours, in their time zone."""

    calendar: WorkingCalendar
    zone: ZoneInfo

    def today(self, now: datetime) -> date:
        """Return the date in their time zone."""
        return today_in(self.zone, now)

    def morning(self, day: date) -> TimeSpan:
        """Return the first working hour of this day, whether or not it is worked on."""
        start = instant(day, self.calendar.opening, self.zone)
        return TimeSpan(start, start + _ONE_HOUR)

    def hours(self, day: date) -> TimeSpan:
        """Return the working hours of this day, whether or not it is worked on."""
        opening, closing = self.calendar.opening, self.calendar.closing
        return TimeSpan(instant(day, opening, self.zone), instant(day, closing, self.zone))

    def next_morning(self, now: datetime) -> date:
        """Return the working day whose morning is the next to begin after this instant."""
        today = self.today(now)
        if now < self.hours(today).start:
            return self.calendar.working_day_from(today)
        return self.calendar.next_working_day(today)

    def is_at_work(self, now: datetime) -> bool:
        """Tell whether they are at work at this instant."""
        today = self.today(now)
        return self.calendar.is_working_day(today) and now in self.hours(today)

    def next_at_work(self, now: datetime) -> datetime:
        """Return the first instant at which they are at work, `now` or later."""
        day = self.calendar.working_day_from(self.today(now))
        if now >= self.hours(day).end:
            day = self.calendar.next_working_day(day)
        return max(now, self.hours(day).start)


@lru_cache(maxsize=64)
def working_calendar(
    country: str | None,
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY_WEEKDAYS,
    *,
    observed: frozenset[str] = frozenset(),
    free: ListedDays = NO_DAYS,
    worked: ListedDays = NO_DAYS,
    hours: tuple[time, time] = (OPENING, CLOSING),
) -> CachedCalendar:
    """Return the calendar of a country ("DE") or of one of its regions ("DE-BE"), in any case.

    The same one is returned for the same days, so that a process counts out each year once.
    Raises UnknownCountry and UnknownRegion, as `public_holidays` does.
    """
    days = public_holidays(country, observed) if country else frozenset()
    return CachedCalendar.of(WorkingCalendar(weekdays, days, free, worked, *hours))


def today_in(zone: ZoneInfo, now: datetime) -> date:
    """Return the date in this time zone at this instant."""
    return now.astimezone(zone).date()


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which clocks in this zone show this time of this day.

    If a time occurs twice, when clocks are set back, the first one is meant. A time that is
    skipped, when they are set forward, moves forward by as much.
    """
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the day is over in this zone.

    Where clocks change at midnight, the first midnight counts; where midnight is skipped, the
    moment of the change.
    """
    return instant(day + _ONE_DAY, time(), zone)
