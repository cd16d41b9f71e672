"""Leases of the dead: what a process had claimed when it was killed, and need not be waited for.

On PostgreSQL nobody knows who is alive, so a lease simply runs out. All who deliver from a SQLite
file are on one machine, and each holds a lock beside it, which the system lets go when it dies.
Whoever can have that lock alone, at its start, is the only one alive.
"""

import asyncio
import fcntl
import logging
from datetime import timedelta
from typing import IO

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
        due_at=seconds_now() + sa.bindparam("settle", type_=sa.Float),
    )
)


class Alive:
    """Lets others know that this process delivers."""

    def __init__(self, database: Database, settle: timedelta) -> None:
        self._database = database
        self._settle = settle
        self._lock: IO[str] | None = None

    async def begin(self) -> None:
        """Be known as alive, and let go of what others had claimed if none of them is.

        What they had claimed may have reached Slack, and is looked for after it has settled.
        """
        file = self._database.file
        if file is None:
            return
        self._lock = lock = file.with_name(f"{file.name}-alive").open("w")
        if _is_alone(lock):
            await _let_go(self._database, self._settle)
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_SH)

    def end(self) -> None:
        """Have nothing claimed any more; whoever dies does this, too."""
        if self._lock is not None:
            self._lock.close()


def _is_alone(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _let_go(database: Database, settle: timedelta) -> None:
    async with database.writing() as connection:
        waiting = {"settle": settle.total_seconds()}
        count = (await connection.execute(_LEFT_BEHIND, waiting)).rowcount
    if count:
        log.warning("%s messages were being sent when a process died: they are looked for", count)
