"""A manager's report over a long past, asked for while others wait for their acks."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import quantiles
from typing import Final

from sqlalchemy import delete, update

from benchmarks import payloads
from benchmarks.bench import MOST, SHORT, Bench
from benchmarks.client import Failed
from benchmarks.filling import NEVER
from benchmarks.processes import Server, free_port, ours, running
from benchmarks.report import Row, alone, limit
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.digests import digests
from bot.storage.managers import managers
from bot.storage.nudges import rounds
from sandbox.clock import HOME_ZONE

RATE: Final = 50.0
"""Commands a second meanwhile."""
AT_ONCE: Final = 50
LATEST: Final = 1000.0
GOAL: Final = 1000.0
GOAL_OF_MOST: Final = 3000.0
"""Milliseconds."""
MEMORY: Final = 200.0
"""MiB more than before."""
_WITHIN: Final = 180.0
_QUIET: Final = 3.0
"""Seconds without a call."""


async def measure(bench: Bench) -> list[Row]:
    """Ask for the report of the whole, and time the acks of others until it is posted."""
    return await bench.on_each("acks while a manager's report is made", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    prospects = bench.sized(MOST)
    url = await bench.with_past(kind, prospects)
    port = free_port()
    # By another zone than the year was played in, all facts would be told anew first.
    settings = {**ours(bench.slack, url, port), "TIMEZONE": HOME_ZONE}
    await _quieten(url)
    async with running(["-m", "bot", "run"], port, settings) as server:
        await _until_ready(bench, server)
    await _quieten(url)  # the managers are others now, and each card would say so, one a second
    async with running(["-m", "bot", "run"], port, settings) as server:
        await _until_ready(bench, server)
        await bench.meet_everybody(server)
        await _until_quiet(bench)
        calm = await _acks(bench, server, bench.many(200))
        idle = server.memory()
        took, acks = await _meanwhile(bench, server)
        more = (server.memory() - idle) / 1024**2
    what = f"a manager's report over {prospects:,} prospects, {called}"
    goal = GOAL if prospects <= SHORT else GOAL_OF_MOST
    return [
        alone(f"{what}: until it is posted", took * 1000, goal),
        limit(f"{what}: acks meanwhile, p99", _p99(acks), _p99(calm), LATEST),
        limit(f"{what}: acks meanwhile, the latest", max(acks), max(calm), LATEST),
        alone(f"{what}: memory more than before", more, MEMORY, "MiB"),
    ]


async def _meanwhile(bench: Bench, server: Server) -> tuple[float, Sequence[float]]:
    """Return the seconds until the report is posted, and the milliseconds of every ack."""
    before, began = await bench.slack.posted(), time.perf_counter()
    number = next(n for n in bench.numbers if n % len(payloads.MEMBERS) == 0)  # the manager
    asked = asyncio.create_task(server.client.ask(payloads.command(number, "report")))
    posted = asyncio.create_task(_until_posted(bench, before))
    acks: list[float] = []
    while not posted.done():
        acks += await _acks(bench, server, int(RATE))
    return await posted - began, [*acks, (await asked).seconds * 1000]


async def _until_posted(bench: Bench, before: int) -> float:
    """Wait until more messages than before were posted; return when."""
    async with asyncio.timeout(_WITHIN):
        while await bench.slack.posted() == before:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.01)
    return time.perf_counter()


async def _acks(bench: Bench, server: Server, requests: int) -> list[float]:
    prepared = [payloads.command(next(bench.numbers)) for _ in range(requests)]
    await server.client.prepare(AT_ONCE)
    replies = await server.client.open_loop(prepared, RATE)
    return [reply.seconds * 1000 for reply in replies]


def _p99(found: Sequence[float]) -> float:
    return quantiles(found, n=100)[98]


async def _until_ready(bench: Bench, server: Server) -> None:
    """Wait until it serves: it takes over the settings first, with more to look at than usual."""
    async with asyncio.timeout(_WITHIN):
        while True:
            try:
                await server.client.ask(payloads.command(next(bench.numbers)))
            except Failed:
                await asyncio.sleep(0.2)
            else:
                return


async def _until_quiet(bench: Bench) -> None:
    """Wait until nothing was sent for a while."""
    async with asyncio.timeout(_WITHIN):
        before = -1
        while (now := await bench.slack.calls()) != before:
            before = now
            await asyncio.sleep(_QUIET)


async def _quieten(url: str) -> None:
    """Let nothing be due, whatever day it is and whatever was done before."""
    database = Database.from_url(url, patience=timedelta(minutes=10))
    try:
        async with database.writing() as connection:
            waits = outbox.c.state.not_in([RowState.SENT, RowState.DEAD])
            await connection.execute(delete(outbox).where(waits))
            for table in (rounds, managers, digests):
                due = update(table).where(table.c.due_at.is_not(None))
                await connection.execute(due.values(due_at=NEVER))
    finally:
        await database.close()
