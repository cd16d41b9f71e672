"""Which databases can be opened, and how SQLite is set up."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://user:secret-4711@host/db",
        "postgresql+psycopg://user:secret-4711@host/db",
        "secret-4711",
        "",
    ],
)
def test_other_databases_are_refused_without_quoting_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="database URL") as caught:
        Database.from_url(url)

    assert "secret-4711" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "postgres://user:secret-4711@localhost:5432/db",
        "postgresql://user:secret-4711@localhost/db?sslmode=require",
        "postgresql+asyncpg://user:secret-4711@localhost/db?connect_timeout=3",
        "postgresql://user:secret-4711@h/db?sslmode=require&channel_binding=require",
        "postgresql://user:secret-4711@h/db?sslmode=verify-full&sslrootcert=system",
    ],
)
async def test_an_address_is_taken_as_providers_print_it(url: str) -> None:
    database = Database.from_url(url)

    assert "secret-4711" not in repr(vars(database))
    await database.close()


async def test_sqlite_keeps_foreign_keys_and_lets_readers_read(tmp_path: Path) -> None:
    database = Database.from_url(f"sqlite:///{tmp_path / 'new.db'}")

    async with database.writing() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }

    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "synchronous": 2,
    }
    await database.close()


async def test_only_what_is_thrown_away_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    database = Database.from_url(url, is_throwaway=True)

    async with database.writing() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 0

    await database.close()


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_connection_that_the_server_closed_is_not_used_again(
    database: Database, database_url: str
) -> None:
    async with database.writing() as connection:
        mine = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        ended = asyncio.Event()
        driver.add_termination_listener(lambda _: ended.set())
    other = Database.from_url(database_url)
    async with other.writing() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
    await other.close()
    async with asyncio.timeout(60):
        await ended.wait()

    async with database.writing() as connection:
        found = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()

    assert found != mine
