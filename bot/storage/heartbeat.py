"""The heartbeat: a row that says when a clock last ticked.

It also detects that the database's clock was set back. Everything waiting by that clock, such as a
lease or a slowed lane, would then wait longer by as much as the clock went back.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, of_ours
from bot.storage.delivery.waiting import wait_less
from bot.storage.schema import columns
from bot.storage.schema.dialects import seconds_now
from bot.storage.webhooks.queue import shorten_leases
from bot.storage.workspaces import workspaces

heartbeats = sa.Table(
    "heartbeats",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("at", sa.Double),
    columns.in_workspace(),
)
"""When a clock last ticked for a workspace, in seconds since 1970 by the database's clock."""


log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds; a tick comes each second, and need not write each time."""

SET_BACK = 10.0
"""Seconds; a clock that is slewed, or read a little later, was not set back."""

_AGE = sa.select(seconds_now() - sa.func.max(heartbeats.c.at)).where(
    heartbeats.c.at <= seconds_now() + EVERY
)
"""What lies ahead is no heartbeat: the database's clock was set back since."""
_ITS_LAST = (
    sa.select(heartbeats.c.at, seconds_now().label("now"))
    .where(heartbeats.c.workspace_id == sa.bindparam("its_id"))
    .with_for_update()
)
_AGAIN = (
    sa.update(heartbeats)
    .where(heartbeats.c.workspace_id == sa.bindparam("its_id"))
    .values(at=sa.bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class _Beat:
    """This process's heartbeat, by both clocks."""

    at: float
    """By the database's."""
    seconds: float
    """By the monotonic one."""


class Heartbeat:
    """Beats while a clock ticks."""

    def __init__(
        self,
        database: Database,
        ours: Ours = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._ours = ours
        self._seconds = seconds
        self._last: _Beat | None = None
        self._writing = asyncio.Lock()
        self._wrote = -math.inf

    async def beat(self, workspace_id: WorkspaceId) -> None:
        """Record that a clock ticks; nothing for a workspace that isn't stored yet.

        If the database's clock was set back since, whatever waits by it is shortened by as much.
        """
        if self._last is not None and self._seconds() - self._last.seconds < EVERY:
            return
        async with self._database.writing() as connection:
            row = (await connection.execute(_ITS_LAST, {"its_id": workspace_id})).one_or_none()
            if row is None:
                first = sa.select(workspaces.c.workspace_id, seconds_now()).where(
                    workspaces.c.workspace_id == workspace_id
                )
                await connection.execute(
                    sa.insert(heartbeats).from_select(["workspace_id", "at"], first)
                )
                return
            back = self._set_back(row.at, row.now)
            if back:
                log.warning("the database's clock was set back by %.0f seconds", back)
                await wait_less(connection, workspace_id, back)
                await shorten_leases(connection, workspace_id, back)
            await connection.execute(_AGAIN, {"its_id": workspace_id, "now": row.now})
        self._last = _Beat(row.now, self._seconds())

    def _set_back(self, last: float, now: float) -> float:
        """Return by how many seconds; 0 if it wasn't, or if another process noticed first.

        A heartbeat in the future shows that it was. How far is best known from the monotonic clock,
        if this process has been running.
        """
        if last - now < SET_BACK:
            return 0
        mine = self._last
        return max(last, mine.at + self._seconds() - mine.seconds if mine else last) - now

    async def write_something(self) -> None:
        """Write without changing anything: only a write shows that the database accepts one.

        A success answers for all who ask within the next seconds, as one writer has to wait for
        another. A failure is tried again each time.
        """
        same = sa.update(heartbeats).values(at=heartbeats.c.at)
        async with self._writing:
            if self._seconds() - self._wrote < EVERY:
                return
            async with self._database.writing() as connection:
                await connection.execute(same.where(of_ours(heartbeats.c.workspace_id, self._ours)))
            self._wrote = self._seconds()

    async def age(self) -> float | None:
        """Return how many seconds ago a clock last ticked; None if none ever has."""
        async with self._database.reading() as connection:
            query = _AGE.where(of_ours(heartbeats.c.workspace_id, self._ours))
            age: float | None = (await connection.execute(query)).scalar_one()
        return age
