"""Delivery to a thousand lanes at once by one process, with few messages waiting and with many."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Integer, Text, cast, func, literal, update

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.processes import free_port, ours, spawned
from benchmarks.report import Row, at_least
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.schema.dialects import seconds_now
from bot.storage.screening import qualifications

LANES: Final = 1000
WAITING: Final = (2000, 20_000)
SLACK_TAKES: Final = 0.1
"""Seconds for one call."""
GOAL: Final = 300
FOR: Final = 20.0
FOR_SHORT: Final = 10.0
"""Seconds that are looked at, once the first message is out; less if there are no more."""
_STARTS_WITHIN: Final = 180


async def measure(bench: Bench) -> list[Row]:
    """Count the messages that get out in a second."""
    await bench.slack.take(SLACK_TAKES)
    try:
        return await bench.on_each("messages a second to a thousand lanes", _on_kind)
    finally:
        await bench.slack.take(0)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    rows = []
    for waiting in map(bench.many, WAITING):
        rate = await _rate(bench, kind, waiting)
        what = f"one process, {LANES:,} lanes, {waiting:,} waiting, Slack takes 100 ms, {called}"
        rows.append(at_least(f"{what}: messages a second", rate, GOAL))
    return rows


async def _rate(bench: Bench, kind: str, waiting: int) -> float:
    url = await filled(bench, kind, f"lanes_{waiting}", waiting)
    await _let_wait(url)
    await bench.databases.tidy_up(url)
    before = await bench.slack.posted()
    program = ["-m", "bot", "run" if kind == "sqlite" else "worker"]
    async with spawned(program, ours(bench.slack, url, free_port())):
        async with asyncio.timeout(_STARTS_WITHIN):
            while (first := await bench.slack.posted()) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        seen: Sequence[tuple[float, int]] = [(time.perf_counter(), first)]
        most = FOR_SHORT if bench.is_short else FOR
        while seen[-1][0] - seen[0][0] < most and seen[-1][1] - before < waiting:
            await asyncio.sleep(0.1)
            seen = [*seen, (time.perf_counter(), await bench.slack.posted())]
    (began, first), (ended, last) = seen[0], seen[-1]
    return (last - first) / (ended - began)


async def _let_wait(url: str) -> None:
    """Let each card wait to be posted, in one lane after the other."""
    database = Database.from_url(url, patience=timedelta(minutes=10))
    number = cast(cast(func.substr(outbox.c.prospect_id, 2), Integer) % LANES, Text)
    unsent = {"channel": None, "ts": None, "sent_at": None, "state": RowState.PENDING}
    try:
        async with database.writing() as connection:
            nowhere = {"card_channel": None, "card_ts": None}
            await connection.execute(update(qualifications).values(nowhere))
            await connection.execute(
                update(outbox)
                .where(outbox.c.prospect_id.regexp_match("^p[0-9]+$"))
                .values(**unsent, due_at=seconds_now(), recipient=literal("C0LANE").concat(number))
            )
    finally:
        await database.close()
