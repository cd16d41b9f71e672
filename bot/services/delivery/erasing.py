"""Our messages in Slack that name a forgotten prospect: deleted, or rewritten without it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.delivery.contents import Erasure, MessageContent
from bot.domain.errors import UnknownProspect
from bot.services.delivery.contents import content_of
from bot.services.digest import digest_without_list
from bot.storage.unit_of_work import UnitOfWork


async def erasure_of(work: UnitOfWork, of: str, now: datetime) -> Erasure | None:
    """Return what to do with a message; None if it is not in Slack.

    It was written before its erasure, in the same lane: whoever was sending it has finished.
    """
    found = await work.outbox.written(of)
    match found:
        case None | (_, None):
            return None
        case message, posted:
            return Erasure(posted, await _left_of(work, message, now))


async def _left_of(
    work: UnitOfWork, message: OutboxMessage, now: datetime
) -> tuple[OutboxMessage, MessageContent] | None:
    match message.payload:
        case payloads.OwnersMorning() | payloads.ManagersMorning() as morning:
            message = replace(message, kind=morning.rewrite)
        case payloads.OfWeek(monday):
            if message.kind is MessageKind.DIGEST_LINE:
                return None
            return message, await digest_without_list(work, monday)
        case _:
            pass
    try:
        about = await content_of(work, message, now)
    except UnknownProspect:
        return None
    return None if about is None else (message, about)
