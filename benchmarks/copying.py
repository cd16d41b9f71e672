"""A past as long as one likes: copies of the demo's year, made inside the database.

There are as many open prospects however long the past is, so that what grows is the past alone.
"""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from benchmarks.past import ID_MARK, NAME_MARK, PERSON_MARK, Past, Row, grows
from bot.storage.database import Database
from bot.storage.figures.counted import count_anew
from bot.storage.figures.tables import COUNTED, facts_counted, facts_due
from bot.storage.name_keys import cut_names
from bot.storage.workspaces import workspaces

PRESENT: Final = 20
"""Copies with all that is open in them; the others are past."""
_AT_ONCE: Final = 5000
_LETTERS: Final = str.maketrans("0123456789abcdef", "abdefgiklmnorstu")

_SCRATCH: Final = MetaData()
_COPIES: Final = Table(
    "copies",
    _SCRATCH,
    Column("number", Integer, primary_key=True),
    Column("id", Text),
    Column("person", Text),
    Column("name", Text),
)
_WORDS: Final = (
    (ID_MARK, _COPIES.c.id),
    (PERSON_MARK, _COPIES.c.person),
    (NAME_MARK, _COPIES.c.name),
)

_UNCHECKED: Final = {
    "sqlite": ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-500000"),
    "postgresql": (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '512MB'",
    ),
}
"""Copies of what is right are right; a power cut may have them."""


async def copy(past: Past, url: str, prospects: int) -> int:
    """Fill a database that is migrated and empty with so many prospects, or a few more.

    Returns how many there are.
    """
    copies = _copies(past, prospects)
    async with _unchecked(url) as engine:
        for table, rows in past.year.items():
            if table is not facts_counted:
                async with engine.begin() as connection:
                    await _take_over(connection, table, rows)
        async with engine.begin() as connection:
            await connection.run_sync(_SCRATCH.create_all)
            for start in range(0, len(copies), _AT_ONCE):
                await connection.execute(insert(_COPIES), copies[start : start + _AT_ONCE])
        for table, marked in past.marked.items():
            if table is not facts_counted:
                async with engine.begin() as connection:
                    await _multiply(connection, past, table, marked)
        async with engine.begin() as connection:
            for each in (await connection.scalars(select(workspaces.c.workspace_id))).all():
                for kind in COUNTED:  # PostgreSQL is told to call no triggers
                    await count_anew(connection, each, kind)
            await connection.execute(delete(facts_due))  # what was copied marked its prospects
            await _take_over(connection, facts_due, past.year[facts_due])
            if marked_due := past.marked.get(facts_due):
                await _multiply(connection, past, facts_due, marked_due)
            await connection.run_sync(_SCRATCH.drop_all)
    await _cut_names(url)
    settled, every = len(past.is_settled), past.prospects
    few = min(len(copies), PRESENT)
    return every + few * every + (len(copies) - few) * settled


async def _cut_names(url: str) -> None:
    """Let names be looked up by pieces, as a process does when it starts."""
    database = Database.from_url(url)
    try:
        await cut_names(database)
    finally:
        await database.close()


async def _take_over(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Put the rows of the year itself there."""
    own = [{k: v for k, v in row.items() if k != "row_id"} for row in rows]
    if own:
        await connection.execute(insert(table), own)


def _copies(past: Past, prospects: int) -> list[Row]:
    """Return the words of as many copies as there have to be beside the year itself."""
    left = prospects - past.prospects
    present = min(max(-(-left // past.prospects), 0), PRESENT)
    left -= present * past.prospects
    count = present + max(-(-left // len(past.is_settled)), 0)
    chance = random.Random(1)  # noqa: S311 - no secret
    words = [f"{word:08x}" for word in chance.sample(range(16**8), count)]
    return [
        {
            "number": number,
            "id": word,
            "person": word.upper(),
            "name": f"zz{word.translate(_LETTERS)}",
        }
        for number, word in enumerate(words, 1)
    ]


async def _multiply(
    connection: AsyncConnection, past: Past, table: Table, marked: Sequence[Row]
) -> None:
    """Copy the rows of a table: all as often as there is a present, the settled ones to the end."""
    staged = _staged(table, marked)
    indexes = [index for index in table.indexes if not index.unique]
    for index in indexes:
        await connection.run_sync(index.drop)
    await connection.run_sync(staged.create)
    flagged = [{**row, "is_past": grows(table) and _is_past(past, row)} for row in marked]
    await connection.execute(insert(staged), flagged)
    names = list(marked[0])
    is_sqlite = connection.dialect.name == "sqlite"
    copied = _copied(table, staged, marked, is_sqlite=is_sqlite)
    await connection.execute(insert(table).from_select(names, copied))
    await connection.run_sync(staged.drop)
    for index in indexes:
        await connection.run_sync(index.create)


def _is_past(past: Past, row: Row) -> bool:
    """Tell whether a row is about a settled prospect, or about none."""
    prospect = row.get("prospect_id")
    return prospect is None or prospect in past.is_settled


def _staged(table: Table, marked: Sequence[Row]) -> Table:
    """Return a table for the marked rows; in it, documents are texts."""
    columns = [
        Column(each.name, Text() if isinstance(each.type, JSON) else each.type)
        for each in table.columns
        if each.name in marked[0]
    ]
    return Table(f"marked_{table.name}", MetaData(), *columns, Column("is_past", Integer))


def _copied(table: Table, staged: Table, marked: Sequence[Row], *, is_sqlite: bool) -> Select[Any]:
    values = [
        _worded(table.c[name], staged.c[name], marked, is_sqlite=is_sqlite) for name in marked[0]
    ]
    is_there = (_COPIES.c.number <= PRESENT) | (staged.c.is_past == 1)
    return select(*values).select_from(_COPIES.join(staged, true())).where(is_there)


def _worded(
    column: Column[Any], staged: Column[Any], marked: Sequence[Row], *, is_sqlite: bool
) -> ColumnElement[Any]:
    """Return a column with the words of a copy in place of the marks that stand in it.

    SQLite keeps documents as texts.
    """
    value: ColumnElement[Any] = staged
    for mark, word in _WORDS:
        if any(mark in row[staged.name] for row in marked if isinstance(row[staged.name], str)):
            value = func.replace(value, mark, word)
    is_document = isinstance(column.type, JSON) and not is_sqlite
    return cast(value, column.type) if is_document else value


@asynccontextmanager
async def _unchecked(url: str) -> AsyncIterator[AsyncEngine]:
    """Open a database so that nothing is checked and no disk is waited for."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    engine = create_async_engine(parsed.set(drivername=driver[parsed.drivername]), pool_size=1)

    def prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for statement in _UNCHECKED[parsed.drivername]:
            cursor.execute(statement)
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    try:
        yield engine
    finally:
        await engine.dispose()
