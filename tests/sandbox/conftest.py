"""A tiny real Bolt app that the sandbox talks to, over Socket Mode or signed HTTP."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Slack, counted_ids

Json = dict[str, Any]


def drawn_step(title: str = "Screen", **more: Any) -> Json:
    """Draw a modal with one input of each kind that matters."""
    options = [
        {"text": {"type": "plain_text", "text": name}, "value": name} for name in ("clear", "none")
    ]
    name = {"type": "plain_text_input", "action_id": "answer", "max_length": 80}
    offer = {"type": "radio_buttons", "action_id": "answer", "options": options}
    signs = {"type": "checkboxes", "action_id": "answer", "options": options}
    return {
        "type": "modal",
        "callback_id": "step",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Next"},
        "blocks": [
            _input("name", name | more.pop("name", {})),
            _input("offer", offer | more.pop("offer", {})),
            _input("signs", signs, optional=True),
            {"type": "actions", "block_id": "buttons", "elements": [button("back")]},
        ],
    } | more


def button(action_id: str) -> Json:
    text = {"type": "plain_text", "text": action_id.title()}
    return {"type": "button", "action_id": action_id, "text": text, "value": "7.1"}


def _input(block_id: str, element: Json, **more: Any) -> Json:
    label = {"type": "plain_text", "text": block_id.title()}
    return {"type": "input", "block_id": block_id, "label": label, "element": element} | more


class Recorder:
    """A Bolt app that notes what it gets, and answers as a test wants."""

    def __init__(self, slack: Slack) -> None:
        self.client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.app = AsyncApp(
            name="recorder",
            client=self.client,
            signing_secret=slack.signing_secret,
            process_before_response=True,
        )
        self._changes = slack.workspace.changes
        self.bodies: list[Json] = []
        self.answer: Json = {}
        self.first_view: Json = drawn_step()
        self.app.command("/qualify")(self._command)
        self.app.action({"type": "block_actions", "action_id": _anything})(self._note)
        self.app.view({"type": "view_submission", "callback_id": _anything})(self._note)
        self.app.view({"type": "view_closed", "callback_id": _anything})(self._note)
        self.app.shortcut(_anything)(self._note)
        self.app.event("app_home_opened")(self._note)

    @property
    def last(self) -> Json:
        return self.bodies[-1]

    def _take(self, body: Json) -> None:
        """Keep it, and wake whoever waits for it."""
        self.bodies.append(body)
        self._changes.announce()

    async def _command(self, ack: Any, body: Json) -> None:
        self._take(body)
        if body.get("text") == "help":
            await ack("Say the name of a prospect.")
            return
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=self.first_view)

    async def _note(self, ack: Any, body: Json) -> None:
        self._take(body)
        await ack(**self.answer)


_anything: Any = re.compile(".*")


@asynccontextmanager
async def over_socket_mode(slack: Slack) -> AsyncIterator[Recorder]:
    recorder = Recorder(slack)
    web_client = AsyncWebClient(base_url=slack.api_url)
    handler = AsyncSocketModeHandler(
        recorder.app, slack.app_token, web_client=web_client, ping_interval=1
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.wait_for(lambda: slack.connected)
    try:
        yield recorder
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(slack: Slack) -> AsyncIterator[Recorder]:
    recorder = Recorder(slack)

    async def handle(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        bolt_request = AsyncBoltRequest(body=body, headers=dict(request.headers))
        answer = await recorder.app.async_dispatch(bolt_request)
        headers = {name: values[0] for name, values in answer.headers.items()}
        return web.Response(status=answer.status, text=answer.body, headers=headers)

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield recorder
    finally:
        await runner.cleanup()


@pytest.fixture
def answer_within() -> float:
    """Seconds that the app has; tests of an app that is too slow give it less."""
    return 60


@pytest.fixture
async def slack(answer_within: float) -> AsyncIterator[Slack]:
    async with Slack.serving(new_id=counted_ids(), answer_within=answer_within) as serving:
        yield serving


@pytest.fixture
async def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
async def bolt(slack: Slack) -> AsyncIterator[Recorder]:
    async with over_socket_mode(slack) as recorder:
        yield recorder


@pytest.fixture
async def http_slack(answer_within: float) -> AsyncIterator[Slack]:
    ids = counted_ids()
    async with Slack.serving(new_id=ids, answer_within=answer_within, delivery="http") as slack:
        yield slack


@pytest.fixture
async def http_bolt(http_slack: Slack) -> AsyncIterator[Recorder]:
    async with over_http(http_slack) as recorder:
        yield recorder


@pytest.fixture
def step() -> Callable[..., Json]:
    return drawn_step
