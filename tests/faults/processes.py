"""Child processes that run the real bot, and what befalls them: killed, frozen, started again.

They are forked from a process that has imported everything already, so that one is there a moment
after another was killed. Whatever happens to the tests, none of them outlives them.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from inspect import isawaitable
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.context import ForkServerProcess
from typing import Any, Final, TypeVar, overload

import psutil

from tests.faults import worker
from tests.faults.worker import Order

T = TypeVar("T")

PATIENCE: Final = 150.0
"""Seconds in which everything happens even on a machine that has much else to do."""

FORKS: Final = get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", worker.__name__, "tests.faults.warmed"])


@dataclass
class Crew:
    """The processes of one test, and how many of them were killed and started again."""

    processes: list[ForkServerProcess] = field(default_factory=list)
    kills: int = 0
    restarts: int = 0

    def start(self, order: Order) -> ForkServerProcess:
        """Start a process that runs the bot as it is told."""
        return self.begin(worker.run, order)

    def begin(self, work: Callable[..., None], *arguments: object) -> ForkServerProcess:
        """Start a process that does something else."""
        process = FORKS.Process(target=work, args=arguments, daemon=True)
        process.start()
        self.processes.append(process)
        return process

    def kill(self, process: ForkServerProcess) -> None:
        """SIGKILL, in the middle of whatever it does."""
        process.kill()
        process.join()
        self.processes.remove(process)
        self.kills += 1

    def restart(self, process: ForkServerProcess, order: Order) -> ForkServerProcess:
        """Kill it and start another in its place."""
        self.kill(process)
        self.restarts += 1
        return self.start(order)

    async def killed_itself(self, process: ForkServerProcess) -> None:
        """Wait for the end of a process that kills itself at a certain point."""
        await until(lambda: not process.is_alive())
        assert process.exitcode == -signal.SIGKILL
        self.processes.remove(process)
        self.kills += 1

    async def retire(self, process: ForkServerProcess) -> None:
        """Ask one to finish what it began, and wait for it."""
        process.terminate()
        await until(lambda: not process.is_alive())
        self.processes.remove(process)

    async def stop(self) -> None:
        """Ask all of them to finish what they began, as a deploy does, and wait for it."""
        for process in self.processes:
            process.terminate()
        await until(lambda: not any(process.is_alive() for process in self.processes))
        self.processes.clear()

    def close(self) -> None:
        """Kill what is left, the frozen ones too."""
        for process in self.processes:
            process.kill()
            process.join()


def signal_to(process: ForkServerProcess, number: signal.Signals) -> None:
    """Send a signal."""
    assert process.pid is not None
    os.kill(process.pid, number)


def is_frozen(process: ForkServerProcess) -> bool:
    """Whether SIGSTOP has taken effect."""
    return bool(psutil.Process(process.pid).status() == psutil.STATUS_STOPPED)


@overload
async def until(
    condition: Callable[[], Coroutine[Any, Any, bool]], within: float = PATIENCE
) -> bool: ...
@overload
async def until(condition: Callable[[], T], within: float = PATIENCE) -> T: ...
async def until(condition: Callable[[], Any], within: float = PATIENCE) -> Any:
    """Wait until a condition of another process or of the database holds, and return its value.

    Raises TimeoutError.
    """
    async with asyncio.timeout(within):
        while True:
            asked = condition()
            value = (await asked) if isawaitable(asked) else asked
            if value:
                return value
            await asyncio.sleep(0.05)


async def pass_by(moment: float) -> None:
    """Wait for a moment of the monotonic clock."""
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


def let_go() -> None:
    """End the process that the others were forked from, and the one that watches it."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
