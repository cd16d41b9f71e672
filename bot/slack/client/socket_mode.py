"""The connection of Socket Mode: what keeps Slack's client from waiting for good."""

import asyncio
import logging
from functools import partial
from typing import Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Postponed
from bot.slack.client.error_codes import passing
from bot.slack.client.identity import OddAnswer

ADDRESS_TRIED_FOR: Final = 30.0
"""Seconds; the address that Slack gives for a connection is good for one, and not for long."""


def socket_mode(app: AsyncApp, app_token: str, client: AsyncWebClient) -> AsyncSocketModeHandler:
    """Return what connects to Slack and passes on to the app what people do."""
    log = logging.getLogger("bot.slack.socket")
    log.setLevel(logging.WARNING)
    log.addFilter(_without_trace)
    made = AsyncSocketModeHandler(app, app_token, logger=log, web_client=client)
    made.client.issue_new_wss_url = partial(_address, made.client)  # type: ignore[method-assign]
    return made


async def let_addresses_go(socket: AsyncSocketModeHandler) -> None:
    """Make the client ask for another address for as long as there is no connection.

    It tries the one it has again and again, also when that one has expired.
    """
    while True:
        await asyncio.sleep(ADDRESS_TRIED_FOR)
        if not await socket.client.is_connected():
            socket.client.wss_uri = None


async def _address(client: SocketModeClient) -> str:
    """Return where Slack takes a connection. Whatever this raises, the client tries again.

    The client's own function waits for as long as Slack says, however long that is.
    """
    try:
        answer = await client.web_client.apps_connections_open(app_token=client.app_token)
    except SlackApiError as error:
        wait = passing(error)
        if isinstance(wait, Postponed):
            await asyncio.sleep(wait.wait.total_seconds())
        raise
    url = answer.get("url")
    if not isinstance(url, str):
        raise OddAnswer("url")
    return url


def _without_trace(record: logging.LogRecord) -> bool:
    """Drop the traceback: while Slack is away, the client retries over and over."""
    record.exc_info = None
    return True
