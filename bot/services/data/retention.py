"""The clock's work on what is too old: once a day, in small pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.calendar import instant, today_in
from bot.domain.decisions import Forgetting
from bot.domain.retention import DRAFTS, SAID, acts_from, months_before
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, Rounds
from bot.services.transaction.forgetting import forget
from bot.services.transaction.intake import update_messages
from bot.services.transaction.settings import announce_retention
from bot.storage.unit_of_work import UnitOfWork

PIECE: Final = 200
"""How many rows are removed in one transaction."""
FEW: Final = 5
"""How many prospects are forgotten in one transaction: each touches every table."""
AT: Final = time(3)
"""The time of day, in the workspace's zone."""


class RetentionRounds(Rounds[None]):
    """Rounds that remove what the workspaces no longer keep."""

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, None]]:
        return [(each, None) for each in await self._rounds.due_for_retention(now, BATCH)]

    async def _take(self, work: UnitOfWork, keys: Sequence[None], now: datetime) -> Sequence[None]:
        await work.keeping.begin(now)
        return keys if await work.keeping.take(now) else ()

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, _keys: Sequence[None], now: datetime
    ) -> None:
        drafts = await work.keeping.remove_drafts(now - DRAFTS, PIECE)
        for draft_id, came_at in drafts.items():
            if came_at is not None:
                await update_messages(work, draft_id, "expired")
        removed = [
            len(drafts),
            await work.intake.remove_old(now - DRAFTS, PIECE),
            await work.keeping.remove_sent(SAID.total_seconds(), PIECE),
            await work.keeping.remove_delivered(now - SAID, PIECE),
        ]
        is_more = PIECE in removed or await _forget_some(work, workspace, now) == FEW
        zone = workspace.settings.zone
        tomorrow = instant(today_in(zone, now) + timedelta(days=1), AT, zone)
        await work.keeping.look_again(now if is_more else tomorrow)


async def _forget_some(work: UnitOfWork, workspace: Workspace, now: datetime) -> int:
    """Forget what was decided, or entered from memory, as long ago as the workspace chose.

    Returns how many.
    """
    months, keeping = workspace.settings.forget_after_months, await work.keeping.get()
    zone = workspace.settings.zone
    today = today_in(zone, now)
    if months is None or keeping is None or not keeping.acts_on or today < keeping.acts_on:
        return 0
    before = instant(months_before(today, months), time(), zone)
    found = await work.keeping.decided_before(before, FEW)
    for each in found:
        await forget(work, each, Forgetting.AGE, None, now)
    remembered = await work.keeping.remembered_before(before, FEW - len(found))
    if remembered and keeping.remembered_too_on is None:  # nobody was told that these go as well
        await announce_retention(work, workspace.settings, now, of_remembered=True)
    if keeping.remembered_too_on is None or today < keeping.remembered_too_on:
        return len(found)
    for name in remembered:
        await work.erasing.erase_remembered(name, Forgetting.AGE, None, now)
    return len(found) + len(remembered)


@dataclass(frozen=True, slots=True)
class ForgettingAhead:
    """What the clock will forget by age on a day, if nobody does anything until then."""

    at: datetime
    """The time in the workspace's zone."""
    names: tuple[str, ...]
    before: date
    """Everything here was decided, or entered from memory, before this day."""


async def forgetting_ahead(
    work: UnitOfWork, now: datetime, until: datetime
) -> Sequence[ForgettingAhead]:
    """Return what will be forgotten up to an instant, day by day."""
    workspace, keeping = await work.workspaces.get(), await work.keeping.get()
    months = None if workspace is None else workspace.settings.forget_after_months
    if workspace is None or months is None or keeping is None or keeping.acts_on is None:
        return []
    zone, found = workspace.settings.zone, []
    last = instant(months_before(today_in(zone, until), months), time(), zone)
    remembered_on = keeping.remembered_too_on or acts_from(today_in(zone, now))
    acts_on = {False: keeping.acts_on, True: remembered_on}  # by whether it is remembered
    aged = list(await work.keeping.aged_before(last))
    at = max(now, keeping.due_at)
    while at <= until and aged:
        day = today_in(zone, at)
        before = months_before(day, months)
        moment = instant(before, time(), zone)
        going = {each for each in aged if each[0] < moment and day >= acts_on[each[2]]}
        if going:
            names = tuple(each[1] for each in aged if each in going)
            aged = [each for each in aged if each not in going]
            found.append(ForgettingAhead(at.astimezone(zone), names, before))
        at = instant(day + timedelta(days=1), AT, zone)
    return found
