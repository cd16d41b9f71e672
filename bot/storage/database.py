"""The database connections, SQLite or PostgreSQL, and the two kinds of transaction."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, cast

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from bot.domain.workspace import WorkspaceId
from bot.storage import postgresql, sqlite

CONNECTIONS: Final = 15
"""As many as one process may have to PostgreSQL, unless its operator says otherwise."""

_READERS: Final = 15
"""Of a SQLite file, at the same time. Each stays open: opening one, with its thread, takes longer
than most that it is for."""

_PATIENCE = timedelta(seconds=10)

Ours = Callable[[], Collection[WorkspaceId]] | None
"""Tells to which workspaces a process has tokens; None: all that there are, for who needs none."""


def of_ours(workspace_id: sa.ColumnElement[str], ours: Ours) -> sa.ColumnElement[bool]:
    """Return the condition that a row's workspace is one of ours."""
    return sa.true() if ours is None else workspace_id.in_(ours())


def is_one_of(
    workspace_id: sa.ColumnElement[str], ours: Collection[WorkspaceId] | None
) -> sa.ColumnElement[bool]:
    """Return the same for a statement that is compiled once for these workspaces."""
    if not ours:
        return sa.true() if ours is None else sa.false()
    return workspace_id.in_([sa.literal(each) for each in ours])


class Database:
    """A database with its connection pools. Close it when done."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        connections: postgresql.Connections | None = None,
        alone: Callable[[], AsyncEngine] | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._connections = connections
        self._alone = alone

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        patience: timedelta = _PATIENCE,
        is_throwaway: bool = False,
        is_alone: bool = False,
        connections: int | None = None,
    ) -> Self:
        """Open `sqlite:///PATH`, `postgres://...` or `postgresql://...`; nothing connects yet.

        A statement that waits for others longer than `patience` fails. What was committed to a
        SQLite file survives a power cut, unless it `is_throwaway`. A process that `is_alone` with
        the file needs no threads for it. PostgreSQL gets at most so many `connections`, or as many
        as usual.

        Raises:
            OSError: The root certificate that it names is none.
            ValueError: If it is none of these; it does not quote the URL, which holds a password.
        """
        try:
            parsed = sa.make_url(url)
        except ArgumentError:
            raise ValueError("the database URL cannot be read") from None
        if parsed.drivername in {"postgres", "postgresql", "postgresql+asyncpg"}:
            known = postgresql.Connections()
            most = connections or CONNECTIONS
            writer, reader = postgresql.engines(parsed, patience, known, most)
            return cls(writer, reader, known, partial(postgresql.alone, parsed, known))
        if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            connect = sqlite.connect_alone if is_alone else sqlite.connect
            return cls(*_sqlite(parsed, patience, connect, is_throwaway=is_throwaway))
        raise ValueError("a database URL begins with sqlite:///, postgres:// or postgresql://")

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        url = self._reader.url
        return Path(url.database or "") if url.drivername.startswith("sqlite") else None

    @property
    def is_pooled(self) -> bool | None:
        """Whether PostgreSQL is behind a pooler; None if that isn't known yet, or for SQLite."""
        return None if self._connections is None else self._connections.is_pooled

    @property
    def would_be_new(self) -> bool:
        """Whether connecting would create the file; one that was deleted under us is not new."""
        file, pool = self.file, cast("sa.QueuePool", self._writer.pool)
        if file is None or pool.checkedin() + pool.checkedout():
            return False
        return file.parent.is_dir() and not file.exists()

    @asynccontextmanager
    async def maintaining(self) -> AsyncIterator[AsyncConnection]:
        """Open a separate connection to PostgreSQL whose statements aren't in a transaction.

        They may take as long as they need.
        """
        assert self._alone is not None, "a SQLite database has no such connection"  # noqa: S101
        engine = self._alone()
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that may write; on SQLite, the only one from its beginning on."""
        return self._writer.begin()

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a read-only transaction that sees a single point in time."""
        return self._reader.begin()

    async def close(self) -> None:
        """Close every connection."""
        if self._connections is not None:
            self._connections.close_idle()
        await self._writer.dispose()
        await self._reader.dispose()


def _sqlite(
    url: sa.URL,
    patience: timedelta,
    connect: Callable[..., sqlite.Connection],
    *,
    is_throwaway: bool,
) -> tuple[AsyncEngine, AsyncEngine]:
    """Return one connection that writes, and a pool of read-only ones.

    The driver would begin a transaction only at the first write, when what was read before may be
    outdated. So its own handling is off (`isolation_level`), and a writer waits for other writers
    *before* it reads.
    """
    milliseconds = int(patience.total_seconds() * 1000)
    url = url.set(drivername="sqlite+aiosqlite")
    options: dict[str, Any] = {
        "hide_parameters": True,
        "connect_args": {"isolation_level": None, "async_creator_fn": connect},
    }
    writer = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=patience.total_seconds(), **options
    )
    reader = create_async_engine(url, pool_size=_READERS, max_overflow=0, **options)
    _on_connect(
        writer,
        f"busy_timeout={milliseconds}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"synchronous={'OFF' if is_throwaway else 'FULL'}",
    )
    _on_connect(reader, f"busy_timeout={milliseconds}", "query_only=ON")
    _Place(Path(url.database or "").absolute()).watch(writer, reader)
    _on_begin(writer, "BEGIN IMMEDIATE")
    _on_begin(reader, "BEGIN")
    return writer, reader


_insist = Retrying(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    wait=wait_fixed(0.05),
    stop=stop_after_delay(_PATIENCE),
    reraise=True,
)
"""SQLite does not wait when two processes turn a new file to WAL at once: one is told "locked"."""


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    def set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            _insist(cursor.execute, f"PRAGMA {pragma}")
        cursor.close()

    sa.event.listen(engine.sync_engine, "connect", set_pragmas)


class _Place:
    """Refuses to work once another file stands in the place of the one that was opened.

    SQLite would go on writing to the old one, which nobody will ever open again.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: tuple[int, int] | None = None

    def watch(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        """Compare at each beginning, for as long as the writer has its connection."""
        sa.event.listen(writer.sync_engine, "connect", self._note)
        sa.event.listen(writer.sync_engine, "close", self._forget)
        for each in (writer, reader):
            sa.event.listen(each.sync_engine, "begin", self._compare)

    def _note(self, _connection: Any, _entry: ConnectionPoolEntry) -> None:
        self._opened = sqlite.identity_of(self._file)

    def _forget(self, _connection: Any, _entry: ConnectionPoolEntry) -> None:
        self._opened = None

    def _compare(self, _connection: sa.Connection) -> None:
        if self._opened not in {None, sqlite.identity_of(self._file)}:
            raise sqlite.FileReplaced


def _on_begin(engine: AsyncEngine, statement: str) -> None:
    def begin(connection: sa.Connection) -> None:
        driver: sqlite.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        driver.begin(statement)

    sa.event.listen(engine.sync_engine, "begin", begin)
