"""Which checklists a workspace uses: its managers adopt them, make one the default, retire them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.checklists.proving.checking import Checked, Checker
from bot.domain.checklist.model import Checklist
from bot.domain.figures.reports.backtest import Backtest
from bot.domain.people import OtherAction
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.settings.checklists import (
    Adoptable,
    Adopted,
    NotedChecklistChange,
    check_unchanged,
    warnings_about,
)
from bot.domain.workspace import WorkspaceId
from bot.services.figures.backtests import backtested, backtested_from_memory
from bot.services.ports import Caller
from bot.services.transaction.action import permitted
from bot.services.transaction.checklists import ChangingChecklists, ShippedChecklists
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork

REMEMBERED = 30
"""How many changes the history shows."""


@dataclass(frozen=True, slots=True)
class ChecklistsInUse:
    """The checklists that a workspace has adopted, and those it could adopt."""

    adopted: Sequence[Adopted]
    """The default first."""
    screened: Mapping[str, int]
    """How many qualifications there are, by the id of their checklist."""
    offered: Sequence[Checklist]
    """Those of ours whose ids are not in use."""
    retired: Sequence[ChecklistVersion]
    """What the workspace had of its own and uses no more, each in its last version."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a manager sees of a checklist before adopting it."""

    adoptable: Adoptable
    lived: Backtest
    remembered: Backtest
    """The same for those the team entered from memory; never mixed with the others."""


class ChecklistService:
    """Lets managers change which checklists are in use. Anybody else gets NotAllowed."""

    def __init__(self, units: UnitsOfWork, ours: ShippedChecklists, checker: Checker) -> None:
        self._units = units
        self._ours = ours
        self._checker = checker

    async def in_use(self, caller: Caller) -> ChecklistsInUse:
        """Return what is in use and what could be."""
        async with self._changing(caller) as it:
            screened = await it.work.qualifications.count_by_checklist()
            offered = self._ours.offered(it.adopted)
            return ChecklistsInUse(it.adopted, screened, offered, await it.retired())

    async def version(
        self, caller: Caller, checklist_id: str, number: int | None = None
    ) -> ChecklistVersion:
        """Return a version that is or was in use, the last one without a number.

        Raises ChecklistRefused if there never was such a version.
        """
        async with self._changing(caller) as it:
            return await it.version(checklist_id, number)

    async def changes(self, caller: Caller) -> Sequence[NotedChecklistChange]:
        """Return who changed what, the newest first."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.CHANGE_CHECKLISTS)
            return await work.adopted.history(REMEMBERED)

    async def may_change(self, caller: Caller) -> None:
        """Raise NotAllowed for anybody but managers."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.CHANGE_CHECKLISTS)

    async def checked(self, caller: Caller, content: bytes) -> Checked:
        """Return the checklist in an uploaded file, proved: up to ten seconds of computing.

        Raises ChecklistRejected with everything that is wrong.
        """
        await self.may_change(caller)
        return await self._checker.check(content, on=self._ours.clock().date())

    async def adoptable(self, caller: Caller, checklist: Checklist) -> Adoptable:
        """Return what adopting a checklist would replace, or why it can't be adopted."""
        async with self._changing(caller) as it:
            return warnings_about(checklist, it.adopted, self._ours.shipped(checklist.id))

    async def preview(self, caller: Caller, checklist: Checklist) -> Preview:
        """Return the same, with what a proved checklist would have said of the past."""
        adoptable = await self.adoptable(caller, checklist)
        async with self._units.reading(caller.workspace_id) as work:
            past = await backtested(work, checklist)
            remembered = await backtested_from_memory(work, checklist)
        return Preview(adoptable, past, remembered)

    async def adopt(
        self,
        caller: Caller,
        checklist: Checklist,
        *,
        seen: VersionId | None,
        as_default: bool = False,
    ) -> Adopted:
        """Adopt a proved checklist, in place of the version that the manager has `seen`.

        If two managers adopt at once, the second gets ChecklistRefused.
        """
        async with self._changing(caller) as it:
            check_unchanged(it.adopted, checklist.id, seen)
            return await it.adopt(checklist, as_default=as_default)

    async def make_default(self, caller: Caller, checklist_id: str) -> Adopted:
        """Make new screenings begin with it. Raises ChecklistRefused."""
        async with self._changing(caller) as it:
            return await it.make_default(checklist_id)

    async def retire(self, caller: Caller, checklist_id: str) -> Adopted:
        """Take it out of use; drafts finish on it. Raises ChecklistRefused for the default."""
        async with self._changing(caller) as it:
            return await it.retire(checklist_id)

    @asynccontextmanager
    async def _changing(self, caller: Caller) -> AsyncIterator[ChangingChecklists]:
        """Lock the workspace for a manager: if two change something at once, one waits."""
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.CHANGE_CHECKLISTS)
            adopted = await self._ours.adopted_or_first(work)
            now = self._ours.clock()
            yield ChangingChecklists(
                work, who.workspace, adopted, self._ours, caller.member_id, now
            )


class OperatorsChecklists:
    """The same for the operator, who sees every workspace; members don't get here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, ours: ShippedChecklists) -> None:
        self._units = units
        self._rounds = rounds
        self._ours = ours

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return all workspaces."""
        return sorted(await self._rounds.workspaces())

    async def renew(self, workspace_id: WorkspaceId) -> None:
        """Adopt what an update of Walkaway brought; doing it twice does no harm."""
        async with self._units.reading(workspace_id) as work:
            if not self._ours.outdated(await work.adopted.all()):
                return
        async with self.changing(workspace_id) as it:
            await it.renew()

    async def adopted(self, workspace_id: WorkspaceId) -> Sequence[Adopted]:
        """Return what is in use, the default first; empty before anybody has screened."""
        async with self._units.reading(workspace_id) as work:
            return await work.adopted.all()

    async def backtest(self, workspace_id: WorkspaceId, checklist: Checklist) -> Backtest:
        """Return what a proved checklist would have said of a workspace's past."""
        async with self._units.reading(workspace_id) as work:
            return await backtested(work, checklist)

    async def backtest_remembered(
        self, workspace_id: WorkspaceId, checklist: Checklist
    ) -> Backtest:
        """Return the same for those whom a workspace remembers."""
        async with self._units.reading(workspace_id) as work:
            return await backtested_from_memory(work, checklist)

    @asynccontextmanager
    async def changing(self, workspace_id: WorkspaceId) -> AsyncIterator[ChangingChecklists]:
        """Lock an existing workspace, to change what it has adopted."""
        async with self._units(workspace_id) as work:
            adopted = await self._ours.adopted_or_first(work)
            workspace = await work.workspaces.get()
            assert workspace is not None  # noqa: S101 - it was listed
            yield ChangingChecklists(work, workspace, adopted, self._ours, None, self._ours.clock())
