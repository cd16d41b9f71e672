"""What becomes of overrides until some instant, if nobody did anything."""

from datetime import date, datetime

from bot.domain.due import has_passed
from bot.domain.overriding import asked_at, has_lapsed, lapse
from bot.domain.people import MemberId
from bot.domain.prospect import Prospect
from bot.domain.workspace import Workspace
from bot.services.foretold import Foretold
from bot.services.nudging import reader_of
from bot.services.ports import MessageKind, OutboxMessage, UnitOfWork


async def asks_ahead(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, now: datetime, until: datetime
) -> list[Foretold]:
    """Return what a manager is asked from now on, while nobody answers; gone ones are not."""
    member, reader = await reader_of(work, workspace, manager, now)
    if member is not None and not member.is_full:
        return []
    foretold = []
    for prospect in await work.prospects.asking():
        request = prospect.request
        if request is None or request.asked_by == manager:
            continue
        message = OutboxMessage(MessageKind.OVERRIDE_ASKED, manager, "")
        for at in asked_at(request, reader):
            if now <= at <= until:
                local = at.astimezone(reader.working.zone)
                foretold.append(Foretold(local, message, (prospect,), workspace, reader=member))
    return foretold


def lapsing(
    prospect: Prospect, channel: str, today: date, now: datetime
) -> tuple[Prospect, list[OutboxMessage]]:
    """Return a prospect after something about it lapsed or passed, and what is said of that."""
    request, override = prospect.request, prospect.override
    if request is not None and has_lapsed(prospect, today):
        concerned = sorted({request.asked_by, prospect.facts.owner})
        told = [OutboxMessage(MessageKind.OVERRIDE_LAPSED, reader, "") for reader in concerned]
        in_thread = OutboxMessage(MessageKind.REQUEST_LINE, channel, "")
        return lapse(prospect, now=now), [in_thread, *told]
    is_over = override is not None and has_passed(override, today)
    kind = MessageKind.KILL_DATE_LINE if is_over else MessageKind.LAPSE_LINE
    return prospect, [OutboxMessage(kind, channel, "")]
