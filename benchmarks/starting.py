"""From the start of the process to its first ack, and the memory after some hundred requests."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

import psutil

from benchmarks import payloads
from benchmarks.bench import BARE, Bench
from benchmarks.client import Failed, client_of
from benchmarks.databases import KINDS
from benchmarks.processes import Server, free_port, ours, spawned
from benchmarks.report import Row, ratio

REQUESTS: Final = 500
_STARTS_WITHIN: Final = 180.0


async def measure(bench: Bench) -> list[Row]:
    """Start each server anew in every round."""
    urls = {kind: await bench.databases.create(kind, "starting") for kind in KINDS}
    async with bench.walkaways("shown", ["sqlite"]):
        views = bench.keep("starting", [await bench.slack.last_view()])
    found: dict[str, list[_Started]] = {name: [] for name in (*KINDS, BARE)}
    for _ in range(bench.rounds):
        for name, rounds in found.items():
            rounds.append(await _start(bench, urls.get(name), views))
    starts, cpu, memories = (
        {name: median(each[at] for each in rounds) for name, rounds in found.items()}
        for at in range(len(_Started._fields))
    )
    return [
        ratio(f"{what}, {called}", figures[kind], figures[BARE], goal, unit)
        for kind, called in KINDS.items()
        for what, figures, goal, unit in (
            ("start to first ack", starts, 2.0, "s"),
            ("start to first ack: CPU", cpu, 2.0, "s"),
            (f"memory after {REQUESTS} requests", memories, 1.7, "MiB"),
        )
    ]


class _Started(NamedTuple):
    seconds: float
    """Until a signed request was acked."""
    cpu: float
    """Seconds of it, until then."""
    memory: float
    """MiB after all requests."""


async def _start(bench: Bench, url: str | None, views: str) -> _Started:
    port = free_port()
    arguments, environment = _command(bench, url, views, port)
    before = time.perf_counter()
    async with spawned(arguments, environment) as process, client_of(port) as client:
        request = payloads.command(next(bench.numbers))
        async with asyncio.timeout(_STARTS_WITHIN):
            while process.returncode is None:
                try:
                    await client.ask(request)
                    break
                except (OSError, Failed):
                    await asyncio.sleep(0.002)
        took = time.perf_counter() - before
        server = Server(port, psutil.Process(process.pid), client)
        cpu = server.cpu()
        await bench.qualify(server, bench.many(REQUESTS), at_once=4)
        return _Started(took, cpu, server.memory() / 1024**2)


def _command(
    bench: Bench, url: str | None, views: str, port: int
) -> tuple[Sequence[str], Mapping[str, str]]:
    if url is None:
        return ["-m", "benchmarks.bare", str(port), bench.slack.url, views], {}
    return ["-m", "bot", "run"], ours(bench.slack, url, port)
