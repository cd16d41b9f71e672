"""Similar names among many: the statement that reads them, and the comparison."""

import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Final

from sqlalchemy import select

from benchmarks.bench import Bench
from benchmarks.report import Row, alone
from benchmarks.team import OURS
from bot import checklists
from bot.domain.names import SIMILAR_SHOWN
from bot.storage.database import Database
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork

COUNT: Final = 100_000
GOAL: Final = 50.0
"""Milliseconds."""
_PATIENCE: Final = timedelta(minutes=5)
_LOOKS: Final = 20
"""In each round, each for another name."""


async def measure(bench: Bench) -> list[Row]:
    """Look for names that are one letter away from one that is there."""
    return await bench.on_each("similar names", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    count = bench.sized(COUNT)
    database = Database.from_url(await bench.with_past(kind, count), patience=_PATIENCE)
    try:
        took = [await _look(database, name) for name in await _names(database, bench.rounds)]
    finally:
        await database.close()
    return [alone(f"similar names among {count:,}, {called}", median(took), GOAL)]


async def _names(database: Database, rounds: int) -> Sequence[str]:
    """Return names from all over; the first ones are shorter than all of their copies."""
    async with database.reading() as connection:
        query = select(prospects.c.name).order_by(prospects.c.prospect_id)
        every = (await connection.scalars(query)).all()
    wanted = _LOOKS * rounds
    return every[:: max(1, len(every) // wanted)][:wanted]


async def _look(database: Database, name: str) -> float:
    """Return the milliseconds until somebody knows the similar ones."""
    units = UnitsOfWork(database, checklists.restore)
    async with units.reading(OURS) as work:
        before = time.perf_counter()
        await work.prospects.similar(f"x{name}", SIMILAR_SHOWN)
        return (time.perf_counter() - before) * 1000
