"""Whose turn it is with the facts of a workspace: theirs who tell them, or theirs who forget."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.figures.tables import facts_told
from bot.storage.schema.dialects import insert_unless_there


async def lock_facts(connection: AsyncConnection, workspace_id: WorkspaceId) -> str:
    """Wait until nobody else has to do with the facts, and keep them until this ends.

    Returns by which rules they are told; empty if nobody told them yet.
    """
    row = {"workspace_id": workspace_id, "told_by": ""}
    await insert_unless_there(connection, facts_told, row, ["workspace_id"])
    its = facts_told.c.workspace_id == workspace_id
    query = sa.select(facts_told.c.told_by).where(its).with_for_update()
    found: str = (await connection.execute(query)).scalar_one()
    return found
