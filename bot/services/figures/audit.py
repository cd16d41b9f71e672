"""The figures of every workspace, for the operator."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot.domain.calendar import CountedCalendar, today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audits, audits
from bot.domain.figures.discipline import told_in
from bot.domain.figures.reports.memory import FromMemory, from_memory
from bot.domain.figures.reports.parts import Part, by_checklist, by_quarter
from bot.domain.figures.reports.report import Report, report_of
from bot.domain.figures.scope import Period, Scope, Span, lately
from bot.domain.figures.timeline import Timeline
from bot.domain.workspace import Settings, WorkspaceId
from bot.services.ports import Clock
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork


class AuditService:
    """Shows figures to the operator, who sees every workspace; members do not come here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def audits(self, checklist: Checklist) -> AsyncIterator[Audits]:
        """Audit a checklist for each workspace alone, by its id."""
        async for workspace_id, timelines, scope, _ in self._workspaces():
            yield audits(workspace_id, checklist, timelines, scope)

    async def reports(self, span: Span) -> AsyncIterator[tuple[str, Report]]:
        """Report about everybody in each workspace alone, by its id."""
        async for workspace_id, timelines, scope, settings in self._workspaces():
            within = replace(scope, period=lately(span, scope.today))
            yield workspace_id, report_of(timelines, within, (), settings.cost_of_an_hour)

    async def by_quarter(self) -> AsyncIterator[tuple[str, Sequence[Part[Period]]]]:
        """Count each quarter of each workspace, the latest first."""
        async for workspace_id, timelines, scope, settings in self._workspaces():
            yield (
                workspace_id,
                by_quarter(told_in(timelines, scope), scope, settings.cost_of_an_hour),
            )

    async def by_checklist(self, span: Span) -> AsyncIterator[tuple[str, Sequence[Part[str]]]]:
        """Count what each checklist judged, by its id."""
        async for workspace_id, timelines, scope, settings in self._workspaces():
            within = replace(scope, period=lately(span, scope.today))
            yield (
                workspace_id,
                by_checklist(told_in(timelines, scope), within, settings.cost_of_an_hour),
            )

    async def from_memory(self, workspace_id: WorkspaceId) -> FromMemory:
        """Return what is said of whom a workspace remembers."""
        async with self._units.reading(workspace_id) as work:
            return from_memory(await work.remembered.all())

    async def _workspaces(
        self,
    ) -> AsyncIterator[tuple[WorkspaceId, Sequence[Timeline], Scope, Settings]]:
        for workspace_id in sorted(await self._rounds.workspaces()):
            async with self._units.reading(workspace_id) as work:
                workspace = await work.workspaces.get()
                timelines = await work.timelines.all()
            if workspace is not None:
                settings = workspace.settings
                today = today_in(settings.zone, self._clock())
                yield (
                    workspace_id,
                    timelines,
                    Scope(today, CountedCalendar.of(settings.calendar)),
                    settings,
                )
