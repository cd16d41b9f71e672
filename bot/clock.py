"""The schedule of a process's jobs. Each job is one call to a service.

APScheduler only provides the ticks. What is due is stored in our tables, so nothing is lost with
the process, and any number of processes may tick.

APScheduler goes by the machine's clock: set back by an hour, it would wait for an hour. So
`Scheduler` checks each second, by the monotonic clock, whether that happened.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from structlog.contextvars import bind_contextvars, clear_contextvars

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]


def real_time() -> datetime:
    """Return the time of the machine's clock, in UTC."""
    return datetime.now(UTC)


PACE = timedelta(seconds=1)
"""A lane takes about one message a second, so the outbox is looked through as often."""


class Scheduler:
    """Runs the jobs of a process until it is stopped."""

    def __init__(self, deliver: Work, learn_groups: Work, nudge: Work) -> None:
        """Take the jobs: deliveries and nudges run each second, user groups every ten minutes."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._delivery = _Job("delivery", deliver, "messages may wait")
        self._groups = _Job("user groups", learn_groups, "whoever left one may still manage")
        self._nudges = _Job("nudges", nudge, "nudges and digests may wait")
        self._pace = {
            self._delivery: PACE,
            self._nudges: PACE,
            self._groups: timedelta(minutes=10),
        }
        self._seen = real_time()
        self._look: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start every job now, and then at its pace."""
        self._scheduler.start()
        self._begin_anew()
        self._look_soon()

    async def stop(self) -> None:
        """Start no further job, and wait for the running ones."""
        if self._look is not None:
            self._look.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._delivery.finished()
        await self._groups.finished()
        await self._nudges.finished()

    async def look(self) -> None:
        """Run what is due now, without waiting for the next second."""
        for job in (self._nudges, self._delivery):
            job.begin()
            await job.finished()

    def failing(self) -> tuple[str, ...]:
        """Return a sentence for each job whose last run failed."""
        return tuple(
            f"the job {job.name!r} failed ({type(job.failure).__name__}), so {job.effect}: the log "
            "says why"
            for job in self._pace
            if job.failure is not None
        )

    def deliver_soon(self) -> None:
        """Look through the outbox now, without waiting for the next second."""
        if self._scheduler.running:
            self._delivery.begin()

    def begin_all(self) -> None:
        """Run every job now, without waiting for its turn."""
        if self._scheduler.running:
            for job in self._pace:
                job.begin()

    def _look_soon(self) -> None:
        """Wait by the monotonic clock, which nobody can set."""
        loop = asyncio.get_running_loop()
        self._look = loop.call_later(PACE.total_seconds(), self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        """Restart the schedule if the machine's clock went back."""
        now = real_time()
        if now < self._seen:
            log.warning("the machine's clock was set back by %s", self._seen - now)
            self._begin_anew()
        self._seen = now
        self._look_soon()

    def _begin_anew(self) -> None:
        """Run each job now, and then at its pace."""
        for job, every in self._pace.items():
            self._add(job, every)

    def _add(self, job: "_Job", every: timedelta) -> None:
        async def begin() -> None:  # a coroutine, so that the scheduler needs no thread for it
            job.begin()

        self._scheduler.add_job(
            begin,
            _Every(every),
            id=job.name,
            name=job.name,
            next_run_time=real_time(),
            replace_existing=True,
        )


class _Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """A trigger that fires one interval after it could last fire.

    The library's own interval counts every missed run: after a machine slept for three days, the
    event loop would stand still for a quarter of a million of them.
    """

    __slots__ = ("every",)

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, _before: datetime | None, now: datetime) -> datetime:
        return now + self.every


class _Job:
    """A job that never runs twice at once. A call during a run makes it run once more afterwards.

    It runs in its own task, because the scheduler would cancel it halfway when it stops.
    """

    def __init__(self, name: str, work: Work, effect: str) -> None:
        """Take a name, the work, and what follows while the work fails."""
        self.name = name
        self.effect = effect
        self.failure: Exception | None = None
        """Why the last run failed; None if it did not."""
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False

    def begin(self) -> None:
        """Run now, or once more if it is already running."""
        self._is_wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def finished(self) -> None:
        """Wait until it isn't running."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        clear_contextvars()  # a request may have rung for it
        bind_contextvars(job=self.name)
        while self._is_wanted:
            self._is_wanted = False
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - it must run again, whatever happened
                self._note(error)
            else:
                self.failure = None

    def _note(self, error: Exception) -> None:
        """Log the first of several failures in a row; an unreachable database fails each second."""
        if self.failure is None:
            log.error("the job %r failed and runs again in its time", self.name, exc_info=error)
        self.failure = error
