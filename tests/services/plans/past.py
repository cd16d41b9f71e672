"""A long past: what happened once is copied within the database, as often as it is wanted."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.domain.prospects import Prospect
from bot.storage.figures.tables import facts_due
from bot.storage.prospects import pieces
from bot.storage.schema.columns import metadata
from bot.storage.tables import prospects as _  # noqa: F401 - the metadata is complete with it

KEYS: Final = frozenset(
    {
        "prospect_id",
        "qualification_id",
        "before_id",
        "draft_id",
        "override_id",
        "dedupe_key",
        "name_key",
        "name_words",
    }
)
"""Columns that tell one copy from another; in each of them a null stays null."""
DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
NUMBERS: Final = {
    "sqlite": "INSERT INTO numbers WITH RECURSIVE counted(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count}) SELECT n FROM counted",
    "postgresql": "INSERT INTO numbers SELECT n FROM generate_series(1, {count}) AS n",
}
HURRIED: Final = {
    "sqlite": (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -256000",  # kB: no page of an index is written more than once
    ),
    "postgresql": ("SET session_replication_role = replica",),
}
"""No checks: copies have the parents that their originals have, or copies of them."""

_N: Final = sa.table("numbers", sa.column("n", sa.Integer))
_NUMBER: Final = sa.cast(_N.c.n, sa.Text)


async def repeat(url: str, lived: Mapping[Prospect, int], workspaces: int) -> None:
    """Let each prospect have happened so often, to other owners, half of it in other workspaces.

    Every second copy is in one of so many workspaces, which have nothing else.
    """
    async with _connected(url) as connection:
        dialect = connection.dialect.name
        await connection.exec_driver_sql("CREATE TEMPORARY TABLE numbers (n INTEGER)")
        for prospect, count in lived.items():
            await connection.execute(sa.delete(_N))
            await connection.exec_driver_sql(NUMBERS[dialect].format(count=count))
            for rows in _tables():
                await connection.execute(_copies(rows, prospect, workspaces))
        await connection.execute(sa.delete(facts_due))  # the facts are copied as well
        await connection.commit()
        if dialect == "postgresql":  # SQLite keeps no statistics
            await connection.exec_driver_sql("ANALYZE")
            await connection.commit()


async def end(url: str) -> None:
    """Take all of it away at once: the next test on this server would wait for each row."""
    async with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(metadata.tables)
            await connection.exec_driver_sql(f"TRUNCATE {names} CASCADE")
            await connection.commit()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    parsed = sa.make_url(url)
    engine = create_async_engine(parsed.set(drivername=DRIVERS[parsed.get_backend_name()]))
    try:
        async with engine.connect() as connection:
            for statement in HURRIED[connection.dialect.name]:
                await connection.exec_driver_sql(statement)
            await connection.commit()
            yield connection
    finally:
        await engine.dispose()


def _tables() -> Iterator[sa.Table]:
    known = (each for each in metadata.sorted_tables if "prospect_id" in each.columns)
    return (each for each in known if each not in {facts_due, pieces.name_pieces})


def _copies(rows: sa.Table, prospect: Prospect, workspaces: int) -> sa.Insert:
    is_elsewhere = _N.c.n % 2 == 1
    of_it = rows.c.prospect_id == prospect.id
    changed: dict[str, sa.ColumnElement[Any]] = {
        "workspace_id": sa.case(
            (is_elsewhere, sa.literal("T").concat(sa.cast(_N.c.n % workspaces, sa.Text))),
            else_=rows.c.workspace_id,
        ),
        "owner": sa.literal("O").concat(sa.cast(_N.c.n % 500, sa.Text)),
    }
    names = [each.name for each in rows.columns if each.name != "row_id"]
    values = [
        rows.c[name].concat("-" + prospect.id + "-").concat(_NUMBER)
        if name in KEYS
        else changed.get(name, rows.c[name])
        for name in names
    ]
    return sa.insert(rows).from_select(
        names, sa.select(*values).select_from(rows.join(_N, sa.true())).where(of_it)
    )
