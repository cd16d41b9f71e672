"""An event loop in which time passes only when nobody has anything else to do.

With no network and no threads in it, what happens depends on nothing but what it is given.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class _Leap(selectors.DefaultSelector):
    """Waits for nothing: what would have been waited is added to the time."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.passed += timeout
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop whose time begins at a moment, and leaps."""

    def __init__(self, begins: datetime) -> None:
        self._leap = _Leap()
        self._begins = begins
        super().__init__(self._leap)

    def time(self) -> float:
        """Return how many seconds have passed."""
        return self._leap.passed

    def now(self) -> datetime:
        """Return what clocks show."""
        return self._begins + timedelta(seconds=self.time())

    def run_in_executor(  # type: ignore[override]
        self, _executor: Executor | None, work: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Do at once what would be done in a thread."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(work(*args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            done.set_exception(error)
        return done


def simulate(loop: SimulatedLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run to the end of some work."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work)
