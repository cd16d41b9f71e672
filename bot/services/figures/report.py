"""Shows the figures: the report, and the evidence that answers a fear.

Everybody's figures are counted from stored facts, a member's own from the timelines of what they
owned. All of it is counted in a thread, so a large workspace keeps nobody else waiting.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.discipline import facts_in
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.facts import Facts
from bot.domain.figures.reports.memory import FromMemory, from_memory
from bot.domain.figures.reports.page import (
    NarrowedReason,
    ReportContent,
    ReportPage,
    ReportView,
    Whose,
    counted,
)
from bot.domain.figures.scope import Scope
from bot.domain.people import Action, Role
from bot.domain.prospects import Fear
from bot.services.figures.facts import derive_facts
from bot.services.overviews import names_of
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Actor, standing
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


class ReportService:
    """Makes figures from what happened; every method raises NotFullMember."""

    def __init__(self, units: UnitsOfWork, clock: Clock, checklist: Checklist) -> None:
        self._units = units
        self._clock = clock
        self._rules = checklist.rules

    async def page(self, caller: Caller, page: ReportPage) -> ReportContent:
        """Return what a page of the report is drawn from.

        Managers get everybody's figures, or their own if they ask for those. Anybody else gets
        their own, and is told so if they asked for more. Only managers see another member's
        figures, and only in a workspace that shows figures per person.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            page, narrowed = _allowed(who, page)
            titles = {each.checklist.id: each.checklist.title for each in await work.adopted.all()}
            memory = await _memory(work, page)
        settings = who.workspace.settings
        scope = self._scope(who, of_everybody=page.whose is Whose.WHOLE)
        await derive_facts(self._units, caller.workspace_id)

        def count(told: Facts) -> ReportContent:
            return counted(page, told, scope, self._rules, settings.cost_of_an_hour)

        async with self._units.reading(caller.workspace_id) as work:
            content = await _counted(work, scope, count)
            names = await names_of(work, {part.key for part in content.people})
        return replace(
            content,
            is_manager=Role.MANAGER in who.roles(),
            titles=titles,
            names=names,
            memory=memory,
            shows_people=settings.figures_per_person,
            currency=settings.currency,
            narrowed=narrowed,
            left_out=who.workspace.left_out(self._clock()),
        )

    async def note_refused(self, caller: Caller, kinds: frozenset[str]) -> None:
        """Keep which kinds of blocks Slack refused, so that the next pages do without them."""
        if kinds:
            async with self._units(caller.workspace_id) as work:
                await work.workspaces.note_refused(kinds, self._clock())

    async def evidence(self, caller: Caller, fear: Fear) -> Evidence:
        """Return what became of the overrides of this workspace that named a fear."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.OVERRIDE)
        scope = self._scope(who, of_everybody=True)
        await derive_facts(self._units, caller.workspace_id)
        async with self._units.reading(caller.workspace_id) as work:
            return await work.facts.counted(lambda told: evidence_for(fear, told, scope))

    def _scope(self, who: Actor, *, of_everybody: bool) -> Scope:
        today = today_in(who.member.zone, self._clock())
        owner = None if of_everybody else who.member.id
        return Scope(today, who.workspace.settings.calendar, owner=owner)


async def _counted(
    work: UnitOfWork, scope: Scope, count: Callable[[Facts], ReportContent]
) -> ReportContent:
    """Count everybody's figures, or those of one owner."""
    if scope.owner is None:
        return await work.facts.counted(count)
    timelines = await work.timelines.owned_by(scope.owner)
    return await asyncio.to_thread(lambda: count(facts_in(timelines, scope)))


async def _memory(work: UnitOfWork, page: ReportPage) -> FromMemory | None:
    """Return the figures of those the team remembers, if the page shows them and there are any."""
    if page.view is not ReportView.OVERVIEW:
        return None
    remembered = await work.remembered.all()
    return from_memory(remembered) if remembered else None


def _allowed(who: Actor, page: ReportPage) -> tuple[ReportPage, NarrowedReason | None]:
    """Return the page as this member may see it, and why that is less than they asked for."""
    is_manager = Role.MANAGER in who.roles()
    if not is_manager:
        view = ReportView.OVERVIEW if page.view is ReportView.BY_PERSON else page.view
        narrowed = NarrowedReason.NO_MANAGER if page.whose is Whose.WHOLE else None
        return replace(page, view=view, whose=Whose.OWN), narrowed
    page = replace(page, whose=page.whose or Whose.WHOLE)
    if page.view is not ReportView.BY_PERSON:
        return page, None
    if not who.workspace.settings.figures_per_person:
        return replace(page, view=ReportView.OVERVIEW), NarrowedReason.NO_PERSONS
    is_own = page.whose is Whose.OWN
    return (replace(page, view=ReportView.OVERVIEW) if is_own else page), None
