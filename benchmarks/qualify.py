"""`/qualify`: acknowledged, and its modal opened."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median, quantiles
from typing import Final

from benchmarks import payloads
from benchmarks.bench import BARE, Bench, Round
from benchmarks.client import Failed
from benchmarks.databases import KINDS
from benchmarks.processes import Server, free_port, running
from benchmarks.report import Row, difference, limit, ratio

WHAT: Final = "`/qualify` and its `views.open`"
AT_ONCE: Final = 8
SLACK_TAKES: Final = 0.150
"""Seconds for one call of the Web API, about what Slack's takes."""
CALM: Final = 50.0
"""Requests a second that no server has to queue."""
BUSY: Final = 400.0
CONNECTIONS: Final = 50
"""Open ahead; more are opened when all of them wait for an ack."""
GOAL: Final = 1.2
"""Times F's CPU."""

BESIDE: Final = {
    "usual": "what most people write (synchronous Bolt, a thread for each ack)",
    "floor": "an ASGI app by hand",
}
_MODULES: Final = {"usual": "bare_usual", "floor": "bare_floor"}

Figures = Mapping[str, Mapping[str, float]]


async def measure(bench: Bench) -> list[Row]:
    """Compare CPU with a Slack that takes no time, and latency with one that does."""
    async with servers(bench) as compared:
        cpu = await bench.interleaved(compared, _cpu(bench))
        await bench.slack.take(SLACK_TAKES)
        try:
            calm = await bench.interleaved(compared, _calm(bench))
            late = await bench.attempted(f"{WHAT}: ack p99 at 400/s", _hurried(bench, compared))
        finally:
            await bench.slack.take(0)
    rows = []
    for kind, name in KINDS.items():
        mine, bare = calm[kind]["p50"], calm[BARE]["p50"]
        rows += [
            ratio(
                f"{WHAT}, {name}: CPU per request", cpu[kind]["cpu"], cpu[BARE]["cpu"], GOAL, "ms"
            ),
            difference(f"{WHAT}, {name}: ack p50, Slack takes 150 ms", mine, bare, 5),
        ]
    return [*rows, *late, *_beside(cpu, calm)]


async def _hurried(bench: Bench, compared: Mapping[str, Server]) -> list[Row]:
    """Compare the tails where requests come fast; what most people write would fall behind."""
    quick = {name: each for name, each in compared.items() if name not in BESIDE}
    busy = await bench.interleaved(quick, _busy(bench))
    return [
        limit(
            f"{WHAT}, {name}: ack p99 at 400/s, Slack takes 150 ms",
            busy[kind]["p99"],
            busy[BARE]["p99"],
            15,
        )
        for kind, name in KINDS.items()
    ]


def _beside(cpu: Figures, calm: Figures) -> list[Row]:
    """Say what other apps take that open the same modal."""
    rows = []
    for name, called in BESIDE.items():
        what = f"{WHAT}, {called} beside F: "
        mine, bare = calm[name]["p50"], calm[BARE]["p50"]
        rows += [
            ratio(f"{what}CPU per request", cpu[name]["cpu"], cpu[BARE]["cpu"], None, "ms"),
            ratio(f"{what}ack p50, Slack takes 150 ms", mine, bare, None, "ms"),
        ]
    return rows


@asynccontextmanager
async def servers(bench: Bench) -> AsyncIterator[dict[str, Server]]:
    """Run Walkaway on each database, and F, which opens the same modal."""
    async with bench.walkaways("qualify") as walkaways:
        views = bench.keep("qualify", [await bench.slack.last_view()])
        compared = dict(walkaways)
        async with AsyncExitStack() as stack:
            for name, module in {BARE: "bare", **_MODULES}.items():
                port = free_port()
                program = ["-m", f"benchmarks.{module}", str(port), bench.slack.url, views]
                compared[name] = await stack.enter_async_context(running(program, port))
                await bench.meet_everybody(compared[name])
            yield compared


def _cpu(bench: Bench) -> Round:
    async def round_of(server: Server) -> Mapping[str, float]:
        requests = bench.many(1500)
        calls, before = await bench.slack.calls(), server.cpu()
        await bench.qualify(server, requests, AT_ONCE)
        spent = server.cpu() - before
        if await bench.slack.calls() - calls != requests:
            raise Failed("a server called more than views.open")
        return {"cpu": spent / requests * 1000}

    return round_of


def _calm(bench: Bench) -> Round:
    async def round_of(server: Server) -> Mapping[str, float]:
        return {"p50": median(await _latencies(bench, server, bench.many(100), CALM))}

    return round_of


def _busy(bench: Bench) -> Round:
    async def round_of(server: Server) -> Mapping[str, float]:
        latencies = await _latencies(bench, server, bench.many(1200), BUSY)
        return {"p99": quantiles(latencies, n=100)[98]}

    return round_of


async def _latencies(bench: Bench, server: Server, requests: int, rate: float) -> list[float]:
    """Offer requests at a rate; return the milliseconds until each ack."""
    before = await bench.slack.opened()
    prepared = [payloads.command(next(bench.numbers)) for _ in range(requests)]
    await server.client.prepare(CONNECTIONS)
    replies = await server.client.open_loop(prepared, rate)
    await bench.slack.until_opened(before + requests)
    return [reply.seconds * 1000 for reply in replies]
