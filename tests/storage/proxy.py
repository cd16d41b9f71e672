"""TCP proxies on loopback: what each has, and one that forgets connections as a NAT does."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

_GOODBYE = b"X"
"""Begins a message after which nobody waits for an answer."""


@dataclass(kw_only=True)
class Proxy(ABC):
    """Serves each connection in a task of its own, until it is closed."""

    port: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.append(asyncio.create_task(self._serve(reader, writer)))

    async def close(self) -> None:
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @abstractmethod
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection to its end."""


Served = TypeVar("Served", bound=Proxy)


@asynccontextmanager
async def serving(proxy: Served, host: str = "127.0.0.1") -> AsyncIterator[Served]:
    """Let a proxy listen on a free port."""
    server = await asyncio.start_server(proxy.take, host, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()


@dataclass
class PostgresProxy(Proxy):
    """Stands before a PostgreSQL."""

    sockets: Path
    """Where PostgreSQL listens."""

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}?sslmode=disable"

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self.sockets / ".s.PGSQL.5432"))


@dataclass
class ForgetfulProxy(PostgresProxy):
    """Passes on what connections say, until it forgets them."""

    made: int = 0
    asked_in_vain: int = 0
    """How many connections that are forgotten somebody asked something."""
    heard: int = 0
    """How often somebody said something at all."""
    _known: list[asyncio.Event] = field(default_factory=list)

    def forget(self) -> None:
        """Pass nothing on any more of the connections that there are, and close none."""
        for each in self._known:
            each.set()
        self._known.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        self._known.append(is_forgotten := asyncio.Event())
        there = await self._connect()
        ways = (reader, there[1]), (there[0], writer)
        try:
            await asyncio.gather(*(self._pass_on(*way, is_forgotten) for way in ways))
        finally:
            for _, end in ways:
                end.close()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        is_forgotten: asyncio.Event,
    ) -> None:
        is_counted = False
        with suppress(ConnectionError):
            while said := await reader.read(65536):
                self.heard += 1
                if not is_forgotten.is_set():
                    writer.write(said)
                elif not is_counted and said[:1] != _GOODBYE:
                    is_counted, self.asked_in_vain = True, self.asked_in_vain + 1
        if not is_forgotten.is_set():
            writer.close()
