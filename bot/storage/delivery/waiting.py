"""What waits by the database's clock, when that is set back."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.pauses import workspace_pauses
from bot.storage.delivery.tables import UNFINISHED, lanes, outbox

_BACK = sa.bindparam("back", type_=sa.Float)


async def wait_less(connection: AsyncConnection, workspace_id: WorkspaceId, back: float) -> None:
    """Let all messages, leases, lanes and pauses of a workspace wait for so many seconds less.

    A message also counts as written so much earlier, so that it is looked for long enough ago.
    """
    for table, columns, which in (
        (outbox, (outbox.c.due_at, outbox.c.written_at), outbox.c.state.in_(UNFINISHED)),
        (outbox, (outbox.c.ask_at,), outbox.c.ask_at.is_not(None)),
        (lanes, (lanes.c.not_before,), sa.true()),
        (workspace_pauses, (workspace_pauses.c.until,), sa.true()),
    ):
        earlier = {column: column - _BACK for column in columns}
        its = sa.and_(table.c.workspace_id == workspace_id, which)
        await connection.execute(sa.update(table).where(its).values(earlier), {"back": back})
