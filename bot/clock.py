"""Which job runs when; each job is one call to a service.

APScheduler only counts the seconds here: what is due stands in our tables, so nothing
is lost with the process and any number of processes may count.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]

PACE = timedelta(seconds=1)
"""A lane takes about one message a second, so the outbox is looked through as often."""


class Scheduler:
    """Runs the jobs of a process until it is stopped."""

    def __init__(self, deliver: Work, learn_groups: Work, nudge: Work) -> None:
        """Take what is to run.

        That is the delivery and the nudges each second, and the user groups every ten minutes.
        """
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._delivery = _Job("delivery", deliver)
        self._groups = _Job("user groups", learn_groups)
        self._nudges = _Job("nudges", nudge)
        self._add(self._delivery, PACE)
        self._add(self._nudges, PACE)
        self._add(self._groups, timedelta(minutes=10))

    def start(self) -> None:
        """Begin to run the jobs, each for the first time at once."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Run no further job, and wait for those under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._delivery.finished()
        await self._groups.finished()
        await self._nudges.finished()

    def hurry(self) -> None:
        """Look at the clock ten times as often, because it is being moved on."""
        self._add(self._nudges, PACE / 10)

    def deliver_soon(self) -> None:
        """Look through the outbox now instead of at the next second."""
        if self._scheduler.running:
            self._delivery.begin()

    def learn_groups_soon(self) -> None:
        """Learn who is in the user groups now, instead of when it is their turn."""
        if self._scheduler.running:
            self._groups.begin()

    def _add(self, job: "_Job", every: timedelta) -> None:
        async def begin() -> None:  # a coroutine, so that the scheduler needs no thread for it
            job.begin()

        self._scheduler.add_job(
            begin,
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            id=job.name,
            name=job.name,
            next_run_time=datetime.now(UTC),
            replace_existing=True,
        )


class _Job:
    """A job that is never under way twice; a call meanwhile makes it run once more.

    It runs in a task of its own: the scheduler would cancel it in the middle when it stops.
    """

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._is_failing = False

    def begin(self) -> None:
        """Run now, or once more if it is under way."""
        self._is_wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def finished(self) -> None:
        """Wait until it is not under way."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - it must run again, whatever happened
                self._note(error)
            else:
                self._is_failing = False

    def _note(self, error: Exception) -> None:
        """Log the first failure of several in a row: a database that is away fails each second."""
        if not self._is_failing:
            log.error("the job %r failed and runs again in its time", self.name, exc_info=error)
        self._is_failing = True
