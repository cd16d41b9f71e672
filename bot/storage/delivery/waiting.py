"""What waits by the database's clock, when that is set back."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.pauses import workspace_pauses
from bot.storage.delivery.tables import UNFINISHED, lanes, outbox
from bot.storage.schema.dialects import seconds_now

_BACK = sa.bindparam("back", type_=sa.Float)


async def wait_less(connection: AsyncConnection, workspace_id: WorkspaceId, back: float) -> None:
    """Let what waits from before in a workspace wait for so many seconds less.

    What lies ahead by less than half of that was put off after the clock was set back, and waits
    as long as it should: a message whose end is unknown has to settle before it is looked for.
    Every message counts as written so much earlier, so that it is looked for long enough ago.
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
