"""Whether the checklist works: its audit on all that became of the prospects of a workspace."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audit, audit, cases_of_clients, cases_of_walk_aways
from bot.domain.figures.discipline import OverrideRate, override_rate_by_rule
from bot.domain.workspace.workspace import WorkspaceId
from bot.storage.nudges.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork


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


class Auditing:
    """Audits a checklist for the operator, who sees every workspace; members do not come here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue) -> None:
        self._units = units
        self._rounds = rounds

    async def audits(self, checklist: Checklist) -> AsyncIterator[Audits]:
        """Audit it for each workspace alone, by its id."""
        for workspace_id in sorted(await self._rounds.workspaces()):
            async with self._units.reading(workspace_id) as work:
                stories = await work.stories.all()
            yield Audits(
                workspace_id,
                audit(checklist, cases_of_clients(stories)),
                audit(checklist, cases_of_walk_aways(stories)),
                override_rate_by_rule(stories),
            )
