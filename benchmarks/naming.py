"""Similar names among many: the statement that reads them, and the comparison."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Final

from sqlalchemy import bindparam, update

from benchmarks.bench import Bench
from benchmarks.databases import KINDS
from benchmarks.filling import fill
from benchmarks.payloads import TEAM_ID
from benchmarks.report import Row, alone
from bot import checklists
from bot.domain.names import SIMILAR_SHOWN
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.prospects.names import names_row
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork

COUNT: Final = 100_000
GOAL: Final = 50.0
"""Milliseconds."""

_SYLLABLES: Final = "ba ber bruck burg den fels gold ham hau ken lin mar neu ost sten tal wal zen"
_FORMS: Final = ("GmbH", "AG", "GmbH & Co. KG", "Ltd.", "S.à r.l.", "e.K.", "SE")


async def measure(bench: Bench) -> list[Row]:
    """Look for names that are one letter away from one that is there."""
    rows = []
    for kind, called in KINDS.items():
        url = await bench.databases.create(kind, "naming")
        await fill(bench, url, bench.many(COUNT))
        database = Database.from_url(url, patience=timedelta(minutes=10))
        try:
            names = list(_names(bench.many(COUNT)))
            await _name(database, names)
            await bench.databases.tidy_up(url)
            took = [await _look(database, name) for name in names[: 20 * bench.rounds]]
        finally:
            await database.close()
        what = f"similar names among {bench.many(COUNT):,}, {called}"
        rows.append(alone(what, median(took), GOAL))
    return rows


async def _name(database: Database, names: list[str]) -> None:
    """Give each prospect a name of its own, as it would be stored."""
    renamed = update(prospects).where(
        prospects.c.workspace_id == TEAM_ID, prospects.c.prospect_id == bindparam("its_id")
    )
    rows = [{"its_id": f"p{n}", "name": name, **names_row(name)} for n, name in enumerate(names, 1)]
    async with database.writing() as connection:
        await connection.execute(renamed, rows)


async def _look(database: Database, name: str) -> float:
    """Return the milliseconds until somebody knows the similar ones."""
    units = UnitsOfWork(database, checklists.restore)
    async with units.reading(WorkspaceId(TEAM_ID)) as work:
        before = time.perf_counter()
        await work.prospects.similar(f"x{name}", SIMILAR_SHOWN)
        return (time.perf_counter() - before) * 1000


def _names(count: int) -> Iterator[str]:
    """Make up names of one to three words, the same ones each time."""
    chance = random.Random(1)  # noqa: S311 - no secret
    syllables = _SYLLABLES.split()
    for _ in range(count):
        words = [
            "".join(chance.choices(syllables, k=chance.randint(2, 4))).title()
            for _ in range(chance.randint(1, 3))
        ]
        yield f"{' '.join(words)} {chance.choice(_FORMS)}"
