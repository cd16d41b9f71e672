"""Switches: faults by name, archived channels, deactivated members, and who is told."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import FAULTS, CannotDo, Fault, Slack
from tests.sandbox.conftest import Recorder


async def test_a_rate_limit_says_when_to_come_back_and_spares_what_is_no_message(
    slack: Slack, client: AsyncWebClient
) -> None:
    slack.switches.set_fault("rate_limited", on=True)

    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="C0SALES", text="x")

    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "5"
    assert (await client.auth_test())["ok"]


async def test_what_was_switched_off_has_no_effect_any_more(
    slack: Slack, client: AsyncWebClient
) -> None:
    for name in FAULTS:
        slack.switches.set_fault(name, on=True)
    for name in FAULTS:
        slack.switches.set_fault(name, on=False)

    assert (await client.chat_postMessage(channel="C0SALES", text="x"))["ok"]


async def test_faults_add_up_the_worst_decides_the_answer(
    slack: Slack, client: AsyncWebClient
) -> None:
    for name in ("rate_limited", "answer_lost"):
        slack.switches.set_fault(name, on=True)

    with pytest.raises(SlackApiError) as lost:
        await client.chat_postMessage(channel="C0SALES", text="x")

    assert lost.value.response.status_code == 500
    assert [message["text"] for message in slack.messages("C0SALES")] == ["x"]


async def test_a_broken_connection_has_no_effect(slack: Slack, client: AsyncWebClient) -> None:
    slack.switches.set_fault("connection_reset", on=True)

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0SALES", text="x")

    assert slack.messages("C0SALES") == []


async def test_a_fault_of_a_test_goes_before_the_switches(
    slack: Slack, client: AsyncWebClient
) -> None:
    slack.switches.set_fault("connection_reset", on=True)

    slack.faults = lambda _: Fault(status=503, body="away")

    with pytest.raises(SlackApiError) as away:
        await client.auth_test()
    assert away.value.response.status_code == 503


async def test_a_channel_is_archived_and_opened_again(slack: Slack, client: AsyncWebClient) -> None:
    slack.archive("C0VERDICTS")
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel="C0VERDICTS", text="x")

    slack.unarchive("C0VERDICTS")

    assert (await client.chat_postMessage(channel="C0VERDICTS", text="x"))["ok"]


async def test_the_app_is_told_when_an_account_is_switched_off_and_on(
    slack: Slack, bolt: Recorder
) -> None:
    bolt.app.event("user_change")(bolt._note)

    slack.deactivate("U0EMMA")
    slack.deactivate("U0EMMA")
    await slack.wait_for(lambda: bolt.bodies)
    slack.reactivate("U0EMMA")
    await slack.wait_for(lambda: len(bolt.bodies) > 1)

    told = [body["event"] for body in bolt.bodies]
    assert [event["type"] for event in told] == ["user_change"] * 2
    assert [event["user"]["id"] for event in told] == ["U0EMMA"] * 2
    assert [event["user"]["deleted"] for event in told] == [True, False]


async def test_whoever_is_deactivated_can_do_nothing(slack: Slack, bolt: Recorder) -> None:
    bolt.app.event("user_change")(bolt._note)
    slack.deactivate("U0EMMA")

    with pytest.raises(CannotDo, match="The account of Emma Clarke is deactivated"):
        await slack.member("U0EMMA").command("/qualify", "help")


async def test_an_unknown_switch_is_refused(slack: Slack) -> None:
    unknown: list[Any] = [("fault", "gremlins"), ("channel", "C0NO"), ("member", "U0NO")]

    for kind, name in unknown:
        with pytest.raises(KeyError):
            slack.switches.switch(kind, name, on=True)
