"""A TCP proxy on loopback before a PostgreSQL, that forgets connections as a NAT does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_GOODBYE = b"X"
"""Begins a message after which nobody waits for an answer."""


@dataclass
class ForgetfulProxy:
    """Passes on what connections say, until it forgets them."""

    sockets: Path
    """Where PostgreSQL listens."""
    port: int = 0
    made: int = 0
    asked_in_vain: int = 0
    """How many connections that are forgotten somebody asked something."""
    heard: int = 0
    """How often somebody said something at all."""
    _known: list[asyncio.Event] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def forget(self) -> None:
        """Pass nothing on any more of the connections that there are, and close none."""
        for each in self._known:
            each.set()
        self._known.clear()

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        self._known.append(is_forgotten := asyncio.Event())
        self._tasks.append(asyncio.create_task(self._serve(reader, writer, is_forgotten)))

    async def close(self) -> None:
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        is_forgotten: asyncio.Event,
    ) -> None:
        there = await asyncio.open_unix_connection(str(self.sockets / ".s.PGSQL.5432"))
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


@asynccontextmanager
async def forgetful(sockets: Path) -> AsyncIterator[ForgetfulProxy]:
    """Serve one."""
    proxy = ForgetfulProxy(sockets)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
