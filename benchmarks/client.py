"""The load: a raw HTTP/1.1 client on kept-open connections, cheap enough not to be the bottleneck.

Latency counts from the moment of sending. In an open loop requests leave at their time,
whatever became of those before.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

from httptools import HttpResponseParser

PATIENCE: Final = 60.0
"""Seconds for an answer, and for a whole batch by its rate on top."""


class Failed(Exception):
    """A server did not answer as it must, so nothing measured on it counts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    seconds: float


class Connection(asyncio.Protocol):
    """One connection, with one request at a time on it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._waiting: asyncio.Future[Reply] | None = None
        self._body: list[bytes] = []
        self._sent_at = 0.0

    async def ask(self, request: bytes) -> Reply:
        """Send a whole request, and return the reply."""
        if self._transport is None:
            raise Failed("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._body = []
        self._parser = HttpResponseParser(self)
        self._sent_at = time.perf_counter()
        self._transport.write(request)
        return await asyncio.wait_for(self._waiting, PATIENCE)

    @property
    def is_open(self) -> bool:
        """Whether the server has not hung up, as it does after some seconds of silence."""
        return self._transport is not None

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what still waits."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or Failed("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls back."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand over the reply."""
        seconds = time.perf_counter() - self._sent_at
        if self._waiting is not None and not self._waiting.done():
            status = self._parser.get_status_code()
            self._waiting.set_result(Reply(status, b"".join(self._body), seconds))


class Client:
    """Connections to one server, opened when they are needed and kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[Connection] = []
        self._all: list[Connection] = []

    async def ask(self, request: bytes) -> Reply:
        """Send one request on a free connection; raises Failed unless it is answered 200."""
        connection = self._kept() or await self._connect()
        reply = await connection.ask(request)
        self._free.append(connection)
        if reply.status != 200:
            raise Failed(f"status {reply.status}: {reply.body[:200]!r}")
        return reply

    async def closed_loop(self, requests: Sequence[bytes], at_once: int) -> list[Reply]:
        """Send all, so many at once, each as soon as one before is answered."""
        replies: list[Reply | None] = [None] * len(requests)
        numbered = iter(enumerate(requests))

        async def work() -> None:
            for number, request in numbered:
                replies[number] = await self.ask(request)

        async with asyncio.TaskGroup() as workers:
            for _ in range(at_once):
                workers.create_task(work())
        return [reply for reply in replies if reply is not None]

    async def open_loop(self, requests: Sequence[bytes], rate: float) -> list[Reply]:
        """Send so many a second, whether those before are answered or not.

        Raises Failed if this process could not keep the pace.
        """
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number, request in enumerate(requests):
                ahead = start + number / rate - time.perf_counter()
                if ahead > 0:
                    await asyncio.sleep(ahead)
                tasks.append(group.create_task(self.ask(request)))
            offered = len(requests) / (time.perf_counter() - start)
        if offered < 0.95 * rate:
            raise Failed(f"only {offered:.0f} of {rate:.0f} requests a second could be sent")
        return [task.result() for task in tasks]

    async def prepare(self, connections: int) -> None:
        """Open connections ahead, so that no request waits for one."""
        self._free = [each for each in self._free if each.is_open]
        while len(self._free) < connections:
            self._free.append(await self._connect())

    def close(self) -> None:
        """Hang up everywhere."""
        for connection in self._all:
            connection.close()

    def _kept(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            if connection.is_open:
                return connection
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", self._port)
        self._all.append(connection)
        return connection


@asynccontextmanager
async def client_of(port: int) -> AsyncIterator[Client]:
    """Open a client that hangs up at the end."""
    client = Client(port)
    try:
        yield client
    finally:
        client.close()
