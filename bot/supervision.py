"""The supervisor: what a process must get done after its start, and which of its jobs fail."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before the second attempt; twice as long each time, up to the other."""


class Supervisor:
    """Retries work until it succeeds, and knows what is still undone and why."""

    def __init__(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._wait = wait
        self._undone: dict[str, str | None] = {}
        self._watched: list[Callable[[], Sequence[str]]] = []

    def expect(self, what: str) -> None:
        """Note work that is still undone."""
        self._undone.setdefault(what, None)

    async def until_done(self, what: str, work: Callable[[], Awaitable[object]]) -> None:
        """Repeat the work until it succeeds, waiting longer after each failure."""
        self.expect(what)
        seconds = FIRST_WAIT
        while True:
            try:
                await work()
            except Exception as error:
                name = type(error).__name__
                if self._undone[what] != name:
                    log.exception("%s failed; trying again", what)
                self._undone[what] = name
            else:
                del self._undone[what]
                return
            await self._wait(seconds * random.uniform(0.5, 1))  # noqa: S311 - only spreads load
            seconds = min(seconds * 2, LONGEST_WAIT)

    def watch(self, failing: Callable[[], Sequence[str]]) -> None:
        """Take a function that returns a sentence for each regular job that fails."""
        self._watched.append(failing)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The regular jobs that fail, one sentence each."""
        return tuple(sentence for failing in self._watched for sentence in failing())

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is still undone, one sentence each."""
        return tuple(
            f"{what} isn't done yet" + (f" ({error})" if error else "")
            for what, error in self._undone.items()
        )
