"""The figures of the last twelve weeks, for App Home, which is redrawn after each click."""

from datetime import date, timedelta

from cachetools import TTLCache

from bot.domain.calendar import today_in
from bot.domain.figures.reports.comparison import PeriodComparison, change_of
from bot.domain.figures.scope import Scope, Span, recent_days
from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.services.figures.facts import derive_facts
from bot.services.ports import Clock
from bot.services.transaction.action import Actor
from bot.storage.unit_of_work import UnitsOfWork

REMEMBERED_FOR = timedelta(minutes=10)
"""Figures are counted in days, so nobody misses what happened since."""
REMEMBERED = 10_000
"""For how many members, and workspaces, figures are remembered."""

_Key = tuple[WorkspaceId, MemberId | None, date]


class RecentFiguresService:
    """Counts the figures of twelve weeks up to today, and remembers them for some minutes."""

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock
        self._known: TTLCache[_Key, PeriodComparison] = TTLCache(
            REMEMBERED, REMEMBERED_FOR.total_seconds(), lambda: clock().timestamp()
        )

    async def of(self, who: Actor, owner: MemberId | None) -> PeriodComparison:
        """Return the figures about one owner, or about everybody, in the actor's time zone."""
        today = today_in(who.member.zone, self._clock())
        key = (who.workspace.id, owner, today)
        known = self._known.get(key)
        if known is None:
            calendar = who.workspace.settings.calendar
            scope = Scope(today, calendar, recent_days(Span.TWELVE_WEEKS, today), owner)
            await derive_facts(self._units, who.workspace.id)
            async with self._units.reading(who.workspace.id) as work:
                known = await work.facts.counted(lambda told: change_of(told, scope))
            self._known[key] = known
        return known
