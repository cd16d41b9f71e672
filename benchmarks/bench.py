"""What every scenario works with: the fake Slack, the databases, and how much to measure."""

import asyncio
import json
import traceback
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any, Final, TypeVar

from benchmarks import copying, past, payloads, year
from benchmarks.databases import KINDS, Databases, databases
from benchmarks.processes import FakeSlack, Server, fake_slack, free_port, ours, running
from benchmarks.report import Row, not_run
from sandbox.demo.playing import DAYS

BARE: Final = "F"
MOST: Final = 1_000_000
SHORT: Final = 100_000
TRIED: Final = 40_000
"""Prospects, where much is kept: in a whole run, in a short one, and (divided yet) in a trial."""

Made = TypeVar("Made")

OnKind = Callable[["Bench", str, str], Awaitable[Sequence[Row]]]
"""Measures on one kind of database, which is called by the last text."""
Round = Callable[[Server], Awaitable[Mapping[str, float]]]
"""Measures one server once; returns figures by name."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every scenario works with."""

    slack: FakeSlack
    databases: Databases
    rounds: int
    largest: int
    """So many prospects are filled in at most."""
    is_quick: bool
    seconds: float = 1800.0
    """For each scenario at most."""
    numbers: "count[int]" = field(default_factory=count)
    """Of requests, so that each has a name of its own."""
    _begun: "dict[object, asyncio.Task[Any]]" = field(default_factory=dict)

    def many(self, full: int) -> int:
        """Return how many requests make a batch: a twentieth when it is only tried out."""
        return max(full // 20, 10) if self.is_quick else full

    async def interleaved(
        self, servers: Mapping[str, Server], measure: Round
    ) -> dict[str, dict[str, float]]:
        """Measure one server after the other, round after round; return medians by server."""
        found: dict[str, dict[str, list[float]]] = {name: {} for name in servers}
        for _ in range(self.rounds):
            for name, server in servers.items():
                for what, figure in (await measure(server)).items():
                    found[name].setdefault(what, []).append(figure)
        return {
            name: {what: median(figures) for what, figures in of_server.items()}
            for name, of_server in found.items()
        }

    async def attempted(
        self, what: str, work: Awaitable[Sequence[Row]], seconds: float | None = None
    ) -> Sequence[Row]:
        """Return what it measured; if it fails, or takes too long, a row that says so.

        A trial raises.
        """
        most = seconds or self.seconds
        limit = asyncio.timeout(most)
        try:
            async with limit:
                return await work
        except Exception as problem:
            if self.is_quick:
                raise
            if limit.expired():
                return [not_run(what, f"it took longer than {most:.0f} s")]
            traceback.print_exc()
            told = str(problem).partition("\n")[0] or "it waited in vain"
            return [not_run(what, f"{type(problem).__name__}: {told[:120]}")]

    async def leave_off(self) -> None:
        """Make nothing more of what nobody waits for."""
        for each in self._begun.values():
            each.cancel()
        await asyncio.gather(*self._begun.values(), return_exceptions=True)

    async def on_each(self, what: str, measure: OnKind) -> list[Row]:
        """Measure on each kind of database; if one fails, the other has its figures.

        Each has its share of the time, so that none takes that of the other.
        """
        rows: list[Row] = []
        share = self.seconds / len(KINDS)
        for kind, called in KINDS.items():
            rows += await self.attempted(f"{what}, {called}", measure(self, kind, called), share)
        return rows

    @property
    def is_short(self) -> bool:
        """Whether somebody waits for it: what only takes time is done less often."""
        return self.largest < MOST

    def sized(self, full: int) -> int:
        """Return how many prospects to fill in where these are asked for."""
        return self.many(min(full, self.largest))

    async def with_past(self, kind: str, prospects: int) -> str:
        """Return a database with so many prospects of every stage in it.

        The next scenario that asks for as many gets the same one.
        """
        return await self.once((kind, prospects), lambda: self._fill(kind, prospects))

    async def once(self, what: object, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """Return what is made once for all; whose time is over leaves it to who asks next."""
        if what not in self._begun:
            self._begun[what] = asyncio.create_task(make())
        made: Made = await asyncio.shield(self._begun[what])
        return made

    async def _fill(self, kind: str, prospects: int) -> str:
        url = await self.databases.create(kind, f"past_{prospects}")
        await copying.copy(await self.once("the year", self._play), url, prospects)
        await self.databases.tidy_up(url)
        return url

    async def _play(self) -> past.Past:
        """Play the year of which there are copies, which takes a minute."""
        days = year.SHORT if self.is_quick else DAYS
        return await past.read(await year.played(self.databases.folder, days))

    @asynccontextmanager
    async def walkaways(
        self, name: str, kinds: Iterable[str] = KINDS
    ) -> AsyncIterator[dict[str, Server]]:
        """Run Walkaway on new databases, one of each kind, and let it meet every member."""
        async with AsyncExitStack() as stack:
            servers = {}
            for kind in kinds:
                url = await self.databases.create(kind, f"{name}_ours")
                port = free_port()
                running_one = running(["-m", "bot", "run"], port, ours(self.slack, url, port))
                servers[kind] = await stack.enter_async_context(running_one)
                await self.meet_everybody(servers[kind])
            yield servers

    async def meet_everybody(self, server: Server) -> None:
        """Let one member after another ask for a modal, so that all are known."""
        for _ in payloads.MEMBERS:
            await self.qualify(server, 1, at_once=1)

    async def qualify(self, server: Server, requests: int, at_once: int) -> None:
        """Ask for so many modals, and wait until the last is open."""
        before = await self.slack.opened()
        prepared = [payloads.command(next(self.numbers)) for _ in range(requests)]
        await server.client.closed_loop(prepared, at_once)
        await self.slack.until_opened(before + requests)

    def keep(self, name: str, views: Sequence[payloads.View]) -> str:
        """Write views to a file for F, and return its path."""
        path = self.databases.folder / f"{name}.json"
        path.write_text(json.dumps(views), encoding="utf-8")
        return str(path)


@asynccontextmanager
async def opened(
    rounds: int, largest: int, *, is_quick: bool, seconds: float = 1800.0
) -> AsyncIterator[Bench]:
    """Start what every scenario needs; none takes longer than so many seconds."""
    async with databases() as new_databases, fake_slack() as slack:
        it = Bench(slack, new_databases, rounds, largest, is_quick, seconds)
        try:
            yield it
        finally:
            await it.leave_off()
