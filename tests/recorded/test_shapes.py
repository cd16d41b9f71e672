"""Payloads and answers of the pretend Slack, held against those that Slack sends in public.

Our recorded payloads are our own; `shapes/` has fields and types of real ones, with their sources.
"""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Coroutine, Mapping
from functools import cache
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.manifest import EVENTS
from bot.slack.app import dispatch
from bot.storage.prospects.prospects import prospects
from sandbox import Slack
from sandbox.delivery import Kind, Retry
from sandbox.web_api_methods import METHODS
from sandbox.world import Organisation
from tests.cli.test_manifest import called
from tests.office import CHANNEL, GOOD, Office
from tests.recorded.reading import story_of, versions
from tests.recorded.record import current_version
from tests.recorded.shaping import Shape, differences, invented, shapes

Json = dict[str, Any]

GRID = Organisation("E0NORDLICHT", "Nordlicht Group")
WHOLE = Organisation("E0NORDLICHT", "Nordlicht Group", has_installed=True)
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Walk away"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Screen"}, "blocks": [SECTION]}
ALL = shapes()


def shape_named(name: str) -> Shape:
    """Return a shape; whoever sends or calls something new has to look for a recording of it."""
    assert name in ALL, f"tests/recorded/shapes has no {name}.json: CONTRIBUTING.md says how"
    return ALL[name]


def name_of(kind: str, payload: Mapping[str, Any]) -> str:
    """Return the name of a payload's shape."""
    if kind == "slash_commands":
        return "command"
    if kind == "events_api":
        return f"event.{payload.get('event', payload)['type']}"
    place = f".{payload['container']['type']}" if payload["type"] == "block_actions" else ""
    return f"interaction.{payload['type']}{place}"


def odd(name: str, ours: Any) -> list[str]:
    """Say where ours is not as Slack's."""
    return [f"{name} {each}" for each in differences(ours, shape_named(name).fields)]


@pytest.mark.parametrize("version", versions()[-1:])
def test_our_recorded_payloads_are_made_as_those_of_slack(version: str) -> None:
    assert version == current_version()
    found = {
        each
        for recorded in story_of(version)
        for each in odd(name_of(recorded.kind, recorded.payload), recorded.payload)
    }
    assert found == set()


def test_every_shape_says_where_it_was_recorded() -> None:
    assert [name for name, shape in ALL.items() if not shape.sources] == []
    assert all(each.startswith("https://") for shape in ALL.values() for each in shape.sources)


def test_every_method_that_is_called_or_served_has_a_shape() -> None:
    for method in {*methods_called(), *METHODS, "oauth.v2.access"}:
        shape_named(f"web_api.{method}")


def test_every_method_that_is_called_is_served() -> None:
    assert methods_called() - METHODS.keys() == set()


def test_every_event_that_is_listened_for_has_a_shape() -> None:
    for event in {*EVENTS, *dispatch.EVENTS}:
        shape_named(f"event.{event}")


@pytest.fixture(params=[None, GRID, WHOLE], ids=["alone", "grid", "whole"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Slack]:
    async with Slack.serving(answer_within=60) as serving:
        serving.workspace.world.organisation = request.param
        serving.workspace.world.groups["S0SALES"] = ["U0JONAS"]
        yield serving


async def test_the_web_api_answers_as_slack_does(slack: Slack) -> None:
    async with aiohttp.ClientSession() as http:
        asked = _Asked(slack, http)
        await asked.who()
        await asked.about_messages()
        await asked.about_places()
        await asked.about_views()

    assert asked.odd == set()
    assert asked.methods == METHODS.keys()


async def test_a_refusal_has_nothing_that_those_of_slack_have_not(slack: Slack) -> None:
    slack.workspace.scopes.remove("users:read")
    async with aiohttp.ClientSession() as http:
        for method, args in (
            ("views.open", {"trigger_id": "1.2.x"}),
            ("chat.update", {"channel": "C0SALES", "ts": "1.2"}),
            ("chat.postMessage", {"channel": "C0SALES", "blocks": [{}]}),
            ("users.info", {"user": "U0JONAS"}),
        ):
            answer = await _answer(slack, http, method, args)

            assert answer["ok"] is False
            assert list(invented(answer, shape_named(f"web_api.{method}").fields)) == []


async def test_socket_mode_speaks_as_slack_does(slack: Slack) -> None:
    jonas = slack.member("U0JONAS")
    async with aiohttp.ClientSession() as http:
        address = (await _answer(slack, http, "apps.connections.open", {}))["url"]
    async with aiohttp.ClientSession() as http, http.ws_connect(address) as socket:
        assert odd("socket.hello", await socket.receive_json()) == []
        for kind, done in (
            ("slash_commands", jonas.command("/qualify", "help")),
            ("interactive", jonas.shortcut("qualify")),
            ("events_api", jonas.open_home()),
        ):
            envelope = await _taken(socket, done)

            assert odd(f"socket.{kind}", envelope | {"payload": {}}) == []
            assert odd(name_of(kind, envelope["payload"]), envelope["payload"]) == []
        await slack.refresh_connections()
        assert odd("socket.disconnect", await socket.receive_json()) == []


@pytest.mark.parametrize("organisation", [GRID, WHOLE], ids=["grid", "whole"])
async def test_in_an_organisation_the_bot_works_and_gets_what_slack_sends(
    office: Office, organisation: Organisation
) -> None:
    slack, jonas = office.slack, office.jonas
    slack.workspace.world.organisation = organisation
    await office.bot.workspace.ask()
    found: set[str] = set()
    send = slack.delivery.send

    async def looked_at(kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        found.update(odd(name_of(kind, payload), payload))
        return await send(kind, payload, retry)

    slack.delivery.send = looked_at  # type: ignore[method-assign]
    card = await office.screen(jonas, "Acme GmbH", **GOOD)
    await jonas.shortcut("qualify")
    await jonas.wait_for_view()
    await jonas.close(everything=True)
    await jonas.open_home()
    await office.answered()
    await jonas.click("walk_away", message_ts=card["ts"], channel=CHANNEL)
    await office.answered()
    slack.deactivate("U0EMMA")
    await office.delivered()

    assert found == set()
    assert slack.refusals == []
    assert [row.stage for row in await office.rows(prospects)] == ["walked_away"]


def methods_called() -> set[str]:
    """Return the methods of the Web API behind what the bot calls of its client."""
    return {method for name, _ in called() for method in _methods_of(name)}


@cache
def _methods_of(name: str) -> frozenset[str]:
    source = inspect.getsource(getattr(AsyncWebClient, name))
    others = [each for each in re.findall(r"self\.(\w+)\(", source) if each not in _NO_METHODS]
    found = re.findall(r'api_call\(\s*"([^"]+)"', source)
    return frozenset(found).union(*(_methods_of(each) for each in others))


_NO_METHODS = {"api_call", "_upload_file"}


class _Asked:
    """Asks the Web API everything that it answers, and holds each answer against its shape."""

    def __init__(self, slack: Slack, http: aiohttp.ClientSession) -> None:
        self.odd: set[str] = set()
        self.methods: set[str] = set()
        self._slack = slack
        self._http = http

    async def who(self) -> None:
        await self._ask("api.test")
        await self._ask("auth.test")
        await self._ask("apps.connections.open")
        await self._ask("bots.info", bot="B0WALKAWAY")
        await self._ask("users.info", user="U0JONAS", include_locale=True)
        await self._ask(
            "users.lookupByEmail", email=self._slack.workspace.world.members["U0JONAS"].email
        )
        await self._ask("usergroups.list")
        await self._ask("usergroups.users.list", usergroup="S0SALES")

    async def about_messages(self) -> None:
        here: Json = {"channel": "C0SALES"}
        metadata = {"event_type": "drawn", "event_payload": {"key": "1"}}
        said: Json = {"text": "Hello", "blocks": [SECTION], "metadata": metadata}
        ts = (await self._ask("chat.postMessage", **here, **said))["ts"]
        await self._ask("chat.postMessage", **here, text="Below", thread_ts=ts)
        await self._ask("chat.postEphemeral", **here, user="U0JONAS", text="Psst")
        await self._ask("chat.update", **here, ts=ts, text="Hello again")
        await self._ask("chat.getPermalink", **here, message_ts=ts)
        await self._send_file(here["channel"])
        await self._ask("conversations.history", **here, include_all_metadata=True)
        await self._ask("conversations.replies", **here, ts=ts)
        await self._ask("chat.delete", **here, ts=ts)

    async def about_places(self) -> None:
        opened = await self._ask("conversations.open", users="U0JONAS")
        for channel in ("C0SALES", opened["channel"]["id"]):
            await self._ask("conversations.info", channel=channel)
            await self._ask("conversations.members", channel=channel)

    async def about_views(self) -> None:
        triggered = self._slack.workspace.permits.new_trigger
        opened = await self._ask("views.open", trigger_id=triggered("U0JONAS"), view=MODAL)
        inside = triggered("U0JONAS", from_view=True)
        await self._ask("views.push", trigger_id=inside, view=MODAL)
        await self._ask("views.update", view_id=opened["view"]["id"], view=MODAL)
        home = {"type": "home", "blocks": [SECTION]}
        await self._ask("views.publish", user_id="U0JONAS", view=home)

    async def _send_file(self, channel: str) -> None:
        given = await self._ask("files.getUploadURLExternal", filename="a.txt", length=2)
        await self._http.post(given["upload_url"], data=b"ab")
        files = [{"id": given["file_id"], "title": "A"}]
        await self._ask("files.completeUploadExternal", files=files, channel_id=channel)
        await self._ask("files.info", file=given["file_id"])

    async def _ask(self, method: str, **args: Any) -> Json:
        answer = await _answer(self._slack, self._http, method, args)
        assert answer["ok"], answer
        self.methods.add(method)
        self.odd.update(odd(f"web_api.{method}", answer))
        return answer


async def _answer(slack: Slack, http: aiohttp.ClientSession, method: str, args: Json) -> Json:
    token = slack.app_token if method == "apps.connections.open" else slack.bot_token
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(slack.api_url + method, json=args, headers=headers) as answer:
        return dict(await answer.json())


async def _taken(
    socket: aiohttp.ClientWebSocketResponse, done: Coroutine[Any, Any, object]
) -> Json:
    """Do something, and take what is sent of it."""
    doing = asyncio.ensure_future(done)
    envelope: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    await doing
    return envelope
