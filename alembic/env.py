"""Runs migrations on the connection that the caller gives, or on DATABASE_URL."""

import asyncio
import os

from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from alembic import context
from bot.storage.database import Database
from bot.storage.tables import metadata


def rendered(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what they are in the database: migrations import no code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    """Migrate within the transaction that is open already."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_item=rendered,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on_url(url: str) -> None:
    """Open the database, migrate, and close it."""
    database = Database.from_url(url)
    try:
        async with database.writing() as connection:
            await connection.run_sync(run)
    finally:
        await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_on_url(os.environ["DATABASE_URL"]))
