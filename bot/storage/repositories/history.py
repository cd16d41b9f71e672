"""What happened, entry by entry; the database refuses to change it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.history import HistoryEntry
from bot.domain.people import Action, MemberId
from bot.domain.prospect import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.tables import history

_INSERT: Final = insert(history)


class SqlHistory:
    """The history of one workspace's prospects."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def append(self, entry: HistoryEntry) -> None:
        """Add what happened; each revision of a prospect has one entry."""
        row = {
            "workspace_id": self._workspace_id,
            "prospect_id": entry.prospect_id,
            "revision": entry.revision,
            "action": entry.action,
            "by": entry.by,
            "at": entry.at,
            "detail": dict(entry.detail),
        }
        await self._connection.execute(_INSERT, row)

    async def of(self, prospect_id: ProspectId) -> Sequence[HistoryEntry]:
        """Return all of a prospect, oldest first."""
        query = (
            select(history)
            .where(
                history.c.workspace_id == self._workspace_id,
                history.c.prospect_id == prospect_id,
            )
            .order_by(history.c.revision)
        )
        return [entry_of(row) for row in await self._connection.execute(query)]


def entry_of(row: Row[*tuple[Any, ...]]) -> HistoryEntry:
    """Return the entry of a row."""
    return HistoryEntry(
        prospect_id=ProspectId(row.prospect_id),
        action=Action(row.action),
        by=MemberId(row.by),
        at=row.at,
        revision=row.revision,
        detail=row.detail,
    )
