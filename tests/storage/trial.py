"""Several workspaces at work in one transaction, and what each of them has afterwards."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

import pytest
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Table,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import checklists
from bot.domain.errors import ProspectChanged
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import RestoredChecklists
from bot.storage.data.sweeping import sweeps_due
from bot.storage.database import Database
from bot.storage.delivery.tables import outbox
from bot.storage.figures.tables import facts_counted, facts_due
from bot.storage.prospects import pieces
from bot.storage.schema.columns import metadata
from bot.storage.unit_of_work import UnitOfWork
from tests.storage import samples

Call = Callable[[UnitOfWork], Awaitable[Any]]
"""A method of a repository with its arguments, whichever workspace makes the call."""

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table, in an order that depends on nothing else."""

NUMBERED: Final = (outbox, facts_due)
"""Tables whose rows the database numbers."""

OF_THE_DATABASE: Final = frozenset({"row_id", "due_at", "written_at"})
"""Columns that the database fills by its own count and clock."""

_COUNTED: Final = frozenset({"row_id"})
"""Columns in which the database gives each row a number of its own."""

_AS_THE_DATABASE_QUOTES: Final = {
    "sqlite": ("quote({})", "rowid"),
    "postgresql": ("quote_nullable({}::text)", "ctid"),
}
"""How a value is written as the literal that it is, and what rows are ordered by as they came."""

_FILLING: Final[dict[tuple[str, WorkspaceId], Sequence[str]]] = {}
"""Statements that fill a workspace, by the kind of database."""


class Trial:
    """One transaction in which several workspaces work; it is kept or not, as it was opened."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._restored = RestoredChecklists(checklists.restore)

    @asynccontextmanager
    async def __call__(self, workspace_id: WorkspaceId) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work, as the real ones are opened."""
        work = UnitOfWork(self.connection, workspace_id, self._restored)
        yield work
        await work.write_planned()

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """Take back what the block does."""
        savepoint = await self.connection.begin_nested()
        try:
            yield
        finally:
            await savepoint.rollback()
            self._restored = RestoredChecklists(checklists.restore)

    async def fill(self, workspace_id: WorkspaceId) -> None:
        """Fill a workspace so that every call finds something to do.

        The first time the repositories do it. Later the same rows are put there at once.
        """
        key = (self.connection.dialect.name, workspace_id)
        if key in _FILLING:
            await _run(self.connection, _FILLING[key])
            return
        await self.fill_by_calls(workspace_id)
        marks = (facts_due, sweeps_due)
        made = {facts_counted, *marks, *pieces.DERIVED}  # triggers fill these
        others = [each for each in metadata.sorted_tables if each not in made]
        _FILLING[key] = [
            *[
                statement
                for table in others
                async for statement in _inserting(self.connection, table, workspace_id)
            ],
            # what was put there marked its prospects: now the marks are put as they were
            *[
                statement
                for table in marks
                async for statement in _anew(self.connection, table, workspace_id)
            ],
        ]

    async def fill_by_calls(self, workspace_id: WorkspaceId) -> None:
        """Fill a workspace by the methods of the repositories."""
        await samples.fill(self, workspace_id)
        await samples.fill_further(self, self.connection, workspace_id)

    async def make(self, workspace_id: WorkspaceId, call: Call) -> Any:
        """Make a call, and return what it returns."""
        async with self(workspace_id) as work:
            return await call(work)

    async def attempt(self, workspace_id: WorkspaceId, call: Call) -> Any:
        """Make a call that may be refused: then it leaves nothing, and its error is returned."""
        savepoint = await self.connection.begin_nested()
        try:
            found = await self.make(workspace_id, call)
        except (IntegrityError, ProspectChanged) as refused:
            await savepoint.rollback()
            return type(refused)
        await savepoint.commit()
        return found

    async def outcome(self, workspace_id: WorkspaceId, call: Call) -> tuple[Any, Rows]:
        """Return what comes of a call, and what the workspace has after it; then undo it."""
        async with self.undone():
            found = await self.attempt(workspace_id, call)
            return found, await rows_in(self.connection, workspace_id, OF_THE_DATABASE)


async def _anew(
    connection: AsyncConnection, table: Table, workspace_id: WorkspaceId
) -> AsyncIterator[str]:
    """Write the statements that put the rows of a workspace in place of those that are there."""
    yield f"DELETE FROM {table.name} WHERE workspace_id = '{workspace_id}'"  # noqa: S608 - ours
    async for each in _inserting(connection, table, workspace_id):
        yield each


async def _inserting(
    connection: AsyncConnection, table: Table, workspace_id: WorkspaceId
) -> AsyncIterator[str]:
    """Write the statement that puts the rows of a workspace into a table once more, if any are."""
    names = [each.name for each in table.c if each.name not in _COUNTED]
    quote, row = _AS_THE_DATABASE_QUOTES[connection.dialect.name]
    if row == "rowid" and not table.dialect_options["sqlite"]["with_rowid"]:
        row = ", ".join(each.name for each in table.primary_key)
    cells = " || ', ' || ".join(quote.format(f'"{name}"') for name in names)
    rows = await connection.execute(
        text(f'SELECT {cells} FROM "{table.name}" WHERE workspace_id = :its ORDER BY {row}'),  # noqa: S608
        {"its": workspace_id},
    )
    if values := [f"({each})" for each in rows.scalars()]:
        columns = ", ".join(f'"{name}"' for name in names)
        yield f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join(values)}'  # noqa: S608


async def _run(connection: AsyncConnection, statements: Sequence[str]) -> None:
    """Let the driver run these at once; SQLAlchemy would go there and back for each of them."""
    await connection.execute(text("SELECT 1"))  # begins the transaction
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name == "sqlite":
        await driver.on_thread(lambda open_: [open_.execute(each) for each in statements])
    else:
        await driver.execute(";\n".join(statements))


async def rows_of(database: Database, workspace_id: WorkspaceId) -> Rows:
    """Return everything that belongs to a workspace."""
    async with database.reading() as connection:
        return await rows_in(connection, workspace_id)


async def rows_in(
    connection: AsyncConnection, workspace_id: WorkspaceId, without: frozenset[str] = frozenset()
) -> Rows:
    """Return everything that belongs to a workspace, as this transaction sees it.

    Columns that the database fills can be left out.
    """
    query = _everything(without)
    found: Rows = {table.name: [] for table in metadata.sorted_tables}
    for name, *cells in await connection.execute(query, {"its_workspace": workspace_id}):
        found[name].append(tuple(cells))
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@cache
def _everything(without: frozenset[str]) -> CompoundSelect[Any]:
    """Return the rows of all tables as text, in one statement: hundreds of tests read them."""
    widest = max(len(table.c) for table in metadata.sorted_tables)
    selects = []
    for table in metadata.sorted_tables:
        left_out = without if table in NUMBERED else ()
        cells: list[ColumnElement[Any]] = [
            cast(each, Text) for each in table.c if each.name not in left_out
        ]
        cells += [null()] * (widest - len(cells))
        own = table.c.workspace_id == bindparam("its_workspace")
        selects.append(select(literal(table.name), *cells).where(own))
    return union_all(*selects)


async def has_locked_rows(database: Database, workspace_id: WorkspaceId) -> bool:
    """Tell whether somebody holds a row of a workspace, without waiting for it."""
    try:
        async with database.writing() as connection:
            for table in metadata.sorted_tables:
                query = select(table).where(table.c.workspace_id == workspace_id)
                await connection.execute(query.with_for_update(nowait=True))
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        return True
    return False


def commits_unheard(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on keep what is written, and lose the connection before anybody is told so."""
    writing = database.writing

    @asynccontextmanager
    async def unheard() -> AsyncIterator[AsyncConnection]:
        async with writing() as connection:
            yield connection
        raise TimeoutError

    monkeypatch.setattr(database, "writing", unheard)
