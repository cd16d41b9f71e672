"""Posts a message again when its rewrite finds that it is no longer in Slack."""

from bot.domain.delivery import OutboxMessage, payloads
from bot.domain.people import MemberId
from bot.domain.prospects import QualificationId
from bot.services.transaction.announcements import card_message, morning_key
from bot.storage.unit_of_work import UnitOfWork


async def post_anew(work: UnitOfWork, rewrite: OutboxMessage) -> None:
    """Have a message posted again, with its present content, because its rewrite found nothing.

    The card of a verdict that was replaced stays away: the newer one says more.
    """
    match rewrite.payload:
        case payloads.OwnersMorning() | payloads.ManagersMorning() as morning:
            reader = MemberId(rewrite.recipient)
            await work.mornings_of(morning).forget_posted(reader, morning.day)
            for kind in morning.kinds:
                await work.outbox.post_anew(morning_key(kind, reader, morning))
        case payloads.RequestRewritten(of=key):
            await work.outbox.post_anew(key)
        case _ if rewrite.qualification_id is not None:
            await _card_anew(work, rewrite.qualification_id)


async def _card_anew(work: UnitOfWork, card_of: QualificationId) -> None:
    workspace, card = await work.workspaces.get(), await work.qualifications.get(card_of)
    prospect = None if card is None else await work.prospects.get(card.prospect_id)
    if workspace is None or prospect is None or prospect.qualification_id != card_of:
        return
    await work.qualifications.forget_card(card_of)
    channel = workspace.settings.verdict_channel
    message = card_message(workspace, prospect, card_of)
    if not await work.outbox.post_anew(message.dedupe_key, channel):
        await work.outbox.put(message)
