"""Corrects what waits by the database's clock after that was set back."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.pauses import workspace_pauses
from bot.storage.delivery.tables import UNFINISHED, lanes, outbox
from bot.storage.schema.dialects import seconds_now

_BACK = sa.bindparam("back", type_=sa.Float)


async def wait_less(connection: AsyncConnection, workspace_id: WorkspaceId, back: float) -> None:
    """Shorten by so many seconds what has been waiting in a workspace.

    Waits that end within half of that were set after the clock went back, and keep their length: a
    message with an unknown end has to settle before it's searched for. Every message counts as
    written that much earlier, so that the search reaches back far enough.
    """
    long_ahead = seconds_now() + _BACK / 2
    for column, which in (
        (outbox.c.due_at, outbox.c.state.in_(UNFINISHED)),
        (outbox.c.ask_at, outbox.c.ask_at.is_not(None)),
        (lanes.c.not_before, sa.true()),
        (workspace_pauses.c.until, sa.true()),
    ):
        its = sa.and_(column.table.c.workspace_id == workspace_id, which, column > long_ahead)
        earlier = sa.update(column.table).where(its).values({column: column - _BACK})
        await connection.execute(earlier, {"back": back})
    its = sa.and_(outbox.c.workspace_id == workspace_id, outbox.c.state.in_(UNFINISHED))
    written = sa.update(outbox).where(its).values(written_at=outbox.c.written_at - _BACK)
    await connection.execute(written, {"back": back})
