"""Showing the figures: the report, and the evidence that answers a fear."""

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.report import Report, report_of
from bot.domain.people import Action, Role
from bot.domain.prospects.override import Fear
from bot.services.ports import Caller, Clock
from bot.services.transaction.standing import standing
from bot.storage.unit_of_work import UnitsOfWork


class Reporting:
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
            stories = await work.stories.all(None if sees_all else caller.member_id)
        today = today_in(who.member.zone, self._clock())
        calendar = who.workspace.settings.calendar
        own = report_of(stories, owner=caller.member_id, today=today, calendar=calendar)
        if not sees_all:
            return (own,)
        whole = report_of(stories, owner=None, today=today, calendar=calendar, rules=self._rules)
        return (own, whole) if own.prospects else (whole,)

    async def evidence(self, caller: Caller, fear: Fear) -> Evidence:
        """Return what became of the overrides of this workspace that named a fear."""
        async with self._units.reading(caller.workspace_id) as work:
            await standing(work, caller, Action.OVERRIDE)
            return evidence_for(fear, await work.stories.of_fear(fear))
