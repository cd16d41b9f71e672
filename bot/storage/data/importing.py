"""Imports the rows of an export into an empty workspace."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId, Stage
from bot.domain.webhooks.webhooks import NO_SECRET, WebhookState
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import checklist_versions
from bot.storage.data.answers import AnswerColumns
from bot.storage.data.exporting import ExportedVersion
from bot.storage.data.sheets import (
    BESIDE,
    FORMER_NAMES,
    HISTORIES,
    PROSPECTS,
    QUALIFICATIONS,
    REMEMBERED,
    SHEETS,
    WEBHOOKS,
    WORKSPACE,
    Sheet,
)
from bot.storage.data.values import from_json, from_text
from bot.storage.outcomes import outcome_questions
from bot.storage.prospects.names import names_row, stored_key
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts

Row = dict[str, Any]


class UnreadableCell(ValueError):
    """A cell that isn't a value of its column."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True, slots=True)
class Reading:
    """How the lines of a file become rows, by the names in its first line."""

    sheet: Sheet
    places: Mapping[str, int]
    """Where each column of the table stands in a line."""
    answers: tuple[AnswerColumns, tuple[int, ...]] | None
    """Of qualifications: their questions, and where these stand."""

    @classmethod
    def of(cls, sheet: Sheet, header: Sequence[str], questions: AnswerColumns) -> "Reading":
        """Return the reader of a file; raises UnreadableCell if a column is missing."""
        found = {name: place for place, name in enumerate(header)}
        wanted = [each.name for each in sheet.columns]
        asked = questions.names if sheet is QUALIFICATIONS else ()
        for name in (*wanted, *asked):
            if name not in found:
                raise UnreadableCell(name)
        places = {name: found[name] for name in wanted}
        answers = (questions, tuple(found[name] for name in asked))
        return cls(sheet, places, answers if sheet is QUALIFICATIONS else None)

    def row(self, cells: Sequence[str]) -> Row:
        """Return the row of a line; raises UnreadableCell."""
        row = {each.name: self._value(each, cells) for each in self.sheet.columns}
        if self.sheet is PROSPECTS:
            row |= names_row(row["name"])
        if self.sheet in (FORMER_NAMES, REMEMBERED):
            row["name_key"] = stored_key(row["name"])
        if self.sheet is WEBHOOKS:
            row |= {"secret": NO_SECRET, "state": WebhookState.OFF}
        if self.answers is not None:
            questions, places = self.answers
            row["answers"] = _answers(questions, row["version_id"], [cells[at] for at in places])
        return row

    def _value(self, column: sa.Column[Any], cells: Sequence[str]) -> Any:
        try:
            return from_text(column, cells[self.places[column.name]])
        except (ValueError, IndexError):
            raise UnreadableCell(column.name) from None


def _answers(questions: AnswerColumns, version_id: str, cells: Sequence[str]) -> Row:
    try:
        return questions.read(version_id, cells)
    except KeyError:
        raise UnreadableCell("version_id") from None


class DataImportRepository:
    """Imports into one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def is_taken(self) -> bool:
        """Tell whether anybody has already screened, drafted or changed something here."""
        tables = [*(each.table for each in SHEETS), drafts, checklist_versions, *HISTORIES]
        for table in tables:
            its = sa.select(sa.literal(1)).where(table.c.workspace_id == self._workspace_id)
            if (await self._connection.execute(its.limit(1))).first() is not None:
                return True
        return False

    async def add_versions(self, versions: Iterable[ExportedVersion]) -> None:
        """Store versions of checklists."""
        rows = [
            {
                "version_id": each.version.id,
                "checklist_id": each.version.checklist.id,
                "number": each.version.number,
                "content_hash": each.version.checklist.version,
                "content": each.version.checklist.content,
                "first_used_at": each.first_used_at,
            }
            for each in versions
        ]
        await self._insert(checklist_versions, rows)

    async def add_small_tables(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Store the rows of the small tables, in place of those from the first start.

        Raises UnreadableCell, which also names the table.
        """
        for table in BESIDE:
            if table not in HISTORIES:
                own = table.c.workspace_id == self._workspace_id
                await self._connection.execute(sa.delete(table).where(own))
            rows = [_small_row(table, each) for each in tables.get(table.name, ())]
            await self._insert(table, rows)

    async def add(self, sheet: Sheet, rows: Sequence[Row]) -> bool:
        """Store some rows of a sheet, after those they reference; False if one is refused."""
        try:
            async with self._connection.begin_nested():
                await self._insert(sheet.table, rows)
        except DBAPIError:
            return False
        return True

    async def whole(self) -> Collection[Sheet]:
        """Return the filled sheets whose references all exist.

        The database would report a missing one only at the end, and not say clearly which.
        """
        return [each for each in SHEETS if await self._has(each) and not await self._lacks(each)]

    async def open_prospects(self) -> Sequence[ProspectId]:
        """Return the open prospects."""
        its = prospects.c
        query = sa.select(its.prospect_id).where(
            its.workspace_id == self._workspace_id, its.stage == Stage.OPEN
        )
        ids = await self._connection.scalars(query.order_by(its.prospect_id))
        return [ProspectId(each) for each in ids]

    async def owners_to_ask(self) -> Sequence[MemberId]:
        """Return the members who are still to be asked about an end."""
        asked = outcome_questions.c
        query = sa.select(asked.owner).where(
            asked.workspace_id == self._workspace_id, asked.is_waiting.is_(True)
        )
        owners = await self._connection.scalars(query.distinct().order_by(asked.owner))
        return [MemberId(each) for each in owners]

    async def _has(self, sheet: Sheet) -> bool:
        its = sa.select(sa.literal(1)).where(sheet.table.c.workspace_id == self._workspace_id)
        return (await self._connection.execute(its.limit(1))).first() is not None

    async def _lacks(self, sheet: Sheet) -> bool:
        """Tell whether one of its rows references a missing row."""
        for key in sheet.table.foreign_key_constraints:
            referred = key.referred_table.alias()
            pairs = [(each.parent, referred.c[each.column.name]) for each in key.elements]
            there = sa.exists().where(*(its == other for its, other in pairs))
            lacks = sa.select(sa.literal(1)).where(
                sheet.table.c.workspace_id == self._workspace_id,
                *(its.is_not(None) for its, _ in pairs),
                ~there,
            )
            if (await self._connection.execute(lacks.limit(1))).first() is not None:
                return True
        return False

    async def _insert(self, table: sa.Table, rows: Sequence[Row]) -> None:
        if rows:
            its = {WORKSPACE: self._workspace_id}
            await self._connection.execute(sa.insert(table), [its | each for each in rows])


def _small_row(table: sa.Table, values: Mapping[str, Any]) -> Row:
    row = {}
    for column in table.c:
        if column.name == WORKSPACE:
            continue
        try:
            row[column.name] = from_json(column, values[column.name])
        except (KeyError, ValueError):
            raise UnreadableCell(f"{table.name}.{column.name}") from None
    return row
