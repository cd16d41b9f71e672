"""What the two databases express differently: their shared clock, and inserts with conflicts."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Double, Table, Text, TextClause, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.storage.schema.statements import Statement as Statement

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

SECONDS_ON_SQLITE = "((julianday('now') - 2440587.5) * 86400.0)"


class seconds_now(FunctionElement[float]):  # noqa: N801 - it reads as the SQL function it is
    """The database's time when the statement runs, in seconds since 1970."""

    type = Double()
    inherit_cache = True


@compiles(seconds_now, "postgresql")
def _on_postgresql(_element: seconds_now, _compiler: SQLCompiler, **_more: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) AS DOUBLE PRECISION)"


@compiles(seconds_now, "sqlite")
def _on_sqlite(_element: seconds_now, _compiler: SQLCompiler, **_more: Any) -> str:
    return SECONDS_ON_SQLITE


class listed(FunctionElement[str]):  # noqa: N801 - it reads as the SQL that it is
    """The texts of a JSON list that is passed as one value, to the right of IN."""

    type = Text()
    inherit_cache = True


@compiles(listed, "postgresql")
def _listed_on_postgresql(element: listed, compiler: SQLCompiler, **more: Any) -> str:
    texts = compiler.process(element.clauses, **more)
    return f"(SELECT json_array_elements_text(CAST({texts} AS JSON)))"


@compiles(listed, "sqlite")
def _listed_on_sqlite(element: listed, compiler: SQLCompiler, **more: Any) -> str:
    texts = compiler.process(element.clauses, **more)
    return f"(SELECT value FROM json_each({texts}))"  # noqa: S608 - a parameter


Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def insert_on(dialect: str, table: Table) -> Insert:
    """Return an INSERT that can handle a conflict, of a dialect that the engine has loaded."""
    found: Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return found


@cache
def _insert_unless_there(dialect: str, table: Table, key: tuple[str, ...]) -> Statement:
    return Statement(insert_on(dialect, table).on_conflict_do_nothing(index_elements=key))


async def insert_unless_there(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any], key: Sequence[str]
) -> bool:
    """Insert a row; False if a row with the same unique `key` already exists."""
    statement = _insert_unless_there(connection.dialect.name, table, tuple(key))
    return await statement.run(connection, row) == 1


@cache
def _upsert(
    dialect: str, table: Table, columns: tuple[str, ...], key: tuple[str, ...]
) -> Statement:
    statement = insert_on(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return Statement(statement.on_conflict_do_update(index_elements=key, set_=changed))


async def upsert(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any], key: Sequence[str]
) -> None:
    """Insert a row, or replace the one with the same unique `key`."""
    await upsert_all(connection, table, [row], key)


async def upsert_all(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
) -> None:
    """Upsert at least one row, all with the same columns."""
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]), tuple(key))
    await statement.run_each(connection, rows)


async def insert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert at least one row of texts, numbers and days, all with the same columns.

    On PostgreSQL it's one statement, so that a trigger for each statement runs once.
    """
    if connection.dialect.name == "postgresql":
        together = json.dumps(rows, default=date.isoformat)
        await connection.execute(_insert_listed(table, tuple(rows[0])), {"rows": together})
    else:
        await connection.execute(insert(table), rows)


@cache
def _insert_listed(table: Table, columns: tuple[str, ...]) -> TextClause:
    names = ", ".join(columns)
    return text(
        f"INSERT INTO {table.name} ({names}) SELECT {names}"  # noqa: S608 - names of ours
        f" FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS JSON))"
    )
