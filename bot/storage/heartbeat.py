"""The heartbeat: a row that says when a clock last ticked."""

import time

import sqlalchemy as sa

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, of_ours
from bot.storage.schema import columns
from bot.storage.schema.dialects import seconds_now
from bot.storage.workspaces import workspaces

heartbeats = sa.Table(
    "heartbeats",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("at", sa.Double),
    columns.in_workspace(),
)
"""When a clock last ticked for a workspace, in seconds since 1970 by the database's clock."""


EVERY = 5.0
"""Seconds; a tick comes each second, and need not write each time."""

_AGE = sa.select(seconds_now() - sa.func.max(heartbeats.c.at)).where(
    heartbeats.c.at <= seconds_now() + EVERY
)
"""What lies ahead is no heartbeat: the database's clock was set back since."""
_AGAIN = (
    sa.update(heartbeats)
    .where(heartbeats.c.workspace_id == sa.bindparam("its_id"))
    .values(at=seconds_now())
)


class Heartbeat:
    """Beats while a clock ticks."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours
        self._last: float | None = None

    async def beat(self, workspace_id: WorkspaceId) -> None:
        """Write down that a clock ticks; nothing for a workspace that is not there yet."""
        if self._last is not None and time.monotonic() - self._last < EVERY:
            return
        async with self._database.writing() as connection:
            if (await connection.execute(_AGAIN, {"its_id": workspace_id})).rowcount == 0:
                first = sa.select(workspaces.c.workspace_id, seconds_now()).where(
                    workspaces.c.workspace_id == workspace_id
                )
                await connection.execute(
                    sa.insert(heartbeats).from_select(["workspace_id", "at"], first)
                )
        self._last = time.monotonic()

    async def write_something(self) -> None:
        """Write, and change nothing: only a write shows that the database takes one."""
        same = sa.update(heartbeats).values(at=heartbeats.c.at)
        async with self._database.writing() as connection:
            await connection.execute(same.where(of_ours(heartbeats.c.workspace_id, self._ours)))

    async def age(self) -> float | None:
        """Return how many seconds ago a clock last ticked; None if none is known to have."""
        async with self._database.reading() as connection:
            query = _AGE.where(of_ours(heartbeats.c.workspace_id, self._ours))
            age: float | None = (await connection.execute(query)).scalar_one()
        return age
