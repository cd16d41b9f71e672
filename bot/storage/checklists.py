"""Checklists: every version in use, numbered per workspace, and which ones are adopted."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.model import Checklist
from bot.domain.people import MemberId
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.settings.checklists import (
    Adopted,
    ChecklistAct,
    ChecklistChange,
    NotedChecklistChange,
)
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.schema.dialects import upsert
from bot.storage.schema.histories import append, latest
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

adopted_checklists = sa.Table(
    "adopted_checklists",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("checklist_id"),
    columns.required("version_id"),
    columns.required("is_default", sa.Boolean),
    columns.required("is_shipped", sa.Boolean),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.in_workspace(),
    columns.inside_workspace("version_id", "checklist_versions.version_id"),
)
"""Which checklists are in use. A workspace without any uses ours, as soon as somebody screens."""

checklist_history = sa.Table(
    "checklist_history",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.required("act"),
    columns.required("checklist_id"),
    columns.required("title", sa.JSON),
    columns.required("version", sa.Integer),
    columns.in_workspace(),
)
"""Every change of what is adopted; `by` is null where an operator or an update of ours did it."""
columns.refuse_changes(checklist_history)

checklist_choices = sa.Table(
    "checklist_choices",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    columns.required("checklist_id"),
    columns.in_workspace(),
)
"""What each member chose last, where there is a choice."""


class RestoredChecklists:
    """A cache of checklists by the hash of their content, and of versions by id.

    Neither ever changes, and workspaces may share the same content.
    """

    def __init__(self, restore: Callable[[str], Checklist]) -> None:
        self._restore = restore
        self._by_hash: dict[str, Checklist] = {}
        self.versions: dict[tuple[WorkspaceId, VersionId], ChecklistVersion] = {}

    def known(self, content_hash: str) -> Checklist | None:
        """Return a cached checklist."""
        return self._by_hash.get(content_hash)

    def make(self, content_hash: str, content: str) -> Checklist:
        """Restore a checklist and cache it."""
        return self._by_hash.setdefault(content_hash, self._restore(content))


class ChecklistVersionRepository:
    """The checklist versions that one workspace has used."""

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
        """Return the version with this checklist's content, if it was used before."""
        return await self._one(
            checklist_versions.c.checklist_id == checklist.id,
            checklist_versions.c.content_hash == checklist.version,
        )

    async def numbered(self, checklist_id: str, number: int) -> ChecklistVersion | None:
        """Return a version by its number."""
        its = checklist_versions.c
        return await self._one(its.checklist_id == checklist_id, its.number == number)

    async def add(self, version_id: VersionId, checklist: Checklist, at: datetime) -> None:
        """Store it under the next number, unless its content is already there."""
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
        """Wait for other transactions that assign numbers in this workspace."""
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


class AdoptedRepository:
    """The checklists that one workspace has adopted, and its members' latest choices."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
        changed: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions
        self._changed = changed

    async def all(self) -> Sequence[Adopted]:
        """Return the adopted checklists: the default, then the others in order of adoption."""
        its = adopted_checklists.c
        query = (
            sa.select(adopted_checklists)
            .where(self._own(adopted_checklists))
            .order_by(its.is_default.desc(), its.at, its.checklist_id)
        )
        found = []
        for row in (await self._connection.execute(query)).all():
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - a foreign key says so
            by = None if row.by is None else MemberId(row.by)
            found.append(Adopted(version, row.is_default, row.is_shipped, row.at, by))
        return found

    async def put(self, adopted: Adopted) -> None:
        """Adopt it in place of another version. The workspace must be locked."""
        row = {
            "workspace_id": self._workspace_id,
            "checklist_id": adopted.checklist.id,
            "version_id": adopted.version.id,
            "is_default": adopted.is_default,
            "is_shipped": adopted.is_shipped,
            "at": adopted.at,
            "by": adopted.by,
        }
        key = ["workspace_id", "checklist_id"]
        await upsert(self._connection, adopted_checklists, row, key)
        self._changed()

    async def make_default(self, checklist_id: str) -> None:
        """Make it the only default. The workspace must be locked."""
        is_it = adopted_checklists.c.checklist_id == checklist_id
        await self._connection.execute(
            sa.update(adopted_checklists)
            .where(self._own(adopted_checklists))
            .values(is_default=sa.case((is_it, sa.true()), else_=sa.false()))
        )
        self._changed()

    async def retire(self, checklist_id: str) -> None:
        """Retire it; its versions stay. The workspace must be locked."""
        await self._connection.execute(
            sa.delete(adopted_checklists).where(
                self._own(adopted_checklists), adopted_checklists.c.checklist_id == checklist_id
            )
        )
        self._changed()

    async def note(
        self, changes: Iterable[ChecklistChange], by: MemberId | None, at: datetime
    ) -> None:
        """Add to the history. The workspace must be locked."""
        rows = [
            {
                "at": at,
                "by": by,
                "act": change.act,
                "checklist_id": change.checklist_id,
                "title": dict(change.title),
                "version": change.number,
            }
            for change in changes
        ]
        await append(self._connection, checklist_history, self._workspace_id, rows)

    async def history(self, limit: int) -> Sequence[NotedChecklistChange]:
        """Return the latest changes, newest first."""
        query = latest(checklist_history, self._workspace_id, limit)
        return [
            NotedChecklistChange(
                ChecklistChange(ChecklistAct(row.act), row.checklist_id, row.title, row.version),
                None if row.by is None else MemberId(row.by),
                row.at,
            )
            for row in await self._connection.execute(query)
        ]

    async def retired(self) -> Sequence[ChecklistVersion]:
        """Return what was in use once, each in its last version."""
        its = checklist_history.c
        still = sa.select(adopted_checklists.c.checklist_id).where(self._own(adopted_checklists))
        query = (
            sa.select(its.checklist_id, sa.func.max(its.version).label("last"))
            .where(self._own(checklist_history), its.checklist_id.not_in(still))
            .group_by(its.checklist_id)
            .order_by(its.checklist_id)
        )
        rows = (await self._connection.execute(query)).all()
        found = [await self._versions.numbered(row.checklist_id, row.last) for row in rows]
        return [each for each in found if each is not None]

    async def choice_of(self, member_id: MemberId) -> str | None:
        """Return the id of the checklist that a member chose last; it may be retired since."""
        query = sa.select(checklist_choices.c.checklist_id).where(
            self._own(checklist_choices), checklist_choices.c.member_id == member_id
        )
        return await self._connection.scalar(query)

    async def choose(self, member_id: MemberId, checklist_id: str) -> None:
        """Store a member's choice."""
        row = {
            "workspace_id": self._workspace_id,
            "member_id": member_id,
            "checklist_id": checklist_id,
        }
        key = ["workspace_id", "member_id"]
        await upsert(self._connection, checklist_choices, row, key)
        self._changed()

    def _own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.workspace_id == self._workspace_id
