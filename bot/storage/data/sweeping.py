"""Sweeps erased data out of the database's files.

A deleted row leaves its bytes behind: in free pages, in SQLite's log, in PostgreSQL's dead rows.
What a server keeps beside its tables (its write-ahead log, backups) is out of our reach.

A process of another version may sweep as well, and it doesn't know the tables of a newer one. So
it's noted per table what was swept, and each process sees to the tables that it knows.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.data.retention import keepings
from bot.storage.database import Database, Ours, of_ours
from bot.storage.figures.tables import facts, facts_counted
from bot.storage.intake.tables import intakes
from bot.storage.overrides import overrides
from bot.storage.prospects.history import history, lapses
from bot.storage.prospects.pieces import name_pieces
from bot.storage.prospects.prospects import conditions, former_names, prospects
from bot.storage.remembered import remembered
from bot.storage.schema import columns
from bot.storage.schema.dialects import upsert, upsert_all
from bot.storage.screening import drafts, qualifications
from bot.storage.webhooks.tables import webhook_deliveries

log = logging.getLogger(__name__)

ERASED: Final = (
    prospects,
    former_names,
    conditions,
    qualifications,
    drafts,
    overrides,
    history,
    lapses,
    remembered,
    webhook_deliveries,
    intakes,
    facts,
    name_pieces,
    facts_counted,
)
"""Tables whose rows have names, texts or amounts of a prospect."""

sweeps = sa.Table(
    "sweeps",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("since", columns.UtcDateTime),
    columns.in_workspace(),
)
"""That something was erased whose bytes may still be in the files, and when the last of it was.

Processes of the version before remove a row once they swept the tables that they know. Drop it a
release later.
"""

sweeps_due = sa.Table(
    "sweeps_due",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("number", sa.Integer),
    columns.required("since", columns.UtcDateTime),
    columns.in_workspace(),
)
"""How often a sweep was scheduled, and when last. A trigger counts it, whoever scheduled it."""

swept_tables = sa.Table(
    "swept_tables",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("table_name"),
    columns.required("number", sa.Integer),
    columns.in_workspace(),
)
"""The number of the latest sweep that a table had; on SQLite, the whole file has one row."""

OF_THE_FILES: Final = frozenset({sweeps, sweeps_due, swept_tables})
"""Tables that tell of this database's files, and of nothing that a copy needs."""

_FILE: Final = "*"
"""Stands for the tables where all of them are one file."""

_COUNT: Final = (
    "INSERT INTO sweeps_due (workspace_id, number, since)"
    " VALUES (NEW.workspace_id, 1, NEW.since) ON CONFLICT (workspace_id)"
    " DO UPDATE SET number = sweeps_due.number + 1, since = excluded.since"
)


def _triggers(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION count_sweeps() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {_COUNT}; RETURN NULL; END $$"
        )
        yield (
            "CREATE TRIGGER sweeps_are_counted AFTER INSERT OR UPDATE ON sweeps"
            " FOR EACH ROW EXECUTE FUNCTION count_sweeps()"
        )
        return
    for verb in ("insert", "update"):
        name = f"sweeps_are_counted_on_{verb}"
        yield f"CREATE TRIGGER {name} AFTER {verb} ON sweeps BEGIN {_COUNT}; END"


columns.run_after_create(columns.metadata, _triggers("sqlite"), _triggers("postgresql"))


async def schedule_sweep(
    connection: AsyncConnection, workspace_id: WorkspaceId, now: datetime
) -> None:
    """Schedule a sweep of the files for after this transaction."""
    row = {"workspace_id": workspace_id, "since": now}
    await upsert(connection, sweeps, row, key=["workspace_id"])


class Sweeper:
    """Sweeps the files after something was erased in one of our workspaces."""

    def __init__(
        self, database: Database, ours: Ours = None, tables: Sequence[sa.Table] = ERASED
    ) -> None:
        """Take the tables that this version of the code knows."""
        self._database = database
        self._ours = ours
        self._tables = [each.name for each in tables]
        self._refused: str | None = None
        self._waits_since: datetime | None = None

    async def sweep(self, now: datetime | None = None) -> bool:
        """Sweep if one is owed; False if something was in the way, so that it's tried again later.

        With `now`, it waits while the clock is still forgetting by age, piece by piece, and then
        sweeps once for all, unless that takes more than a minute.
        """
        async with self._database.reading() as connection:
            owed = (await connection.execute(self._owed())).all()
            if not owed:
                return True
            ids = [row.workspace_id for row in owed]
            if now is not None and await _is_more_to_come(connection, ids, now):
                self._waits_since = self._waits_since or now
                if abs(now - self._waits_since) < _LONGEST_WAIT:
                    return False
            names = await self._unswept(connection, owed)
        refused = await self._swept(names)
        if refused is None:
            self._waits_since = None
            await self._note_swept(owed, names)
        elif refused != self._refused:
            log.warning("what was erased is still in the database's files: %s", refused)
        self._refused = refused
        return refused is None

    async def _note_swept(self, owed: Sequence[Any], names: Sequence[str]) -> None:
        """Note what was swept. What was erased meanwhile has a higher number, and is owed still."""
        key = ("workspace_id", "table_name")
        async with self._database.writing() as connection:
            for row in owed:
                noted = [
                    {"workspace_id": row.workspace_id, "table_name": each, "number": row.number}
                    for each in sorted(names)
                ]
                await upsert_all(connection, swept_tables, noted, key)
                its = sweeps.c.workspace_id == row.workspace_id
                await connection.execute(sa.delete(sweeps).where(its, sweeps.c.since == row.since))

    async def may_sweep(self) -> bool:
        """Tell whether the database permits it; in PostgreSQL, not all roles may rewrite tables."""
        if self._database.file is not None:
            return True
        async with self._database.reading() as connection:
            return await _may_rewrite(connection, self._tables)

    async def waiting_since(self) -> datetime | None:
        """Return the time of the latest erasure in the workspace whose sweep has waited longest."""
        async with self._database.reading() as connection:
            owed = (await connection.execute(self._owed())).all()
        return min((row.since for row in owed), default=None)

    @property
    def _names(self) -> Sequence[str]:
        """What is swept by itself."""
        return self._tables if self._database.file is None else [_FILE]

    def _owed(self) -> sa.Select[str, int, datetime]:
        """Select the workspaces for which not all of these tables had the latest sweep."""
        swept = sa.select(sa.func.count()).where(
            swept_tables.c.workspace_id == sweeps_due.c.workspace_id,
            swept_tables.c.number == sweeps_due.c.number,
            swept_tables.c.table_name.in_(self._names),
        )
        return (
            sa.select(sweeps_due.c.workspace_id, sweeps_due.c.number, sweeps_due.c.since)
            .where(
                of_ours(sweeps_due.c.workspace_id, self._ours),
                swept.scalar_subquery() < len(self._names),
            )
            .order_by(sweeps_due.c.workspace_id)
        )

    async def _unswept(self, connection: AsyncConnection, owed: Sequence[Any]) -> Sequence[str]:
        """Return the tables that haven't had the latest sweep of each of these workspaces."""
        latest = {(row.workspace_id, row.number) for row in owed}
        its = swept_tables.c.workspace_id.in_([row.workspace_id for row in owed])
        rows = await connection.execute(sa.select(swept_tables).where(its))
        swept = [row.table_name for row in rows if (row.workspace_id, row.number) in latest]
        return [each for each in self._names if swept.count(each) < len(owed)]

    async def _swept(self, names: Sequence[str]) -> str | None:
        """Return what was in the way; None if nothing was."""
        file = self._database.file
        if file is not None:
            return await asyncio.to_thread(_sweep_sqlite, str(file))
        try:
            async with self._database.maintaining() as connection:
                return await _sweep_postgresql(connection, names)
        except DBAPIError as error:
            log.debug("not swept", exc_info=error)
            return _OTHERS


_LONGEST_WAIT: Final = timedelta(minutes=1)
_OTHERS: Final = "others are in the way"
_NO_RIGHT: Final = (
    "this role of PostgreSQL isn't allowed to rewrite the tables; `walkaway doctor` says how to "
    "fix it"
)


async def _is_more_to_come(
    connection: AsyncConnection, ids: Sequence[WorkspaceId], now: datetime
) -> bool:
    """Tell whether the clock is still forgetting by age in one of these workspaces."""
    query = sa.select(keepings.c.workspace_id).where(
        keepings.c.workspace_id.in_(ids), keepings.c.due_at <= now
    )
    return (await connection.execute(query)).first() is not None


_PATIENCE: Final = 5.0
"""Seconds for which a sweep waits for others, and others for it to begin."""


def _sweep_sqlite(file: str) -> str | None:
    """Rewrite the file without free pages, and empty the log, unless somebody is reading."""
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            [(is_busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return _OTHERS if is_busy else None
    except sqlite3.OperationalError as error:
        log.debug("not swept", exc_info=error)
        return _OTHERS


async def _sweep_postgresql(connection: AsyncConnection, names: Sequence[str]) -> str | None:
    """Rewrite the tables, unless a transaction still sees their old rows.

    PostgreSQL skips a table that we may not rewrite with a warning that nobody sees. So it's
    checked whether the table has a new file.
    """
    if not await _may_rewrite(connection, names):
        return _NO_RIGHT
    await connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE:.0f}s'")
    now: Any = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    for _ in range(_TRIES):
        if not await connection.scalar(_OLD_TRANSACTIONS, {"now": now}):
            break
        await asyncio.sleep(_PATIENCE / _TRIES)
    else:
        return _OTHERS
    before = await _files(connection, names)
    for name in names:
        await connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{name}"')
    after = await _files(connection, names)
    return _NO_RIGHT if any(after[table] == file for table, file in before.items()) else None


async def _files(connection: AsyncConnection, names: Sequence[str]) -> Mapping[str, int]:
    """Return each table's file number, which changes when a table is rewritten."""
    found = await connection.execute(_OUR_FILES, {"tables": names})
    return {row.relname: row.relfilenode for row in found}


async def _may_rewrite(connection: AsyncConnection, names: Sequence[str]) -> bool:
    return bool(await connection.scalar(_MAY_REWRITE, {"tables": names}))


_OURS = "relnamespace = current_schema()::regnamespace AND relname = ANY(:tables)"
_OUR_FILES = sa.text(f"SELECT relname, relfilenode FROM pg_class WHERE {_OURS}")  # noqa: S608
_MAY_REWRITE = sa.text(
    "SELECT coalesce(bool_and(pg_has_role(relowner, 'USAGE')"  # noqa: S608
    " OR (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database())"
    " OR CASE WHEN current_setting('server_version_num')::int >= 170000"
    " THEN has_table_privilege(oid, 'MAINTAIN') ELSE false END), true)"
    f" FROM pg_class WHERE {_OURS}"
)
"""Owners may, of the tables or the database, and from version 17 on whoever was granted it."""


_TRIES: Final = 50
_OLD_TRANSACTIONS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid()"
    " AND (xact_start <= :now OR (xact_start IS NULL AND backend_xmin IS NOT NULL))"
)
"""A row that one of these may still see is copied with the rest.

Since when those of other roles run is known to few roles: without that, each counts that runs.
"""
