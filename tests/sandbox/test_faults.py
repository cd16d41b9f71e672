"""Answers that are not honest on purpose: faults, and the limit of messages per second."""

import random

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import ApiCall, Fault, Slack, Weather
from sandbox.faults import WEATHER


async def test_more_than_a_message_a_second_is_limited_when_switched_on() -> None:
    now = [0.0]
    async with Slack.serving(monotonic=lambda: now[0], rate_limited=True) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C0SALES", text="1")
        await client.chat_postMessage(channel="C0VERDICTS", text="1")
        with pytest.raises(SlackApiError) as limited:
            await client.chat_postMessage(channel="C0SALES", text="2")
        now[0] = 1.0
        await client.chat_postMessage(channel="C0SALES", text="3")

    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "1"


async def test_a_fault_can_lose_the_answer_of_a_call_that_was_carried_out(
    slack: Slack, client: AsyncWebClient
) -> None:
    slack.faults = lambda _: Fault(status=500, body="oops", carried_out=True)

    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0SALES", text="x")

    assert [message["text"] for message in slack.messages("C0SALES")] == ["x"]


async def test_a_fault_can_break_the_connection_before_anything_happens(
    slack: Slack, client: AsyncWebClient
) -> None:
    def reset_posts(call: ApiCall) -> Fault | None:
        return Fault(reset=True) if call.method == "chat.postMessage" else None

    slack.faults = reset_posts

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0SALES", text="x")

    assert (await client.auth_test())["ok"]
    assert slack.messages("C0SALES") == []
    assert [call.method for call in slack.calls] == ["chat.postMessage", "auth.test"]


async def test_a_fault_can_only_hold_an_answer_back(slack: Slack, client: AsyncWebClient) -> None:
    slack.faults = lambda _: Fault(delay=0.01)

    assert (await client.auth_test())["ok"]


async def test_by_one_seed_the_same_messages_go_wrong_and_the_same_ids_are_given() -> None:
    first, again, other = [await _said_in_bad_weather(seed) for seed in (7, 7, 8)]

    assert first == again
    assert first != other


async def _said_in_bad_weather(seed: int) -> list[str]:
    """Say ten things, and return what became of each, and an id of each answer's view."""
    became = []
    async with Slack.serving(chance=random.Random(seed)) as slack:
        slack.switches._weather = Weather(random.Random(seed), longest=0)
        slack.switches.set_fault(WEATHER, on=True)
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        for number in range(10):
            try:
                await client.chat_postMessage(channel="C0SALES", text=str(number))
            except (SlackApiError, aiohttp.ClientError) as error:
                became.append(type(error).__name__)
        became += [message["text"] for message in slack.messages("C0SALES")]
        return [*became, slack.workspace.new_id("V")]
