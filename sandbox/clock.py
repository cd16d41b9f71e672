"""The time machine: the clock of the pretend Slack, which runs as any clock but can be moved on.

Real time stays what it was for whatever a machine checks: signatures, leases, time-outs. A small
file keeps how far the clock was moved, so that the app's process follows it, and so that time
does not run backwards when the sandbox is started again.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import holidays

Clock = Callable[[], datetime]

HOME_ZONE: Final = "Europe/Berlin"
MORNING: Final = time(9)
LONGEST_MOVE: Final = 366
"""Days; whoever moves by more at once has made a mistake."""

_REFUSAL: Final = "Time only moves forward, at most a year at a time."
_HOLIDAYS: Final = holidays.country_holidays("DE")


def real_time() -> datetime:
    """Return what the machine's clock says."""
    return datetime.now(UTC)


def followed(file: Path) -> Clock:
    """Return the clock that a time machine in another process moves by way of this file."""
    return lambda: real_time() + kept(file)


def kept(file: Path) -> timedelta:
    """Read how far the clock was moved; not at all if it never was."""
    try:
        return timedelta(seconds=float(_content(file)))
    except FileNotFoundError:
        return timedelta(0)


def _content(file: Path) -> bytes:
    """Read it as fast as can be: an app asks for the time thousands of times in a played day."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        return os.read(descriptor, 100)
    finally:
        os.close(descriptor)


class TimeMachine:
    """A clock that can be moved forward, and never back."""

    def __init__(self, real: Clock = real_time) -> None:
        self.moved_by = timedelta(0)
        self.on_move: Callable[[], None] = lambda: None
        self.real = real
        self._file: Path | None = None

    def __call__(self) -> datetime:
        """Return the present of the sandbox, in UTC."""
        return (self.real() + self.moved_by).astimezone(UTC)

    def move(self, *, hours: float = 0, working_days: int = 0, zone: str = HOME_ZONE) -> datetime:
        """Move on by working days, at the same time of the day in the zone, then by hours.

        Working days are Monday to Friday without German holidays. Raises ValueError when time
        would not move forward, or by more than a year.
        """
        if not (0 <= hours <= 24 * LONGEST_MOVE and 0 <= working_days <= LONGEST_MOVE):
            raise ValueError(_REFUSAL)
        now = self().astimezone(ZoneInfo(zone))
        day = working_day_after(now.date(), working_days)
        there = now if day == now.date() else datetime.combine(day, now.time(), now.tzinfo)
        return self.move_to(there.astimezone(UTC) + timedelta(hours=hours))

    def move_to_morning(self, *, zone: str = HOME_ZONE) -> datetime:
        """Move on to the next 09:00 of a working day in the zone."""
        now = self().astimezone(ZoneInfo(zone))
        is_early = is_working_day(now.date()) and now.time() < MORNING
        day = now.date() if is_early else working_day_after(now.date(), 1)
        return self.move_to(datetime.combine(day, MORNING, now.tzinfo))

    def move_to(self, there: datetime) -> datetime:
        """Move on to a time, and return it; the clock runs on from there. Raises ValueError."""
        span = there.astimezone(UTC) - self()
        if not timedelta(0) < span <= timedelta(days=LONGEST_MOVE):
            raise ValueError(_REFUSAL)
        self._move_by(self.moved_by + span)
        return there

    def begin(self, there: datetime) -> None:
        """Stand at a time in the past, while nothing has happened yet."""
        self._move_by(there - self.real())

    def return_to_present(self) -> None:
        """Go by real time again, from a past in which the clock began."""
        self._move_by(timedelta(0))

    def keep_in(self, file: Path) -> None:
        """Go on from what the file keeps, unless we are ahead of it, and keep every move there."""
        self._file = file
        self.moved_by = max(self.moved_by, kept(file))
        if self.moved_by:
            self._keep()
        self.on_move()

    def _move_by(self, span: timedelta) -> None:
        self.moved_by = span
        self._keep()
        self.on_move()

    def _keep(self) -> None:
        """Write the file anew beside itself first: whoever reads it finds a whole number."""
        if self._file is not None:
            fresh = self._file.with_name(f"{self._file.name}-new")
            fresh.write_text(f"{self.moved_by.total_seconds()}\n", encoding="ascii")
            fresh.replace(self._file)


def working_day_after(day: date, count: int) -> date:
    """Return the day that lies so many working days after another."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Tell whether a day is none of the weekend and no holiday in Germany."""
    return day.weekday() < 5 and day not in _HOLIDAYS
