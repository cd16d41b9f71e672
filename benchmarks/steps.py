"""Steps submitted: the first makes a draft, the second saves it, and the last one files all.

Whoever asks owns the prospect; that somebody else does is measured as well.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Any, Final

from benchmarks import payloads
from benchmarks.bench import BARE, Bench, Round
from benchmarks.client import Failed, Reply
from benchmarks.databases import KINDS
from benchmarks.payloads import View
from benchmarks.processes import Server, free_port, ours, running
from benchmarks.report import Row, ratio
from sandbox import fill
from sandbox.views import View as SandboxView

AT_ONCE: Final = 4
ENTRIES: Final[Sequence[Mapping[str, Any]]] = (
    {"offer": "clear", "numbers": "partly"},
    {"willing": "yes", "able": "yes", "fire": "unknown", "homework": "Revenue and leads of a year"},
    {"value": "at_once", "margin": "healthy", "niche": "inside"},
)
"""What is entered at each step of the default checklist; the name comes on top. It ends in
a problem, without a condition."""

SHOWN: Final = frozenset({"qualify_step", "qualify_verdict"})
"""The views by which we know that all went well."""

_MEASURED: Final = {
    0: "the first step, its name looked for and a draft made (1 row)",
    1: "a step submitted, its draft saved (1 row)",
    2: "the last step, all of it filed (7 rows)",
}
_GOALS: Final = {0: (1.3, 1.3), 1: (1.3, 1.4), 2: (1.3, 1.3)}
"""Times F's CPU, on SQLite and on PostgreSQL."""
_ELSES: Final = "the last step, somebody else owns it and is told (8 rows, F writes 7)"
SOMEBODY: Final = payloads.MEMBERS[-1]
_SCREENED: Final = "whole screenings a second of CPU"
_SCREENINGS_GOAL: Final = 0.7
_WEB: Final = ("postgres web",)
USUAL: Final = "usual"
_USUALLY: Final = "what most people write (synchronous Bolt, the ORM)"

Figures = Mapping[str, float]


async def measure(bench: Bench) -> list[Row]:
    """Compare each kind of database with F on the same kind."""
    async with servers(bench) as (compared, shown):
        found = await bench.interleaved(compared, _round(bench, shown))
    rows = []
    for step, what in _MEASURED.items():
        mine, bare = found[USUAL][f"cpu{step}"], found[_bare("sqlite")][f"cpu{step}"]
        rows.append(ratio(f"{what}, SQLite, {_USUALLY} beside F: CPU", mine, bare, None, "ms"))
    for name in [name for name in compared if BARE not in name and name != USUAL]:
        kind = name.split()[0]
        ours, theirs = found[name], found[_bare(kind)]
        for step, what in _MEASURED.items():
            goal = _GOALS[step][kind != "sqlite"]
            called = f"{what}, {_called(name)}"
            rows.append(
                ratio(f"{called}: CPU", ours[f"cpu{step}"], theirs[f"cpu{step}"], goal, "ms")
            )
            rows.append(
                ratio(f"{called}: p50", ours[f"p50{step}"], theirs[f"p50{step}"], None, "ms")
            )
        called = f"{_ELSES}, {_called(name)}"
        rows.append(ratio(f"{called}: CPU", ours["else"], theirs["cpu2"], None, "ms"))
        rows.append(_whole(f"{_SCREENED}, {_called(name)}", ours, theirs, is_goal=name in _WEB))
    return rows


def _whole(what: str, mine: Figures, bare: Figures, *, is_goal: bool) -> Row:
    """Compare how many screenings a core could do each second, their steps taken together."""
    ours, theirs = (1000 / sum(each[f"cpu{step}"] for step in _MEASURED) for each in (mine, bare))
    share = ours / theirs
    return Row(
        what,
        f"{ours:,.0f}",
        f"{theirs:,.0f}",
        f"{share:.2f} times",
        f"at least {_SCREENINGS_GOAL:g} times" if is_goal else "",
        share >= _SCREENINGS_GOAL if is_goal else None,
    )


@asynccontextmanager
async def servers(bench: Bench) -> AsyncIterator[tuple[dict[str, Server], dict[int, list[View]]]]:
    """Run Walkaway and F on a database of each kind; on PostgreSQL the web half alone, too.

    Returns with them the views that each shows, by its port: they name a version of the checklist.
    """
    async with AsyncExitStack() as stack, bench.walkaways("steps") as walkaways:
        compared = dict(walkaways)
        compared["postgres web"] = await stack.enter_async_context(_web_half(bench))
        shown = {server.port: await captured(bench, server) for server in compared.values()}
        for kind in KINDS:
            url = await bench.databases.create(kind, "steps_bare")
            views = await _leave_example(bench, url)
            port = free_port()
            shown[port] = views
            file = bench.keep(f"steps_{kind}", views)
            given = [bench.slack.url, file, url]
            bare = ["-m", "benchmarks.bare_writing", str(port), *given]
            compared[_bare(kind)] = await stack.enter_async_context(running(bare, port))
            if kind == "sqlite":
                port = free_port()
                shown[port] = views
                usual = ["-m", "benchmarks.bare_usual", str(port), *given]
                compared[USUAL] = await stack.enter_async_context(running(usual, port))
        yield compared, shown


async def screen(
    bench: Bench,
    server: Server,
    views: Sequence[View],
    screenings: int,
    owner: str | None = None,
) -> dict[str, float]:
    """Screen so many prospects, one step of all after the other; return CPU and p50 by step.

    Somebody else than who asks owns them, if they are named.
    """
    numbers = [next(bench.numbers) for _ in range(screenings)]
    found = {}
    for step in range(len(ENTRIES)):
        requests = [submission(number, step, views[step], owner) for number in numbers]
        before = server.cpu()
        replies = await submitted(server, requests)
        found[f"cpu{step}"] = (server.cpu() - before) / screenings * 1000
        found[f"p50{step}"] = median(reply.seconds for reply in replies) * 1000
    return found


async def submitted(server: Server, requests: Sequence[bytes]) -> Sequence[Reply]:
    """Submit all; raises Failed unless the last is answered with the view that follows."""
    replies = await server.client.closed_loop(requests, AT_ONCE)
    view_in(replies[-1].body)
    return replies


def submission(number: int, step: int, view: View, owner: str | None = None) -> bytes:
    """Return what Slack sends when this step of a screening of its own is submitted.

    The member of this number asks, and owns the prospect unless somebody else is named.
    """
    name = payloads.prospect_name(number)
    ref = json.loads(view["private_metadata"]) | {"draft": f"{number:032x}"}
    entries = dict(ENTRIES[step])
    if step == 0:
        ref["name"] = entries["name"] = name
        entries["owner"] = owner or payloads.MEMBERS[number % len(payloads.MEMBERS)]
    given = {**view, "private_metadata": json.dumps(ref)}
    touched = fill(given, entries)
    shown = SandboxView(
        f"V0{number:09d}", "", given, f"{number}.abcdef", f"V0{number:09d}", updated=step > 0
    )
    of_workspace = {"team_id": payloads.TEAM_ID, "app_installed_team_id": payloads.TEAM_ID}
    return payloads.submission(number, shown.to_slack(touched) | of_workspace)


def view_in(answer: bytes) -> View:
    """Return the view that a submission was answered with. Raises Failed for another answer."""
    reply = json.loads(answer)
    if reply.get("response_action") != "update" or reply["view"]["callback_id"] not in SHOWN:
        raise Failed(f"not a view: {answer[:1500]!r}")
    view: View = reply["view"]
    return view


async def captured(bench: Bench, server: Server) -> list[View]:
    """Screen one prospect to the end; return the three steps and the verdict, as shown."""
    number = next(bench.numbers)
    await bench.meet_everybody(server)
    views: list[View] = [await bench.slack.last_view()]
    for step in range(len(ENTRIES)):
        reply = await server.client.ask(submission(number, step, views[step]))
        views.append(view_in(reply.body))
    return views


def _round(bench: Bench, shown: Mapping[int, Sequence[View]]) -> Round:
    async def round_of(server: Server) -> Mapping[str, float]:
        views = shown[server.port]
        found = await screen(bench, server, views, bench.many(200))
        elses = await screen(bench, server, views, bench.many(100), SOMEBODY)
        return found | {"else": elses["cpu2"]}

    return round_of


async def _leave_example(bench: Bench, url: str) -> list[View]:
    """Let Walkaway write one screening and one draft, and go; return the views it showed."""
    port = free_port()
    async with running(["-m", "bot", "run"], port, ours(bench.slack, url, port)) as server:
        views = await captured(bench, server)
        await server.client.ask(submission(next(bench.numbers), 0, views[0]))
    return views


@asynccontextmanager
async def _web_half(bench: Bench) -> AsyncIterator[Server]:
    url = await bench.databases.create("postgres", "steps_web")
    port = free_port()
    async with running(["-m", "bot", "web"], port, ours(bench.slack, url, port)) as server:
        yield server


def _bare(kind: str) -> str:
    return f"{kind} {BARE}"


def _called(name: str) -> str:
    kind, _, half = name.partition(" ")
    return f"{KINDS[kind]}, `walkaway {half or 'run'}`"
