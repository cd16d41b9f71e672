"""The database takes nothing for a while: another program holds it, or it is read only."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
from sqlalchemy import make_url

from benchmarks.processes import free_port
from sandbox import ApiCall, Fault
from tests.databases import Postgres
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.test_starting import is_kept_from_work
from tests.faults.worker import QUICK

BRIEF = timedelta(seconds=1)
"""In which a statement is given up; ten seconds in a real process."""
A_MINUTE = 2 * BRIEF + QUICK.lease
"""So long that each statement is given up, and that the lease is over."""


@asynccontextmanager
async def held(scene: Scene) -> AsyncIterator[None]:
    """Keep everybody else from writing, as a program does that forgets to commit."""
    if scene.database_kind == "sqlite":
        file = str(make_url(scene.database_url).database)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    connection = await asyncpg.connect(scene.database_url)
    await connection.execute("BEGIN; LOCK TABLE outbox, lanes IN ACCESS EXCLUSIVE MODE")
    yield
    await connection.close()


async def test_what_is_under_way_while_the_database_is_held_is_said_once(scene: Scene) -> None:
    """What was just posted can't be noted, until after its lease; neither can what is claimed."""
    posted = asyncio.Event()

    def note(call: ApiCall) -> Fault | None:
        if call.method != "chat.postMessage":
            return None
        posted.set()
        return Fault(delay=0.2, carried_out=True)

    scene.slack.faults = note
    await scene.write(range(8))
    for _ in range(2):
        scene.crew.start(scene.order(database_patience=BRIEF))
    await posted.wait()
    async with held(scene):
        await asyncio.sleep(A_MINUTE.total_seconds())
    await scene.delivered()

    assert scene.count("the database held for a minute").is_exact


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_what_is_under_way_when_postgresql_turns_read_only_is_said_once(
    scene: Scene, postgres: Postgres
) -> None:
    """As a failover does: connections end, and the next ones meet a standby, for a while."""
    read_only = "ALTER DATABASE migrated SET default_transaction_read_only = on"
    hang_up = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = 'migrated' AND application_name = 'walkaway'"
    )
    begun, port = len(scene.slack.calls), free_port()
    scene.slack.faults = lambda call: (
        Fault(delay=0.2, carried_out=True) if call.method == "chat.postMessage" else None
    )
    await scene.write(range(8))
    scene.crew.start(scene.order(port=port))
    await until(lambda: len(scene.slack.calls) > begun + 4)
    try:
        postgres.run(f"{read_only}; {hang_up}")
        await until(partial(is_kept_from_work, port, "lets no one write: it is a standby"))
    finally:
        postgres.run(f"ALTER DATABASE migrated RESET default_transaction_read_only; {hang_up}")
    await scene.database.close()
    await scene.delivered()

    assert scene.count("PostgreSQL read only for a while").is_exact
