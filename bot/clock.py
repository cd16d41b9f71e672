"""Which job runs when; each job is one call to a service.

APScheduler only counts the seconds here: what is due stands in our tables, so nothing
is lost with the process and any number of processes may count.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]

PACE: Final = timedelta(seconds=1)
"""A lane takes about one message a second, so the outbox is looked through as often."""


class Clock:
    """Runs the jobs of a process until it is stopped."""

    def __init__(self, deliver: Work, learn_groups: Work) -> None:
        """Take what is to run: the delivery each second, the user groups every ten minutes."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._under_way: set[asyncio.Task[None]] = set()
        self._delivery = _Job("delivery", deliver)
        self._add("delivery", self._delivery, PACE)
        self._add("user groups", _Job("user groups", learn_groups), timedelta(minutes=10))

    def start(self) -> None:
        """Begin to run the jobs, each for the first time at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Run no further job."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def deliver_soon(self) -> None:
        """Look through the outbox now instead of at the next second."""
        if self._scheduler.running:
            task = asyncio.get_running_loop().create_task(self._delivery.run())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _add(self, name: str, job: "_Job", every: timedelta) -> None:
        self._scheduler.add_job(
            job.run,
            IntervalTrigger(seconds=int(every.total_seconds()), timezone=UTC),
            id=name,
            name=name,
            next_run_time=datetime.now(UTC),
        )


class _Job:
    """A job that is never under way twice; a call meanwhile makes it run once more."""

    def __init__(self, name: str, work: Work) -> None:
        self._name = name
        self._work = work
        self._is_running = False
        self._is_wanted = False

    async def run(self) -> None:
        self._is_wanted = True
        if self._is_running:
            return
        self._is_running = True
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._work()
        except Exception:
            log.exception("the job %r failed; it runs again in its time", self._name)
        finally:
            self._is_running = False
