"""PostgreSQL as it is hosted: behind a NAT, behind PgBouncer, and in each kind of trouble."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import checklists
from bot.storage import postgresql
from bot.storage.database import Database
from bot.storage.trouble import in_words
from bot.storage.unit_of_work import UnitsOfWork
from tests.databases import Postgres
from tests.storage import samples
from tests.storage.proxy import ForgetfulProxy, serving
from tests.storage.samples import A

pytestmark = pytest.mark.postgres

LONG = timedelta(minutes=10)
"""A statement into a connection that is forgotten is waited for that long."""


async def asked(database: Database) -> int:
    async with database.writing() as connection:
        return int((await connection.execute(text("SELECT 1"))).scalar_one())


@pytest.fixture
async def proxy(postgres: Postgres) -> AsyncIterator[ForgetfulProxy]:
    async with serving(ForgetfulProxy(postgres.directory)) as proxy:
        yield proxy


async def test_r8_what_a_nat_forgot_is_replaced_before_anybody_waits_for_it(
    proxy: ForgetfulProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(60):
        database = Database.from_url(proxy.url("migrated"), patience=LONG)
        await asyncio.gather(*(asked(database) for _ in range(5)))
        made = proxy.made
        monkeypatch.setattr(postgresql, "TRUSTED_FOR", 0.0)

        proxy.forget()

        assert await asyncio.gather(*(asked(database) for _ in range(5))) == [1] * 5
        assert proxy.made > made
        await database.close()


async def test_r8_a_connection_that_answers_is_used_again(
    proxy: ForgetfulProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(60):
        database = Database.from_url(proxy.url("migrated"), patience=LONG)
        await asked(database)
        monkeypatch.setattr(postgresql, "TRUSTED_FOR", 0.0)

        await asked(database)

        assert (proxy.made, database.is_pooled) == (2, False)  # the first one only asked
        await database.close()


async def test_who_ends_says_goodbye_to_no_connection_that_a_nat_forgot(
    proxy: ForgetfulProxy,
) -> None:
    """Each would be waited for, ten seconds, one after another."""
    database = Database.from_url(proxy.url("migrated"), patience=LONG)
    await asyncio.gather(*(asked(database) for _ in range(5)))
    proxy.forget()

    async with asyncio.timeout(25):
        await database.close()


async def test_a_process_has_no_more_connections_than_its_operator_allows(
    proxy: ForgetfulProxy,
) -> None:
    async with asyncio.timeout(60):
        database = Database.from_url(proxy.url("migrated"), patience=LONG, connections=2)

        async def answered_by() -> int:
            async with database.writing() as connection:
                return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())

        assert len(set(await asyncio.gather(*(answered_by() for _ in range(20))))) == 2
        await database.close()


@asynccontextmanager
async def pgbouncer(server: Postgres) -> AsyncIterator[int]:
    """Run a real one in mode *transaction*, with fewer connections than ask for one."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("needs pgbouncer, as `apt-get install pgbouncer` brings it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="walkaway-"))  # which others may read, unlike pytest's
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\nmigrated = host={server.directory} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nunix_socket_dir =\n"
    )
    for each in (folder, settings):
        each.chmod(0o755)
    is_root = os.geteuid() == 0  # as whom it refuses to run
    running = await asyncio.create_subprocess_exec(
        program,
        "-q",
        settings,
        user=server.directory.stat().st_uid if is_root else None,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            while running.returncode is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield port
    finally:
        running.terminate()
        await running.wait()
        shutil.rmtree(folder)


async def test_r8_behind_pgbouncer_in_transaction_mode_nothing_goes_wrong(
    postgres: Postgres,
) -> None:
    postgres.run("DELETE FROM outbox", in_database="migrated")
    async with pgbouncer(postgres) as port, asyncio.timeout(60):
        url = f"postgresql://someone@127.0.0.1:{port}/migrated?sslmode=disable"
        databases = [Database.from_url(url) for _ in range(3)]
        units = [UnitsOfWork(each, checklists.restore) for each in databases]
        await samples.add_workspace(units[0], A)

        async def write(number: int) -> None:
            async with units[number % 3](A) as work:
                await work.outbox.put(samples.to("C1", f"key {number}"))
            async with units[number % 3].reading(A) as work:
                assert await work.workspaces.get() is not None

        for begin in range(0, 60, 12):  # no more at once than stay connected
            await asyncio.gather(*(write(number) for number in range(begin, begin + 12)))

        assert [each.is_pooled for each in databases] == [True] * 3
        async with databases[0].reading() as connection:
            kept = await connection.scalar(text("SELECT count(*) FROM outbox"))
            prepared = await connection.scalar(
                text("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''")
            )
        assert (kept, prepared) == (60, 0)
        for each in databases:
            await each.close()


async def test_what_pgbouncer_refuses_has_a_sentence(postgres: Postgres) -> None:
    async with pgbouncer(postgres) as port, asyncio.timeout(60):
        database = Database.from_url(f"postgresql://who@127.0.0.1:{port}/none?sslmode=disable")

        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the driver raises
            await asked(database)

        assert "doesn't know this database" in in_words(caught.value)
        await database.close()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("no such user: who", "refuses the user"),
        ("query_wait_timeout", "is behind a pooler that has no connection free"),
        ("no more connections allowed (max_client_conn)", "is behind a pooler that takes no more"),
        ("server login has been failing, try again later", "is behind a pooler that it doesn't"),
        ("unsupported startup parameter: x", "is behind a pooler that refuses how we connect"),
    ],
)
def test_what_poolers_say_has_a_sentence(said: str, sentence: str) -> None:
    assert sentence in in_words(RuntimeError(said))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://postgres@nowhere.invalid/x", "isn't found: the host name"),
        ("postgresql://postgres@127.0.0.1:1/x", "nothing listens at the address"),
        ("postgresql://postgres@/x?host=/nowhere", "nothing listens at the address"),
        ("postgresql://postgres@127.0.0.1:{port}/nobodys?sslmode=disable", "has no database of"),
        ("postgresql://postgres@127.0.0.1:{port}/empty?sslmode=require", "doesn't speak TLS"),
        ("postgresql://who@127.0.0.1:{port}/empty?sslmode=disable", "refuses the user"),
    ],
)
async def test_each_trouble_of_postgresql_has_a_sentence_of_its_own(
    proxy: ForgetfulProxy, address: str, sentence: str
) -> None:
    async with asyncio.timeout(60):
        database = Database.from_url(address.format(port=proxy.port))

        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the driver raises
            await asked(database)

        assert sentence in in_words(caught.value)
        await database.close()
