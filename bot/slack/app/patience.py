"""How long we try, when Slack waits for us: it gives up after three seconds, and closes the modal.

What takes longer is nearly always the database. Whoever waits is told so in time, and the work is
cancelled: what waits for its turn is undone. What is being kept in that moment may be kept after
all, and nobody can know in time; so they are asked to look. To try again does no harm, as nothing
is recorded twice.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.slack.interaction import Interaction

T = TypeVar("T")


class TookTooLong(Exception):
    """Somebody waits in Slack, and it is not done yet."""

    def __init__(self, *, is_begun: bool) -> None:
        super().__init__()
        self.is_begun = is_begun
        """Whether it may be done after all."""


async def wait_for(task: asyncio.Task[T], seconds: float) -> None:
    """Wait until it is done, or the time is up."""
    await asyncio.wait({task}, timeout=seconds)


async def in_time(it: Interaction, work: Coroutine[Any, Any, T]) -> T:
    """Do what Slack waits for; raises TookTooLong.

    What came too late already is not begun. Once Slack is being called, it is waited for.
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
