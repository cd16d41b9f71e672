"""The figures of every workspace, for the operator."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audits, Cases, audits
from bot.domain.figures.discipline import override_rate_by_rule
from bot.domain.figures.reports.memory import FromMemory, from_memory
from bot.domain.figures.reports.parts import ReportPart, by_checklist, by_quarter
from bot.domain.figures.reports.report import Report, report_of
from bot.domain.figures.scope import Period, Scope, Span, recent_days
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.figures.facts import derive_facts
from bot.services.ports import Clock
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


class AuditService:
    """Shows figures to the operator, who sees every workspace; members don't get here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def audits(self, checklist: Checklist) -> AsyncIterator[Audits]:
        """Audit a checklist for each workspace alone, by its id."""
        async for work, workspace, scope in self._workspaces():
            cases, calendar = Cases(), scope.calendar
            async for timelines in work.timelines.in_pieces():
                cases.add(timelines, calendar)
            overrides = await work.facts.counted(partial(override_rate_by_rule, scope=scope))
            yield audits(workspace.id, checklist, cases, overrides)

    async def reports(self, span: Span) -> AsyncIterator[tuple[str, Report]]:
        """Report about everybody in each workspace alone, by its id."""
        async for work, workspace, scope in self._workspaces():
            within = replace(scope, period=recent_days(span, scope.today))
            an_hour = workspace.settings.cost_of_an_hour
            made = partial(report_of, scope=within, an_hour=an_hour)
            yield workspace.id, await work.facts.counted(made)

    async def by_quarter(self) -> AsyncIterator[tuple[str, Sequence[ReportPart[Period]]]]:
        """Count each quarter of each workspace, the latest first."""
        async for work, workspace, scope in self._workspaces():
            an_hour = workspace.settings.cost_of_an_hour
            made = partial(by_quarter, scope=scope, an_hour=an_hour)
            yield workspace.id, (await work.facts.counted(made)).shown

    async def by_checklist(
        self, span: Span
    ) -> AsyncIterator[tuple[str, Sequence[ReportPart[str]]]]:
        """Count what each checklist judged, by its id."""
        async for work, workspace, scope in self._workspaces():
            within = replace(scope, period=recent_days(span, scope.today))
            an_hour = workspace.settings.cost_of_an_hour
            made = partial(by_checklist, scope=within, an_hour=an_hour)
            yield workspace.id, (await work.facts.counted(made)).shown

    async def from_memory(self, workspace_id: WorkspaceId) -> FromMemory:
        """Return the figures of those whom a workspace remembers."""
        async with self._units.reading(workspace_id) as work:
            return from_memory(await work.remembered.all())

    async def _workspaces(self) -> AsyncIterator[tuple[UnitOfWork, Workspace, Scope]]:
        """Open each workspace; what changed in it since its facts were told is told before."""
        for workspace_id in sorted(await self._rounds.workspaces()):
            await derive_facts(self._units, workspace_id)
            async with self._units.reading(workspace_id) as work:
                workspace = await work.workspaces.get()
                if workspace is not None:
                    settings = workspace.settings
                    today = today_in(settings.zone, self._clock())
                    yield work, workspace, Scope(today, settings.calendar)
