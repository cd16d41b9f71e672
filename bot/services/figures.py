"""Showing the figures: the report, and the evidence that answers a fear."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audits, audits
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.report import Report, report_of
from bot.domain.figures.scope import Scope, Span, lately
from bot.domain.figures.timeline import Timeline
from bot.domain.people import Action, Role
from bot.domain.prospects import Fear
from bot.domain.remembered.counted import FromMemory, from_memory
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import standing
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork


class ReportService:
    """Makes figures from what happened; every method raises NotFullMember."""

    def __init__(self, units: UnitsOfWork, clock: Clock, checklist: Checklist) -> None:
        self._units = units
        self._clock = clock
        self._rules = checklist.rules

    async def reports(self, caller: Caller) -> tuple[Report, ...]:
        """Return the report about the caller's own prospects, after it that about everybody's.

        Only managers get the latter, and what comes last stays in sight. They get their own only
        if they have prospects; nobody gets that of another.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            sees_all = Role.MANAGER in who.roles()
            timelines = await work.timelines.all()
        today = today_in(who.member.zone, self._clock())
        scope = Scope(today, who.workspace.settings.calendar)
        own = report_of(timelines, replace(scope, owner=caller.member_id))
        if not sees_all:
            return (own,)
        whole = report_of(timelines, scope, self._rules)
        return (own, whole) if own.prospects else (whole,)

    async def evidence(self, caller: Caller, fear: Fear) -> Evidence:
        """Return what became of the overrides of this workspace that named a fear."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.OVERRIDE)
            timelines = await work.timelines.all()
        today = today_in(who.member.zone, self._clock())
        return evidence_for(fear, timelines, Scope(today, who.workspace.settings.calendar))


class AuditService:
    """Shows figures to the operator, who sees every workspace; members do not come here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def audits(self, checklist: Checklist) -> AsyncIterator[Audits]:
        """Audit a checklist for each workspace alone, by its id."""
        async for workspace_id, timelines, scope in self._workspaces():
            yield audits(workspace_id, checklist, timelines, scope)

    async def reports(self, span: Span) -> AsyncIterator[tuple[str, Report]]:
        """Report about everybody in each workspace alone, by its id."""
        async for workspace_id, timelines, scope in self._workspaces():
            period = lately(span, scope.today)
            yield workspace_id, report_of(timelines, replace(scope, period=period))

    async def from_memory(self, workspace_id: WorkspaceId) -> FromMemory:
        """Return what is said of whom a workspace remembers."""
        async with self._units.reading(workspace_id) as work:
            return from_memory(await work.remembered.all())

    async def _workspaces(
        self,
    ) -> AsyncIterator[tuple[WorkspaceId, Sequence[Timeline], Scope]]:
        for workspace_id in sorted(await self._rounds.workspaces()):
            async with self._units.reading(workspace_id) as work:
                workspace = await work.workspaces.get()
                timelines = await work.timelines.all()
            if workspace is not None:
                settings = workspace.settings
                today = today_in(settings.zone, self._clock())
                yield workspace_id, timelines, Scope(today, settings.calendar)
