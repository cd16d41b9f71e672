"""SQLite connections whose statements wait for the driver's thread once instead of four times.

The driver passes each step of a statement to the connection's thread separately: opening a cursor,
executing, fetching, closing. Each round trip costs two turns of the event loop, more than most
statements take. Here one hop does all four; see docs/decisions/one-hop-per-statement.md.
"""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import aiosqlite

READ_AHEAD: Final = 500
"""Rows that come with the statement; a longer result stays open, and is read on when asked."""

Row = Sequence[Any]
Result = TypeVar("Result")


class FileReplaced(OSError):
    """The database's file was moved, deleted or replaced while it was open."""


def identity_of(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one in its place; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(file: str, **options: Any) -> "Connection":
    """Return what SQLAlchemy's dialect awaits as its connection, its `async_creator_fn`."""
    return Connection(partial(_open, file, **options), READ_AHEAD)


def connect_alone(file: str, **options: Any) -> "Connection":
    """Return the same without a thread, for a file that no other process opens.

    Its statements keep everybody waiting, and cost a good deal less.
    """
    return _AloneConnection(partial(_open, file, **options), READ_AHEAD)


def _open(file: str, **options: Any) -> sqlite3.Connection:
    """Open a file. Only its owner can read a new one, and the logs that SQLite puts beside it."""
    with suppress(OSError):  # what is wrong, SQLite says
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection: sqlite3.Connection = sqlite3.connect(file, **options)
    return connection


class Connection(aiosqlite.Connection):
    """A connection and its thread, which ends with the process."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], chunk: int) -> None:
        super().__init__(connector, chunk)
        self._thread.daemon = True
        self._to_begin: str | None = None
        self._given = 0
        self._done = 0

    def __await__(self) -> Generator[Any, None, Self]:
        """Start the thread and open the file."""
        yield from super().__await__()
        return self

    def begin(self, statement: str) -> None:
        """Begin a transaction with the next statement, in the same hop."""
        self._to_begin = statement

    async def commit(self) -> None:
        """Commit the transaction; without a statement there was none."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Roll the transaction back; without a statement there was none."""
        await self._end(self._conn.rollback)

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor at once; the thread opens it with its statement."""
        return Cursor(self)

    async def on_thread(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a function with the connection on its thread, and wait for it."""
        to_begin, self._to_begin = self._to_begin, None
        self._given += 1

        def hop() -> Result:
            try:
                if to_begin is not None:
                    self._conn.execute(to_begin)
                return work(self._conn)
            finally:
                self._done += 1

        result: Result = await self._execute(hop)  # type: ignore[no-untyped-call]
        return result

    async def _end(self, end: Callable[[], None]) -> None:
        """End the transaction, if one has begun or an abandoned statement may still begin one."""
        self._to_begin = None
        if self._given != self._done or self._conn.in_transaction:
            await self.on_thread(lambda _: end())


class _AloneConnection(Connection):
    """A connection that works where it is asked to."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], chunk: int) -> None:
        super().__init__(connector, chunk)
        self._tx: Any = _AtOnce()

    def __await__(self) -> Generator[Any, None, Self]:
        """Open the file."""
        yield from self._connect().__await__()
        return self


class _AtOnce:
    """Stands for the queue of a connection's thread, and does what is put in it."""

    def put_nowait(self, asked: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do it, and tell how it went."""
        future, work = asked
        try:
            result = work()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class Cursor:
    """A cursor as SQLAlchemy uses it: one statement, its rows, its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: deque[Row] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> Self:
        """Run a statement, and fetch its first rows in the same hop."""
        return await self._run(lambda cursor: cursor.execute(statement, values))

    async def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> Self:
        """Run a statement once for each set of values."""
        return await self._run(lambda cursor: cursor.executemany(statement, values))

    async def fetchone(self) -> Row | None:
        """Return the next row; None after the last."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        """Return as many rows as were asked for, or are left."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted:
            await self._read_on(max(READ_AHEAD, wanted))
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> list[Row]:
        """Return all remaining rows."""
        await self._read_on(None)
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        """Drop the unread rows."""
        self._rows.clear()
        if self._open is not None:
            left_open, self._open = self._open, None
            await self._connection.on_thread(lambda _: left_open.close())

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> Self:
        def run(connection: sqlite3.Connection) -> sqlite3.Cursor:
            cursor = connection.cursor()
            statement(cursor)
            self._take(cursor, READ_AHEAD)
            return cursor

        ran = await self._connection.on_thread(run)
        self.description, self.rowcount, self.lastrowid = (
            ran.description,
            ran.rowcount,
            ran.lastrowid,
        )
        return self

    async def _read_on(self, most: int | None) -> None:
        if self._open is not None:
            still_open = self._open
            await self._connection.on_thread(lambda _: self._take(still_open, most))

    def _take(self, cursor: sqlite3.Cursor, most: int | None) -> None:
        """Read rows (all of them for None), and close the cursor after the last."""
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        self._rows.extend(rows)
        self._open = cursor
        if most is None or len(rows) < most:
            cursor.close()
            self._open = None
