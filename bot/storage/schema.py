"""Tells whether a database has the tables of this code."""

from typing import Final

from sqlalchemy import Connection, inspect, text

from bot.storage.database import Database

HEAD: Final = "0011"
"""The newest revision under `alembic/versions`."""


async def is_current(database: Database) -> bool:
    """Tell whether the database is where this code expects it to be; a missing file stays so."""
    if database.would_be_new:
        return False
    async with database.reading() as connection:
        return await connection.run_sync(_revisions) == {HEAD}


def _revisions(connection: Connection) -> set[str]:
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))
