"""How late what is due gets into the outbox while workers are killed, again and again."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from statistics import median
from typing import Final

from sqlalchemy import Float, column, select, table, text, update

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.processes import free_port, listening, ours, spawned
from benchmarks.report import Row
from benchmarks.ticking import FEW, MORNING
from bot.storage.database import Database
from bot.storage.nudges import rounds

WORKERS: Final = 3
DUE: Final = 1200
A_SECOND: Final = 20
"""How many rounds become due in each second."""
KILLED_EVERY: Final = 2.0
"""Seconds."""
GOAL: Final = 1000.0
_BEGINS_IN: Final = timedelta(seconds=5)
"""The workers need a moment to start."""
_PATIENCE: Final = 60

_TABLE: Final = "CREATE TABLE written (recipient TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL)"
_FUNCTION: Final = """
CREATE FUNCTION watch() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO written VALUES (NEW.recipient, EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()));
    RETURN NULL;
END $$
"""
_TRIGGER: Final = """
CREATE TRIGGER watch AFTER INSERT ON outbox FOR EACH ROW
    WHEN (NEW.kind = 'nudge') EXECUTE FUNCTION watch()
"""
_WATCH: Final = (_TABLE, _FUNCTION, _TRIGGER)
"""Notes when a nudge is written; a second one to the same owner would be refused."""
_WRITTEN: Final = table("written", column("recipient"), column("at", Float))


async def measure(bench: Bench) -> list[Row]:
    """Let rounds become due one after the other, and see when their messages are written."""
    due = bench.many(DUE)
    late = sorted(await _lateness(bench, due))
    if not late:
        raise TimeoutError("no worker lived long enough to make a round")
    what = f"{due} due rounds, {WORKERS} workers, one killed every {KILLED_EVERY:g} s, PostgreSQL"
    worst = late[int(len(late) * 0.99)]
    return [
        Row(f"{what}: lost or doubled", str(due - len(late)), "", "", "0", len(late) == due),
        Row(f"{what}: late, p50", f"{median(late):,.0f} ms", "", "", "", None),
        Row(
            f"{what}: late, p99", f"{worst:,.0f} ms", "", "", f"under {GOAL:,.0f} ms", worst < GOAL
        ),
    ]


async def _lateness(bench: Bench, due: int) -> Sequence[float]:
    """Return by how many milliseconds each message was late."""
    url = await filled(bench, "postgres", "lateness", bench.many(FEW))
    database = Database.from_url(url)
    try:
        async with database.writing() as connection:
            for statement in _WATCH:
                await connection.execute(text(statement))
        begins = datetime.now(UTC) + _BEGINS_IN
        ahead = MORNING - begins
        when = {f"O{1 + n}": n / A_SECOND for n in range(due)}
        await _let_be_due(database, when)
        async with _dying_workers(bench, url, ahead):
            written = await _until_written(database, when)
    finally:
        await database.close()
    start = begins.timestamp()
    return [(at - start - when[owner]) * 1000 for owner, at in written.items()]


async def _let_be_due(database: Database, when: dict[str, float]) -> None:
    async with database.writing() as connection:
        for owner, seconds in when.items():
            at = MORNING + timedelta(seconds=seconds)
            its_row = rounds.c.member_id == owner
            await connection.execute(update(rounds).where(its_row).values(due_at=at))


async def _until_written(database: Database, owners: Collection[str]) -> dict[str, float]:
    """Return when these owners' messages were written, in the time that it may take.

    What is missing is lost. The clock also writes to whoever screened the prospect that was copied.
    """
    query = select(_WRITTEN.c.recipient, _WRITTEN.c.at)
    written: dict[str, float] = {}
    ends = time.monotonic() + len(owners) / A_SECOND + _PATIENCE
    while len(written) < len(owners) and time.monotonic() < ends:
        await asyncio.sleep(0.5)
        async with database.reading() as connection:
            rows = (await connection.execute(query)).all()
        written = {row.recipient: row.at for row in rows if row.recipient in owners}
    return written


@asynccontextmanager
async def _dying_workers(bench: Bench, url: str, ahead: timedelta) -> AsyncIterator[None]:
    """Run workers; one after the other is killed, and another takes its place at once.

    None is killed before that other one is ready, or on a busy machine none would ever be.
    """
    async with AsyncExitStack() as stack:
        arguments = ["-m", "benchmarks.worker", str(ahead.total_seconds())]

        async def another() -> asyncio.subprocess.Process:
            port = free_port()
            worker = spawned(arguments, ours(bench.slack, url, port))
            process = await stack.enter_async_context(worker)
            await listening(port, process)
            return process

        workers = await asyncio.gather(*(another() for _ in range(WORKERS)))

        async def kill() -> None:
            for place in cycle(range(WORKERS)):
                async with asyncio.TaskGroup() as both:
                    both.create_task(asyncio.sleep(KILLED_EVERY))
                    workers[place].kill()
                    after = both.create_task(another())
                workers[place] = after.result()

        killing = asyncio.create_task(kill())
        try:
            yield
        finally:
            killing.cancel()
