"""The permalink of a card: stored once Slack gives it, and shown where the verdict is read."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import Claimed, MessageKind, Posted, payloads
from bot.domain.delivery.contents import MessageContent
from bot.domain.read_models import Overview
from bot.services.delivery.contents import content_of
from bot.services.people import Membership
from bot.services.ports import Caller, Messenger
from bot.storage.unit_of_work import UnitsOfWork

log = logging.getLogger(__name__)


def lacks_link(row: Claimed, about: MessageContent | None) -> bool:
    """Tell whether it rewrote a card whose permalink we did not get when it was posted."""
    is_rewrite = row.message.kind is MessageKind.CARD_REWRITE
    return is_rewrite and isinstance(about, Overview) and about.qualification.card_link is None


def on_card(about: Overview, posted: Posted, link: str | None) -> Overview:
    """Return what a card was drawn from, with the place where it now is."""
    channel, ts = posted
    link = link or about.qualification.card_link
    card = replace(about.qualification, card_channel=channel, card_ts=ts, card_link=link)
    return replace(about, qualification=card)


async def show_link(
    units: UnitsOfWork,
    membership: Membership,
    messenger: Messenger,
    row: Claimed,
    stored: Overview | None,
    now: datetime,
) -> None:
    """Link the new card from a verdict that is still being read; failures are only logged.

    `kept` is what the card was drawn from, with its link, unless something has happened since.
    """
    card = row.message.payload
    if not isinstance(card, payloads.CardOfVerdict):
        return
    try:
        overview: MessageContent | None = stored
        if overview is None:
            async with units.reading(row.workspace_id) as work:
                overview = await content_of(work, row.message, now)
        if isinstance(overview, Overview) and overview.qualification.card_link is not None:
            caller = Caller(row.workspace_id, overview.qualification.member_id)
            reader = await membership.greet(caller)
            await messenger.show_again(card.shown_in, overview, reader)
    except Exception:
        log.exception("the verdict of message %s was not drawn anew", row.row_id)
