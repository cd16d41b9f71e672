"""Showing the figures: the report, and the evidence that answers a fear."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audit, audit, cases_of_clients, cases_of_walk_aways
from bot.domain.figures.discipline import OverrideRate, override_rate_by_rule
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.report import Report, report_of
from bot.domain.people import Action, Role
from bot.domain.prospects import Fear
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
            timelines = await work.timelines.all(None if sees_all else caller.member_id)
        today = today_in(who.member.zone, self._clock())
        calendar = who.workspace.settings.calendar
        own = report_of(timelines, owner=caller.member_id, today=today, calendar=calendar)
        if not sees_all:
            return (own,)
        whole = report_of(timelines, owner=None, today=today, calendar=calendar, rules=self._rules)
        return (own, whole) if own.prospects else (whole,)

    async def evidence(self, caller: Caller, fear: Fear) -> Evidence:
        """Return what became of the overrides of this workspace that named a fear."""
        async with self._units.reading(caller.workspace_id) as work:
            await standing(work, caller, Action.OVERRIDE)
            return evidence_for(fear, await work.timelines.of_fear(fear))


@dataclass(frozen=True, slots=True)
class Audits:
    """One checklist, held against what came of clients and of walk-aways."""

    workspace_id: WorkspaceId
    clients: Audit
    """Bad is who would not be taken again."""
    walk_aways: Audit
    """Bad is who is regretted."""
    overrides: Mapping[str, OverrideRate]
    """How often each rule was overridden, by its id."""

    @property
    def outcomes(self) -> int:
        """How many there are in all."""
        return self.clients.outcomes + self.walk_aways.outcomes

    @property
    def says_something(self) -> bool:
        """Whether there is an outcome, or enough of a rule to say how often it is overridden."""
        return bool(self.outcomes) or any(each.share.is_enough for each in self.overrides.values())


class AuditService:
    """Audits a checklist for the operator, who sees every workspace; members do not come here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue) -> None:
        self._units = units
        self._rounds = rounds

    async def audits(self, checklist: Checklist) -> AsyncIterator[Audits]:
        """Audit it for each workspace alone, by its id."""
        for workspace_id in sorted(await self._rounds.workspaces()):
            async with self._units.reading(workspace_id) as work:
                timelines = await work.timelines.all()
            yield Audits(
                workspace_id,
                audit(checklist, cases_of_clients(timelines)),
                audit(checklist, cases_of_walk_aways(timelines)),
                override_rate_by_rule(timelines),
            )
