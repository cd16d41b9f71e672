"""The rows of the demo's year, told apart: what each copy has of its own, and what there is once.

In each row a mark stands in the ids of prospects and of whatever is about them, in those of people,
and in names. A copy is the same rows with another word in place of each mark.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, Column, Table, UniqueConstraint, select

from benchmarks.payloads import TEAM_ID
from benchmarks.year import MEMBERS, NOW, TEAM
from bot.domain.delivery import MessageKind
from bot.domain.prospects import Stage
from bot.domain.retention import SAID
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState
from bot.storage.prospects import pieces
from bot.storage.prospects.names import names_row
from bot.storage.tables import metadata

Row = dict[str, Any]
Rows = Mapping[Table, Sequence[Row]]

ID_MARK: Final = "feedc0de"
PERSON_MARK: Final = "FEEDC0DE"
NAME_MARK: Final = "zzfeedcode"
"""It begins as no other word does, so that sorted words stay sorted."""

_ID: Final = re.compile(r"\b[0-9a-f]{8}(?=[0-9a-f]{24}\b)")
_PERSON: Final = re.compile(rf"\b(?:{'|'.join(MEMBERS)})\b")
_ONCE: Final = re.compile(r"managers|digest|variables")
"""Tables of what a workspace has once, whoever works there: there are not more managers."""
_FEW: Final = ("looks", "rounds", "proposals", "remembered", "drafts")
"""Tables of what does not grow with the past."""
_REWRITES: Final = tuple(kind for kind in MessageKind if kind.endswith("_rewrite"))


@dataclass(frozen=True, slots=True)
class Past:
    """A year, as it was, and as copies are made of it."""

    year: Rows
    """As it was played, but in the workspace that is measured."""
    marked: Rows
    """Of each row that a copy has too; documents are texts here."""
    is_settled: frozenset[str]
    """Marked ids of prospects that nobody has to do anything about."""

    @property
    def prospects(self) -> int:
        """How many prospects the year has."""
        return len(next(rows for table, rows in self.year.items() if table.name == "prospects"))


async def read(file: Path) -> Past:
    """Read what was played."""
    database = Database.from_url(f"sqlite:///{file}")
    try:
        async with database.reading() as connection:
            year = {
                table: [
                    {**row, "workspace_id": TEAM_ID}
                    for row in map(dict, (await connection.execute(select(table))).mappings())
                    if row["workspace_id"] == TEAM and _is_kept(table, row)
                ]
                for table in metadata.sorted_tables
                if table not in pieces.DERIVED  # the database makes them anew
            }
    finally:
        await database.close()
    versions = {row["version_id"] for row in _of(year, "checklist_versions")}
    marked = {table: list(_marked(table, rows, versions)) for table, rows in year.items()}
    settled = {row["prospect_id"] for row in _of(marked, "prospects") if row["stage"] != Stage.OPEN}
    return Past(year, {table: rows for table, rows in marked.items() if rows}, frozenset(settled))


def grows(table: Table) -> bool:
    """Tell whether there is more of it the longer the past is."""
    return table.name not in _FEW


def _of(rows: Rows, name: str) -> Sequence[Row]:
    return rows[metadata.tables[name]]


def _is_kept(table: Table, row: Mapping[str, Any]) -> bool:
    """Tell whether a row is there at the end: what was sent and is of no use any more is not."""
    if table.name != "outbox":
        return True
    if row["state"] not in {RowState.SENT, RowState.DEAD}:
        return False
    is_old = row["ts"] is not None and float(row["ts"]) < (NOW - SAID).timestamp()
    return not (row["state"] == RowState.SENT and row["kind"] in _REWRITES and is_old)


def _marked(table: Table, rows: Sequence[Row], versions: Collection[str]) -> Iterator[Row]:
    """Mark each row, and return those that can be there once more with another word."""
    if _ONCE.match(table.name):
        return
    keys = list(_keys(table))
    for row in rows:
        marked = {
            column.name: _value(column, row[column.name], versions)
            for column in table.columns
            if column.identity is None
        }
        marked |= _named(row, marked)
        if all(any(_differs(row[name], marked[name]) for name in key) for key in keys):
            yield marked


def _differs(value: Any, marked: Any) -> bool:
    """Tell whether there can be both in a key; nothing is the same as null."""
    return value is None or marked != value


def _keys(table: Table) -> Iterator[Sequence[str]]:
    """Return by which columns no two rows may be the same."""
    unique = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    indexes = [each.columns for each in table.indexes if each.unique]
    for columns in (table.primary_key.columns, *unique, *indexes):
        if all(column.identity is None for column in columns):
            yield [column.name for column in columns]


def _value(column: Column[Any], value: Any, versions: Collection[str]) -> Any:
    if isinstance(column.type, JSON):
        value = json.dumps(value)
    if not isinstance(value, str) or value in versions:
        return value
    return _PERSON.sub(rf"\g<0>{PERSON_MARK}", _ID.sub(ID_MARK, value))


def _named(row: Row, marked: Row) -> Row:
    """Return a name of its own, and what is stored beside it."""
    if row.get("name_key") is None:
        return {}
    words, _, form = row["name"].rpartition(" ")
    name = f"{words} {NAME_MARK} {form}".strip()
    return {"name": name, **{key: v for key, v in names_row(name).items() if key in marked}}
