"""What App Home shows: a member's own prospects, and to a manager everybody's open ones."""

from collections.abc import Sequence

from bot.domain.calendar import today_in
from bot.domain.people import Action
from bot.domain.prospects import Prospect
from bot.domain.read_models import HomeContent, HomePage, HomeScope
from bot.domain.settings.changes import gaps_of
from bot.services.figures.recent import RecentFiguresService
from bot.services.overviews import briefs_of
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Actor, standing
from bot.storage.unit_of_work import UnitsOfWork

PAGE = 10
"""Prospects on a page."""
DECIDED = 5
"""The latest decisions that a manager sees, on the first page."""
MOST_DRAFTS = 5
"""The drafts that are listed: the newest, and only on the first page."""


class Home:
    """Shows members their own prospects, and managers everybody's."""

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock
        self._lately = RecentFiguresService(units, clock)

    async def content(self, caller: Caller, page: HomePage) -> HomeContent:
        """Return a page of the caller's or everybody's prospects; the last one if there are fewer.

        Raises NotFullMember, and DirectoryUnavailable while nothing is known about them.
        """
        now = self._clock()
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            scope = _scope(who, page)
            owner = None if scope is HomeScope.WHOLE else caller.member_id
            total = await work.prospects.count_open_of(owner)
            pages = max(1, -(-total // PAGE))
            number = min(max(1, page.number), pages)
            order, offset = page.order, (number - 1) * PAGE
            decided: Sequence[Prospect] = ()
            if scope is HomeScope.WHOLE:
                today = today_in(who.workspace.settings.zone, now)
                prospects = await work.prospects.open_of_all(order, today, PAGE, offset=offset)
                if number == 1:
                    decided = await work.prospects.decided_recently(DECIDED)
            else:
                prospects = await work.prospects.open_of(owner, PAGE, offset=offset)
            owners = {each.facts.owner for each in (*prospects, *decided)}
            zones = {each: await who.zone_of(work, each) for each in sorted(owners)}
            briefs = await briefs_of(work, prospects, who.workspace.settings)
            remembered = await work.remembered.count()
            drafts = await work.drafts.of_member(caller.member_id, limit=MOST_DRAFTS + 1)
        figures = await self._lately.of(who, owner) if number == 1 else None
        return HomeContent(
            member=who.member,
            scope=scope,
            is_manager=_is_manager(who),
            today={each: today_in(zone, now) for each, zone in zones.items()},
            calendar=who.workspace.settings.calendar,
            drafts=tuple(drafts[:MOST_DRAFTS]) if number == 1 else (),
            has_more_drafts=len(drafts) > MOST_DRAFTS,
            prospects=tuple(prospects),
            total=total,
            page=number,
            pages=pages,
            briefs=briefs,
            order=order,
            decided=tuple(decided),
            policy=who.workspace.settings.nudge_policy,
            gaps=gaps_of(who.workspace.settings),
            managers=who.workspace.settings.managers,
            remembered=remembered,
            figures=figures,
        )


def _scope(who: Actor, page: HomePage) -> HomeScope:
    """Return the scope of a page; somebody who is no longer a manager sees their own again."""
    if not _is_manager(who):
        return HomeScope.OWN
    return page.scope or HomeScope.WHOLE


def _is_manager(who: Actor) -> bool:
    return who.member.id in who.workspace.manager_ids
