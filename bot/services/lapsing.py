"""What the day alone did to a prospect: whoever looks first writes it down, and has it said."""

from datetime import date, datetime

from bot.domain.history import Lapsed, lapses
from bot.domain.overriding import has_lapsed, lapse
from bot.domain.prospect import Prospect
from bot.domain.workspace import Workspace
from bot.services.announcing import announce_kill_date, announce_lapse, announce_request_lapse
from bot.services.ports import UnitOfWork


async def catch_up(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, today: date, now: datetime
) -> Prospect:
    """Return a locked prospect after what is over by now; all of it is kept and said, once.

    The clock does so when it comes, and every action before anything else, in case the clock is
    late: afterwards nobody could tell any more. `today` is that of its owner.
    """
    new = [each for each in lapses(prospect, today, now) if await work.history.note(each)]
    request = prospect.request
    if request is not None and has_lapsed(prospect, today):
        prospect = lapse(prospect, now=now)
        await work.prospects.keep_overrides(prospect)
        await work.prospects.keep_told(prospect)
        await announce_request_lapse(work, workspace, prospect, request)
    for each in new:
        if each.what is Lapsed.CONDITION:
            await announce_lapse(work, workspace, prospect, each.day)
        elif each.what is Lapsed.OVERRIDE:
            await announce_kill_date(work, workspace, prospect, each.about)
    return prospect
