"""The servers under test, each in a process of its own; every one is ended, whatever happens."""

import asyncio
import json
import os
import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks import payloads
from benchmarks.client import Client, Failed, client_of

ROOT: Final = Path(__file__).parents[1]
_ALL_THREADS: Final = 2
"""Makes of a process id the clock of its CPU time in Linux, which is finer than its ticks."""
_NEVER_CHOSEN: Final = (20_000, 32_000)
"""Ports below those from which Linux chooses."""
_STARTS_WITHIN: Final = 180.0
_ENDS_WITHIN: Final = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens on loopback, and a client of it."""

    port: int
    process: psutil.Process
    client: Client

    def cpu(self) -> float:
        """Return the seconds of user and system time of the whole process so far."""
        if sys.platform == "linux":
            return time.clock_gettime((~self.process.pid << 3) | _ALL_THREADS)
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Return the resident bytes."""
        return int(self.process.memory_info().rss)


@dataclass(frozen=True, slots=True)
class FakeSlack:
    """The fake Slack, by its control paths."""

    server: Server

    @property
    def url(self) -> str:
        """The base of its Web API."""
        return f"http://127.0.0.1:{self.server.port}/api/"

    async def opened(self) -> int:
        """Return how many modals were opened so far."""
        return int((await self.server.client.ask(payloads.get("/count"))).body)

    async def posted(self) -> int:
        """Return how many messages were posted so far."""
        return int((await self.server.client.ask(payloads.get("/posted"))).body)

    async def calls(self) -> int:
        """Return how often any method was called so far."""
        return int((await self.server.client.ask(payloads.get("/calls"))).body)

    async def last_view(self) -> dict[str, Any]:
        """Return the modal that was opened last."""
        call = json.loads((await self.server.client.ask(payloads.get("/last"))).body)
        view: dict[str, Any] = call["view"]
        return view

    async def take(self, seconds: float) -> None:
        """Let every answer take so long from now on."""
        await self.server.client.ask(payloads.get(f"/latency/{seconds}"))

    async def until_opened(self, count: int) -> None:
        """Wait until so many modals were opened."""
        async with asyncio.timeout(_STARTS_WITHIN):
            while await self.opened() < count:  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.005)


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    """Start the fake Slack."""
    port = free_port()
    async with running(["-m", "benchmarks.fake_slack", str(port)], port) as server:
        yield FakeSlack(server)


def ours(slack: FakeSlack, database_url: str, port: int) -> Mapping[str, str]:
    """Return the settings of Walkaway for `walkaway run`."""
    return {
        "SLACK_BOT_TOKEN": payloads.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": payloads.SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": database_url,
        "VERDICT_CHANNEL": "C0VERDICTS",
        "MANAGERS": payloads.MEMBERS[0],
        "COUNTRY": "DE",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


@asynccontextmanager
async def running(
    arguments: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run a Python process until the block ends; it listens when the block begins."""
    async with spawned(arguments, environment) as process, client_of(port) as client:
        await listening(port, process)
        yield Server(port, psutil.Process(process.pid), client)


@asynccontextmanager
async def spawned(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python process until the block ends."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={**kept, **(environment or {})}, cwd=ROOT
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_end, process)
        yield process


def free_port() -> int:
    """Return a port that nobody listens on.

    It is none of those that the system chooses by itself, as it does for whoever asks for any port
    or connects to somebody: one of them may be gone before the process listens that it is for.
    """
    while True:
        port = random.SystemRandom().randrange(*_NEVER_CHOSEN)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


async def listening(port: int, process: asyncio.subprocess.Process) -> None:
    """Wait until a process listens. Raises Failed if it ends before."""
    async with asyncio.timeout(_STARTS_WITHIN):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
    raise Failed(f"a server ended with status {process.returncode}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(_ENDS_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
