"""The jobs of a process: at once, never twice at the same time, and finished before the end."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.clock import Scheduler
from tests import host_clock


@dataclass
class Work:
    """A job that notes its runs, waits at a gate, and fails as often as it is told."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    runs: int = 0
    at_once: int = 0
    most_at_once: int = 0
    failures: int = 0
    began: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> None:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.began.set()
        await self.gate.wait()
        self.at_once -= 1
        self.ended.set()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("oops")


async def nothing() -> None:
    return None


def open_work(failures: int = 0) -> Work:
    work = Work(failures=failures)
    work.gate.set()
    return work


async def until(predicate: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not predicate():  # noqa: ASYNC110 - the jobs announce nothing
            await asyncio.sleep(0)


async def passed(predicate: Callable[[], bool]) -> None:
    """Wait for what needs time to pass."""
    async with asyncio.timeout(60):
        while not predicate():  # noqa: ASYNC110 - the jobs announce nothing
            await asyncio.sleep(0.01)


async def test_both_jobs_run_at_once() -> None:
    deliver, learn = open_work(), open_work()
    clock = Scheduler(deliver, learn, nothing)

    clock.start()
    await until(lambda: deliver.runs == learn.runs == 1)

    await clock.stop()


async def test_nothing_runs_before_the_start_or_after_the_end() -> None:
    deliver = open_work()
    clock = Scheduler(deliver, nothing, nothing)

    clock.deliver_soon()
    clock.begin_all()
    await clock.stop()
    clock.deliver_soon()
    await asyncio.sleep(0)

    assert deliver.runs == 0


async def test_a_delivery_that_is_wanted_meanwhile_runs_once_more_and_never_twice_at_once() -> None:
    deliver = Work()
    clock = Scheduler(deliver, nothing, nothing)
    clock.start()
    await deliver.began.wait()

    for _ in range(5):
        clock.deliver_soon()
    deliver.gate.set()
    await until(lambda: deliver.runs == 2 and deliver.at_once == 0)

    assert deliver.most_at_once == 1
    await clock.stop()


async def test_a_job_that_failed_is_logged_and_runs_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    deliver = open_work(failures=1)
    clock = Scheduler(deliver, nothing, nothing)
    clock.start()
    await deliver.ended.wait()

    clock.deliver_soon()
    await until(lambda: deliver.runs == 2)

    [error] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "'delivery' failed" in error.getMessage()
    await clock.stop()


async def test_a_job_fails_until_it_succeeds_again() -> None:
    deliver = open_work(failures=2)
    clock = Scheduler(deliver, nothing, nothing)

    found = []
    for _ in range(3):
        await clock.look()
        found.append(clock.failing())

    sentence = "the job 'delivery' failed (RuntimeError), so messages may wait: the log says why"
    assert found == [(sentence,), (sentence,), ()]


async def test_every_job_runs_once_it_is_known_who_we_are() -> None:
    learn = open_work()
    clock = Scheduler(nothing, learn, nothing)
    clock.start()
    await until(lambda: learn.runs == 1)

    clock.begin_all()
    await until(lambda: learn.runs == 2)

    await clock.stop()


async def test_a_look_is_over_when_what_is_due_is_done_and_sent() -> None:
    deliver, nudge = open_work(), Work()
    clock = Scheduler(deliver, nothing, nudge)

    looking = asyncio.create_task(clock.look())
    await nudge.began.wait()
    assert deliver.runs == 0
    nudge.gate.set()
    await looking

    assert (nudge.runs, deliver.runs, deliver.at_once) == (1, 1, 0)


async def test_stopping_waits_for_what_is_under_way() -> None:
    deliver = Work()
    clock = Scheduler(deliver, nothing, nothing)
    clock.start()
    await deliver.began.wait()

    stopping = asyncio.create_task(clock.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    deliver.gate.set()
    await stopping

    assert deliver.ended.is_set()


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=1)], ids=["back", "forward"])
async def test_a_machine_whose_clock_is_set_ticks_on(
    by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clock.PACE", timedelta(milliseconds=20))
    wrong, nudge = timedelta(0), open_work()
    with host_clock.set_by(lambda: wrong):
        clock = Scheduler(nothing, nothing, nudge)
        clock.start()
        await passed(lambda: nudge.runs == 3)

        wrong = by
        before = nudge.runs
        await passed(lambda: nudge.runs >= before + 3)

        await clock.stop()


async def test_a_clock_that_was_set_back_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clock.PACE", timedelta(milliseconds=20))
    wrong = timedelta(0)
    with host_clock.set_by(lambda: wrong):
        clock = Scheduler(nothing, nothing, nothing)
        clock.start()
        wrong = timedelta(hours=-1)
        await passed(lambda: bool(caplog.records))
        await clock.stop()

    [warning] = caplog.records
    assert "clock was set back by 0:59:" in warning.getMessage() or "1:00:" in warning.getMessage()
