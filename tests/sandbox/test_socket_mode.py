"""The way over Socket Mode, with the real clients of slack_sdk and Bolt."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import AppDidNotAnswer, Slack, fill


async def test_a_command_opens_a_modal_and_its_submission_closes_it(
    slack: Slack, bolt: Any
) -> None:
    jonas = slack.member("U0JONAS")

    assert await jonas.command("/qualify", "Acme GmbH", channel="C0SALES") == {}
    view = await jonas.wait_for_view()
    result = await jonas.submit(fill(view, {"name": "Acme", "offer": "clear"}))

    assert result.closed
    assert jonas.view is None
    values = bolt.last["view"]["state"]["values"]
    assert values["name"]["answer"] == {"type": "plain_text_input", "value": "Acme"}
    assert values["offer"]["answer"]["selected_option"]["value"] == "clear"
    assert values["signs"]["answer"] == {"type": "checkboxes", "selected_options": []}
    assert slack.refusals == []


async def test_an_answer_to_a_command_is_seen_by_its_author_alone(slack: Slack, bolt: Any) -> None:
    jonas, emma = slack.member("U0JONAS"), slack.member("U0EMMA")

    answer = await jonas.command("/qualify", "help")

    assert answer == {"text": "Say the name of a prospect."}
    assert [message["text"] for message in jonas.ephemerals] == ["Say the name of a prospect."]
    assert emma.ephemerals == []
    assert slack.messages("C0SALES") == []


async def test_without_an_app_a_command_fails_at_once_and_says_so(slack: Slack) -> None:
    jonas = slack.member("U0JONAS")

    with pytest.raises(AppDidNotAnswer, match="dispatch_failed"):
        await jonas.command("/qualify", "Acme")

    failed = "/qualify ist mit dem Fehler „dispatch_failed“ fehlgeschlagen"
    assert jonas.ephemerals[-1]["text"] == failed
    assert slack.notices[-1].kind == "error"


@pytest.mark.parametrize("answer_within", [0.1])
async def test_an_app_that_says_nothing_is_too_slow(slack: Slack) -> None:
    async with await _connection(slack):
        with pytest.raises(AppDidNotAnswer, match="operation_timeout"):
            await slack.member("U0JONAS").command("/qualify", "Acme")


async def test_payloads_go_round_the_connections(slack: Slack) -> None:
    async with await _connection(slack) as first, await _connection(slack) as second:
        hello = await second.receive_json()
        await first.receive_json()
        heard = []
        for connection in (first, second):
            sending = _background(slack.member("U0JONAS").command("/qualify", "Acme"))
            envelope = await connection.receive_json()
            await connection.send_json({"envelope_id": envelope["envelope_id"]})
            assert await sending == {}
            heard.append(envelope)

    assert hello["num_connections"] == 2
    assert [envelope["type"] for envelope in heard] == ["slash_commands"] * 2
    assert heard[0]["accepts_response_payload"]
    assert heard[0]["envelope_id"] != heard[1]["envelope_id"]


async def test_an_eleventh_connection_is_turned_away(slack: Slack) -> None:
    async with AsyncExitStack() as held:
        for _ in range(10):
            connection = await held.enter_async_context(await _connection(slack))
            await connection.receive_json()
        async with await _connection(slack) as eleventh:
            refusal = await eleventh.receive_json()

    assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")


async def test_what_is_no_answer_is_not_taken_for_one(slack: Slack) -> None:
    async with await _connection(slack) as connection:
        await connection.receive_json()
        sending = _background(slack.member("U0JONAS").command("/qualify", "Acme"))
        envelope = await connection.receive_json()
        await connection.send_str("not json")
        await connection.send_json({"envelope_id": "other"})
        await connection.send_json(
            {"envelope_id": envelope["envelope_id"], "payload": {"text": "Yes"}}
        )

        assert await sending == {"text": "Yes"}


async def test_an_app_that_is_told_to_reconnect_comes_back(slack: Slack, bolt: Any) -> None:
    await slack.refresh_connections()
    await slack.wait_for(lambda: slack.connected)

    await slack.member("U0JONAS").command("/qualify", "help")


@pytest.mark.parametrize("answer_within", [1])
async def test_an_event_that_nobody_takes_comes_again_with_its_number(slack: Slack) -> None:
    async with await _connection(slack) as connection:
        await connection.receive_json()
        opening = _background(slack.member("U0JONAS").open_home())
        first = await connection.receive_json()
        second = await connection.receive_json()
        await connection.send_json({"envelope_id": second["envelope_id"]})
        await opening

    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert second["retry_reason"] == "http_timeout"
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


async def test_the_home_tab_is_published_by_its_event(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")

    await jonas.open_home()

    assert bolt.last["event"]["type"] == "app_home_opened"
    assert bolt.last["authorizations"][0]["team_id"] == "T0NORDLICHT"


def _background(work: Any) -> Any:
    return asyncio.ensure_future(work)


async def _connection(slack: Slack) -> Any:
    client = AsyncWebClient(base_url=slack.api_url)
    address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    return _Connection(address)


class _Connection:
    def __init__(self, address: str) -> None:
        self._address = address

    async def __aenter__(self) -> aiohttp.ClientWebSocketResponse:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(self._address)
        return self._socket

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._session.close()
