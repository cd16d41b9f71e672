"""A whole office in one simulated loop: the pretend Slack, its members, processes of the bot.

Nothing in it is left to the machine: all chance is one `random.Random`.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from slack_bolt.request.async_request import AsyncBoltRequest

from bot import wiring
from bot.config import Config
from bot.domain.delivery import DEFAULT_TIMES
from bot.services.delivery.deliver import DeliveryService
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.heartbeat import Heartbeat
from sandbox import AppDidNotAnswer, Slack
from sandbox.clock import TimeMachine
from sandbox.delivery import ANSWER_WITHIN, Json, Kind, Retry
from sandbox.responses import Responses
from sandbox.server import ids_by
from sandbox.web_api import WebApi
from sandbox.workspace import Workspace
from tests.office import environment
from tests.recorded.reading import encoded
from tests.simulation.loop import SimulatedLoop
from tests.simulation.wire import Wire

PROCESSES: Final = 2
TURNS_OF_A_TICK: Final = 5
NIGHT: Final = 7_200.0
"""Seconds between two turns when nobody is there: it still ticks after nine on every day."""
BEGINS_WITHIN: Final = 2.0
"""Seconds from the end of a process to the begin of the next."""


class Process:
    """One process of the bot; whatever it does ends with it."""

    def __init__(self, bot: wiring.Wired) -> None:
        self.bot = bot
        self._tasks: set[asyncio.Task[Any]] = set()

    def do(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin something in it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def begin(self, pace: "Pace") -> None:
        """Learn who it is, and count the time from then on."""
        await self.bot.workspace.ask()
        await self.bot.adopt()
        self.bot.adopted.set()
        self.do(self._tick(pace))

    async def _tick(self, pace: "Pace") -> None:
        for turn in count():
            if turn % TURNS_OF_A_TICK == 0:
                await self.bot.tick()
            await self.bot.delivery.deliver_due()
            await pace.passes()

    async def end(self) -> None:
        """Let go of everything where it stands."""
        tasks = [*self._tasks, *self.bot.delivery._under_way, *self.bot.background._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Pace:
    """How long a process waits between two looks at the clock; nights pass quickly."""

    seconds = 1.0

    async def passes(self) -> None:
        """Wait for that long."""
        await asyncio.sleep(self.seconds)


class Door:
    """Brings what members do to one of the processes that are there."""

    mode = "simulated"
    connected = True

    def __init__(self, chance: random.Random, log: list[str]) -> None:
        self.processes: list[Process] = []
        self._chance = chance
        self._log = log

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Deliver, and return what the app answered within three seconds."""
        await asyncio.sleep(self._chance.uniform(0.005, 0.1))
        self._log.append(f"sent {kind} {json.dumps(payload, sort_keys=True)} {retry}")
        if not self.processes:
            raise AppDidNotAnswer("dispatch_failed", "no process is there")
        process = self._chance.choice(self.processes)
        content_type, body = encoded(kind, payload)
        headers: dict[str, str | Sequence[str]] = {"content-type": content_type.decode()}
        request = AsyncBoltRequest(body=body.decode(), headers=headers)
        working = process.do(process.bot.app.async_dispatch(request))
        await asyncio.wait({working}, timeout=ANSWER_WITHIN)
        if not working.done():
            raise AppDidNotAnswer("operation_timeout")
        if working.cancelled():
            raise AppDidNotAnswer("dispatch_failed", "the connection broke")
        answer = working.result()
        if answer.status != 200:
            raise AppDidNotAnswer("http_service_error", f"HTTP {answer.status}")
        self._log.append(f"answered {answer.body}")
        return dict(json.loads(answer.body)) if answer.body else {}

    async def close(self) -> None:
        """Hold nothing."""


class SimulatedOffice:
    """The pretend Slack with processes of the bot, all by one chance."""

    def __init__(self, loop: SimulatedLoop, chance: random.Random, database: Database) -> None:
        self.log: list[str] = []
        self.chance = chance
        self.pace = Pace()
        self.loop = loop
        self.kills = 0
        workspace = Workspace(TimeMachine(loop.now), loop.time, ids_by(chance))
        workspace.base_url = "http://slack"
        web_api = WebApi(workspace)
        self._door = Door(chance, self.log)
        self.slack = Slack(workspace, self._door, web_api, chance)
        self._wire = Wire(web_api, Responses(workspace), chance)
        self._database = database
        url = f"sqlite:///{database.file}"
        self._config = Config.from_environment(environment(self.slack, url, "http"))

    async def start(self) -> None:
        """Start a process."""
        process = Process(self._put_together())
        await process.begin(self.pace)
        self._door.processes.append(process)

    async def kill(self) -> None:
        """End a process in the middle of whatever it does, and start another in its place."""
        process = self.chance.choice(self._door.processes)
        self._door.processes.remove(process)
        await process.end()
        self.kills += 1
        self.log.append(f"killed at {self.loop.time():.4f}")
        await asyncio.sleep(self.chance.uniform(0, BEGINS_WITHIN))
        await self.start()

    async def rest(self) -> None:
        """Let everything be said that is to be said by now."""
        self.pace.seconds = 5.0
        await asyncio.sleep(120)

    async def sleep_until(self, morning: datetime) -> None:
        """Let nights pass quickly."""
        self.pace.seconds = NIGHT
        await asyncio.sleep((morning - self.loop.now()).total_seconds())

    async def close(self) -> None:
        """End all processes."""
        for process in self._door.processes:
            await process.end()

    def _put_together(self) -> wiring.Wired:
        given = wiring._Given(
            session=self._wire,  # type: ignore[arg-type]
            poster=self._wire,  # type: ignore[arg-type]
            clock=self.loop.now,
            new_id=lambda: f"{self.chance.getrandbits(128):032x}",
            times=DEFAULT_TIMES,
            on_sent=lambda _: None,
            patience=600,
        )
        return wiring._put_together(self._config, self._database, given)


@asynccontextmanager
async def opened(
    loop: SimulatedLoop, chance: random.Random, file: Path, queue: type[OutboxQueue]
) -> AsyncIterator[SimulatedOffice]:
    """Open an office on a migrated SQLite file."""
    database = Database.from_url(f"sqlite:///{file}")
    beating = partial(Heartbeat, seconds=loop.time)
    delivering = partial(DeliveryService, seconds=loop.time)
    with (
        patch.object(wiring, "Heartbeat", beating),
        patch.object(wiring, "DeliveryService", delivering),
        patch.object(wiring, "OutboxQueue", queue),
    ):
        office = SimulatedOffice(loop, chance, database)
        try:
            for _ in range(PROCESSES):
                await office.start()
            yield office
        finally:
            await office.close()
            await database.close()
