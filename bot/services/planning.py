"""When the clock must look at a prospect again, written down with everything that changes it."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingTime, instant, today_in
from bot.domain.nudging import Look, Reader, next_look
from bot.domain.people import MemberId
from bot.domain.prospect import Prospect
from bot.domain.workspace import Settings
from bot.services.ports import UnitOfWork


async def plan(
    work: UnitOfWork, prospect: Prospect, settings: Settings, zone: ZoneInfo, now: datetime
) -> None:
    """Let the clock come when something is to be said about a prospect if nobody does anything.

    `zone` is that of its owner. Whether it is still so, the clock finds out when it comes.
    """
    owner = prospect.facts.owner
    look = next_look(prospect, settings.calendar, today_in(zone, now))
    await work.nudges.look(prospect.id, owner, look)
    if look is not None:
        await work.nudges.call(owner, _begin(look, owner, settings, zone))


def _begin(look: Look, owner: MemberId, settings: Settings, zone: ZoneInfo) -> datetime:
    if look.is_lapse:
        return instant(look.on, time(), zone)
    return Reader(owner, WorkingTime(settings.calendar, zone)).morning(look.on)
