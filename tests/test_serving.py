"""Which parts a process runs, and that it runs until it is told to stop."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from bot import serving
from bot.clock import real_time
from bot.config import Config
from bot.services.ports import Clock
from bot.serving import Hurry, ProcessPart, serve
from bot.wiring import Wired

CONFIG = replace(
    Config.from_environment(
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "VERDICT_CHANNEL": "C0VERDICTS",
        }
    ),
    port=0,
)


@dataclass
class NotedBot:
    """Stands for all that is wired; notes what is begun, and asks to stop once something is."""

    stop_with: signal.Signals
    noted: list[str] = field(default_factory=list)
    tasks: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def workspace(self) -> "NotedBot":
        return self

    @property
    def hooks(self) -> None:
        """Nothing comes in."""

    def start_slack(self) -> None:
        self._note("slack")

    def start_identity(self) -> None:
        self._note("identity")

    def start_work(self) -> None:
        self._note("work")

    def beside(self, work: Callable[[], Any]) -> None:
        self.tasks.append(asyncio.ensure_future(work()))

    async def look(self) -> None:
        self.noted.append("looked")

    async def name_missed_holidays(self) -> None:
        """There is no country."""

    metrics = None
    workspace_id = "T0TEAM"

    async def health_of_web(self, scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    async def health_of_worker(self, scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    def _note(self, what: str) -> None:
        if not self.noted:
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), self.stop_with)
        self.noted.append(what)


Served = Callable[..., Any]


@pytest.fixture
def serve_noted(monkeypatch: pytest.MonkeyPatch) -> Served:
    async def run(
        parts: ProcessPart, stop_with: signal.Signals, hurry: Hurry | None = None
    ) -> list[str]:
        bot = NotedBot(stop_with)

        @asynccontextmanager
        async def wired(
            config: Config, *, clock: Clock, hurried: bool, is_alone: bool
        ) -> AsyncIterator[Wired]:
            assert (config, clock) == (CONFIG, real_time)
            assert hurried == is_alone == (hurry is not None)
            yield cast("Wired", bot)
            await asyncio.gather(*bot.tasks)
            bot.noted.append("closed")

        monkeypatch.setattr(serving, "wired", wired)
        async with asyncio.timeout(60):
            await serve(CONFIG, parts, hurry=hurry)
        return bot.noted

    return run


async def test_what_hurries_runs_beside_and_looks_at_the_clock(serve_noted: Served) -> None:
    async def hurry(look: Callable[[], Awaitable[None]]) -> None:
        await look()

    noted = await serve_noted(ProcessPart.WEB | ProcessPart.WORKER, signal.SIGTERM, hurry)

    assert "looked" in noted


@pytest.mark.parametrize("stop_with", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("parts", "begun"),
    [
        (ProcessPart.WEB, ["slack"]),
        (ProcessPart.WORKER, ["identity", "work"]),
        (ProcessPart.WEB | ProcessPart.WORKER, ["slack", "work"]),
    ],
)
async def test_a_process_runs_its_parts_until_a_signal_and_closes_them(
    serve_noted: Served, parts: ProcessPart, begun: list[str], stop_with: signal.Signals
) -> None:
    assert await serve_noted(parts, stop_with) == [*begun, "closed"]
