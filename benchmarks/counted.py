"""A fixed number of requests, one after the other, counted by callgrind.

`python -m benchmarks.counted SLACK_PORT DATABASE_URL` under valgrind; `.ci/instructions.py` starts
it. Time, ids and names are the same in each run, and nothing runs beside. Signatures are of now.
"""

import gc
import itertools
import json
import sys
from collections.abc import MutableMapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final

import uvloop

from benchmarks import callgrind, payloads, steps
from benchmarks.client import Client, client_of
from benchmarks.payloads import View
from bot.config import Config
from bot.wiring import Wired, wired

NOW: Final = datetime(2026, 11, 30, 9, tzinfo=UTC)
NUMBER: Final = 16
"""Requests of each kind; as many again are not counted, so that caches are warm."""
NAMES: Final = ("/qualify", "the first step", "a step", "the last step")


async def main(slack_port: int, database_url: str) -> None:
    """Do everything once without counting, then count each kind."""
    ids = itertools.count(1)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(client_of(slack_port))
        counter = stack.enter_context(callgrind.asking())
        config = Config.from_environment(_environment(slack_port, database_url))
        bot = await stack.enter_async_context(
            wired(config, clock=lambda: NOW, new_id=lambda: f"{next(ids):032x}", patience=600)
        )
        bot.start_identity()
        await bot.adopted.wait()
        views = await _shown(bot, slack)
        for step in range(-1, len(steps.ENTRIES)):
            await _ask_all(bot, _requests(step, range(1, NUMBER + 1), views))
        gc.collect()
        gc.freeze()
        for step, name in enumerate(NAMES, -1):
            requests = _requests(step, range(NUMBER + 1, 2 * NUMBER + 1), views)
            with counter.counting(name):
                await _ask_all(bot, requests)


def _environment(slack_port: int, database_url: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": payloads.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": payloads.SIGNING_SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
        "DATABASE_URL": database_url,
        "VERDICT_CHANNEL": "C0VERDICTS",
        "MANAGERS": payloads.MEMBERS[0],
        "COUNTRY": "DE",
    }


async def _shown(bot: Wired, slack: Client) -> Sequence[View]:
    """Let everybody ask who will, and one of them screen to the end; return what is shown."""
    for number in range(2 * NUMBER + 1):
        await _ask(bot, payloads.command(number))
    opened = json.loads((await slack.ask(payloads.get("/last"))).body)
    views: list[View] = [opened["view"]]
    for step in range(len(steps.ENTRIES)):
        request = steps.submission(0, step, views[step])
        views.append(steps.view_in(await _ask(bot, request)))
    return views


def _requests(step: int, numbers: Sequence[int], views: Sequence[View]) -> Sequence[bytes]:
    """Return what is sent at a step of these screenings, or before the first one."""
    if step < 0:
        return [payloads.command(number) for number in numbers]
    return [steps.submission(number, step, views[step]) for number in numbers]


async def _ask_all(bot: Wired, requests: Sequence[bytes]) -> None:
    for request in requests:
        await _ask(bot, request)


async def _ask(bot: Wired, request: bytes) -> bytes:
    """Hand over a request as a server does; return the answer once all that follows is done."""
    head, _, body = request.partition(b"\r\n\r\n")
    method, path, _ = head.split(b"\r\n")[0].decode().split()
    pairs = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name, value) for name, value in pairs],
    }
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await bot.health_of_web(scope, receive, send)
    await bot.background.drain()
    assert said[0]["status"] == 200, said  # noqa: S101 - or nothing that is counted counts
    return b"".join(each.get("body", b"") for each in said)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
