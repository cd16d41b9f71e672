"""An in-memory copy of one workspace with a clock of its own, to see what would happen to it."""

import sqlite3
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import MessageKind
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.figures.tables import drop_triggers
from bot.storage.live_rows import LiveRows, living
from bot.storage.prospects.pieces import cut_no_names
from bot.storage.schema.dialects import SECONDS_ON_SQLITE, seconds_now
from bot.storage.schema.statements import Arguments, AtOnce, Statement
from bot.storage.tables import delivery, digests, managers, metadata, nudges, pauses

_AT_ONCE = 1000
"""Rows that are read and written in one go."""


class NextDue(StrEnum):
    """What comes next in a copy."""

    OWNERS = "owners"
    MANAGERS = "managers"
    DIGESTS = "digests"
    MESSAGES = "messages"


@dataclass(slots=True)
class CopyClock:
    """The time in a copy, which moves when told to."""

    now: datetime
    seconds: float = 0.0
    """The same by the clock of the database that was copied, which may differ from ours."""


class WorkspaceCopy:
    """What still matters in one workspace, as it was at one moment."""

    def __init__(self, database: Database, time: CopyClock) -> None:
        self.database = database
        self._time = time

    def now(self) -> datetime:
        """Return the time in the copy."""
        return self._time.now

    async def advance(self, until: datetime) -> frozenset[NextDue]:
        """Move on to when the next is due, and return what is; nothing if none is until then."""
        time = self._time
        offset = time.seconds - time.now.timestamp()
        after = {"now": time.now, "seconds": time.seconds}
        async with self.database.reading() as connection:
            row = await _NEXT.one(connection, after)
        assert row is not None, "it has one row, whatever is due"  # noqa: S101
        rounds = [
            (NextDue.OWNERS, row.owner),
            (NextDue.MANAGERS, row.manager),
            (NextDue.DIGESTS, row.digest),
        ]
        next_ = [(at, at.timestamp() + offset, what) for what, at in rounds if at]
        waits = [at for at in (row.message, row.lane, row.pause) if at]
        next_ += [(_exact(at - offset), at, NextDue.MESSAGES) for at in waits]
        if not next_ or min(next_)[0] > until:
            return frozenset()
        at, seconds, _ = min(next_)
        time.now, time.seconds = max(at, time.now), max(seconds, time.seconds)
        return frozenset(what for at, by, what in next_ if at <= time.now or by <= time.seconds)

    async def refuse_messages(self, kinds: Collection[MessageKind]) -> None:
        """Remove messages of these kinds from the outbox, and accept no more of them."""
        of_these = delivery.outbox.c.kind.in_(kinds)
        named = ", ".join(f"'{kind.value}'" for kind in kinds)
        async with self.database.writing() as connection:
            await connection.execute(sa.delete(delivery.outbox).where(of_these))
            await connection.execute(sa.text(_KEEP_OUT.format(kinds=named)))


@asynccontextmanager
async def copied(
    database: Database, workspace_id: WorkspaceId, now: datetime, told_since: date
) -> AsyncIterator[WorkspaceCopy]:
    """Copy what still matters in a workspace, as it is at one moment; no writer waits.

    Digests will tell of what happened since `told_since`, so that matters too.
    """
    time = CopyClock(now)
    engine = _in_memory(time)
    try:
        async with database.reading() as source:
            with engine.begin() as target:
                metadata.create_all(target)
                drop_triggers(target)
                cut_no_names(target)
                if database.file is None:
                    its = await living(source, workspace_id, now, told_since)
                    await _copy_rows(source, target, its)
                else:
                    original = _attached(target, database.file)
                    its = await living(_at_once(original), workspace_id, now, told_since)
                    _copy_within(original, its)
            time.seconds = (await source.execute(sa.select(seconds_now()))).scalar_one()
        with engine.connect() as target:  # later, so that rows may be copied in any order
            if database.file is not None:
                target.exec_driver_sql("DETACH DATABASE original")
            target.exec_driver_sql("PRAGMA foreign_keys=ON")
            target.commit()
            yield WorkspaceCopy(_InMemory(target), time)
    finally:
        engine.dispose()


async def _copy_rows(source: AsyncConnection, target: sa.Connection, its: LiveRows) -> None:
    for table in metadata.sorted_tables:
        for query in its.queries(table):
            rows = (await source.stream(query)).mappings()
            async for some in rows.partitions(_AT_ONCE):
                target.execute(sa.insert(table), [dict(row) for row in some])


def _attached(target: sa.Connection, file: Path) -> sa.Connection:
    """Let SQLite itself read the file: no row is made in Python, which takes ten times as long.

    The driver would begin a transaction only at the first row that is copied, when what to copy is
    already chosen.
    """
    uri = f"{file.absolute().as_uri()}?mode=rw"  # a reader of its log may have to make an index
    target.exec_driver_sql("ATTACH DATABASE ? AS original", (uri,))
    target.exec_driver_sql("BEGIN")
    return target.execution_options(schema_translate_map={None: "original"})


def _copy_within(original: sa.Connection, its: LiveRows) -> None:
    for table in metadata.sorted_tables:
        names = [each.name for each in table.columns]
        copy = sa.table(table.name, *map(sa.column, names), schema="main")
        for query in its.queries(table):
            original.execute(sa.insert(copy).from_select(names, query))


def _in_memory(time: CopyClock) -> sa.Engine:
    """Open an empty in-memory database, in whose statements `seconds_now` is the given time."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect("file::memory:", check_same_thread=False, uri=True)
        connection.create_function("seconds_now", 0, lambda: time.seconds)
        return connection

    def tell_time(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> tuple[str, Any]:
        return _in_its_time(statement), values

    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=sa.QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=0,
        pool_reset_on_return=None,
        hide_parameters=True,
    )
    sa.event.listen(engine, "before_cursor_execute", tell_time, retval=True)
    return engine


@lru_cache(maxsize=500)
def _in_its_time(statement: str) -> str:
    return statement.replace(SECONDS_ON_SQLITE, "seconds_now()")


def _run(driver: sqlite3.Connection, statement: str, each: Sequence[Arguments]) -> sqlite3.Cursor:
    if len(each) == 1:
        return driver.execute(statement, each[0])
    return driver.executemany(statement, each)


class _InMemory(Database):
    """A single connection that answers at once, and so needs no thread and no second connection.

    It refuses a transaction inside another one, which would end both.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._at_once = _at_once(connection)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        with self._connection.begin():
            yield self._at_once

    reading = writing

    async def close(self) -> None:
        self._connection.close()


def _at_once(connection: sa.Connection) -> AsyncConnection:
    return cast("AsyncConnection", _AtOnce(connection))


class _AtOnce(AtOnce):
    """The part of `AsyncConnection` that repositories use."""

    def __init__(self, connection: sa.Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection

    def run_directly(self, statement: str, each: Sequence[Arguments]) -> sqlite3.Cursor:
        """Run a statement without SQLAlchemy, which only tells what its errors mean."""
        statement = _in_its_time(statement)
        driver: Any = self._connection.connection.driver_connection
        try:
            return _run(driver, statement, each)
        except sqlite3.Error:
            self._connection.exec_driver_sql(statement, list(each))
            raise

    async def execute(self, *statement: Any) -> sa.CursorResult[Any]:
        return self._connection.execute(*statement)

    async def scalar(self, *statement: Any) -> Any:
        return self._connection.scalar(*statement)

    async def scalars(self, *statement: Any) -> sa.ScalarResult[Any]:
        return self._connection.scalars(*statement)


_KEEP_OUT = (
    "CREATE TRIGGER keep_out BEFORE INSERT ON outbox WHEN NEW.kind IN ({kinds})"
    " BEGIN SELECT RAISE(IGNORE); END"
)
"""An INSERT of such a message does nothing, as if the message were there already."""


def _exact(seconds: float) -> datetime:
    """Return the intended instant, undoing the rounding of sums of seconds."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def _earliest(
    column: sa.Column[Any], after: str, *which: sa.ColumnElement[bool]
) -> sa.ScalarSelect[Any]:
    later = column > sa.bindparam(after, type_=column.type)
    return sa.select(sa.func.min(column, type_=column.type)).where(later, *which).scalar_subquery()


_IS_WAITING = delivery.outbox.c.state.in_(delivery.UNFINISHED)
_NEXT = Statement(
    sa.select(
        _earliest(nudges.rounds.c.due_at, "now").label("owner"),
        _earliest(managers.managers.c.due_at, "now").label("manager"),
        _earliest(digests.digests.c.due_at, "now").label("digest"),
        _earliest(delivery.outbox.c.due_at, "seconds", _IS_WAITING).label("message"),
        _earliest(delivery.lanes.c.not_before, "seconds").label("lane"),
        _earliest(pauses.workspace_pauses.c.until, "seconds").label("pause"),
    )
)
