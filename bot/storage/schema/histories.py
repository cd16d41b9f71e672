"""Histories of what managers changed: numbered per kind, and append-only."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId


async def append(
    connection: AsyncConnection,
    history: sa.Table,
    workspace_id: WorkspaceId,
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Add rows with the next numbers. The workspace must be locked."""
    its = history.c.workspace_id == workspace_id
    last = await connection.scalar(sa.select(sa.func.max(history.c.number)).where(its))
    numbered = [
        {"workspace_id": workspace_id, "number": number, **row}
        for number, row in enumerate(rows, start=(last or 0) + 1)
    ]
    if numbered:
        await connection.execute(sa.insert(history), numbered)


def latest(
    history: sa.Table, workspace_id: WorkspaceId, limit: int | None
) -> sa.Select[*tuple[Any, ...]]:
    """Select the latest changes, newest first; all of them without a limit."""
    its = history.c.workspace_id == workspace_id
    return sa.select(history).where(its).order_by(history.c.number.desc()).limit(limit)
