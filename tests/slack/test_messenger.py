"""Sending one message: what goes over the wire, and which failure means what."""

import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.domain.dossier import Dossier
from bot.domain.people import Action, Member, MemberId
from bot.domain.workspace import WorkspaceId
from bot.services.ports import (
    Caller,
    Claimed,
    Dead,
    MessageKind,
    OutboxMessage,
    Outcome,
    Person,
    Postponed,
    Sent,
    Unknown,
)
from bot.slack.messenger import SlackMessenger
from bot.wiring import _client
from sandbox import ApiCall, Fault, Slack
from tests.office import CHANNEL, environment
from tests.slack.views import cases

Json = dict[str, Any]
SECRET = b"secret"
A = WorkspaceId("T0A")
CARD = MessageKind.CARD


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack.serving() as serving:
        yield serving


@pytest.fixture
async def client(slack: Slack, no_secret_logged: None) -> AsyncIterator[AsyncWebClient]:
    """The client as `wiring` makes it, but less patient."""
    config = Config.from_environment(environment(slack, "sqlite:///unused.db", "socket"))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        yield _client(config, session)


@pytest.fixture
def messenger(client: AsyncWebClient) -> SlackMessenger:
    return SlackMessenger(lambda _: client, SECRET)


@pytest.fixture
def dossier() -> Dossier:
    return cases.dossier(cases.CASES["ordinary"])


def posted(dossier: Dossier, ts: str, channel: str = CHANNEL) -> Dossier:
    """Return the dossier of a card that is in the channel."""
    qualification = replace(dossier.qualification, card_channel=channel, card_ts=ts)
    return replace(dossier, qualification=qualification)


def claimed(
    kind: MessageKind = CARD, key: str = "card:1", recipient: str = CHANNEL, **more: Any
) -> Claimed:
    message = OutboxMessage(kind, recipient, key, **more)
    return Claimed(7, A, message, fence=1, attempts=1, may_be_out=False)


async def test_d1_one_send_is_one_request_even_when_the_connection_is_reset(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    slack.faults = lambda _: Fault(reset=True, carried_out=True)

    outcome = await messenger.send(claimed(), dossier, None)

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


async def test_a_card_is_posted_and_its_place_returned(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    outcome = await messenger.send(claimed(), dossier, None)

    [card] = slack.messages(CHANNEL)
    assert outcome == Sent(CHANNEL, card["ts"])
    assert slack.refusals == []


async def test_d20_nothing_that_is_said_is_parsed_for_mentions_or_unfurled(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    await say_everything(slack, messenger, dossier)

    said = [call for call in slack.calls if call.method in {"chat.postMessage", "chat.update"}]
    assert {call.method for call in said} == {"chat.postMessage", "chat.update"}
    for call in said:
        assert call.args["parse"] == "none"
        assert str(call.args["link_names"]).lower() in {"0", "false"}
        assert call.args["text"]
    posts = [call for call in said if call.method == "chat.postMessage"]
    assert {str(call.args["unfurl_links"]).lower() for call in posts} <= {"0", "false"}


async def test_every_post_carries_a_mark_that_only_we_can_make(
    slack: Slack, messenger: SlackMessenger, client: AsyncWebClient, dossier: Dossier
) -> None:
    stranger = SlackMessenger(lambda _: client, b"another secret")
    for sender, row in (
        (messenger, claimed()),
        (messenger, claimed()),
        (messenger, claimed(key="card:2")),
        (messenger, replace(claimed(), workspace_id=WorkspaceId("T0B"))),
        (stranger, claimed()),
    ):
        await sender.send(row, dossier, None)

    metadata = [call.args["metadata"] for call in slack.calls]
    marks = [each["event_payload"]["key"] for each in metadata]
    assert {each["event_type"] for each in metadata} == {"walkaway_message"}
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4
    assert all(len(mark) == 64 for mark in marks)


async def test_a_card_is_rewritten_where_it_stands(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    first = await sent(messenger, claimed(), dossier)

    again = await sent(messenger, claimed(MessageKind.CARD_REWRITE), posted(dossier, first.ts))

    assert again == first
    assert len(slack.messages(CHANNEL)) == 1


async def test_a_line_goes_into_the_thread_of_its_card(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    first = await sent(messenger, claimed(), dossier)

    await sent(messenger, line_about(dossier), posted(dossier, first.ts))

    assert len(slack.thread(CHANNEL, first.ts)) == 1


@pytest.mark.parametrize("kind", [MessageKind.CARD_REWRITE, MessageKind.THREAD_LINE])
async def test_what_belongs_to_a_card_that_never_came_is_not_needed(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, kind: MessageKind
) -> None:
    outcome = await messenger.send(claimed(kind, revision=1), dossier, None)

    assert outcome == Dead("not_needed")
    assert slack.calls == []


async def test_a_private_message_is_in_the_language_of_its_reader(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    for locale in ("de-DE", "en-GB"):
        row = claimed(MessageKind.OWNER_CHOSEN, f"owner:{locale}", "U0EMMA")
        await messenger.send(row, dossier, reader(dossier, locale))

    german, english = slack.member("U0EMMA").direct_messages
    assert "named you as the owner" in english["text"]
    assert "named you" not in german["text"]


async def test_a_manager_is_told_what_did_not_arrive(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    detail = {"recipient": CHANNEL, "cause": "is_archived"}
    row = claimed(MessageKind.UNDELIVERABLE, "u:1", "U0SABINE", detail=detail)

    await messenger.send(row, None, reader(dossier, "en-GB"))

    [told] = slack.member("U0SABINE").direct_messages
    assert f"<#{CHANNEL}>" in told["text"]


SLACK_SAYS_OK = {"ok": True, "channel": CHANNEL, "ts": "1.0"}


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
            Postponed(timedelta(minutes=5), "token_revoked", lane=True),
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
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, fault: Fault, outcome: Outcome
) -> None:
    slack.faults = lambda _: fault

    assert await messenger.send(claimed(), dossier, None) == outcome
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
    dossier: Dossier, status: int, content_type: str, body: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=content_type)

    async with answering(answer) as client:
        outcome = await SlackMessenger(lambda _: client, SECRET).send(claimed(), dossier, None)

    assert isinstance(outcome, Unknown)


async def test_an_answer_that_does_not_come_in_time_is_unknown(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, client: AsyncWebClient
) -> None:
    slack.faults = lambda _: Fault(delay=0.2, carried_out=True)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as session:
        client.session = session
        outcome = await messenger.send(claimed(), dossier, None)

    assert outcome == Unknown("TimeoutError")
    assert len(slack.messages(CHANNEL)) == 1


async def test_a_refused_connection_certainly_sent_nothing(dossier: Dossier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    client = AsyncWebClient("xoxb-x", base_url=f"http://127.0.0.1:{port}/", retry_handlers=[])

    outcome = await SlackMessenger(lambda _: client, SECRET).send(claimed(), dossier, None)

    assert isinstance(outcome, Postponed)
    assert not outcome.lane


async def test_an_archived_channel_takes_nothing_any_more(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, caplog: pytest.LogCaptureFixture
) -> None:
    slack.archive(CHANNEL)

    assert await messenger.send(claimed(), dossier, None) == Dead("is_archived")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_unknown_code_is_dead_with_an_alarm(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults = lambda _: Fault(body={"ok": False, "error": "moon_phase"})

    assert await messenger.send(claimed(), dossier, None) == Dead("moon_phase")

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
    slack: Slack, messenger: SlackMessenger, dossier: Dossier, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults = lambda call: refusing(True, call)

    outcome = await messenger.send(claimed(), dossier, None)

    assert isinstance(outcome, Sent)
    [card] = slack.messages(CHANNEL)
    types = {block["type"] for block in card["blocks"]}
    assert "actions" in types
    assert "container" not in types
    assert "unsupported type: container" in caplog.text


async def test_a_verdict_is_never_lost_to_a_block(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    slack.faults = lambda call: refusing(False, call)

    outcome = await messenger.send(claimed(), dossier, None)

    assert isinstance(outcome, Sent)
    [card] = slack.messages(CHANNEL)
    assert "Acme" in card["text"]
    assert not card.get("blocks")
    assert len(slack.calls) == 3


async def test_a_message_that_slack_refuses_in_every_shape_is_dead(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    slack.faults = lambda _: Fault(body={"ok": False, "error": "invalid_blocks"})

    assert await messenger.send(claimed(), dossier, None) == Dead("invalid_blocks")


async def test_two_cards_are_linked_as_far_as_slack_tells(
    slack: Slack, messenger: SlackMessenger, dossier: Dossier
) -> None:
    first = await sent(messenger, claimed(), dossier)
    earlier = posted(dossier, first.ts).qualification
    newer = replace(dossier, before=earlier)
    await sent(messenger, claimed(key="card:2"), newer)

    slack.faults = lambda call: Fault(status=500) if "Permalink" in call.method else None
    await sent(messenger, claimed(key="card:3"), newer)

    linked, unlinked = slack.messages(CHANNEL)[1:]
    address = f"/archives/{CHANNEL}/p{first.ts.replace('.', '')}"
    assert address in str(linked["blocks"])
    assert address not in str(unlinked["blocks"])


async def sent(messenger: SlackMessenger, row: Claimed, dossier: Dossier) -> Sent:
    outcome = await messenger.send(row, dossier, None)
    assert isinstance(outcome, Sent), outcome
    return outcome


async def say_everything(slack: Slack, messenger: SlackMessenger, dossier: Dossier) -> None:
    first = await sent(messenger, claimed(), dossier)
    card = posted(dossier, first.ts)
    await sent(messenger, claimed(MessageKind.CARD_REWRITE), card)
    await sent(messenger, line_about(dossier), card)
    row = claimed(MessageKind.OWNER_CHOSEN, "owner:1", "U0EMMA")
    assert isinstance(await messenger.send(row, dossier, reader(dossier, "en")), Sent)
    detail = {"recipient": CHANNEL, "cause": "is_archived"}
    row = claimed(MessageKind.UNDELIVERABLE, "u:1", "U0SABINE", detail=detail)
    assert isinstance(await messenger.send(row, None, reader(dossier, "en")), Sent)


def line_about(dossier: Dossier) -> Claimed:
    assert dossier.history[0].action is Action.QUALIFY
    return claimed(MessageKind.THREAD_LINE, "line:1", revision=dossier.history[0].revision)


def reader(dossier: Dossier, locale: str) -> Person:
    member = Member(MemberId("U0EMMA"), "Emma", cases.BERLIN, locale)
    return Person(Caller(A, member.id), dossier.workspace, member)


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Any]) -> AsyncIterator[AsyncWebClient]:
    """Serve an odd Slack, and yield a client of it."""
    app = web.Application()
    app.router.add_post("/chat.postMessage", answer)
    async with TestServer(app) as server:
        yield AsyncWebClient("xoxb-x", base_url=str(server.make_url("/")), retry_handlers=[])
