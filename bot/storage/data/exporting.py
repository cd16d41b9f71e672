"""Reads a whole workspace as of one point in time, in batches, however large it is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Action
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository, checklist_versions
from bot.storage.data.answers import AnswerColumns
from bot.storage.data.sheets import BESIDE, PROSPECTS, QUALIFICATIONS, WORKSPACE, Sheet
from bot.storage.data.values import to_json, to_text
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import qualifications

Lines = AsyncIterator[Sequence[list[str]]]
"""Lines of a file, in batches."""

AT_ONCE: Final = 500
"""Rows in a batch."""

_ENDS = (Action.WALK_AWAY, Action.WON, Action.LOST, Action.END_CLIENT, Action.UNDO)
_SAID = ("day", "ended_by", "sentence", "undone")
"""What a history keeps of these, as far as it knows."""


@dataclass(frozen=True, slots=True)
class ExportedVersion:
    """A checklist version, and since when the workspace has used it."""

    version: ChecklistVersion
    first_used_at: datetime


def header_of(sheet: Sheet, versions: Sequence[ExportedVersion]) -> list[str]:
    """Return a sheet's first line; besides what import reads, it has names for people to read."""
    columns = [each.name for each in sheet.columns]
    if sheet is QUALIFICATIONS:
        answered = AnswerColumns.of(each.version for each in versions)
        return [*columns, "checklist", *answered.names]
    is_about_one = "prospect_id" in columns and sheet is not PROSPECTS
    return [*columns, "prospect_name"] if is_about_one else columns


DECISIONS: Final = ("prospect_id", "prospect_name", "action", "at", "by", *_SAID)
"""The first line of the decisions."""


class DataExportRepository:
    """Exports from one workspace. It takes long, so only a reading transaction may use it."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions

    async def versions(self) -> Sequence[ExportedVersion]:
        """Return every version ever used, in order."""
        its = checklist_versions.c
        query = (
            sa.select(its.version_id, its.first_used_at)
            .where(its.workspace_id == self._workspace_id)
            .order_by(its.first_used_at, its.checklist_id, its.number)
        )
        found = []
        for row in (await self._connection.execute(query)).all():
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - it was just there
            found.append(ExportedVersion(version, row.first_used_at))
        return found

    def lines_of(self, sheet: Sheet, versions: Sequence[ExportedVersion]) -> Lines:
        """Yield a sheet's lines below its header."""
        if sheet is QUALIFICATIONS:
            return self._qualifications(versions)
        return self._lines(sheet)

    async def decisions(self) -> Lines:
        """Yield from the history what ended prospects and what was undone, for people to read."""
        named = (history.c.prospect_id, prospects.c.name, history.c.action, history.c.at)
        query = (
            _with_name(sa.select(*named, history.c.by, history.c.detail), history)
            .where(history.c.action.in_(_ENDS))
            .order_by(history.c.at, history.c.prospect_id)
        )
        async for rows in self._batches(query, history):
            yield [
                [
                    row.prospect_id,
                    row.name,
                    row.action,
                    row.at.isoformat(),
                    row.by,
                    *(str(row.detail.get(each) or "") for each in _SAID),
                ]
                for row in rows
            ]

    async def small_tables(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return the rows of the small tables that aren't empty."""
        found = {table.name: await self._small(table) for table in BESIDE}
        return {name: rows for name, rows in found.items() if rows}

    async def _small(self, table: sa.Table) -> list[dict[str, Any]]:
        columns = [each for each in table.c if each.name != WORKSPACE]
        own = table.c.workspace_id == self._workspace_id
        query = sa.select(*columns).where(own).order_by(*table.primary_key)
        rows = await self._connection.execute(query)
        return [
            {
                column.name: to_json(column, value)
                for column, value in zip(columns, row, strict=True)
            }
            for row in rows
        ]

    async def _qualifications(self, versions: Sequence[ExportedVersion]) -> Lines:
        answered = AnswerColumns.of(each.version for each in versions)
        titles = {each.version.id: _title(each.version) for each in versions}
        columns = QUALIFICATIONS.columns
        query = _select(QUALIFICATIONS).add_columns(qualifications.c.answers)
        async for rows in self._batches(query, qualifications):
            yield [
                [
                    *map(to_text, columns, row[:-1]),
                    titles[row.version_id],
                    *answered.written(row.version_id, row.answers),
                ]
                for row in rows
            ]

    async def _lines(self, sheet: Sheet) -> Lines:
        columns, query = sheet.columns, _select(sheet)
        if "prospect_id" in sheet.table.c and sheet.table is not prospects:
            columns = (*columns, prospects.c.name)
            query = _with_name(query.add_columns(prospects.c.name), sheet.table)
        async for rows in self._batches(query, sheet.table):
            yield [list(map(to_text, columns, row)) for row in rows]

    async def _batches(
        self, query: sa.Select[*tuple[Any, ...]], table: sa.Table
    ) -> AsyncIterator[Sequence[sa.Row[*tuple[Any, ...]]]]:
        own = query.where(table.c.workspace_id == self._workspace_id)
        result = await self._connection.stream(own)
        async for rows in result.partitions(AT_ONCE):
            yield rows


def _title(version: ChecklistVersion) -> str:
    return f"{version.checklist.id}.{version.number}"


def _select(sheet: Sheet) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*sheet.columns).order_by(*sheet.order)


def _with_name(query: sa.Select[*tuple[Any, ...]], table: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    is_its = sa.and_(
        prospects.c.workspace_id == table.c.workspace_id,
        prospects.c.prospect_id == table.c.prospect_id,
    )
    return query.join_from(table, prospects, is_its)
