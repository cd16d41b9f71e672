"""One transaction in one workspace, and the repositories that work in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.model import Checklist
from bot.domain.delivery import Claimed, payloads
from bot.domain.errors import CommitUnheard
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import (
    AdoptedRepository,
    ChecklistVersionRepository,
    RestoredChecklists,
)
from bot.storage.data.erasing import ErasingRepository
from bot.storage.data.exporting import DataExportRepository
from bot.storage.data.importing import DataImportRepository
from bot.storage.data.retention import RetentionRepository
from bot.storage.database import Database
from bot.storage.delivery.mornings import MorningRepository
from bot.storage.delivery.outbox import OutboxRepository
from bot.storage.delivery.queue import Beside
from bot.storage.digests import DigestRepository
from bot.storage.figures.aside import FactsElsewhere, FactsForCopy
from bot.storage.figures.facts import FactsRepository
from bot.storage.figures.timelines import TimelineRepository
from bot.storage.intake.intake import IntakeRepository
from bot.storage.managers import ManagersMessageRepository, ProposalRepository
from bot.storage.namesakes import NamesakeRepository
from bot.storage.nudges import NudgeRepository
from bot.storage.outcomes import OutcomeRepository
from bot.storage.people import MemberRepository
from bot.storage.prospects.history import HistoryRepository
from bot.storage.prospects.prospects import ProspectRepository
from bot.storage.remembered import RememberedRepository
from bot.storage.screening import DraftRepository, QualificationRepository
from bot.storage.trouble import is_unheard
from bot.storage.webhooks.webhooks import WebhookRepository
from bot.storage.workspaces import WorkspaceRepository


class UnitOfWork:
    """The repositories of one transaction."""

    def __init__(
        self, connection: AsyncConnection, workspace_id: WorkspaceId, restored: RestoredChecklists
    ) -> None:
        self.has_messages = False
        self.has_adopted = False
        self.has_deliveries = False
        versions = ChecklistVersionRepository(connection, workspace_id, restored)
        self.workspaces = WorkspaceRepository(connection, workspace_id)
        self.members = MemberRepository(connection, workspace_id)
        self.checklist_versions = versions
        self.adopted = AdoptedRepository(connection, workspace_id, versions, self._note_adopted)
        self.drafts = DraftRepository(connection, workspace_id)
        self.prospects = ProspectRepository(connection, workspace_id)
        self.intake = IntakeRepository(connection, workspace_id)
        self.qualifications = QualificationRepository(connection, workspace_id, versions)
        self.history = HistoryRepository(connection, workspace_id)
        self.nudges = NudgeRepository(connection, workspace_id, self.workspaces)
        self.proposals = ProposalRepository(connection, workspace_id)
        self.managers = ManagersMessageRepository(connection, workspace_id)
        self.digests = DigestRepository(connection, workspace_id)
        self.outcomes = OutcomeRepository(connection, workspace_id)
        self.remembered = RememberedRepository(connection, workspace_id, versions)
        self.namesakes = NamesakeRepository(
            connection, workspace_id, self.prospects, self.remembered
        )
        self.timelines = TimelineRepository(connection, workspace_id, versions)
        self.facts = FactsRepository(connection, workspace_id, self.timelines)
        self.outbox = OutboxRepository(connection, workspace_id, self._note_message)
        self.webhooks = WebhookRepository(connection, workspace_id, self._note_delivery)
        self.leaving = DataExportRepository(connection, workspace_id, versions)
        self.arriving = DataImportRepository(connection, workspace_id)
        self.keeping = RetentionRepository(connection, workspace_id)
        self.erasing = ErasingRepository(connection, workspace_id, versions)

    def mornings_of(self, morning: payloads.Morning) -> MorningRepository:
        """Return the repository that stores this kind of morning message."""
        match morning:
            case payloads.OwnersMorning():
                return self.nudges
            case payloads.ManagersMorning():
                return self.managers
            case _:
                assert_never(morning)

    async def write_planned(self) -> None:
        """Write when the clock must look again, always in the same order.

        It is the last thing before a unit of work ends, so that nobody waits long for its locks.
        """
        await self.nudges.write_planned()
        await self.managers.write_planned()

    def _note_message(self) -> None:
        self.has_messages = True

    def _note_adopted(self) -> None:
        self.has_adopted = True

    def _note_delivery(self) -> None:
        self.has_deliveries = True


class UnitsOfWork:
    """Opens units of work on one database."""

    def __init__(
        self,
        database: Database,
        restore: Callable[[str], Checklist],
        on_outbox: Callable[[], None] = lambda: None,
        on_webhooks: Callable[[], None] = lambda: None,
        facts_in: FactsElsewhere | None = None,
    ) -> None:
        """Take the function that restores a stored checklist, and the one that wakes delivery.

        `on_outbox` is called after a transaction that wrote a message was kept, and `on_webhooks`
        after one that wrote a delivery to a webhook. A copy has no facts: they are counted
        `facts_in` the database that it was copied from.
        """
        self._database = database
        self._restored = RestoredChecklists(restore)
        self._on_outbox = on_outbox
        self.adoptions = 0
        """Grows whenever it was changed which checklists are adopted, or chosen."""
        self._on_webhooks = on_webhooks
        self._facts_in = facts_in

    @asynccontextmanager
    async def __call__(self, workspace_id: WorkspaceId) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work that commits when its block ends, and rolls back when it raises.

        Raises CommitUnheard if the connection is lost while it commits.
        """
        written: UnitOfWork | None = None
        try:
            async with self._database.writing() as connection:
                work = self._work(connection, workspace_id)
                yield work
                await work.write_planned()
                written = work
        except Exception as error:
            if written is not None and is_unheard(error):
                self._note_kept(written)  # it may be
                raise CommitUnheard from error
            raise
        self._note_kept(work)

    def _note_kept(self, work: UnitOfWork) -> None:
        """Wake whoever must know what a transaction wrote."""
        if work.has_adopted:
            self.adoptions += 1
        if work.has_messages:
            self._on_outbox()
        if work.has_deliveries:
            self._on_webhooks()

    def beside(self, do: Callable[[UnitOfWork, Sequence[Claimed]], Awaitable[None]]) -> Beside:
        """Return a function that does this work per workspace in a claim's or finish's transaction.

        If the work `has_messages`, the commit wakes delivery.
        """

        async def beside(connection: AsyncConnection, rows: Sequence[Claimed]) -> None:
            for workspace_id in dict.fromkeys(each.workspace_id for each in rows):
                work = self._work(connection, workspace_id)
                await do(work, [each for each in rows if each.workspace_id == workspace_id])
                await work.write_planned()

        return beside

    @asynccontextmanager
    async def reading(self, workspace_id: WorkspaceId) -> AsyncIterator[UnitOfWork]:
        """Open a read-only unit of work; the database refuses any write."""
        async with self._database.reading() as connection:
            work = self._work(connection, workspace_id)
            yield work
            await work.write_planned()  # which the database refuses, too

    def _work(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> UnitOfWork:
        work = UnitOfWork(connection, workspace_id, self._restored)
        if self._facts_in is not None:
            work.facts = FactsForCopy(connection, workspace_id, work.timelines, self._facts_in)
        return work
