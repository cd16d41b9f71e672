"""Leases of the dead: what a process had claimed when it was killed, and need not be waited for.

On PostgreSQL nobody knows who is alive, so a lease runs out. All who deliver from a SQLite
file are on one machine, and each holds a lock beside it, which the system lets go when it dies.
Whoever can have that lock alone, at its start, is the only one alive.
"""

import asyncio
import fcntl
import logging
import os
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.schema.dialects import seconds_now

log = logging.getLogger(__name__)

_LEFT_BEHIND = (
    sa.update(outbox)
    .where(outbox.c.state == RowState.CLAIMED)
    .values(
        state=RowState.PENDING,
        may_be_out=True,
        due_at=seconds_now() + sa.bindparam("wait", type_=sa.Float),
    )
)


class Alive:
    """Shows others that this process delivers."""

    def __init__(self, database: Database, after_death: timedelta) -> None:
        self._database = database
        self._after_death = after_death
        self._lock: int | None = None
        self._beside: Path | None = None

    async def begin(self) -> None:
        """Show that we're alive, and release others' claims if none of them is.

        What they had claimed may have reached Slack, so it's searched for once it has settled. If
        the database fails meanwhile, it can be called again.
        """
        file = self._database.file
        if file is None:
            return
        beside = file.with_name(f"{file.name}-alive")
        while self._lock is None:
            lock = os.open(beside, os.O_CREAT | os.O_RDWR, 0o600)
            if _is_alone(lock) and _is_still(beside, lock):
                try:
                    await _let_go(self._database, self._after_death)
                except BaseException:
                    os.close(lock)  # else it would keep out others, and our next attempt
                    raise
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_SH)
            if _is_still(beside, lock):
                self._lock, self._beside = lock, beside
            else:  # the last one of before removed it meanwhile
                os.close(lock)

    def end(self) -> None:
        """Show that nothing is claimed any more, as dying would, and remove the file."""
        if self._lock is None or self._beside is None:
            return
        if _is_alone(self._lock):
            self._beside.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None


def _is_alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, lock: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(lock).st_ino
    except FileNotFoundError:
        return False


async def _let_go(database: Database, after_death: timedelta) -> None:
    async with database.writing() as connection:
        waiting = {"wait": after_death.total_seconds()}
        count = (await connection.execute(_LEFT_BEHIND, waiting)).rowcount
    if count:
        log.warning("%s messages were being sent when a process died: they are looked for", count)
