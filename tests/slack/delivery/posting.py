"""Messages to send, and what is needed to send them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Claimed, MessageKind, OutboxMessage, Sent
from bot.domain.people import Action, Member, MemberId
from bot.domain.read_models import Overview
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Caller, Person
from bot.slack.delivery.messenger import SlackMessenger
from tests.office import CHANNEL
from tests.slack import cases

SECRET = b"secret"


A = WorkspaceId("T0A")


def posted(overview: Overview, ts: str, channel: str = CHANNEL) -> Overview:
    """Return the overview of a card that is in the channel."""
    qualification = replace(overview.qualification, card_channel=channel, card_ts=ts)
    return replace(overview, qualification=qualification)


def claimed(
    kind: MessageKind = MessageKind.CARD, key: str = "card:1", recipient: str = CHANNEL, **more: Any
) -> Claimed:
    message = OutboxMessage(kind, recipient, key, **more)
    return Claimed(7, A, message, fence=1, attempts=1, may_be_out=False)


async def sent(messenger: SlackMessenger, row: Claimed, overview: Overview) -> Sent:
    outcome = await messenger.send(row, overview, None)
    assert isinstance(outcome, Sent), outcome
    return outcome


def line_about(overview: Overview) -> Claimed:
    assert overview.history[0].action is Action.QUALIFY
    return claimed(MessageKind.THREAD_LINE, "line:1", revision=overview.history[0].revision)


def reader(overview: Overview, locale: str) -> Person:
    member = Member(MemberId("U0EMMA"), "Emma", cases.BERLIN, locale)
    return Person(Caller(A, member.id), overview.workspace, member)


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Any]) -> AsyncIterator[AsyncWebClient]:
    """Serve an odd Slack, and yield a client of it."""
    app = web.Application()
    app.router.add_route("*", "/{method}", answer)
    async with TestServer(app) as server:
        yield AsyncWebClient("xoxb-x", base_url=str(server.make_url("/")), retry_handlers=[])
