"""A request that Slack signed, and that reads as no request of Slack's, never reaches Bolt."""

import hashlib
import hmac

import aiohttp
import pytest

from bot.http import Receive, Scope, Send, create_asgi
from tests.office import served

SECRET = "signing-secret"


@pytest.mark.parametrize("body", [b"payload=" + b"[" * 100_000, b"payload={", b"\xff"])
async def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    reached = []

    async def slack(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def ready() -> tuple[str, ...]:
        return ()

    digest = hmac.new(SECRET.encode(), b"v0:1000:" + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": "1000", "X-Slack-Signature": f"v0={digest}"}
    async with (
        served(create_asgi(slack, SECRET, lambda: 1000.0, ready)) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/slack/events", data=body, headers=headers) as answer,
    ):
        assert answer.status == 400

    assert reached == []
