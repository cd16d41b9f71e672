"""The figures of the last twelve weeks, for App Home, which is drawn anew after each click."""

import asyncio
from datetime import date, timedelta

from cachetools import TTLCache

from bot.domain.calendar import CountedCalendar, today_in
from bot.domain.figures.reports.change import Change, change_of
from bot.domain.figures.scope import Scope, Span, lately
from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Clock
from bot.services.transaction.action import Actor
from bot.storage.unit_of_work import UnitOfWork

REMEMBERED_FOR = timedelta(minutes=10)
"""They are counted in days, so that nobody misses what happened since."""
REMEMBERED = 10_000
"""Members, and workspaces, whose figures are remembered."""

_Key = tuple[WorkspaceId, MemberId | None, date]


class FiguresLately:
    """Counts the figures of twelve weeks up to today, and remembers them for some minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: TTLCache[_Key, Change] = TTLCache(
            REMEMBERED, REMEMBERED_FOR.total_seconds(), lambda: clock().timestamp()
        )

    async def of(self, work: UnitOfWork, who: Actor, owner: MemberId | None) -> Change:
        """Return the figures about one owner, or about everybody, as a member may see them."""
        today = today_in(who.member.zone, self._clock())
        key = (who.workspace.id, owner, today)
        known = self._known.get(key)
        if known is None:
            period = lately(Span.TWELVE_WEEKS, today)
            calendar = CountedCalendar.of(who.workspace.settings.calendar)
            scope = Scope(today, calendar, period, owner)
            timelines = await work.timelines.since(period.before.first)
            known = self._known[key] = await asyncio.to_thread(change_of, timelines, scope)
        return known
