"""Waking whoever waits for something to change, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A counter of changes that can be waited for."""

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def announce(self) -> None:
        """Say that something changed."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, count: int) -> None:
        """Wait until more than `count` changes were announced."""
        while self.count <= count:
            await self._next.wait()

    async def until(self, predicate: Callable[[], T], seconds: float) -> T:
        """Wait until the predicate says yes, and return what it said.

        Raises TimeoutError.
        """
        async with asyncio.timeout(seconds):
            while True:
                count = self.count
                if result := predicate():
                    return result
                await self.after(count)
