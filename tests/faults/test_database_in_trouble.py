"""The database stands still, crashes, or cannot grow: what was acknowledged is there afterwards."""

import asyncio
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from benchmarks.processes import free_port
from bot.slack.interaction.surface import PATIENCE
from bot.slack.payloads import ids
from bot.storage.backup import back_up
from tests.databases import Postgres
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.writers import write_and_note
from tests.office import CHANNEL
from tests.storage.proxy import ForgetfulProxy, serving

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRES = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)]
)
NOT_SIMILAR = "name98765"
"""A prospect whose name nobody takes for one of those that are written beside it."""
QUIET = 10
"""So many looks in a row nothing happens; then a process has nothing to do."""
STANDS_STILL_FOR = 2.0
"""Seconds; statements are given up after ten."""


@pytest.fixture
def lasting(postgres: Postgres) -> Iterator[None]:
    """Let what is acknowledged be out of memory that a crash takes along; the others hurry."""
    postgres.run("ALTER DATABASE migrated SET synchronous_commit = on")
    yield
    postgres.run("ALTER DATABASE migrated RESET synchronous_commit")


@contextmanager
def standing_still(server: psutil.Process) -> Iterator[None]:
    """Freeze a server with all of its processes, as far as they have not ended by themselves."""
    processes = [server, *server.children()]
    try:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def crash(server: psutil.Process) -> None:
    """Kill one process of a server, which then throws away all memory and recovers."""
    client = next(each for each in server.children() if "migrated" in " ".join(each.cmdline()))
    client.send_signal(signal.SIGKILL)


async def server_of(scene: Scene) -> psutil.Process:
    async with scene.database.reading() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    parent = psutil.Process(pid).parent()
    assert parent is not None
    return parent


@ON_POSTGRES
@pytest.mark.usefixtures("lasting")
async def test_nothing_acknowledged_is_missing_when_postgresql_stands_still_and_crashes(
    scene: Scene,
) -> None:
    server = await server_of(scene)
    numbers = iter(range(1000))
    refused = []

    async def write_on() -> None:
        while True:
            number = next(numbers)
            try:
                await scene.write([number])
            except (DBAPIError, OSError, TimeoutError):
                refused.append(number)
            await asyncio.sleep(0.05)

    for _ in range(2):
        scene.crew.start(scene.order())
    writing = asyncio.create_task(write_on())
    await until(lambda: len(scene.meant) > 15)
    with standing_still(server):
        await asyncio.sleep(STANDS_STILL_FOR)
    before = len(scene.meant)
    await until(lambda: len(scene.meant) > before + 15)
    crash(server)
    await until(lambda: refused)
    before = len(scene.meant)
    await until(lambda: len(scene.meant) > before + 15)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await scene.delivered()

    assert scene.count("PostgreSQL away, then crashed").is_exact


def is_idle(proxy: ForgetfulProxy, heard: list[int]) -> bool:
    """Whether nobody said anything to the database, the last few times that this was asked."""
    heard.append(proxy.heard)
    return len(heard) > QUIET + QUIET and len(set(heard[-QUIET:])) == 1


@ON_POSTGRES
async def test_r8_the_first_qualify_opens_after_a_nat_forgot_every_connection(
    scene: Scene, postgres: Postgres
) -> None:
    """With the patience of a real process: it opens in time, or says that it could not."""
    emma, name = scene.slack.member("U0EMMA"), str(make_url(scene.database_url).database)
    async with serving(ForgetfulProxy(postgres.directory)) as proxy:
        behind = replace(scene, database_url=proxy.url(name))
        await web(behind, free_port(), patience=PATIENCE, trusted_for=0.0)
        await asyncio.gather(*(emma.command("/qualify", "list") for _ in range(10)))
        for number in range(5):
            await until(partial(is_idle, proxy, [proxy.heard] * QUIET))
            proxy.forget()
            before = proxy.asked_in_vain

            assert await begin(emma, f"name{number:05}")

            await emma.close(everything=True)
            assert proxy.asked_in_vain <= before + 1
        assert proxy.asked_in_vain
        await scene.crew.stop()


def let_files_grow(process: ForkServerProcess, *, to: int) -> None:
    """Set how large a file this process may make; what goes beyond fails."""
    assert process.pid is not None
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (to, resource.RLIM_INFINITY))


@ON_SQLITE
async def test_what_finds_no_room_is_refused_and_can_be_done_when_there_is_some(
    scene: Scene,
) -> None:
    emma = scene.slack.member("U0EMMA")
    processes = [await web(scene, free_port()), scene.crew.start(scene.order())]
    await begin(emma, NOT_SIMILAR)
    await scene.write([2, 3])
    await until(scene.is_delivered)

    for each in processes:
        let_files_grow(each, to=1)
    refused = await submit(emma, NO_OFFER)
    await scene.write([4, 5])
    for each in processes:
        let_files_grow(each, to=resource.RLIM_INFINITY)
    await submit(emma, NO_OFFER)
    await scene.delivered()

    assert "Nothing was changed" in str(refused.errors)
    assert emma.view is not None
    assert emma.view["callback_id"] == ids.VERDICT
    meant = [*scene.meant, Meant(CHANNEL, NOT_SIMILAR)]
    assert scene.count("no room on the disk", meant).is_exact


@ON_SQLITE
async def test_four_writers_and_a_backup_keep_out_of_each_others_way(
    scene: Scene, tmp_path: Path
) -> None:
    file = Path(str(make_url(scene.database_url).database))
    notes = [tmp_path / f"notes{number}" for number in range(4)]
    for number, path in enumerate(notes):
        path.touch()
        numbers = range(100 * number, 100 * number + 50)
        scene.crew.begin(write_and_note, scene.database_url, numbers, path)
    await until(lambda: len(noted(notes)) > 40)

    before = noted(notes)
    copy = tmp_path / "backup.db"
    await asyncio.to_thread(back_up, file, copy)
    await until(lambda: not any(process.is_alive() for process in scene.crew.processes))

    assert [process.exitcode for process in scene.crew.processes] == [0] * 4
    assert len(noted(notes)) == 200
    kept = prospects_in(copy)
    assert before <= kept
    assert prospects_in(file) == noted(notes)


def noted(notes: list[Path]) -> set[str]:
    return {f"name{int(line):05}" for path in notes for line in path.read_text().splitlines()}


def prospects_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        [[said]] = connection.execute("PRAGMA integrity_check")
        assert said == "ok"
        return {row[0] for row in connection.execute("SELECT prospect_id FROM prospects")}
