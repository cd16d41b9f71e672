"""Workspaces that Slack doesn't let us into. A member's own pause is stored elsewhere."""

import logging
from collections.abc import Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, is_one_of, of_ours
from bot.storage.delivery.tables import FINISHED, outbox
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_on, seconds_now
from bot.storage.schema.statements import Statement

workspace_pauses = sa.Table(
    "workspace_pauses",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("cause"),
    columns.required("until", sa.Double),
    columns.in_workspace(),
)
"""Why nothing is sent to a workspace, and when one message tries whether it may be again.

The time is in seconds since 1970 by the database's clock.
"""


log = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def over(ours: tuple[WorkspaceId, ...] | None = None) -> Statement:
    """Find the workspaces to probe now, locked so that no two processes probe at once."""
    return Statement(
        sa.select(workspace_pauses.c.workspace_id)
        .where(
            workspace_pauses.c.until <= seconds_now(),
            is_one_of(workspace_pauses.c.workspace_id, ours),
        )
        .with_for_update(skip_locked=True)
    )


_PUT_OFF = (
    sa.update(workspace_pauses)
    .where(workspace_pauses.c.workspace_id == sa.bindparam("its_id"))
    .values(until=seconds_now() + sa.bindparam("seconds"))
)


class WorkspacePauses:
    """Our workspaces' pauses."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours

    async def end(self, workspace_id: WorkspaceId) -> None:
        """End a pause, if there is one, since Slack accepts our token."""
        async with self._database.writing() as connection:
            await end(connection, workspace_id)

    async def causes(self) -> Sequence[tuple[WorkspaceId, str]]:
        """Return which workspaces are paused, and why."""
        its = workspace_pauses.c
        query = sa.select(its.workspace_id, its.cause).order_by(its.workspace_id)
        query = query.where(of_ours(its.workspace_id, self._ours))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [(WorkspaceId(row.workspace_id), row.cause) for row in rows]


def is_paused(workspace_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row's workspace is paused, so that only a probe may be sent."""
    return sa.exists().where(workspace_pauses.c.workspace_id == workspace_id)


def is_any_over() -> sa.ColumnElement[bool]:
    """Return the condition that some workspace is to be probed now."""
    its = workspace_pauses.alias("over")
    return sa.exists().where(its.c.until <= seconds_now())


def must_wait(workspace_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Tell whether to write nothing for a workspace, since it would be stale when sent.

    Once a pause is over, one message may be written if none is waiting that could be the probe.
    """
    # by the pause: SQLAlchemy would read `workspace_id` from a second FROM of its own here
    its_message = outbox.c.workspace_id == workspace_pauses.c.workspace_id
    waits = sa.exists().where(its_message, outbox.c.state.not_in(FINISHED))
    is_held = sa.or_(workspace_pauses.c.until > seconds_now(), waits)
    return sa.exists().where(sa.and_(workspace_pauses.c.workspace_id == workspace_id, is_held))


async def begin(
    connection: AsyncConnection, workspace_id: WorkspaceId, cause: str, seconds: float
) -> None:
    """Pause a workspace, or prolong its pause."""
    first = (
        insert_on(connection.dialect.name, workspace_pauses)
        .values(until=seconds_now() + sa.bindparam("seconds"))
        .on_conflict_do_nothing(index_elements=["workspace_id"])
    )
    row = {"workspace_id": workspace_id, "cause": cause, "seconds": seconds}
    if (await connection.execute(first, row)).rowcount == 1:
        log.error("Slack does not let us into workspace %s (%s): it pauses", workspace_id, cause)
    else:
        its = workspace_pauses.c.workspace_id == workspace_id
        await connection.execute(sa.update(workspace_pauses).where(its).values(cause=cause))
        await put_off(connection, workspace_id, seconds)


async def put_off(connection: AsyncConnection, workspace_id: WorkspaceId, seconds: float) -> None:
    """Postpone the next probe by so many seconds from now."""
    await connection.execute(_PUT_OFF, {"its_id": workspace_id, "seconds": seconds})


async def end(connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
    """End a workspace's pause."""
    its = workspace_pauses.c.workspace_id == workspace_id
    if (await connection.execute(sa.delete(workspace_pauses).where(its))).rowcount:
        log.warning("Slack lets us into workspace %s again: it goes on", workspace_id)
