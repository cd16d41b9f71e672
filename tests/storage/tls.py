"""A PostgreSQL that speaks TLS, as hosted ones do: what encrypts stands in front of it.

The server that the tests bring along is built without TLS.
"""

import asyncio
import shutil
import ssl
import subprocess
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.storage.proxy import PostgresProxy, serving

_ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")
_KEY = ("-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


@dataclass(frozen=True)
class Authority:
    """Vouches for the certificates of servers."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    def vouch(self, name: str, *, days: int = 2) -> ssl.SSLContext:
        """Return what a server of this name encrypts with; one of -1 days has expired."""
        asked = ("-out", "server.csr", "-addext", f"subjectAltName=DNS:{name}")
        self._run("req", "-subj", f"/CN={name}", *_KEY, "-keyout", "server.key", *asked)
        by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", f"{days}")
        copied = ("-copy_extensions", "copy", "-out", "server.pem")
        self._run("x509", "-req", "-in", "server.csr", *by, *copied)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        return context

    def found(self) -> None:
        """Make the certificate of its own."""
        files = ("-keyout", "ca.key", "-out", "ca.pem")
        self._run("req", "-x509", "-subj", "/CN=walkaway", *_KEY, *files)

    def _run(self, *arguments: str) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)  # noqa: S603


def authority(folder: Path) -> Authority:
    """Make one, with files in this folder."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    folder.mkdir()
    made = Authority(folder)
    made.found()
    return made


@dataclass
class Encrypting(PostgresProxy):
    """Takes TLS from clients, and passes on to PostgreSQL what they say."""

    context: ssl.SSLContext
    encrypted: int = 0
    """How many connections were."""

    def secure_url(self, query: str, host: str = "localhost") -> str:
        return f"postgresql://postgres@{host}:{self.port}/migrated?{query}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
        try:
            said = await reader.readexactly(len(_ASKS_FOR_TLS))
            if said == _ASKS_FOR_TLS:
                writer.write(b"S")
                await writer.start_tls(self.context)
                self.encrypted += 1
            else:
                there[1].write(said)
            await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))
        finally:
            for end in (writer, there[1]):
                end.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65536):
        writer.write(said)
    writer.close()


def encrypting(sockets: Path, context: ssl.SSLContext) -> AbstractAsyncContextManager[Encrypting]:
    """Serve one, under the name that its certificate has."""
    return serving(Encrypting(sockets, context), "localhost")
