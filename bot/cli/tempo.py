"""By which clock a command goes, and how fast: the machine's, unless a pretend Slack has another.

This is all that the sandbox hands over; it stands apart so that no command has to load more.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Look = Callable[[], Awaitable[None]]
"""Looks at the clock, and returns once what is due by it was done and sent."""
Hurry = Callable[[Look], Coroutine[Any, Any, None]]
"""Looks whenever the clock was moved on."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How time goes for a command."""

    clock: Callable[[], datetime] | None = None
    """What is due goes by it; None for the machine's own."""
    hurry: Hurry | None = None
    """Runs beside, for a sandbox that plays a year in a minute; None for a real Slack.

    With it a channel takes messages as fast as they come, and SQLite doesn't wait for the disk.
    """
