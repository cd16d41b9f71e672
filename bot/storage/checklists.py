"""Checklists as they were used, numbered per workspace; their content is text."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.model import Checklist
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.workspaces import workspaces

checklist_versions = sa.Table(
    "checklist_versions",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("version_id"),
    columns.required("checklist_id"),
    columns.required("number", sa.Integer),
    columns.required("content_hash"),
    columns.required("content"),
    columns.required("first_used_at", columns.UtcDateTime),
    columns.in_workspace(),
    sa.UniqueConstraint("workspace_id", "checklist_id", "number"),
    sa.UniqueConstraint("workspace_id", "checklist_id", "content_hash"),
)


class RestoredChecklists:
    """Checklists made from their stored content once, and kept by its hash; versions by their id.

    Neither ever changes, and workspaces may share a content.
    """

    def __init__(self, restore: Callable[[str], Checklist]) -> None:
        self._restore = restore
        self._by_hash: dict[str, Checklist] = {}
        self.versions: dict[tuple[WorkspaceId, VersionId], ChecklistVersion] = {}

    def known(self, content_hash: str) -> Checklist | None:
        """Return a checklist that was made before."""
        return self._by_hash.get(content_hash)

    def make(self, content_hash: str, content: str) -> Checklist:
        """Make a checklist, and keep it."""
        return self._by_hash.setdefault(content_hash, self._restore(content))


class ChecklistVersionRepository:
    """The versions that one workspace used."""

    def __init__(
        self, connection: AsyncConnection, workspace_id: WorkspaceId, restored: RestoredChecklists
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._restored = restored

    async def get(self, version_id: VersionId) -> ChecklistVersion | None:
        """Return a version by its id."""
        key = (self._workspace_id, version_id)
        if key not in self._restored.versions:
            version = await self._one(checklist_versions.c.version_id == version_id)
            if version is None:
                return None
            self._restored.versions[key] = version
        return self._restored.versions[key]

    async def find(self, checklist: Checklist) -> ChecklistVersion | None:
        """Return the version with the content of this checklist, if it was used before."""
        return await self._one(
            checklist_versions.c.checklist_id == checklist.id,
            checklist_versions.c.content_hash == checklist.version,
        )

    async def add(self, version_id: VersionId, checklist: Checklist, at: datetime) -> None:
        """Keep it under the next number, unless its content is there already."""
        await self._number_alone()
        if await self.find(checklist) is not None:
            return
        row = {
            "workspace_id": self._workspace_id,
            "version_id": version_id,
            "checklist_id": checklist.id,
            "number": await self._last_number(checklist) + 1,
            "content_hash": checklist.version,
            "content": checklist.content,
            "first_used_at": at,
        }
        await self._connection.execute(sa.insert(checklist_versions), row)

    async def _number_alone(self) -> None:
        """Wait for others who give numbers in this workspace."""
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(
            sa.select(workspaces.c.workspace_id).where(own).with_for_update(key_share=True)
        )

    async def _last_number(self, checklist: Checklist) -> int:
        query = sa.select(sa.func.coalesce(sa.func.max(checklist_versions.c.number), 0)).where(
            checklist_versions.c.workspace_id == self._workspace_id,
            checklist_versions.c.checklist_id == checklist.id,
        )
        last: int = (await self._connection.execute(query)).scalar_one()
        return last

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> ChecklistVersion | None:
        own = checklist_versions.c.workspace_id == self._workspace_id
        query = sa.select(
            checklist_versions.c.version_id,
            checklist_versions.c.number,
            checklist_versions.c.content_hash,
        ).where(own, *conditions)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        checklist = self._restored.known(row.content_hash)
        if checklist is None:
            query = sa.select(checklist_versions.c.content).where(own, *conditions)
            content = (await self._connection.execute(query)).scalar_one()
            checklist = self._restored.make(row.content_hash, content)
        return ChecklistVersion(VersionId(row.version_id), row.number, checklist)
