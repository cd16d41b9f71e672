"""Remembered clients and refusals, in a table of their own.

Nothing that lists, counts or reminds reads it, so they can't get mixed up with real prospects.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.answers import from_document, to_document
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Verdict
from bot.domain.outcomes.outcome import Outcome, Regret, WouldTakeAgain
from bot.domain.people import MemberId
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import BECAME, Remembered, RememberedId
from bot.domain.screening import VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository
from bot.storage.prospects.names import stored_key
from bot.storage.schema import columns
from bot.storage.schema.dialects import Statement, insert_unless_there

remembered = sa.Table(
    "remembered",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("remembered_id"),
    columns.required("name"),
    columns.required("name_key"),
    columns.required("version_id"),
    columns.required("answers", sa.JSON),
    columns.required("verdict"),
    columns.required("rule"),
    columns.required("became"),
    sa.Column("again", sa.Text),
    sa.Column("regret", sa.Text),
    sa.Column("by", sa.Text),
    columns.required("at", columns.UtcDateTime),
    columns.in_workspace(),
    columns.inside_workspace("version_id", "checklist_versions.version_id"),
    columns.one_of("verdict", Verdict),
    columns.one_of("became", BECAME),
    columns.one_of("again", WouldTakeAgain),
    columns.one_of("regret", Regret),
    sa.Index("ix_remembered_name_key", "workspace_id", "name_key"),
)

_IN_ORDER = (remembered.c.at, remembered.c.remembered_id)
has_name = sa.and_(
    remembered.c.workspace_id == sa.bindparam("its_workspace"),
    remembered.c.name_key == sa.bindparam("its_name"),
)
_NAMED = Statement(sa.select(remembered).where(has_name).order_by(*_IN_ORDER))


class RememberedRepository:
    """One workspace's remembered clients."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions

    async def add(self, one: Remembered) -> bool:
        """Add one; False if it's already there."""
        row = {"workspace_id": self._workspace_id, **_row(one)}
        key = ["workspace_id", "remembered_id"]
        return await insert_unless_there(self._connection, remembered, row, key)

    async def get(self, remembered_id: RememberedId) -> Remembered | None:
        """Return one."""
        return next(iter(await self._found(remembered.c.remembered_id == remembered_id)), None)

    async def all(self) -> Sequence[Remembered]:
        """Return all, in the order they were entered."""
        return await self._found(sa.true())

    async def named(self, name: str) -> Sequence[Remembered]:
        """Return those whose name has the same key."""
        its = {"its_workspace": self._workspace_id, "its_name": stored_key(name)}
        return await self._made(await _NAMED.rows(self._connection, its))

    async def count(self) -> int:
        """Return how many there are."""
        own = remembered.c.workspace_id == self._workspace_id
        query = sa.select(sa.func.count()).select_from(remembered).where(own)
        return (await self._connection.execute(query)).scalar_one()

    async def _found(self, condition: sa.ColumnElement[bool]) -> Sequence[Remembered]:
        own = remembered.c.workspace_id == self._workspace_id
        query = sa.select(remembered).where(own, condition).order_by(*_IN_ORDER)
        return await self._made((await self._connection.execute(query)).all())

    async def _made(self, rows: Sequence[Any]) -> Sequence[Remembered]:
        found = []
        for row in rows:
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - a foreign key says so
            found.append(_remembered(row, version.checklist))
        return found


def _row(one: Remembered) -> dict[str, Any]:
    return {
        "remembered_id": one.id,
        "name": one.name,
        "name_key": stored_key(one.name),
        "version_id": one.version_id,
        "answers": to_document(one.answers),
        "verdict": one.verdict,
        "rule": one.rule,
        "became": one.became,
        "again": one.outcome.again,
        "regret": one.outcome.regret,
        "by": one.by,
        "at": one.at,
    }


def _remembered(row: sa.Row[*tuple[Any, ...]], checklist: Checklist) -> Remembered:
    return Remembered(
        id=RememberedId(row.remembered_id),
        name=row.name,
        version_id=VersionId(row.version_id),
        answers=from_document(checklist, row.answers),
        verdict=Verdict(row.verdict),
        rule=row.rule,
        became=Stage(row.became),
        at=row.at,
        by=None if row.by is None else MemberId(row.by),
        outcome=Outcome(
            again=None if row.again is None else WouldTakeAgain(row.again),
            regret=None if row.regret is None else Regret(row.regret),
        ),
    )
