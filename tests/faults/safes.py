"""Where backups are kept: taken as `docs/operations.md` says, and put into an empty place."""

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.databases import Postgres

ROOT = Path(__file__).parents[2]


class Safe(Protocol):
    """Keeps one backup."""

    async def back_up(self, url: str) -> None:
        """Back a database up that is in use."""

    async def restore(self) -> str:
        """Put the backup where nothing is, and return the URL of what is there then."""


@dataclass(frozen=True)
class SqliteSafe:
    """`walkaway backup`, and a file put in its place."""

    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / "walkaway-backup.db"

    async def back_up(self, url: str) -> None:
        await walkaway("backup", str(self._file), url=url)

    async def restore(self) -> str:
        place = self.folder / "elsewhere" / "walkaway.db"
        place.parent.mkdir()
        shutil.move(self._file, place)
        return f"sqlite:///{place}"


@dataclass(frozen=True)
class PostgresSafe:
    """`pg_dump`, and `pg_restore` into a new database."""

    folder: Path
    server: Postgres

    @property
    def _file(self) -> Path:
        return self.folder / "walkaway.dump"

    async def back_up(self, url: str) -> None:
        program = str(self.server.programs / "pg_dump")
        await done(program, "--format=custom", f"--file={self._file}", url)

    async def restore(self) -> str:
        self.server.run("DROP DATABASE IF EXISTS restored")
        self.server.run("CREATE DATABASE restored")
        url = self.server.url("restored")
        program = str(self.server.programs / "pg_restore")
        await done(program, "--clean", "--if-exists", f"--dbname={url}", str(self._file))
        return url


async def walkaway(*arguments: str, url: str) -> None:
    """Run a command of ours on a database, as an operator does."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": url}
    await done(sys.executable, "-m", "bot", *arguments, variables=variables)


async def done(*command: str, variables: dict[str, str] | None = None) -> None:
    """Run a program to its end, which must be a good one."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
