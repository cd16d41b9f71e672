"""The permalink of a card: kept once Slack tells it, and shown where the verdict is read."""

import logging
from datetime import datetime

from bot.domain.delivery import Claimed, MessageKind, payloads
from bot.domain.read_models import Overview
from bot.services.delivery.contents import content_of
from bot.services.people import Membership
from bot.services.ports import Caller, Messenger
from bot.storage.unit_of_work import UnitsOfWork

log = logging.getLogger(__name__)


async def lacks_link(units: UnitsOfWork, row: Claimed) -> bool:
    """Whether it rewrote a card whose permalink nobody told us when it was posted."""
    card_of = row.message.qualification_id
    if row.message.kind is not MessageKind.CARD_REWRITE or card_of is None:
        return False
    async with units.reading(row.workspace_id) as work:
        card = await work.qualifications.get(card_of)
    return card is not None and card.card_link is None


async def show_link(
    units: UnitsOfWork, membership: Membership, messenger: Messenger, row: Claimed, now: datetime
) -> None:
    """Let a verdict that is still being read link its new card; if that fails, it does not."""
    card = row.message.payload
    if not isinstance(card, payloads.CardOfVerdict):
        return
    try:
        async with units.reading(row.workspace_id) as work:
            overview = await content_of(work, row.message, now)
        if isinstance(overview, Overview) and overview.qualification.card_link is not None:
            caller = Caller(row.workspace_id, overview.qualification.member_id)
            reader = await membership.greet(caller)
            await messenger.show_again(card.shown_in, overview, reader)
    except Exception:
        log.exception("the verdict of message %s was not drawn anew", row.row_id)
