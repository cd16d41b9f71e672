"""What `walkaway tick --dry-run` takes: everything of the days to come, over a past."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from benchmarks.bench import Bench
from benchmarks.report import Row, alone
from benchmarks.team import Team
from bot.storage.database import Database

PROSPECTS: Final = 100_000
DAYS: Final = 60
FEW_DAYS: Final = 3
"""In a trial."""
GOAL: Final = 3.0
"""Seconds."""


async def measure(bench: Bench) -> list[Row]:
    """Look ahead once on each kind of database."""
    return await bench.on_each("a forecast", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    prospects, days = bench.sized(PROSPECTS), FEW_DAYS if bench.is_quick else DAYS
    url = await bench.with_past(kind, prospects)
    database = Database.from_url(url, patience=timedelta(minutes=5))
    try:
        team = Team(database)
        began = time.perf_counter()
        foretold = await team.forecast.until(team.now + timedelta(days=days))
        took = time.perf_counter() - began
    finally:
        await database.close()
    assert foretold  # noqa: S101 - there is work for the clock, or nothing was measured
    what = f"a forecast of {days} days over {prospects:,} prospects, {called}"
    return [alone(what, took, GOAL, "s")]
