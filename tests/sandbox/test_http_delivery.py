"""The way over signed HTTP, with a real Bolt app that checks signatures."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from sandbox import AppDidNotAnswer, Slack, fill


async def test_bolt_accepts_our_signature(http_slack: Slack, http_bolt: Any) -> None:
    jonas = http_slack.member("U0JONAS")

    await jonas.command("/qualify", "Acme & Söhne <GmbH>")
    view = await jonas.wait_for_view()
    result = await jonas.submit(fill(view, {"name": "Acme", "offer": "none"}))

    assert http_bolt.bodies[0]["text"] == "Acme & Söhne <GmbH>"
    assert result.closed


async def test_a_text_answer_arrives_like_over_socket_mode(
    http_slack: Slack, http_bolt: Any
) -> None:
    answer = await http_slack.member("U0JONAS").command("/qualify", "help")

    assert answer == {"text": "Say the name of a prospect."}


async def test_a_stale_timestamp_is_refused_by_slacks_own_verifier() -> None:
    def late() -> datetime:
        return datetime.now(UTC) - timedelta(minutes=6)

    async with (
        Slack.serving(delivery="http", clock=late) as slack,
        _answering(slack, _signature_checked_by_slack_sdk(slack)),
    ):
        with pytest.raises(AppDidNotAnswer, match="HTTP 401"):
            await slack.member("U0JONAS").command("/qualify", "help")


async def test_the_challenge_is_answered_by_bolt(http_slack: Slack, http_bolt: Any) -> None:
    assert await http_slack.verify_request_url()
    assert http_slack.connected


async def test_nobody_at_the_request_url_is_not_connected(http_slack: Slack) -> None:
    assert not await http_slack.verify_request_url()
    assert not http_slack.connected


async def test_a_failed_event_comes_again_with_its_headers(http_slack: Slack) -> None:
    requests: list[web.Request] = []
    retried = asyncio.Event()

    async def fail_once(request: web.Request) -> web.Response:
        requests.append(request)
        if len(requests) == 2:
            retried.set()
        return web.Response(status=500 if len(requests) == 1 else 200)

    async with _answering(http_slack, fail_once), asyncio.timeout(60):
        await http_slack.member("U0JONAS").open_home()
        await retried.wait()

    assert "X-Slack-Retry-Num" not in requests[0].headers
    assert requests[1].headers["X-Slack-Retry-Num"] == "1"
    assert requests[1].headers["X-Slack-Retry-Reason"] == "http_error"


async def test_an_app_can_ask_not_to_get_an_event_again(http_slack: Slack) -> None:
    requests: list[web.Request] = []

    async def never(request: web.Request) -> web.Response:
        requests.append(request)
        return web.Response(status=500, headers={"x-slack-no-retry": "1"})

    async with _answering(http_slack, never):
        await http_slack.member("U0JONAS").open_home()
        await http_slack.member("U0EMMA").open_home()

    assert len(requests) == 2
    assert all("X-Slack-Retry-Num" not in request.headers for request in requests)


def _signature_checked_by_slack_sdk(
    slack: Slack,
) -> Callable[[web.Request], Awaitable[web.Response]]:
    verifier = SignatureVerifier(slack.signing_secret)

    async def handle(request: web.Request) -> web.Response:
        valid = verifier.is_valid_request(await request.read(), dict(request.headers))
        return web.Response(status=200 if valid else 401)

    return handle


class _answering:  # noqa: N801 - reads as what it does
    def __init__(
        self, slack: Slack, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> None:
        self._slack = slack
        application = web.Application()
        application.router.add_post("/slack/events", handler)
        self._runner = web.AppRunner(application)

    async def __aenter__(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self._slack.request_url = f"http://127.0.0.1:{port}/slack/events"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
