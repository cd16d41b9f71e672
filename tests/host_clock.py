"""The machine's clock, for tests that set it: ours and APScheduler read it in one place each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Self
from unittest.mock import patch


@contextmanager
def set_by(wrong: Callable[[], timedelta]) -> Iterator[None]:
    """Let the machine's clock be wrong by as much as this returns."""

    class HostClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            shown = datetime.now(tz) + wrong()
            return cls.combine(shown.date(), shown.timetz())

    with (
        patch("bot.clock.datetime", HostClock),
        patch("apscheduler.schedulers.base.datetime", HostClock),
    ):
        yield
