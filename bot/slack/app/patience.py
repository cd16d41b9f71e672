"""How long we try while Slack waits. After three seconds, Slack gives up and closes the modal.

Slow work nearly always waits for the database. The member is told in time, and the work is
cancelled, which undoes whatever still waits for its turn. Work that is being committed at that
moment may be kept after all, and nobody can know in time, so the member is asked to look. Trying
again is safe, as nothing is recorded twice.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.slack.interaction import Interaction

T = TypeVar("T")


class TookTooLong(Exception):
    """The work isn't done, and somebody in Slack is waiting."""

    def __init__(self, *, is_begun: bool) -> None:
        super().__init__()
        self.is_begun = is_begun
        """Whether it may be done after all."""


async def wait_for(task: asyncio.Task[T], seconds: float) -> None:
    """Wait until the work is done or the time is up."""
    await asyncio.wait({task}, timeout=seconds)


async def in_time(it: Interaction, work: Coroutine[Any, Any, T]) -> T:
    """Do work that Slack waits for. Raises TookTooLong.

    Work that already came too late isn't started. A call to Slack, once begun, is awaited.
    """
    if (left := it.seconds_left) <= 0:
        work.close()
        raise TookTooLong(is_begun=False)
    task = asyncio.create_task(work)
    try:
        await wait_for(task, left)
        if it.is_calling and not task.done():
            await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        raise
    if task.done():
        return task.result()
    task.cancel()
    it.surface.background.watch(task)
    raise TookTooLong(is_begun=True)
