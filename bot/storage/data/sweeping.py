"""Sweeps erased data out of the database's files.

A deleted row leaves its bytes behind: in free pages, in SQLite's log, in PostgreSQL's dead rows.
What a server keeps beside its tables (its write-ahead log, backups) is out of our reach.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Mapping, Sequence
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
from bot.storage.schema.dialects import upsert
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
"""That something was erased whose bytes may still be in the files, and when the last of it was."""


async def schedule_sweep(
    connection: AsyncConnection, workspace_id: WorkspaceId, now: datetime
) -> None:
    """Schedule a sweep of the files for after this transaction."""
    row = {"workspace_id": workspace_id, "since": now}
    await upsert(connection, sweeps, row, key=["workspace_id"])


class Sweeper:
    """Sweeps the files after something was erased in one of our workspaces."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours
        self._refused: str | None = None
        self._waits_since: datetime | None = None

    async def sweep(self, now: datetime | None = None) -> bool:
        """Sweep if one is owed; False if something was in the way, so that it's tried again later.

        With `now`, it waits while the clock is still forgetting by age, piece by piece, and then
        sweeps once for all, unless that takes more than a minute.
        """
        async with self._database.reading() as connection:
            query = sa.select(sweeps).where(of_ours(sweeps.c.workspace_id, self._ours))
            owed = (await connection.execute(query)).all()
            if not owed:
                return True
            ids = [row.workspace_id for row in owed]
            if now is not None and await _is_more_to_come(connection, ids, now):
                self._waits_since = self._waits_since or now
                if abs(now - self._waits_since) < _LONGEST_WAIT:
                    return False
        refused = await self._swept()
        if refused is None:
            self._waits_since = None
            async with self._database.writing() as connection:
                for row in owed:  # what was erased meanwhile is owed still
                    its = sweeps.c.workspace_id == row.workspace_id
                    await connection.execute(
                        sa.delete(sweeps).where(its, sweeps.c.since == row.since)
                    )
        elif refused != self._refused:
            log.warning("what was erased is still in the database's files: %s", refused)
        self._refused = refused
        return refused is None

    async def may_sweep(self) -> bool:
        """Tell whether the database permits it; in PostgreSQL, not all roles may rewrite tables."""
        if self._database.file is not None:
            return True
        async with self._database.reading() as connection:
            return await _may_rewrite(connection)

    async def waiting_since(self) -> datetime | None:
        """Return the time of the latest erasure in the workspace whose sweep has waited longest."""
        async with self._database.reading() as connection:
            query = sa.select(sa.func.min(sweeps.c.since))
            since: datetime | None = await connection.scalar(
                query.where(of_ours(sweeps.c.workspace_id, self._ours))
            )
        return since

    async def _swept(self) -> str | None:
        """Return what was in the way; None if nothing was."""
        file = self._database.file
        if file is not None:
            return await asyncio.to_thread(_sweep_sqlite, str(file))
        try:
            async with self._database.maintaining() as connection:
                return await _sweep_postgresql(connection)
        except DBAPIError as error:
            log.debug("not swept", exc_info=error)
            return _OTHERS


_LONGEST_WAIT: Final = timedelta(minutes=1)
_OTHERS: Final = "others are in the way"
_NO_RIGHT: Final = (
    "this role of PostgreSQL may not rewrite the tables; `walkaway doctor` says what mends it"
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


async def _sweep_postgresql(connection: AsyncConnection) -> str | None:
    """Rewrite the tables, unless a transaction still sees their old rows.

    PostgreSQL skips a table that we may not rewrite with a warning that nobody sees. So it's
    checked whether the table has a new file.
    """
    if not await _may_rewrite(connection):
        return _NO_RIGHT
    await connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE:.0f}s'")
    now: Any = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    for _ in range(_TRIES):
        if not await connection.scalar(_OLD_TRANSACTIONS, {"now": now}):
            break
        await asyncio.sleep(_PATIENCE / _TRIES)
    else:
        return _OTHERS
    before = await _files(connection)
    for table in ERASED:
        await connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table.name}"')
    after = await _files(connection)
    return _NO_RIGHT if any(after[table] == file for table, file in before.items()) else None


async def _files(connection: AsyncConnection) -> Mapping[str, int]:
    """Return each table's file number, which changes when a table is rewritten."""
    found = await connection.execute(_OUR_FILES, {"tables": _NAMES})
    return {row.relname: row.relfilenode for row in found}


async def _may_rewrite(connection: AsyncConnection) -> bool:
    return bool(await connection.scalar(_MAY_REWRITE, {"tables": _NAMES}))


_NAMES: Final = [table.name for table in ERASED]
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
