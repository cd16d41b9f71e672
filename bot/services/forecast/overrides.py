"""What becomes of overrides until some instant, if nobody did anything."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.domain.decisions.history import Lapsed, lapses
from bot.domain.delivery import MessageKind, OutboxMessage
from bot.domain.overrides import asked_at, has_lapsed, lapse
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.domain.workspace import Workspace
from bot.services.forecast.message import ForecastMessage
from bot.services.nudges import reader_of
from bot.storage.unit_of_work import UnitOfWork

_ONE_DAY = timedelta(days=1)
_LINES: Mapping[Lapsed, MessageKind] = MappingProxyType(
    {
        Lapsed.CONDITION: MessageKind.LAPSE_LINE,
        Lapsed.REQUEST: MessageKind.REQUEST_LINE,
        Lapsed.OVERRIDE: MessageKind.KILL_DATE_LINE,
    }
)


async def asks_ahead(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, now: datetime, until: datetime
) -> list[ForecastMessage]:
    """Return what a manager is asked from now on, while nobody answers; gone ones are not."""
    member, reader = await reader_of(work, workspace, manager, now)
    if member is not None and not member.is_full:
        return []
    forecast = []
    for prospect in await work.prospects.asking():
        request = prospect.request
        if request is None or request.asked_by == manager:
            continue
        message = OutboxMessage(MessageKind.OVERRIDE_ASKED, manager, "")
        for at in asked_at(request, reader):
            if now <= at <= until:
                local = at.astimezone(reader.working.zone)
                forecast.append(
                    ForecastMessage(local, message, (prospect,), workspace, reader=member)
                )
    return forecast


def lapsing(
    prospect: Prospect, channel: str, today: date, now: datetime
) -> tuple[Prospect, list[OutboxMessage]]:
    """Return a prospect after something about it lapsed or passed, and what is said of that.

    What was over before yesterday was said before; a request may be late.
    """
    request = prospect.request
    messages = [
        OutboxMessage(_LINES[each.what], channel, "")
        for each in lapses(prospect, today, now)
        if each.what is Lapsed.REQUEST or each.day == today - _ONE_DAY
    ]
    if request is None or not has_lapsed(prospect, today):
        return prospect, messages
    concerned = sorted({request.asked_by, prospect.facts.owner})
    messages += [OutboxMessage(MessageKind.OVERRIDE_LAPSED, reader, "") for reader in concerned]
    return lapse(prospect, now=now), messages
