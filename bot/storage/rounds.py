"""Whose round is due, over all workspaces: one look into a narrow table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.storage.clock_tables import rounds
from bot.storage.columns import UtcDateTime
from bot.storage.database import Database
from bot.storage.workspace_pauses import must_wait

_DUE: Final = (
    select(rounds.c.workspace_id, rounds.c.member_id)
    .where(
        rounds.c.due_at <= bindparam("now", type_=UtcDateTime),
        ~must_wait(rounds.c.workspace_id),
    )
    .order_by(rounds.c.due_at)
    .limit(bindparam("most"))
)


class SqlRoundQueue:
    """The rounds of all workspaces, by the clock that it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Return whose round is due, the longest due first; none where a workspace pauses."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_DUE, {"now": now, "most": limit})).all()
        return [(WorkspaceId(row.workspace_id), MemberId(row.member_id)) for row in rows]
