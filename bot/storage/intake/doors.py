"""Finds the workspace whose door a secret opens."""

import sqlalchemy as sa

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, of_ours
from bot.storage.intake.tables import intake_doors


class IntakeDoors:
    """Finds the workspace whose door a secret opens."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours

    async def find(self, secret_hash: str) -> WorkspaceId | None:
        """Return the workspace; None if the secret opens no door."""
        query = sa.select(intake_doors.c.workspace_id).where(
            intake_doors.c.secret_hash == secret_hash,
            of_ours(intake_doors.c.workspace_id, self._ours),
        )
        async with self._database.reading() as connection:
            found = await connection.scalar(query)
        return None if found is None else WorkspaceId(found)
