"""Migrates a database to this code's schema.

`standing` says how a schema relates to the code.
"""

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.storage.database import Database
from bot.storage.schema.standing import Schema, standing

SCRIPTS = Path(__file__).parents[3] / "alembic"
"""Beside the package: migrations are history, not code that others import."""

PATIENCE = timedelta(minutes=10)
"""For how long a statement may take, or wait for others."""
_BY_THEMSELVES = ("0037_for_0032", "0038_for_0032")
"""Are committed by themselves on the way up.

The first locks facts, the second prospects, and what follows `sweeps`: who forgets a prospect locks
them in another order.
"""
_LOCK = 7925_2556
"""Any number, as long as no other program on this database uses it."""


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up. If several processes try, one does it, and the others wait and find it done."""
    if revision == "head":
        for each in _BY_THEMSELVES:
            await _migrate(url, "upgrade", each)
    await _migrate(url, "upgrade", revision)


async def downgrade(url: str, revision: str) -> None:
    """Migrate down; the data of later tables is lost."""
    await _migrate(url, "downgrade", revision)


async def _migrate(url: str, what: str, revision: str) -> None:
    database = Database.from_url(url, patience=PATIENCE)
    try:
        async with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK}
                )
            await connection.run_sync(_run, what, revision)
    finally:
        await database.close()


def _run(connection: Connection, what: str, revision: str) -> None:
    """Run Alembic, which is loaded only to migrate: it takes 7 MiB and a fifth of a second."""
    config: Any = import_module("alembic.config").Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    getattr(import_module("alembic.command"), what)(config, revision)


HEAD = "0040_for_0032"
"""The newest revision under `alembic/versions`."""


async def schema_of(database: Database) -> Schema:
    """Return how a database's schema relates to this code. A missing file isn't created."""
    if database.would_be_new:
        return Schema.BEHIND
    async with database.reading() as connection:
        return standing(await connection.run_sync(_revision), HEAD)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
