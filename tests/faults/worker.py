"""A process of the bot as it is deployed, wired and served by its own code.

Around that: shorter waiting times, a clock that may be wrong, and, in place of chance, a signal
that the process sends to itself at a certain point. The deliveries of `naive` fit in here too.
"""

import asyncio
import ctypes
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Final, cast

import aiohttp
from sqlalchemy import QueuePool

from bot import serving, wiring
from bot.cli.failures import run_on_database
from bot.clock import real_time
from bot.config import Config
from bot.domain.delivery import Claimed, DeliveryTimes, OutboxMessage, Posted, SendResult, Sight
from bot.domain.delivery.contents import Erasure, MessageContent
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Messenger, Person, StillOurs, surely
from bot.serving import ProcessPart
from bot.slack.client import error_codes
from bot.storage import postgresql
from bot.storage.database import Database
from bot.storage.delivery.queue import Beside, OutboxQueue
from bot.storage.schema import migrations
from bot.wiring import Wired, wired
from tests import host_clock
from tests.faults.naive import MarkThenSend, SendThenMark

GIVES_UP_AFTER: Final = 0.4
"""Seconds that a call of Slack may take; ten when it is no rehearsal."""

QUICK: Final = DeliveryTimes(
    lease=timedelta(seconds=1.5),
    send_within=timedelta(seconds=0.7),
    after_death=timedelta(seconds=0.4),
    pace=timedelta(0),
    settle=timedelta(seconds=0.4),
    probe_after=timedelta(seconds=0.5),
)
UNDER_LOAD: Final = DeliveryTimes(
    lease=timedelta(seconds=2.5),
    send_within=timedelta(seconds=1),
    after_death=timedelta(seconds=0.7),
    pace=timedelta(0),
    settle=timedelta(seconds=0.7),
)
WAITS: Final = {
    "UNREACHABLE_FOR": timedelta(seconds=0.3),
    "THROTTLED_FOR": timedelta(seconds=0.5),
}
"""Tens of seconds when it is no rehearsal."""

_OF_DATABASES: Final[dict[str, object]] = getattr(Database.from_url, "__kwdefaults__")  # noqa: B009
"""What holds for a database if nobody says otherwise."""


class Point(Enum):
    """Where a message is when something happens to who sends it."""

    AFTER_COMMIT = auto()
    AFTER_CLAIM = auto()
    BEFORE_SEND = auto()
    AFTER_SEND = auto()
    BEFORE_FINISH = auto()


class Manner(Enum):
    """How messages are sent: as we do it, or as one would do it first."""

    OURS = auto()
    SEND_THEN_MARK = auto()
    MARK_THEN_SEND = auto()


@dataclass(frozen=True)
class Order:
    """What a process is to run."""

    environment: dict[str, str]
    log: Path
    parts: ProcessPart = ProcessPart.WORKER
    port: int = 0
    times: DeliveryTimes = QUICK
    gives_up_after: float = GIVES_UP_AFTER
    patience: float = 60
    """Seconds in which work is done for which somebody waits in Slack; few in a real one."""
    database_patience: timedelta | None = None
    """How long a statement waits for others; None: as long as in a real one."""
    trusted_for: float = postgresql.TRUSTED_FOR
    """Seconds after which an idle connection to PostgreSQL has to show that it answers."""
    clock_at: datetime | None = None
    """What its clock shows at its start; None: the time."""
    wrong: Path | None = None
    """A file that says by how many seconds the machine's clock is wrong, at each moment."""
    manner: Manner = Manner.OURS
    head: str | None = None
    """The newest revision that its code knows; None: that of this code."""
    strike_at: Point | None = None
    """The first time that it gets there, it sends a signal to itself."""
    strike_with: signal.Signals = signal.SIGKILL


def run(order: Order) -> None:
    """Run until SIGTERM; a process whose parent dies is killed."""
    die_with_the_parent()
    logging.basicConfig(filename=order.log, level=logging.INFO, force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    wiring.CALL_TIMEOUT = aiohttp.ClientTimeout(total=order.gives_up_after)
    for name, wait in WAITS.items():
        assert hasattr(error_codes, name)
        setattr(error_codes, name, wait)
    postgresql.TRUSTED_FOR = order.trusted_for  # type: ignore[misc]
    if order.database_patience is not None:
        _OF_DATABASES["patience"] = order.database_patience
    migrations.HEAD = order.head or migrations.HEAD
    config = replace(Config.from_environment(order.environment), port=order.port)

    @asynccontextmanager
    async def prepared(config: Config, **_of_serve: object) -> AsyncIterator[Wired]:
        clock = _clock(order.clock_at)
        async with wired(config, clock=clock, times=order.times, patience=order.patience) as it:
            _prepare(it, order)
            yield it

    serving.wired = prepared  # type: ignore[attr-defined]
    with host_clock.set_by(partial(_read, order.wrong) if order.wrong else timedelta):
        run_on_database(serving.serve(config, order.parts))


def die_with_the_parent() -> None:
    """Let Linux kill us when the process dies that we were forked from."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _read(wrong: Path) -> timedelta:
    return timedelta(seconds=float(wrong.read_text(encoding="ascii")))


def _clock(shows: datetime | None) -> Callable[[], datetime]:
    if shows is None:
        return real_time
    began = time.monotonic()
    return lambda: shows + timedelta(seconds=time.monotonic() - began)


def _prepare(it: Wired, order: Order) -> None:
    delivery = it.delivery
    database = delivery._queue._database
    if order.manner is Manner.SEND_THEN_MARK:
        delivery._queue = SendThenMark(database, order.times)
    if order.manner is Manner.MARK_THEN_SEND:
        delivery._queue = MarkThenSend(database, order.times)
    if order.strike_at is not None:
        strike = _Strike(order.strike_at, order.strike_with, database)
        delivery._queue = _StruckQueue(database, order.times, strike)
        delivery._messenger = _StruckMessenger(delivery._messenger, strike)
        units = delivery._units
        units._on_outbox = lambda: strike.pass_by(Point.AFTER_COMMIT)


@dataclass
class _Strike:
    point: Point
    number: signal.Signals
    database: Database
    is_over: bool = False

    async def reach(self, point: Point) -> None:
        """Pass by a point, at a moment when we keep nobody out of the database.

        Who is killed lets go of it; who is frozen does not, and on SQLite all others wait.
        """
        pool = cast("QueuePool", self.database._writer.pool)
        while point is self.point and self.number is signal.SIGSTOP and pool.checkedout():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        self.pass_by(point)

    def pass_by(self, point: Point) -> None:
        if point is self.point and not self.is_over:
            self.is_over = True
            os.kill(os.getpid(), self.number)


class _StruckQueue(OutboxQueue):
    """Claims one message at a time, so that only one is hit."""

    def __init__(self, database: Database, times: DeliveryTimes, strike: _Strike) -> None:
        super().__init__(database, times)
        self._strike = strike

    async def claim(self, limit: int, beside: Beside | None = None) -> Sequence[Claimed]:
        claimed = await super().claim(min(limit, 1), beside)
        if claimed:
            await self._strike.reach(Point.AFTER_CLAIM)
        return claimed

    async def finish(
        self,
        claimed: Claimed,
        outcome: SendResult,
        telling: Sequence[OutboxMessage] = (),
        beside: Beside | None = None,
    ) -> bool:
        await self._strike.reach(Point.BEFORE_FINISH)
        return await super().finish(claimed, outcome, telling, beside)


@dataclass
class _StruckMessenger:
    messenger: Messenger
    strike: _Strike

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        left_out: Collection[str] = (),
        is_ours: StillOurs = surely,
    ) -> SendResult:
        await self.strike.reach(Point.BEFORE_SEND)
        outcome = await self.messenger.send(claimed, about, reader, left_out, is_ours)
        await self.strike.reach(Point.AFTER_SEND)
        return outcome

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        return await self.messenger.erase(claimed, erasure, reader)

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        return await self.messenger.look(claimed, about)

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        return await self.messenger.link_to(workspace_id, posted)

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        await self.messenger.show_again(shown_in, overview, reader)
