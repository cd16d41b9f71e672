"""What a use case asks the database, and how the database would find it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.schema.columns import metadata

MANY: Final = 2_000
"""Rows that no statement of a member's action may read; the largest page is much smaller."""
EXPLAINED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

Asked = tuple[str, Any]


@dataclass
class Watched:
    """The statements of one use case, each once."""

    asked: dict[str, Any] = field(default_factory=dict)

    def note(self, _1: Any, _2: Any, statement: str, parameters: Any, _3: Any, many: bool) -> None:
        if statement.lstrip().startswith(EXPLAINED):
            self.asked.setdefault(statement, parameters[0] if many else parameters)


@contextmanager
def watched() -> Iterator[Watched]:
    """Note what is asked meanwhile, whoever asks."""
    it = Watched()
    event.listen(sa.Engine, "before_cursor_execute", it.note)
    try:
        yield it
    finally:
        event.remove(sa.Engine, "before_cursor_execute", it.note)


async def slow_in(database: Database, it: Watched) -> list[str]:
    """Return a sentence for each statement that would read more, the more there ever was."""
    async with database.writing() as connection:  # some lock what they read
        grown = await _grown(connection)
        how = _slow_in_sqlite if connection.dialect.name == "sqlite" else slow_in_postgresql
        return [
            f"{why}\n    {' '.join(statement.split())}"
            for statement, parameters in it.asked.items()
            for why in await how(connection, statement, parameters, grown)
        ]


async def _grown(connection: AsyncConnection) -> frozenset[str]:
    """Return the tables that have many rows."""
    return frozenset(
        [
            name
            for name, table in metadata.tables.items()
            if (
                await connection.execute(sa.select(sa.func.count()).select_from(table))
            ).scalar_one()
            > MANY
        ]
    )


_SHORT: Final = frozenset(
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
)
"""Indexes of what is open only, which do not grow with what was decided."""


async def _slow_in_sqlite(
    connection: AsyncConnection, statement: str, parameters: Any, grown: frozenset[str]
) -> list[str]:
    """A scan of a table, or a search by nothing but its workspace: either reads all of it."""
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row.detail for row in rows if _reads_all(row.detail, grown)]


def _reads_all(step: str, grown: frozenset[str]) -> bool:
    verb, table, *how = step.split()
    if table not in grown:
        return False
    if "INDEX" in how and how[how.index("INDEX") + 1] in _SHORT:
        return False
    return verb == "SCAN" or how[-1] == "(workspace_id=?)"


async def slow_in_postgresql(
    connection: AsyncConnection, statement: str, parameters: Any, grown: frozenset[str]
) -> list[str]:
    """A sequential scan of what grows, or more rows than anybody looks at; reads are really run."""
    is_read = not statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
    explain = f"EXPLAIN ({'ANALYZE, ' if is_read else ''}FORMAT JSON) {statement}"
    (found,) = (await connection.exec_driver_sql(explain, parameters)).one()
    plan = json.loads(found) if isinstance(found, str) else found
    return [each for node in nodes_of(plan[0]["Plan"]) for each in _wrong_with(node, grown)]


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each node of PostgreSQL's plan, in JSON."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes_of(each)


def _wrong_with(node: dict[str, Any], grown: frozenset[str]) -> Iterator[str]:
    table = node.get("Relation Name")
    if table not in grown:
        return
    read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    read *= node.get("Actual Loops", 1)
    if node["Node Type"] == "Seq Scan" or read > MANY:
        yield f"{node['Node Type']} of {table}: {read:.0f} rows"
