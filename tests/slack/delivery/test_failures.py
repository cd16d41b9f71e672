"""Sending one message: which failure means what."""

import logging
import socket
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Away, Dead, Postponed, SendResult, Sent, Unknown
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.delivery import messenger as messenger_module
from bot.slack.delivery.messenger import SlackMessenger
from sandbox import ApiCall, Fault, Slack
from tests.office import CHANNEL
from tests.slack.delivery.posting import (
    SECRET,
    answering,
    claimed,
)


async def test_d1_one_send_is_one_request_even_when_the_connection_is_reset(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    slack.faults = lambda _: Fault(reset=True, carried_out=True)

    outcome = await messenger.send(claimed(), overview, None)

    assert isinstance(outcome, Unknown)
    assert len(slack.calls) == len(slack.messages(CHANNEL)) == 1


async def test_d1_a_client_that_repeats_by_itself_would_have_posted_twice(slack: Slack) -> None:
    """The control: it shows that the fault of the test above would be noticed."""
    at_once = FixedValueRetryIntervalCalculator(fixed_internal=0)
    repeating = AsyncConnectionErrorRetryHandler(interval_calculator=at_once)
    slack.faults = lambda _: Fault(reset=True, carried_out=True)
    naive = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[repeating])

    with pytest.raises(aiohttp.ClientError):
        await naive.chat_postMessage(channel=CHANNEL, text="x")

    assert len(slack.messages(CHANNEL)) == 2


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        pytest.param(
            Fault(status=429, headers={"Retry-After": "17"}, body={"ok": False}),
            Postponed(timedelta(seconds=17), "ratelimited", lane=True),
            id="429",
        ),
        pytest.param(
            Fault(status=429, body="<html>slow down</html>"),
            Postponed(timedelta(seconds=30), "ratelimited", lane=True),
            id="429 without Retry-After",
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "3"}),
            Postponed(timedelta(seconds=3), "ratelimited", lane=True),
            id="ratelimited",
        ),
        pytest.param(Fault(status=500, body="oops"), Unknown("unreadable_answer"), id="500"),
        pytest.param(
            Fault(status=503, body={"ok": False, "error": "x"}), Unknown("x"), id="503 with JSON"
        ),
        pytest.param(Fault(body="<html>"), Unknown("unreadable_answer"), id="no JSON"),
        pytest.param(Fault(body={}), Unknown("unreadable_answer"), id="empty JSON"),
        pytest.param(
            Fault(body={"ok": False, "error": "internal_error"}),
            Unknown("internal_error"),
            id="internal_error",
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "fatal_error"}),
            Unknown("fatal_error"),
            id="fatal_error",
        ),
        pytest.param(Fault(reset=True), Unknown("ServerDisconnectedError"), id="reset"),
        pytest.param(
            Fault(body={"ok": False, "error": "token_revoked"}),
            Away("token_revoked"),
            id="token revoked",
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "channel_not_found"}),
            Dead("channel_not_found"),
            id="no such channel",
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "restricted_action"}),
            Dead("restricted_action"),
            id="not allowed there",
        ),
    ],
)
async def test_a_failure_means_what_it_means(
    slack: Slack, messenger: SlackMessenger, overview: Overview, fault: Fault, outcome: SendResult
) -> None:
    slack.faults = lambda _: fault

    assert await messenger.send(claimed(), overview, None) == outcome
    assert len(slack.calls) == 1


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "application/json", '{"ok": tr'),
        (200, "application/json", ""),
        (502, "application/json", '{"ok": tr'),
        (502, "application/json", "[]"),
        (502, "text/plain", "Bad gateway"),
    ],
)
async def test_an_answer_that_nobody_can_read_is_unknown(
    overview: Overview, status: int, content_type: str, body: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=content_type)

    async with answering(answer) as client:
        outcome = await SlackMessenger(lambda _: client, SECRET).send(claimed(), overview, None)

    assert isinstance(outcome, Unknown)


async def test_an_answer_that_does_not_come_in_time_is_unknown(
    slack: Slack, messenger: SlackMessenger, overview: Overview, client: AsyncWebClient
) -> None:
    slack.faults = lambda _: Fault(delay=0.2, carried_out=True)
    impatient = aiohttp.ClientTimeout(total=None, sock_read=0.05)  # counts from the request's end
    async with aiohttp.ClientSession(timeout=impatient) as session:
        client.session = session
        outcome = await messenger.send(claimed(), overview, None)

    assert outcome == Unknown("SocketTimeoutError")
    assert await slack.wait_for(lambda: len(slack.messages(CHANNEL)) == 1)


async def test_a_refused_connection_certainly_sent_nothing(overview: Overview) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    client = AsyncWebClient("xoxb-x", base_url=f"http://127.0.0.1:{port}/", retry_handlers=[])

    outcome = await SlackMessenger(lambda _: client, SECRET).send(claimed(), overview, None)

    assert isinstance(outcome, Postponed)
    assert not outcome.lane


async def test_an_archived_channel_takes_nothing_any_more(
    slack: Slack, messenger: SlackMessenger, overview: Overview, caplog: pytest.LogCaptureFixture
) -> None:
    slack.archive(CHANNEL)

    assert await messenger.send(claimed(), overview, None) == Dead("is_archived")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_unknown_code_is_dead_with_an_alarm(
    slack: Slack, messenger: SlackMessenger, overview: Overview, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults = lambda _: Fault(body={"ok": False, "error": "moon_phase"})

    assert await messenger.send(claimed(), overview, None) == Dead("moon_phase")

    [alarm] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "moon_phase" in alarm.getMessage()


def refusing(container_only: bool, call: ApiCall) -> Fault | None:
    blocks = call.args.get("blocks") or []
    is_new = any(block["type"] in {"container", "alert"} for block in blocks)
    if not blocks or (container_only and not is_new):
        return None
    reason = "unsupported type: container [json-pointer:/blocks/6]"
    return Fault(body={"ok": False, "error": "invalid_blocks", "errors": [reason]})


async def test_blocks_that_slack_refuses_are_replaced_by_classic_ones(
    slack: Slack, messenger: SlackMessenger, overview: Overview, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults = lambda call: refusing(True, call)

    outcome = await messenger.send(claimed(), overview, None)

    assert isinstance(outcome, Sent)
    [card] = slack.messages(CHANNEL)
    types = {block["type"] for block in card["blocks"]}
    assert "actions" in types
    assert "container" not in types
    assert outcome.refused == {"container"}
    assert "unsupported type: container" in caplog.text


@pytest.mark.parametrize(
    ("pointer", "left_out"),
    [
        (" [json-pointer:/blocks/0/type]", {"data_table"}),
        (" [json-pointer:/blocks/1/chart/type]", {"data_visualization"}),
        ("", {"data_table", "data_visualization"}),
    ],
)
async def test_only_what_slack_names_is_left_out_else_all_that_is_new(
    messenger: SlackMessenger,
    slack: Slack,
    monkeypatch: pytest.MonkeyPatch,
    overview: Overview,
    pointer: str,
    left_out: set[str],
) -> None:
    table = kit.data_table("table", "Undecided", ["Name"], [[kit.text_cell("Acme")]])
    chart = kit.bar_chart("chart", "Verdicts", ["1 Dec"], {"Pursue": [3]})
    both = kit.message("Acme", [table, chart, kit.section(kit.plain("Acme"))])
    monkeypatch.setattr(messenger_module, "drawn", lambda *_, **__: both)

    def refuse(call: ApiCall) -> Fault | None:
        if left_out.isdisjoint(block["type"] for block in call.args.get("blocks") or []):
            return None
        reason = f"unsupported type{pointer}"
        return Fault(body={"ok": False, "error": "invalid_blocks", "errors": [reason]})

    slack.faults = refuse
    outcome = await messenger.send(claimed(), overview, None)

    assert isinstance(outcome, Sent)
    assert outcome.refused == left_out
    [said] = slack.messages(CHANNEL)
    kinds = {"data_table", "data_visualization", "section"}
    assert {block["type"] for block in said["blocks"]} == kinds - left_out
    assert len(slack.calls) == 2


async def test_what_was_refused_before_is_not_tried(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    outcome = await messenger.send(claimed(), overview, None, left_out={"container"})

    assert isinstance(outcome, Sent)
    assert outcome.refused == frozenset()
    [card] = slack.messages(CHANNEL)
    assert "container" not in {block["type"] for block in card["blocks"]}


async def test_a_verdict_is_never_lost_to_a_block(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    slack.faults = lambda call: refusing(False, call)

    outcome = await messenger.send(claimed(), overview, None)

    assert isinstance(outcome, Sent)
    [card] = slack.messages(CHANNEL)
    assert "Acme" in card["text"]
    assert not card.get("blocks")
    assert outcome.refused == frozenset()  # it may have been another one
    assert len(slack.calls) == 3


async def test_a_message_that_slack_refuses_in_every_shape_is_dead(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    slack.faults = lambda _: Fault(body={"ok": False, "error": "invalid_blocks"})

    assert await messenger.send(claimed(), overview, None) == Dead("invalid_blocks")
