"""How long what is kept: the spans, and when what was decided long ago is forgotten."""

from datetime import date, timedelta
from typing import Final

DRAFTS: Final = timedelta(days=30)
"""After the last step that was completed."""

SAID: Final = timedelta(days=90)
"""What was sent, or is dead and missed by nobody. Where it stands stays known."""

NEVER: Final = "never"
CHOICES: Final = (NEVER, "6", "12", "24")
"""Months after which refused prospects and former clients are forgotten."""

_NOTICE: Final = timedelta(days=3)
"""Between the announcement and the first time at least."""


def acts_from(today: date) -> date:
    """Return the Monday from which a choice of today acts."""
    earliest = today + _NOTICE
    return earliest + timedelta(days=-earliest.weekday() % 7)


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier; the last of its month if that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
