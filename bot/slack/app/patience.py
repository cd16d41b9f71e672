"""How long we try, when Slack waits for us: it gives up after three seconds, and closes the modal.

What takes longer is nearly always the database. Whoever waits is told so in time, and the work is
cancelled. It may have been kept after all; to try again does no harm, as nothing is recorded twice.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.slack.interaction import Interaction

T = TypeVar("T")


class TookTooLong(Exception):
    """Somebody waits in Slack, and it is not done yet."""


async def in_time(it: Interaction, work: Coroutine[Any, Any, T]) -> T:
    """Do what Slack waits for; raises TookTooLong.

    What came too late already is not begun. Once Slack is being called, it is waited for.
    """
    if (left := it.seconds_left) <= 0:
        work.close()
        raise TookTooLong
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=left)
        if it.is_calling:
            await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        raise
    if task.done():
        return task.result()
    task.cancel()
    it.surface.background.watch(task)
    raise TookTooLong
