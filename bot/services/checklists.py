"""Which checklists a workspace uses: its managers adopt them, make one the default, retire them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.checklist.model import Checklist
from bot.domain.figures.backtest import Backtest, backtest
from bot.domain.people import Errand
from bot.domain.remembered.past import backtest_remembered
from bot.domain.screening import VersionId
from bot.domain.settings.checklists import (
    Adopted,
    NotedChecklistChange,
    check_adoptable,
    check_unchanged,
    with_id,
)
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Caller
from bot.services.transaction.action import permitted
from bot.services.transaction.checklists import ChangingChecklists, Ours
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork

REMEMBERED = 30
"""Changes that the history shows."""


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A checklist that a workspace can adopt, and what it would replace."""

    checklist: Checklist
    before: Adopted | None
    """The version that is in use now."""

    @property
    def seen(self) -> VersionId | None:
        """What is in use now: whoever confirms later may find something else."""
        return None if self.before is None else self.before.version.id


class ChecklistService:
    """Lets managers change which checklists are in use. Everybody else gets NotAllowed."""

    def __init__(self, units: UnitsOfWork, ours: Ours) -> None:
        self._units = units
        self._ours = ours

    async def adopted(self, caller: Caller) -> Sequence[Adopted]:
        """Return what is in use, the default first."""
        async with self._changing(caller) as it:
            return it.adopted

    async def changes(self, caller: Caller) -> Sequence[NotedChecklistChange]:
        """Return who changed what, the newest first."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, Errand.CHANGE_CHECKLISTS)
            return await work.adopted.history(REMEMBERED)

    async def adoptable(self, caller: Caller, checklist: Checklist) -> Adoptable:
        """Return what adopting it would replace. Raises ChecklistRefused if it cannot be."""
        async with self._changing(caller) as it:
            check_adoptable(checklist, it.adopted, self._ours.shipped(checklist.id))
        return Adoptable(checklist, with_id(it.adopted, checklist.id))

    async def adopt(
        self,
        caller: Caller,
        checklist: Checklist,
        *,
        seen: VersionId | None,
        as_default: bool = False,
    ) -> Adopted:
        """Adopt a checklist that is proven, in place of the version that the manager has seen.

        Of two managers who adopt at once, the second gets a ChecklistRefused.
        """
        async with self._changing(caller) as it:
            check_unchanged(it.adopted, checklist.id, seen)
            return await it.adopt(checklist, as_default=as_default)

    async def make_default(self, caller: Caller, checklist_id: str) -> Adopted:
        """Let new screenings begin with it. Raises ChecklistRefused."""
        async with self._changing(caller) as it:
            return await it.make_default(checklist_id)

    async def retire(self, caller: Caller, checklist_id: str) -> Adopted:
        """Take it out of use: drafts finish on it. Raises ChecklistRefused for the default."""
        async with self._changing(caller) as it:
            return await it.retire(checklist_id)

    @asynccontextmanager
    async def _changing(self, caller: Caller) -> AsyncIterator[ChangingChecklists]:
        """Hold the workspace, for a manager: of two who change something at once one waits."""
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, Errand.CHANGE_CHECKLISTS)
            adopted = await self._ours.adopted_or_first(work)
            now = self._ours.clock()
            yield ChangingChecklists(
                work, who.workspace, adopted, self._ours, caller.member_id, now
            )


class OperatorsChecklists:
    """The same for the operator, who sees every workspace; members do not come here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, ours: Ours) -> None:
        self._units = units
        self._rounds = rounds
        self._ours = ours

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return the workspaces that there are."""
        return sorted(await self._rounds.workspaces())

    async def renew(self, workspace_id: WorkspaceId) -> None:
        """Adopt what an update of ours brought; done twice it does no harm."""
        async with self._units.reading(workspace_id) as work:
            if not self._ours.outdated(await work.adopted.all()):
                return
        async with self.changing(workspace_id) as it:
            await it.renew()

    async def adopted(self, workspace_id: WorkspaceId) -> Sequence[Adopted]:
        """Return what is in use, the default first; nothing before anybody screened."""
        async with self._units.reading(workspace_id) as work:
            return await work.adopted.all()

    async def backtest(self, workspace_id: WorkspaceId, checklist: Checklist) -> Backtest:
        """Return what a checklist that is proven would have said of a workspace's past."""
        async with self._units.reading(workspace_id) as work:
            return backtest(checklist, await work.timelines.all())

    async def backtest_remembered(
        self, workspace_id: WorkspaceId, checklist: Checklist
    ) -> Backtest:
        """Return the same of whom a workspace remembers."""
        async with self._units.reading(workspace_id) as work:
            return backtest_remembered(checklist, await work.remembered.all())

    @asynccontextmanager
    async def changing(self, workspace_id: WorkspaceId) -> AsyncIterator[ChangingChecklists]:
        """Hold a workspace that is there, to change what it has adopted."""
        async with self._units(workspace_id) as work:
            adopted = await self._ours.adopted_or_first(work)
            workspace = await work.workspaces.get()
            assert workspace is not None  # noqa: S101 - it was listed
            yield ChangingChecklists(work, workspace, adopted, self._ours, None, self._ours.clock())
