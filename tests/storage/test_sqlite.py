"""One hop to the thread for a statement and its rows, and a long result piece by piece."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import sqlite
from bot.storage.database import Database
from bot.storage.sqlite import READ_AHEAD, Connection

MANY = READ_AHEAD * 3 + 7
SLOW = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 300000)"
    " SELECT max(n) FROM c"
)


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note each time that somebody waits for a connection's thread."""
    noted: list[object] = []
    hop = Connection._execute  # the driver's own, which everything goes through

    async def noting(self: Connection, work: Any, *given: Any, **named: Any) -> Any:
        noted.append(work)
        return await hop(self, work, *given, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Connection, "_execute", noting)
    return noted


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    opened = await sqlite.connect(str(tmp_path / "some.db"), isolation_level=None)
    await opened.cursor().execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, square INTEGER)")
    yield opened
    await opened.close()


async def filled(connection: Connection) -> None:
    rows = [(n, n * n) for n in range(MANY)]
    connection.begin("BEGIN")
    await connection.cursor().executemany("INSERT INTO numbers VALUES (?, ?)", rows)
    await connection.commit()


async def test_a_transaction_hops_once_for_each_of_its_statements(
    tmp_path: Path, hops: list[object]
) -> None:
    database = Database.from_url(f"sqlite:///{tmp_path / 'some.db'}")
    async with database.writing() as transaction:
        await transaction.exec_driver_sql("CREATE TABLE numbers (n INTEGER)")
    hops.clear()

    async with database.writing() as transaction:
        await transaction.exec_driver_sql("INSERT INTO numbers VALUES (1), (2)")
        numbers = await transaction.scalars(sa.text("SELECT n FROM numbers ORDER BY n"))
        assert numbers.all() == [1, 2]

    insert_select_commit = 3
    assert len(hops) == insert_select_commit
    await database.close()


async def test_a_transaction_without_a_statement_hops_nowhere(
    tmp_path: Path, hops: list[object]
) -> None:
    database = Database.from_url(f"sqlite:///{tmp_path / 'some.db'}")
    async with database.writing():
        hops.clear()
    assert hops == []
    await database.close()


async def test_a_transaction_begins_before_its_first_statement(connection: Connection) -> None:
    connection.begin("BEGIN IMMEDIATE")
    await connection.cursor().execute("SELECT 1")
    assert await connection.on_thread(lambda its: its.in_transaction)

    await connection.rollback()
    await connection.cursor().execute("SELECT 1")
    assert not await connection.on_thread(lambda its: its.in_transaction)


async def test_an_end_waits_for_a_beginning_that_was_given_up(connection: Connection) -> None:
    connection.begin("BEGIN IMMEDIATE")
    given_up = asyncio.ensure_future(connection.cursor().execute(SLOW))
    await asyncio.sleep(0)
    given_up.cancel()

    await connection.rollback()
    assert not await connection.on_thread(lambda its: its.in_transaction)


async def test_rows_come_with_their_statement(connection: Connection, hops: list[object]) -> None:
    await connection.cursor().execute("INSERT INTO numbers VALUES (2, 4), (3, 9)")
    hops.clear()

    cursor = connection.cursor()
    await cursor.execute("SELECT n, square FROM numbers WHERE n > ? ORDER BY n", [1])
    assert [column[0] for column in cursor.description] == ["n", "square"]
    assert await cursor.fetchone() == (2, 4)
    assert await cursor.fetchall() == [(3, 9)]
    await cursor.close()

    assert len(hops) == 1


async def test_a_long_result_is_read_on_and_whole(
    connection: Connection, hops: list[object]
) -> None:
    await filled(connection)
    hops.clear()

    cursor = await connection.cursor().execute("SELECT n FROM numbers ORDER BY n")
    first = [await cursor.fetchone() for _ in range(3)]
    some = await cursor.fetchmany(READ_AHEAD)
    rest = await cursor.fetchall()

    assert [row[0] for row in [*filter(None, first), *some, *rest]] == list(range(MANY))
    assert await cursor.fetchone() is None
    assert len(hops) == 3, "the statement, once to read on, and once for all the rest"


async def test_closing_lets_go_of_what_nobody_read(connection: Connection) -> None:
    await filled(connection)
    cursor = await connection.cursor().execute("SELECT n FROM numbers")
    await cursor.close()

    assert await cursor.fetchall() == []
    await connection.cursor().execute("DROP TABLE numbers")  # refused while a statement reads it


async def test_what_a_write_gives_back_is_told_to_the_last_row(connection: Connection) -> None:
    await filled(connection)
    changed = await connection.cursor().execute("UPDATE numbers SET square = 0 RETURNING n")
    assert len(await changed.fetchall()) == MANY

    removed = await connection.cursor().execute("DELETE FROM numbers")
    assert removed.rowcount == MANY
    assert removed.description is None

    added = await connection.cursor().execute("INSERT INTO numbers VALUES (77, 0)")
    assert added.lastrowid == 77


async def test_a_refusal_comes_as_the_drivers_own_error(connection: Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await connection.cursor().execute("SELECT * FROM nowhere")
    with pytest.raises(sqlite3.IntegrityError):
        await connection.cursor().executemany("INSERT INTO numbers VALUES (?, 0)", [(1,), (1,)])


async def test_a_closed_connection_says_so(tmp_path: Path) -> None:
    connection = await sqlite.connect(str(tmp_path / "some.db"))
    await connection.close()
    with pytest.raises(ValueError, match="closed"):
        await connection.cursor().execute("SELECT 1")


async def test_a_streamed_table_comes_in_pieces(tmp_path: Path, hops: list[object]) -> None:
    database = Database.from_url(f"sqlite:///{tmp_path / 'some.db'}")
    async with database.writing() as transaction:
        await transaction.exec_driver_sql("CREATE TABLE numbers (n INTEGER)")
        insert = sa.text("INSERT INTO numbers VALUES (:n)")
        await transaction.execute(insert, [{"n": n} for n in range(MANY)])

    async with database.reading() as transaction:
        hops.clear()
        streamed = await transaction.stream(sa.text("SELECT n FROM numbers ORDER BY n"))
        read = [row.n async for row in streamed]
        pieces = len(hops)

    assert read == list(range(MANY))
    assert pieces > 1
    await database.close()


async def test_a_statement_given_up_leaves_its_connection_usable(connection: Connection) -> None:
    await filled(connection)
    given_up = asyncio.ensure_future(connection.cursor().execute(SLOW))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up

    counted = await connection.cursor().execute("SELECT count(*) FROM numbers")
    assert await counted.fetchone() == (MANY,)


async def test_a_process_that_is_alone_with_a_file_needs_no_threads(tmp_path: Path) -> None:
    url, threads = f"sqlite:///{tmp_path / 'some.db'}", {*threading.enumerate()}
    database = Database.from_url(url, is_alone=True)

    async with database.writing() as transaction:
        await transaction.exec_driver_sql("CREATE TABLE numbers (n INTEGER)")
        await transaction.exec_driver_sql("INSERT INTO numbers VALUES (7)")
    async with database.writing() as writing, database.reading() as reading:
        await writing.exec_driver_sql("INSERT INTO numbers VALUES (8)")
        found = (await reading.exec_driver_sql("SELECT n FROM numbers")).scalars().all()

    assert found == [7]
    assert {*threading.enumerate()} <= threads  # one of before may have ended meanwhile
    await database.close()


async def test_alone_what_fails_fails_as_anywhere(tmp_path: Path) -> None:
    database = Database.from_url(f"sqlite:///{tmp_path / 'some.db'}", is_alone=True)

    with pytest.raises(sa.exc.OperationalError, match="no such table"):
        async with database.writing() as transaction:
            await transaction.exec_driver_sql("SELECT n FROM numbers")
    async with database.writing() as transaction:
        await transaction.exec_driver_sql("CREATE TABLE numbers (n INTEGER)")

    await database.close()
    with pytest.raises(sa.exc.OperationalError, match="unable to open"):
        async with Database.from_url(f"sqlite:///{tmp_path}/no/x.db", is_alone=True).reading():
            pass
