"""Before something is sent again: what is done with what looking for it came to.

Which kinds are said again where nobody may look, and why, stands in
``docs/decisions/looking-before-sending-again.md``.
"""

import asyncio
import logging

from bot.domain.delivery.contents import MessageContent
from bot.domain.delivery.outbox import (
    Absent,
    Claimed,
    Dead,
    Hidden,
    MessageKind,
    SendResult,
    Unknown,
)
from bot.services.ports import Messenger
from bot.storage.delivery.queue import OutboxQueue

log = logging.getLogger(__name__)

NEVER_TWICE = frozenset({MessageKind.NUDGE, MessageKind.OUTCOME})
"""What had better be missed than come twice: the list of the undecided says the same."""

UNSEEN = "unseen"
"""Cause of death of what may be out and where we may not look."""

LOOKED_TOO_LONG = "looked_too_long"
"""Cause of waiting when more was said meanwhile than could be looked through in time."""

REPLACED = "replaced"
"""Whoever claimed the row after us says what becomes of it."""


async def seen_before(
    messenger: Messenger,
    queue: OutboxQueue,
    row: Claimed,
    about: MessageContent | None,
    within: float,
) -> SendResult | None:
    """Return what is known of an earlier attempt; None: it is to be sent.

    `within` are the seconds that there are for it.
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
    """Give it up, or let it be sent once more after its row says that it may appear twice."""
    if row.message.kind in NEVER_TWICE or row.may_be_twice:
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
