"""Brings a database to the tables of this code.

`is_current` tells whether it is there already.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from alembic import command
from bot.storage.database import Database

SCRIPTS = Path(__file__).parents[3] / "alembic"
"""Beside the package: migrations are history, not code that others import."""

_PATIENCE = timedelta(minutes=10)
_LOCK = 7925_2556
"""Any number, as long as no other program on this database uses it."""


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up; of several processes one does it, the others wait and find it done."""
    await _migrate(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Migrate down; what the later tables held is lost."""
    await _migrate(url, lambda config: command.downgrade(config, revision))


async def _migrate(url: str, run: Callable[[Config], None]) -> None:
    database = Database.from_url(url, patience=_PATIENCE)
    try:
        async with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK}
                )
            await connection.run_sync(lambda each: run(_config(each)))
    finally:
        await database.close()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


HEAD = "0027"
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
