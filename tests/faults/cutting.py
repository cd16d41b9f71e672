"""A TCP proxy before a PostgreSQL that cuts a connection just when something was committed."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from tests.storage.proxy import PostgresProxy


@dataclass
class CuttingProxy(PostgresProxy):
    """Passes on what is said; of a commit that is to be cut, nobody hears that it was done."""

    to_cut: bytes | None = None
    """The next transaction is cut that said this."""
    cuts: int = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
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
