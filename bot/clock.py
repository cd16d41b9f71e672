"""Which job runs when; each job is one call to a service.

APScheduler only counts the seconds here: what is due stands in our tables, so nothing
is lost with the process and any number of processes may count.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

DELIVERY: Final = "delivery"
GROUPS: Final = "user groups"
PACE: Final = timedelta(seconds=1)
"""A lane takes about one message a second, so the outbox is looked through as often."""


class Clock:
    """Runs the jobs of a process until it is stopped."""

    def __init__(self, deliver: Job, learn_groups: Job) -> None:
        """Take what is to run: the delivery each second, the user groups every ten minutes."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._add(DELIVERY, deliver, PACE)
        self._add(GROUPS, learn_groups, timedelta(minutes=10))

    def start(self) -> None:
        """Begin to run the jobs, each for the first time at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Run no further job."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def deliver_soon(self) -> None:
        """Look through the outbox now instead of at the next second."""
        job = self._scheduler.get_job(DELIVERY)
        if job is not None and self._scheduler.running:
            job.modify(next_run_time=datetime.now(UTC))

    def _add(self, name: str, run: Job, every: timedelta) -> None:
        async def caught() -> None:
            try:
                await run()
            except Exception:
                log.exception("the job %r failed; it runs again in its time", name)

        self._scheduler.add_job(
            caught,
            IntervalTrigger(seconds=int(every.total_seconds()), timezone=UTC),
            id=name,
            next_run_time=datetime.now(UTC),
        )
