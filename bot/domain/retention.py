"""How long things are kept, and when what was decided long ago is forgotten."""

from datetime import date, timedelta
from typing import Final

DRAFTS: Final = timedelta(days=30)
"""How long drafts are kept after the last completed step."""

SAID: Final = timedelta(days=90)
"""How long messages are kept that were sent or nobody misses; where they stand stays known."""

NEVER: Final = "never"
CHOICES: Final = (NEVER, "6", "12", "24")
"""Months after which refused prospects and former clients are forgotten."""

_NOTICE: Final = timedelta(days=3)
"""The least time between the announcement and the first forgetting."""


def acts_from(today: date) -> date:
    """Return the Monday from which a choice made today takes effect."""
    earliest = today + _NOTICE
    return earliest + timedelta(days=-earliest.weekday() % 7)


def months_before(day: date, months: int) -> date:
    """Return the day this many months earlier, or the last of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
