"""Forgets a prospect in one transaction: its rows, and what is to change in Slack."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.decisions import Forgetting
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.services.transaction.announcements import digest_key, morning_key
from bot.storage.data.erasing import Card, Naming
from bot.storage.unit_of_work import UnitOfWork


async def forget(
    work: UnitOfWork, prospect_id: ProspectId, why: Forgetting, by: MemberId | None, now: datetime
) -> bool:
    """Erase a prospect, and have every message of ours that names it deleted or rewritten.

    Nothing can undo this. What figures count stays, and so does who did it, and when. False if
    there is no such prospect, or if it has already been forgotten.
    """
    if await work.prospects.get_to_change(prospect_id) is None:
        return False
    naming = await work.erasing.naming(prospect_id)
    told_apart = await work.erasing.told_to_be_others(prospect_id)
    if not await work.erasing.erase(prospect_id, why, by, now):
        return False
    keys = [key for each in naming for key in _keys(each)]
    for message in await work.outbox.standing(keys):
        is_private = message.kind.rules.is_private
        kind = MessageKind.PRIVATE_ERASURE if is_private else MessageKind.ERASURE
        key = message.dedupe_key
        await work.outbox.put(
            OutboxMessage(
                kind=kind,
                recipient=message.recipient,
                dedupe_key=f"{MessageKind.ERASURE}:{prospect_id}:{key}",
                payload=payloads.Erasing(of=key),
            )
        )
    for card in told_apart:
        await work.outbox.put(_without_link(card, prospect_id))
    return True


def _without_link(card: Card, gone: ProspectId) -> OutboxMessage:
    """Return the message that removes a link to a gone card from a namesake's card."""
    return OutboxMessage(
        kind=MessageKind.CARD_REWRITE,
        recipient=card.channel,
        dedupe_key=f"{MessageKind.CARD_REWRITE}:{card.of}:forgotten:{gone}",
        prospect_id=card.prospect_id,
        qualification_id=card.of,
    )


def _keys(naming: Naming) -> Iterator[str]:
    """Yield the dedupe keys of a message that names a prospect."""
    match naming:
        case str():
            yield naming
        case payloads.OfWeek(monday):
            for kind in (MessageKind.DIGEST, MessageKind.DIGEST_LINE):
                yield digest_key(kind, monday)
        case (reader, morning):
            for kind in morning.kinds:
                yield morning_key(kind, reader, morning)
