"""Webhooks are posted to a receiver on loopback: signed, bounded, and never to the inside."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from bot import posting
from bot.domain.webhooks.attempts import Answer, Attempt, DeliveryId, Failure
from bot.domain.webhooks.webhooks import SECRET_BYTES, WebhookId, secret_of
from bot.domain.workspace import WorkspaceId
from bot.posting import EXCERPT, MOST_READ, guarded_socket, webhook_poster

SECRET = secret_of(bytes(range(SECRET_BYTES)))
BODY = '{"type":"webhook.test","data":{"name":"Müller & Söhne 🎈"}}'
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """Takes what is posted, and answers as it is told."""

    handler: Handler
    address: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.StreamResponse:
        async with self.arrived:
            self.got.append((dict(request.headers), await request.read()))
            self.arrived.notify_all()
        return await self.handler(request)

    async def wait_for(self, n: int) -> None:
        """Wait until so many were taken."""
        async with asyncio.timeout(30), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= n)


@asynccontextmanager
async def receiving(handler: Handler) -> AsyncIterator[Receiver]:
    receiver = Receiver(handler)
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    receiver.address = f"http://localhost:{port}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


def attempt(address: str) -> Attempt:
    return Attempt(
        WorkspaceId("T0"), WebhookId("w1"), DeliveryId("msg_1"), 1, AT, AT, address, SECRET, BODY
    )


async def post(
    address: str, at: datetime = AT, allowed: frozenset[str] = frozenset({"localhost"})
) -> Answer:
    async with webhook_poster(allowed) as poster:
        return await poster.post(attempt(address), at)


def answering(status: int, text: str = "", **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return answer


async def test_a_receiver_verifies_the_signature_with_the_convention_s_own_library() -> None:
    async with receiving(answering(200, "thanks")) as receiver:
        now = datetime.now(UTC)
        answer = await post(receiver.address, now)

    [(headers, body)] = receiver.got
    assert body.decode() == BODY
    assert Verifier(SECRET).verify(body, headers)["type"] == "webhook.test"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert (answer.status, answer.excerpt) == (200, "thanks")
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret_of(b"x" * SECRET_BYTES)).verify(body, headers)


@pytest.mark.parametrize("status", [204, 302, 307, 401, 410, 500])
async def test_a_status_is_an_answer_and_a_redirect_is_not_followed(status: int) -> None:
    async with receiving(answering(status, Location="/hook")) as receiver:
        answer = await post(receiver.address)

    assert (answer.status, answer.failure, len(receiver.got)) == (status, None, 1)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 30 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 30 Nov 2026 08:00:00 GMT", timedelta(0)),
        ("99999999999999999999999", timedelta(hours=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_how_long_to_wait_is_read_from_the_answer(
    header: str, wait: timedelta | None
) -> None:
    async with receiving(answering(429, Retry_After=header)) as receiver:
        assert (await post(receiver.address)).retry_after == wait


async def test_little_is_read_of_a_huge_answer_and_less_is_kept() -> None:
    written = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100_000):
            await response.write(b"a\0b \n" * 1000)
            written += 5000
        return response

    async with receiving(flood) as receiver:
        answer = await post(receiver.address)

    assert (answer.status, len(answer.excerpt)) == (200, EXCERPT)
    assert answer.excerpt.startswith("a�b a�b")
    assert MOST_READ < written < 100_000_000


async def test_who_hangs_is_left_in_time_and_a_status_counts_if_its_body_never_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    may_end = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await may_end.wait()
        return web.Response()

    async def hang_later(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=202)
        await response.prepare(request)
        await response.write(b"more to come")
        await may_end.wait()
        return response

    async with receiving(hang) as receiver:
        silent = await post(receiver.address)
        may_end.set()
    may_end.clear()
    async with receiving(hang_later) as receiver:
        begun = await post(receiver.address)
        may_end.set()

    assert (silent.status, silent.failure) == (None, Failure.TIMED_OUT)
    assert (begun.status, begun.excerpt) == (202, "more to come")


async def test_who_speaks_no_http_or_no_tls_is_a_failure_too() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        plain = await post(f"http://localhost:{port}/hook")
        encrypted = await post(f"https://localhost:{port}/hook")

    assert plain.failure in {Failure.GARBLED, Failure.UNREACHABLE}
    assert encrypted.failure in {Failure.UNTRUSTED, Failure.UNREACHABLE}


async def test_where_nobody_listens_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert (await post(f"http://localhost:{port}/hook")).failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    ("host", "failure"),
    [
        ("127.0.0.1", Failure.INSIDE),
        ("0x7f000001", Failure.INSIDE),
        ("[::1]", Failure.INSIDE),
        ("[::ffff:127.0.0.1]", Failure.INSIDE),
        ("localhost", Failure.INSIDE),
        ("127。0。0。1", Failure.INSIDE),
        ("127.1", Failure.GARBLED),
        ("2130706433", Failure.GARBLED),
        ("0177.0.0.1", Failure.GARBLED),
    ],
)
async def test_an_inside_address_is_never_connected_to_however_it_is_spelled(
    host: str, failure: Failure
) -> None:
    answer = await post(f"https://{host}:9/hook", allowed=frozenset({"crm.office.internal"}))

    assert (answer.status, answer.failure) == (None, failure)


async def test_a_name_that_leads_inside_by_now_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def rebound(*_args: Any, **_more: Any) -> list[dict[str, Any]]:
        return [
            {
                "hostname": "hooks.example.com",
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]

    monkeypatch.setattr(posting.SeparateResolver, "resolve", rebound)
    async with receiving(answering(200)) as receiver:
        port = int(receiver.address.rpartition(":")[2].removesuffix("/hook"))
        guarded = await post(f"https://hooks.example.com:{port}/hook")
        free = await post(
            f"http://hooks.example.com:{port}/hook", allowed=frozenset({"hooks.example.com"})
        )

    assert (guarded.status, guarded.failure) == (None, Failure.INSIDE)
    assert (free.status, len(receiver.got)) == (200, 1)


async def test_names_that_are_looked_up_for_long_keep_nothing_else_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    began, may_end = asyncio.Event(), threading.Event()

    def look_up(*_args: Any, **_more: Any) -> list[Any]:
        loop.call_soon_threadsafe(began.set)
        may_end.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with ThreadPoolExecutor(1) as threads:
        loop.set_default_executor(threads)
        posting_there = asyncio.create_task(post("https://hooks.example.com/hook"))
        await began.wait()
        try:
            async with asyncio.timeout(5):
                assert await loop.run_in_executor(None, lambda: "done") == "done"
        finally:
            may_end.set()
            answer = await posting_there

    assert answer.failure is Failure.UNREACHABLE


async def test_without_tls_only_an_allowed_host_is_posted_to() -> None:
    answer = await post("http://hooks.example.com/hook")

    assert answer.failure is Failure.INSIDE


@pytest.mark.parametrize("where", [("10.0.0.1", 443), ("::1", 443, 0, 0), ("64:ff9b::a00:1", 443)])
def test_no_socket_is_made_for_an_inside_address(where: tuple[Any, ...]) -> None:
    with pytest.raises(posting.PrivateAddress):
        guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", where))


def test_a_socket_is_made_for_the_open_internet() -> None:
    guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 443))).close()
