"""The clock and the queue, where little and where much is kept: does a tick notice it?"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from statistics import median
from typing import Final

from sqlalchemy import update

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.report import Row, ratio
from bot import checklists
from bot.services.nudges import NudgeRounds
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.nudges import rounds
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork

FEW: Final = 10_000
MANY: Final = 1_000_000
BATCH: Final = 500
"""Rounds that are due at once, and messages that are claimed at once."""

MORNING: Final = datetime(2026, 12, 9, 12, tzinfo=UTC)
"""A Wednesday on which every prospect is overdue since yesterday."""

GOALS: Final = {"sqlite": 3.0, "postgres": 1.5}
_MEASURED: Final = {
    "idle": "a tick with nothing due",
    "due": "finding {batch} due rounds",
    "rounds": "a tick with {batch} due rounds, all of it written",
    "claim": "claiming {batch} due messages",
}


async def measure(bench: Bench) -> list[Row]:
    """Compare a million prospects with ten thousand, on each kind of database."""
    return await bench.on_each("ticks and claims", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    rows = []
    few, many = await _compared(bench, kind)
    for name, what in _MEASURED.items():
        what = what.format(batch=bench.many(BATCH))
        sizes = f"{bench.sized(MANY):,} against {bench.sized(FEW):,} prospects"
        goal = None if name == "rounds" else GOALS[kind]
        rows.append(ratio(f"{what}, {sizes}, {called}", many[name], few[name], goal, "ms"))
    return rows


async def _compared(bench: Bench, kind: str) -> Sequence[Mapping[str, float]]:
    """Measure both sizes in turn; return the medians of each."""
    async with AsyncExitStack() as stack:
        sides = []
        for size in (FEW, MANY):
            url = await filled(bench, kind, f"ticking_{size}", bench.sized(size))
            database = Database.from_url(url)
            stack.push_async_callback(database.close)
            sides.append(_Side(database, bench.many(BATCH), bench.many(200)))
        for _ in range(bench.rounds):
            for side in sides:
                await side.measure()
    return [{name: median(found) for name, found in side.found.items()} for side in sides]


@dataclass
class _Side:
    """One database, and what was measured on it, in milliseconds."""

    database: Database
    batch: int
    ticks: int
    found: dict[str, list[float]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    """Of owners, so that each hears of their prospects once."""

    async def measure(self) -> None:
        queue = RoundQueue(self.database)
        units = UnitsOfWork(self.database, checklists.restore)
        nudges = NudgeRounds(units, queue, lambda: MORNING)
        before = time.perf_counter()
        for _ in range(self.ticks):
            await nudges.tick()
        self._note("idle", before, self.ticks)
        await self._let_be_due()
        before = time.perf_counter()
        assert len(await queue.due(MORNING, self.batch)) == self.batch  # noqa: S101
        self._note("due", before)
        before = time.perf_counter()
        await nudges.tick()
        self._note("rounds", before)
        before = time.perf_counter()
        assert len(await OutboxQueue(self.database).claim(self.batch)) == self.batch  # noqa: S101
        self._note("claim", before)

    def _note(self, name: str, before: float, times: int = 1) -> None:
        spent = (time.perf_counter() - before) / times * 1000
        self.found.setdefault(name, []).append(spent)

    async def _let_be_due(self) -> None:
        owners = [f"O{next(self.numbers)}" for _ in range(self.batch)]
        due = update(rounds).where(rounds.c.member_id.in_(owners)).values(due_at=MORNING)
        async with self.database.writing() as connection:
            await connection.execute(due)
