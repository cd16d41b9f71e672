"""What to do with the result of looking for a message before it is sent again.

``docs/decisions/looking-before-sending-again.md`` says which kinds are sent again where nobody may
look, and why.
"""

import asyncio
import logging

from bot.domain.delivery import Absent, Claimed, Dead, Hidden, SendResult, Unknown
from bot.domain.delivery.contents import MessageContent
from bot.services.ports import Messenger
from bot.storage.delivery.queue import OutboxQueue

log = logging.getLogger(__name__)

UNSEEN = "unseen"
"""Cause of death: the message may be out, and we may not look."""

LOOKED_TOO_LONG = "looked_too_long"
"""Cause of a wait: more was said meanwhile than could be searched in time."""

REPLACED = "replaced"
"""Cause of an unknown result: another worker claimed the row, and decides what becomes of it."""


async def seen_before(
    messenger: Messenger,
    queue: OutboxQueue,
    row: Claimed,
    about: MessageContent | None,
    within: float,
) -> SendResult | None:
    """Return what is known of an earlier attempt; None if the message should be sent.

    `within` is the time for this, in seconds.
    """
    try:
        async with asyncio.timeout(within):
            sight = await messenger.look(row, about)
    except TimeoutError:
        return Unknown(LOOKED_TOO_LONG)
    if isinstance(sight, Absent):
        return None
    if isinstance(sight, Hidden):
        return await _unseen(queue, row, sight.cause)
    return sight


async def _unseen(queue: OutboxQueue, row: Claimed, cause: str) -> SendResult | None:
    """Give it up, or have it sent once more after noting on its row that it may appear twice."""
    if row.message.kind.rules.is_never_repeated or row.may_be_twice:
        return Dead(UNSEEN)
    if not await queue.note_twice(row):
        return Unknown(REPLACED)
    log.warning(
        "message %s (%s) may appear twice: Slack does not let us look for it (%s)",
        row.row_id,
        row.message.kind,
        cause,
    )
    return None
