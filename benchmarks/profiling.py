"""Where the CPU goes: a scenario with Walkaway under the sampling profiler."""

import asyncio
import json
import signal
import sysconfig
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import payloads, steps
from benchmarks.bench import Bench
from benchmarks.processes import ROOT, Server, free_port, ours, running

REQUESTS: Final = 2000
MOST: Final = 45
"""Functions in each list."""
_ALL: Final = 0.98
"""Of the time; what is on the stack for so much of it tells nothing."""
_LIBRARY: Final = f"{sysconfig.get_path('stdlib')}/"

Work = Callable[[], Awaitable[object]]


async def profile(bench: Bench, name: str, kind: str) -> str:
    """Run a scenario on a database of this kind; return what it spent, per request."""
    url = await bench.databases.create(kind, "profiled")
    port, file = free_port(), bench.databases.folder / "profile"
    program = ["-m", "benchmarks.profiled", str(file), "run"]
    requests = bench.many(REQUESTS)
    async with running(program, port, ours(bench.slack, url, port)) as server:
        if name == "start":
            requests = 1
            await server.client.ask(payloads.command(next(bench.numbers)))
        else:
            work = await PREPARED[name](bench, server, requests)
            server.process.send_signal(signal.SIGUSR1)
            await work()
        server.process.send_signal(signal.SIGUSR2)
        await _written(file)
    return _described(file, requests)


async def _qualify(bench: Bench, server: Server, requests: int) -> Work:
    await bench.meet_everybody(server)
    return lambda: bench.qualify(server, requests, at_once=8)


async def _draft(bench: Bench, server: Server, requests: int) -> Work:
    return await _step(bench, server, requests, 1)


async def _last(bench: Bench, server: Server, requests: int) -> Work:
    return await _step(bench, server, requests, 2)


async def _step(bench: Bench, server: Server, requests: int, step: int) -> Work:
    """Submit the steps before this one."""
    views = await steps.captured(bench, server)
    numbers = [next(bench.numbers) for _ in range(requests)]

    def at(one: int) -> Sequence[bytes]:
        return [steps.submission(number, one, views[one]) for number in numbers]

    for earlier in range(step):
        await steps.submitted(server, at(earlier))
    prepared = at(step)
    return lambda: steps.submitted(server, prepared)


PREPARED: Final[Mapping[str, Callable[[Bench, Server, int], Awaitable[Work]]]] = {
    "qualify": _qualify,
    "draft": _draft,
    "last": _last,
}
"""By name; `start` needs no preparation."""


async def _written(file: Path) -> None:
    async with asyncio.timeout(10):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - another process writes it
            await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class _Function:
    where: str
    package: str
    own: float
    cumulative: float


def _described(file: Path, requests: int) -> str:
    document = json.loads(file.read_text(encoding="utf-8"))
    samples = sum(own for *_, own, _ in document["functions"])
    each_is = document["seconds"] / max(samples, 1) / requests * 1e6
    functions = [
        _Function(
            _where(source, line, function), _package(source), own * each_is, cumulative * each_is
        )
        for source, line, function, own, cumulative in document["functions"]
    ]
    total = document["seconds"] / requests * 1e6
    telling = [each for each in functions if each.cumulative < total * _ALL]
    return "\n".join(
        [
            f"CPU per request in µs, from {samples:,} samples of {requests} requests: {total:,.0f}",
            *_by_package(functions),
            *_listed("By own time", sorted(functions, key=lambda each: -each.own)),
            *_listed("By cumulative time", sorted(telling, key=lambda each: -each.cumulative)),
        ]
    )


def _by_package(functions: Sequence[_Function]) -> list[str]:
    spent: dict[str, float] = {}
    for each in functions:
        spent[each.package] = spent.get(each.package, 0) + each.own
    most = sorted(spent.items(), key=lambda item: -item[1])[:25]
    return ["", "Own time by package", *(f"{own:10,.0f}  {package}" for package, own in most)]


def _listed(title: str, functions: Sequence[_Function]) -> list[str]:
    lines = [f"{it.own:10,.0f}{it.cumulative:12,.0f}  {it.where}" for it in functions[:MOST]]
    return ["", title, f"{'own':>10}{'cumulative':>12}", *lines]


def _where(source: str, line: int, function: str) -> str:
    short = source.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
    return f"{short.removeprefix(_LIBRARY)}:{line} {function}"


def _package(source: str) -> str:
    _, installed, inside = source.rpartition("site-packages/")
    if installed:
        return inside.partition("/")[0]
    if source.startswith(f"{ROOT}/"):
        return ".".join(Path(source).relative_to(ROOT).with_suffix("").parts[:2])
    return "the standard library"
