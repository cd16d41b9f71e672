"""A request that Slack signed, and that reads as none of Slack's, is refused as unreadable."""

import hashlib
import hmac
import time

import aiohttp
import pytest

from tests.office import Office


@pytest.mark.parametrize("office", ["http"], indirect=True)
@pytest.mark.parametrize(
    "body", [b"payload=" + b"[" * 100_000, b"payload={", b"payload=[1]", b"\xff"]
)
async def test_what_cannot_be_read_is_refused(office: Office, body: bytes) -> None:
    now = str(int(time.time()))
    base = b"v0:" + now.encode() + b":" + body
    digest = hmac.new(office.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={digest}",
    }
    address = office.slack.request_url
    assert address is not None

    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as answer,
    ):
        assert answer.status == 400
