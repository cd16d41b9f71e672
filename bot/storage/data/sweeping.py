"""Takes out of the database's files what was erased from its rows.

A row that is gone leaves its bytes behind: in free pages, in SQLite's log, in dead rows of
PostgreSQL. What a server keeps beside its tables (its write-ahead log, backups) is out of reach.
"""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, of_ours
from bot.storage.intake.tables import intakes
from bot.storage.overrides import overrides
from bot.storage.prospects.history import history, lapses
from bot.storage.prospects.prospects import conditions, prospects
from bot.storage.remembered import remembered
from bot.storage.schema import columns
from bot.storage.schema.dialects import upsert
from bot.storage.screening import drafts, qualifications
from bot.storage.webhooks.tables import webhook_deliveries

log = logging.getLogger(__name__)

ERASED: Final = (
    prospects,
    conditions,
    qualifications,
    drafts,
    overrides,
    history,
    lapses,
    remembered,
    webhook_deliveries,
    intakes,
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


async def owe_sweep(connection: AsyncConnection, workspace_id: WorkspaceId, now: datetime) -> None:
    """Let the files be swept once this transaction is kept."""
    row = {"workspace_id": workspace_id, "since": now}
    await upsert(connection, sweeps, row, key=["workspace_id"])


class Sweeper:
    """Sweeps the files when something was erased in one of our workspaces."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours
        self._is_refused = False

    async def sweep(self) -> bool:
        """Sweep if that is owed; False if it is and others were in the way: again, later."""
        async with self._database.reading() as connection:
            query = sa.select(sweeps).where(of_ours(sweeps.c.workspace_id, self._ours))
            owed = (await connection.execute(query)).all()
        if not owed:
            return True
        is_clean = await self._swept()
        if is_clean:
            async with self._database.writing() as connection:
                for row in owed:  # what was erased meanwhile is owed still
                    its = sweeps.c.workspace_id == row.workspace_id
                    await connection.execute(
                        sa.delete(sweeps).where(its, sweeps.c.since == row.since)
                    )
        elif not self._is_refused:
            log.warning("what was erased is still in the database's files: others are in the way")
        self._is_refused = not is_clean
        return is_clean

    async def _swept(self) -> bool:
        file = self._database.sqlite_file
        if file is not None:
            return await asyncio.to_thread(_sweep_sqlite, str(file))
        try:
            async with self._database.maintaining() as connection:
                return await _sweep_postgresql(connection)
        except DBAPIError as error:
            log.debug("not swept", exc_info=error)
            return False


_PATIENCE: Final = 5.0
"""Seconds for which a sweep waits for others, and others for it to begin."""


def _sweep_sqlite(file: str) -> bool:
    """Write the file anew without free pages, and empty the log; False if somebody reads it."""
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            [(is_busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not is_busy
    except sqlite3.OperationalError as error:
        log.debug("not swept", exc_info=error)
        return False


async def _sweep_postgresql(connection: AsyncConnection) -> bool:
    """Write the tables anew; False if a transaction still sees their rows of before."""
    await connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE:.0f}s'")
    now: Any = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    for _ in range(_TRIES):
        if not await connection.scalar(_OLD_TRANSACTIONS, {"now": now}):
            break
        await asyncio.sleep(_PATIENCE / _TRIES)
    else:
        return False
    for table in ERASED:
        await connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table.name}"')
    return True


_TRIES: Final = 50
_OLD_TRANSACTIONS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND xact_start <= :now"
)
"""A row that one of these may still see is copied with the rest."""
