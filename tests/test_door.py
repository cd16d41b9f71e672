"""The HTTP door over real sockets: half-open requests, and too many connections (R12)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from bot import serving
from bot.door import GuardedConnection
from bot.http import Asgi, Health, create_asgi

WHOLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n"
STAMPED = POST + b"X-Slack-Request-Timestamp: 1000\r\n\r\n"

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Narrow(GuardedConnection):
    """Patient until a test says otherwise."""


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> type[GuardedConnection]:
    monkeypatch.setattr(Narrow, "patience", 600.0)
    monkeypatch.setattr(Narrow, "most", 200)
    return Narrow


async def nothing(_scope: Any, receive: Any, _send: Any) -> None:
    await receive()


async def ready() -> Health:
    return Health()


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    asgi: Asgi = create_asgi(nothing, "secret", lambda: 1000.0, ready)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopping = asyncio.Event()
        serve = serving._serve_http(asgi, listener, stopping, Narrow)
        task = asyncio.create_task(serve)
        yield listener.getsockname()[1]
        stopping.set()
        await task


async def opened(port: int, begun: bytes = b"") -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    return reader, writer


async def left(*connections: Connection) -> None:
    for _, writer in connections:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def is_closed(connection: Connection) -> bool:
    """Wait until the other side closes it without another word."""
    try:
        return await connection[0].read() == b""
    except ConnectionResetError:
        return True
    finally:
        await left(connection)


async def answer(connection: Connection, request: bytes = WHOLE) -> bytes:
    connection[1].write(request)
    head = await connection[0].readuntil(b"\r\n\r\n")
    await connection[0].readexactly(len(b'{"alive": true}'))
    return head.split(b"\r\n")[0]


async def test_r12_half_open_requests_are_closed_and_an_idle_connection_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served() as port, asyncio.timeout(60):
        idle = await opened(port)
        assert await answer(idle) == b"HTTP/1.1 200 OK"
        monkeypatch.setattr(Narrow, "patience", 0.01)

        begun = (b"", b"G", WHOLE[:-2], POST, STAMPED, STAMPED + b"half a body")
        half_open = [await opened(port, each) for each in begun]

        assert all([await is_closed(each) for each in half_open])
        monkeypatch.setattr(Narrow, "patience", 600.0)
        assert await answer(idle) == b"HTTP/1.1 200 OK"
        await left(idle)


async def test_r12_the_second_request_of_a_connection_may_not_be_half_open_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served() as port, asyncio.timeout(60):
        connection = await opened(port)
        await answer(connection)
        monkeypatch.setattr(Narrow, "patience", 0.01)

        connection[1].write(WHOLE[:-2])

        assert await is_closed(connection)


async def test_r12_there_are_no_more_connections_than_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Narrow, "most", 3)
    async with served() as port, asyncio.timeout(60):
        within = [await opened(port) for _ in range(3)]
        for each in within:
            await answer(each)

        assert await is_closed(await opened(port, WHOLE))
        assert [await answer(each) for each in within] == [b"HTTP/1.1 200 OK"] * 3
        await left(*within)


async def test_headers_without_end_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Narrow, "largest_head", 1000)
    async with served() as port, asyncio.timeout(60):
        assert await is_closed(await opened(port, b"GET / HTTP/1.1\r\nX: " + b"x" * 2000))


def test_r12_the_limits_are_ten_seconds_and_two_hundred_connections() -> None:
    assert (GuardedConnection.patience, GuardedConnection.most) == (10.0, 200)
