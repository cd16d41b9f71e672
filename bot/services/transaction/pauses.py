"""Saving a member's own pause, and telling the managers of a long one."""

from datetime import date, datetime

from bot.domain.backstop import is_long_pause
from bot.domain.nudges import pause_until
from bot.services.transaction.action import Actor
from bot.services.transaction.announcements import rewrite_mornings
from bot.services.transaction.planning import call_managers
from bot.storage.unit_of_work import UnitOfWork


async def start_pause(
    work: UnitOfWork, who: Actor, until: date, today: date, now: datetime
) -> date:
    """Pause the acting member's nudges until a day; return the first day on which they resume.

    The managers hear of a long pause, and messages about an earlier one are updated.
    """
    again, settings = pause_until(until, today), who.workspace.settings
    await work.members.pause(who.member.id, again)
    await work.nudges.call(who.member.id, now)
    if is_long_pause(again, today, settings.calendar, settings.backstop):
        await work.proposals.note_pause(who.member.id, again, now)
    else:
        await work.proposals.forget_pause(who.member.id)
    await call_managers(work, who.workspace, now)
    offers = await work.managers.latest_offers(who.member.id)
    await rewrite_mornings(work, offers, f"pause:{who.member.id}:{now.isoformat()}")
    return again
