"""What the clock does about overrides that are asked for: managers hear of them.

What lapses or passes is in `lapsing`.
"""

from datetime import datetime

from bot.domain.calendar import today_in
from bot.domain.nudges import Reader
from bot.domain.overrides import due_to_ask, has_lapsed
from bot.domain.people import MemberId
from bot.domain.prospects.prospect import Prospect
from bot.domain.workspace.workspace import Workspace
from bot.services.transaction.announcements import announce_request
from bot.storage.unit_of_work import UnitOfWork


async def ask_manager(
    work: UnitOfWork, workspace: Workspace, reader: Reader, now: datetime
) -> datetime | None:
    """Ask a manager about every override that waits for one; return when to do so next.

    Whoever is no manager is asked nothing.
    """
    if reader.id not in workspace.manager_ids:
        return None
    later = []
    for prospect in await work.prospects.asking():
        if prospect.request is None or await _has_lapsed(work, workspace, prospect, now):
            continue
        due, then = due_to_ask(prospect.request, reader, now)
        if due and not await _ask(work, reader.id, prospect, due):
            then = now
        if then is not None:
            later.append(then)
    return min(later, default=None)


async def _ask(work: UnitOfWork, manager: MemberId, prospect: Prospect, n: int) -> bool:
    """Ask unless it is answered just now; False if somebody is acting on the prospect.

    It is locked, so that whoever answers next finds the message and has it rewritten.
    """
    locked = await work.prospects.unless_busy([prospect.id])
    if locked is None:
        return False
    for each in locked:
        await announce_request(work, manager, each, n)
    return True


async def _has_lapsed(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, now: datetime
) -> bool:
    """Whether a request is over, though the round that says so is still to come."""
    owner = await work.members.get(prospect.facts.owner)
    zone = workspace.settings.zone if owner is None else owner.member.zone
    return has_lapsed(prospect, today_in(zone, now))
