"""By which clock a command goes, and how fast: the machine's, unless a pretend Slack has another.

This is all that the sandbox hands over; it stands apart so that no command has to load more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tempo:
    """How time goes for a command."""

    clock: Callable[[], datetime] | None = None
    """What is due goes by it; None for the machine's own."""
    is_hurried: bool = False
    """A channel takes messages as fast as they come, and the clock is looked at all the time.

    No real Slack bears it: it is for a sandbox that plays a year in a minute.
    """
