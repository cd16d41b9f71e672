"""Work that goes on after Slack got its answer: tracked, and bounded."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""How many tasks run at the same time; a trigger_id lives 3 s, so more would only expire."""


class Background:
    """Runs tasks, keeps hold of them, and waits for them at the end."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin to run `work`; it reports its own errors, what escapes it is logged."""
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until all work is done, that begun meanwhile included."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._places:
            try:
                await work
            except Exception:
                log.exception("work after an answer failed")
