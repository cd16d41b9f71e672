"""The tables of what managers choose in Slack, beside the columns of the workspace itself."""

from collections.abc import Sequence

from sqlalchemy import Column, Integer, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace.workspace import WorkspaceId
from bot.storage.schema.columns import in_workspace, key, metadata, required
from bot.storage.workspaces.tables import workspaces

referrals = Table(
    "referrals",
    metadata,
    key("workspace_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("line"),
    in_workspace(),
)
"""Whom a workspace refers prospects to, in the order in which its managers listed them."""

working_weeks = Table(
    "working_weeks",
    metadata,
    key("workspace_id"),
    required("weekdays"),
    in_workspace(),
)
"""Which days of the week a workspace works on, such as "01234"; without a row Monday to Friday."""


class ReferralRepository:
    """The list of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def listed(self) -> tuple[str, ...]:
        """Return them in the order in which they were listed."""
        query = (
            select(referrals.c.line)
            .where(referrals.c.workspace_id == self._workspace_id)
            .order_by(referrals.c.position)
        )
        return tuple(await self._connection.scalars(query))

    async def replace(self, lines: Sequence[str]) -> None:
        """Keep these instead; of two lists at once the later one stands, and whole."""
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(select(workspaces.c.zone).where(own).with_for_update())
        await self._connection.execute(
            delete(referrals).where(referrals.c.workspace_id == self._workspace_id)
        )
        rows = [
            {"workspace_id": self._workspace_id, "position": position, "line": line}
            for position, line in enumerate(lines)
        ]
        if rows:
            await self._connection.execute(insert(referrals), rows)
