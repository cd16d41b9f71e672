"""One transaction of one workspace, and the repositories that work in it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist import Checklist
from bot.domain.workspace import WorkspaceId
from bot.services.nudge_ports import Nudges
from bot.services.outcome_ports import Outcomes
from bot.services.ports import (
    ChecklistVersions,
    Drafts,
    History,
    Members,
    Outbox,
    Qualifications,
    Workspaces,
)
from bot.services.proposal_ports import Managers, Proposals
from bot.services.prospect_ports import Prospects
from bot.services.settings_ports import Referrals
from bot.services.story_ports import Stories
from bot.storage.database import Database
from bot.storage.repositories.checklist_versions import RestoredChecklists, SqlChecklistVersions
from bot.storage.repositories.drafts import SqlDrafts
from bot.storage.repositories.history import SqlHistory
from bot.storage.repositories.managers import SqlManagers
from bot.storage.repositories.members import SqlMembers
from bot.storage.repositories.nudges import SqlNudges
from bot.storage.repositories.outbox import SqlOutbox
from bot.storage.repositories.outcomes import SqlOutcomes
from bot.storage.repositories.proposals import SqlProposals
from bot.storage.repositories.prospects import SqlProspects
from bot.storage.repositories.qualifications import SqlQualifications
from bot.storage.repositories.referrals import SqlReferrals
from bot.storage.repositories.stories import SqlStories
from bot.storage.repositories.workspaces import SqlWorkspaces


class SqlUnitOfWork:
    """The repositories of one transaction."""

    workspaces: Workspaces
    members: Members
    checklist_versions: ChecklistVersions
    drafts: Drafts
    prospects: Prospects
    qualifications: Qualifications
    history: History
    nudges: Nudges
    proposals: Proposals
    managers: Managers
    outcomes: Outcomes
    stories: Stories
    outbox: Outbox
    referrals: Referrals

    def __init__(
        self, connection: AsyncConnection, workspace_id: WorkspaceId, restored: RestoredChecklists
    ) -> None:
        self.has_messages = False
        versions = SqlChecklistVersions(connection, workspace_id, restored)
        self.workspaces = SqlWorkspaces(connection, workspace_id)
        self.members = SqlMembers(connection, workspace_id)
        self.checklist_versions = versions
        self.drafts = SqlDrafts(connection, workspace_id)
        self.prospects = SqlProspects(connection, workspace_id)
        self.qualifications = SqlQualifications(connection, workspace_id, versions)
        self.history = SqlHistory(connection, workspace_id)
        self.nudges = SqlNudges(connection, workspace_id)
        self.proposals = SqlProposals(connection, workspace_id)
        self.managers = SqlManagers(connection, workspace_id)
        self.outcomes = SqlOutcomes(connection, workspace_id)
        self.stories = SqlStories(connection, workspace_id, versions)
        self.outbox = SqlOutbox(connection, workspace_id, self._note_message)
        self.referrals = SqlReferrals(connection, workspace_id)

    def _note_message(self) -> None:
        self.has_messages = True


class SqlUnitsOfWork:
    """Opens units of work on one database."""

    def __init__(
        self,
        database: Database,
        restore: Callable[[str], Checklist],
        on_outbox: Callable[[], None] = lambda: None,
    ) -> None:
        """Keep how a stored checklist is `restored`, and whom to wake for new messages.

        `on_outbox` is called after a transaction that wrote a message was kept.
        """
        self._database = database
        self._restored = RestoredChecklists(restore)
        self._on_outbox = on_outbox

    @asynccontextmanager
    async def __call__(self, workspace_id: WorkspaceId) -> AsyncIterator[SqlUnitOfWork]:
        """Open one that is kept when its block ends well, and undone when it raises."""
        async with self._database.writing() as connection:
            work = SqlUnitOfWork(connection, workspace_id, self._restored)
            yield work
        if work.has_messages:
            self._on_outbox()

    @asynccontextmanager
    async def reading(self, workspace_id: WorkspaceId) -> AsyncIterator[SqlUnitOfWork]:
        """Open one that only reads; the database refuses what would write."""
        async with self._database.reading() as connection:
            yield SqlUnitOfWork(connection, workspace_id, self._restored)
