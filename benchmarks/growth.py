"""What each action takes where the past is long, against where it is short."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Final

from benchmarks.bench import Bench
from benchmarks.report import Row, growth, not_run
from benchmarks.team import LEADER, MEMBER, Team
from bot.domain.read_models import Overview
from bot.domain.screening import StepShown
from bot.storage.database import Database

FEW: Final = 10_000
GOAL: Final = 1.5
"""Times, for whatever a member does."""
TOO_LONG: Final = 40_000.0
"""Milliseconds; what would take longer where the past is long is not run there."""

MOST: Final[Mapping[str, float]] = {
    "a manager's Home": 150,
    "a manager's report": 3000,
    "evidence for a fear": 3000,
}
"""Milliseconds that a view of everything may take, however much that is."""
TIMES: Final = 20
"""How often an action is timed in each round; the median counts."""

Work = Callable[[], Awaitable[object]]


async def measure(bench: Bench) -> list[Row]:
    """Compare the longest past with a short one, on each kind of database."""
    return await bench.on_each("what each action takes over a long past", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    few, many = bench.sized(FEW), bench.sized(bench.largest)
    async with AsyncExitStack() as stack:
        short = await _side(bench, stack, kind, few)
        long = await _side(bench, stack, kind, many)
        for _ in range(bench.rounds):
            await short.measure({})
            await long.measure({name: each[-1] * many / few for name, each in short.found.items()})
    sizes = f"{many:,} against {few:,} prospects, {called}"
    return [
        _row(f"{name}, {sizes}", short.found[name], long.found.get(name)) for name in short.found
    ]


def _row(what: str, short: Sequence[float], long: Sequence[float] | None) -> Row:
    if long is None:
        return not_run(what, f"{median(short) / 1000:.1f} s where little is kept, and it grows")
    most = MOST.get(what.partition(", ")[0])
    return growth(what, median(long), median(short), GOAL if most is None else None, most)


async def _side(bench: Bench, stack: AsyncExitStack, kind: str, size: int) -> "_Side":
    url = await bench.with_past(kind, size)
    database = Database.from_url(url, patience=timedelta(minutes=5))
    stack.push_async_callback(database.close)
    return _Side(Team(database), bench.many(TIMES))


@dataclass
class _Side:
    """One database, and what was measured on it, in milliseconds."""

    team: Team
    times: int
    found: dict[str, list[float]] = field(default_factory=dict)

    async def measure(self, foreseen: Mapping[str, float]) -> None:
        """Time everything once more, but for what is foreseen to take too long."""
        team = self.team
        one = (await team.listed(MEMBER)).prospects[0]
        works: Mapping[str, tuple[int, Work]] = {
            "a member's Home": (self.times, lambda: team.home(MEMBER)),
            "`/qualify list`": (self.times, lambda: team.listed(MEMBER)),
            "details": (self.times, lambda: team.details(one)),
            "a member's report": (1, lambda: team.report(MEMBER)),
            "a manager's Home": (1, lambda: team.home(LEADER)),
            "a manager's report": (1, lambda: team.report(LEADER)),
            "evidence for a fear": (1, team.evidence),
        }
        for name, (times, work) in works.items():
            if foreseen.get(name, 0) <= TOO_LONG:
                self._note(name, [await _timed(work) for _ in range(times)])
        screened = [await self._screened() for _ in range(self.times)]
        for name in screened[0]:
            self._note(name, [each[name] for each in screened])

    async def _screened(self) -> dict[str, float]:
        """Screen somebody new, ask for an override and walk away; return what each took."""
        team, took = self.team, {}
        begun = time.perf_counter()
        shown: StepShown | Overview = await team.begin()
        took["`/qualify`"] = _since(begun)
        while isinstance(shown, StepShown):
            begun, before = time.perf_counter(), shown.ref.step
            shown = await team.answer(shown)
            step = "the last step" if isinstance(shown, Overview) else "a step"
            took["the first step, its name looked for" if before == 0 else step] = _since(begun)
        begun = time.perf_counter()
        asked = await team.override(shown.prospect)
        took["an override asked for"] = _since(begun)
        begun = time.perf_counter()
        await team.walk_away(asked)
        took["walked away"] = _since(begun)
        return took

    def _note(self, name: str, took: Sequence[float]) -> None:
        self.found.setdefault(name, []).append(median(took))


async def _timed(work: Work) -> float:
    begun = time.perf_counter()
    await work()
    return _since(begun)


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
