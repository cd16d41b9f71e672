"""A TCP proxy before a PostgreSQL that cuts a connection just when something was committed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class CuttingProxy:
    """Passes on what is said; of a commit that is to be cut, nobody hears that it was done."""

    sockets: Path
    """Where PostgreSQL listens."""
    port: int = 0
    to_cut: bytes | None = None
    """The next transaction is cut that said this."""
    cuts: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.append(asyncio.create_task(self._serve(reader, writer)))

    async def close(self) -> None:
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_unix_connection(str(self.sockets / ".s.PGSQL.5432"))
        back = asyncio.create_task(_pass_on(there[0], writer))
        said_so = False
        try:
            with suppress(ConnectionError):
                while said := await reader.read(65536):
                    said_so = said_so or (self.to_cut is not None and self.to_cut in said)
                    if said_so and b"COMMIT;" in said:
                        back.cancel()
                        await asyncio.wait({back})
                        there[1].write(said)
                        await there[0].read(65536)  # it is done
                        self.cuts, self.to_cut = self.cuts + 1, None
                        return
                    there[1].write(said)
        finally:
            back.cancel()
            for end in (there[1], writer):
                end.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while said := await reader.read(65536):
            writer.write(said)
    writer.close()


@asynccontextmanager
async def cutting(sockets: Path) -> AsyncIterator[CuttingProxy]:
    """Serve one."""
    proxy = CuttingProxy(sockets)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
