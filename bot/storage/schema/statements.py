"""Statements on the hot path: compiled once, then passed directly to the driver.

See docs/decisions/statements-on-the-driver.md.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections import namedtuple
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NoReturn, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sqlite

Values = Mapping[str, Any]
Arguments = tuple[Any, ...]
Processor = Callable[[Any], Any] | None
"""Makes of a value what the driver takes, or gave; None: it is the same."""


class AtOnce(ABC):
    """A connection to SQLite that answers at once, without a thread: a forecast's copy."""

    @abstractmethod
    def run_directly(self, statement: str, each: Sequence[Arguments]) -> sqlite3.Cursor:
        """Run a statement on the driver, once for each of these arguments."""


class Statement:
    """A SQLAlchemy Core statement whose values are all parameters."""

    def __init__(self, clause: sa.Executable) -> None:
        self.clause = clause
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    async def one(self, connection: AsyncConnection, values: Values) -> Any | None:
        """Return the only row that it can find, with columns as attributes; None without one."""
        found = await self.rows(connection, values)
        return found[0] if found else None

    async def rows(self, connection: AsyncConnection, values: Values) -> list[Any]:
        """Return the rows that it finds, each with columns as attributes."""
        compiled = self._for(connection, values)
        if isinstance(connection, AtOnce):
            found = connection.run_directly(compiled.sql, [compiled.arguments(values)]).fetchall()
        else:
            found = await _ask(connection, compiled, _rows, [values])
        return list(map(compiled.row, found))

    async def run(self, connection: AsyncConnection, values: Values) -> int:
        """Run it, and return the number of changed rows."""
        compiled = self._for(connection, values)
        if isinstance(connection, AtOnce):
            return connection.run_directly(compiled.sql, [compiled.arguments(values)]).rowcount
        count: int = await _ask(connection, compiled, _count, [values])
        return count

    async def run_each(self, connection: AsyncConnection, rows: Sequence[Values]) -> None:
        """Run it once for each set of values, at least one, all with the same keys."""
        if len(rows) == 1:
            await self.run(connection, rows[0])
            return
        compiled = self._for(connection, rows[0])
        if isinstance(connection, AtOnce):
            connection.run_directly(compiled.sql, list(map(compiled.arguments, rows)))
        else:
            await _ask(connection, compiled, _each, rows)

    def _for(self, connection: AsyncConnection, values: Values) -> "_Compiled":
        key = (connection.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = _Compiled(self.clause, connection.dialect, values)
            self._compiled[key] = compiled
        return compiled


class Among:
    """A Core statement about some values of a column, compiled once for each power of two of them.

    The other values are parameters; what it returns is in order only for up to MOST_PLACES values.
    """

    def __init__(self, clause: Callable[[Sequence[sa.BindParameter[Any]]], sa.Executable]) -> None:
        self._clause = clause
        self._statements: dict[int, Statement] = {}

    @classmethod
    def rows_of(cls, column: sa.Column[Any], *order: sa.Column[Any]) -> Self:
        """Find whole rows of the workspace `its_workspace` by some values of a column."""
        table = column.table
        its = table.c.workspace_id == sa.bindparam("its_workspace")
        return cls(lambda values: sa.select(table).where(its, column.in_(values)).order_by(*order))

    async def rows(
        self, connection: AsyncConnection, values: Iterable[Any], more: Values
    ) -> list[Any]:
        """Return the rows that it finds for these values."""
        found: list[Any] = []
        for its in in_places("its_value", dict.fromkeys(values)):
            count = len(its)
            if count not in self._statements:
                self._statements[count] = Statement(self._clause(places("its_value", count)))
            found += await self._statements[count].rows(connection, {**more, **its})
        return found


class _Compiled:
    """A statement as one database's driver takes it."""

    def __init__(self, clause: Any, dialect: sa.Dialect, values: Values) -> None:
        compiled: Any = clause.compile(dialect=dialect, column_keys=list(values))
        known = compiled.params
        state = compiled.construct_expanded_state(values)
        if state.parameter_expansion:
            raise ValueError(f"what it lists has no place for each value: {compiled}")
        self.sql: str = state.statement
        self._places: list[tuple[str, Any, Processor]] = [
            (name, known[name], _of(compiled.binds[name].type, dialect).bind_processor(dialect))
            for name in state.positiontup
        ]
        columns = list(getattr(clause, "exported_columns", ()))
        row_of: Any = namedtuple
        self._make = row_of("row", [each.key for each in columns])._make
        processors = [_processor(each.type, dialect) for each in columns]
        self._processors = [(at, each) for at, each in enumerate(processors) if each is not None]

    def arguments(self, values: Values) -> Arguments:
        """Return the values for its parameters."""
        return tuple(
            [
                values.get(name, known) if process is None else process(values.get(name, known))
                for name, known, process in self._places
            ]
        )

    def row(self, found: Sequence[Any]) -> Any:
        """Return a row with its values converted from how they are stored."""
        if not self._processors:
            return self._make(found)
        row = list(found)
        for at, process in self._processors:
            row[at] = process(row[at])
        return self._make(row)


def _processor(kind: Any, dialect: sa.Dialect) -> Processor:
    """Return what makes a value of what the driver gave; a float is one already."""
    if isinstance(kind, sa.Float):
        return None
    processor: Processor = _of(kind, dialect).result_processor(dialect, None)
    return processor


def _of(kind: Any, dialect: sa.Dialect) -> Any:
    return kind.dialect_impl(dialect)


def places(name: str, count: int) -> list[sa.BindParameter[Any]]:
    """Return this many parameters for one column's values."""
    return [sa.bindparam(f"{name}_{at}") for at in range(count)]


MOST_PLACES: Final = 1024
"""In one statement; PostgreSQL takes 32,767 of all values, and SQLite not many more."""


def in_places(name: str, values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield values by their places, for as many statements as they need.

    In each, the last one comes again until a power of two of places is full. So few statements are
    compiled, however many different numbers of values there are.
    """
    left = iter(values)
    while every := list(islice(left, MOST_PLACES)):
        every += every[-1:] * (2 ** (len(every) - 1).bit_length() - len(every))
        yield {f"{name}_{at}": value for at, value in enumerate(every)}


async def _rows(driver: Any, statement: str, arguments: Sequence[Arguments]) -> Any:
    if isinstance(driver, sqlite.Connection):
        return await driver.on_thread(lambda it: it.execute(statement, arguments[0]).fetchall())
    return await driver.fetch(statement, *arguments[0])


async def _count(driver: Any, statement: str, arguments: Sequence[Arguments]) -> Any:
    if isinstance(driver, sqlite.Connection):
        return await driver.on_thread(lambda it: it.execute(statement, arguments[0]).rowcount)
    said: str = await driver.execute(statement, *arguments[0])  # such as INSERT 0 1
    return int(said.rpartition(" ")[2])


async def _each(driver: Any, statement: str, arguments: Sequence[Arguments]) -> Any:
    if isinstance(driver, sqlite.Connection):
        await driver.on_thread(lambda it: it.executemany(statement, arguments))
    else:
        await driver.executemany(statement, arguments)


async def _ask(
    connection: AsyncConnection,
    compiled: _Compiled,
    how: Callable[[Any, str, Sequence[Arguments]], Awaitable[Any]],
    values: Sequence[Values],
) -> Any:
    """Call the driver inside SQLAlchemy's transaction.

    Listeners for SQLAlchemy's statements see this one, too.
    """
    sync = connection.sync_connection
    assert sync is not None  # noqa: S101 - a transaction has one
    is_bound = False
    try:
        arguments = list(map(compiled.arguments, values))
        is_bound = True
        adapted: Any = sync.connection
        driver = adapted.driver_connection
        for watch in sync.dispatch.before_cursor_execute:
            is_many = len(arguments) > 1
            watch(sync, None, compiled.sql, arguments if is_many else arguments[0], None, is_many)
        if not isinstance(driver, sqlite.Connection) and not driver.is_in_transaction():
            await adapted.dbapi_connection._start_transaction()  # noqa: SLF001 - as a cursor does
        return await how(driver, compiled.sql, arguments)
    except BaseException as error:  # noqa: BLE001 - SQLAlchemy says what becomes of it
        await connection.run_sync(_refuse, error, compiled.sql, is_bound=is_bound)


def _refuse(
    sync: sa.Connection, error: BaseException, statement: str, *, is_bound: bool
) -> NoReturn:
    """Raise SQLAlchemy's translation of an error; SQLAlchemy drops a lost connection.

    An error of the driver, or of a value that was not `is_bound`, is reported with its statement.
    """
    adapted: Any = sync.connection.dbapi_connection
    try:
        if isinstance(error, Exception):
            adapted._handle_exception(error)  # noqa: SLF001 - as a cursor does
        raise error
    except BaseException as translated:  # noqa: BLE001 - it is raised again
        is_told = not is_bound or isinstance(translated, sync.dialect.loaded_dbapi.Error)
        told = statement if is_told else None
        sync._handle_dbapi_exception(translated, told, None, None, None)  # noqa: SLF001
