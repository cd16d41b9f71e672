"""A messenger that speaks to the pretend Slack, and something to say."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.domain.read_models import Overview
from bot.slack.delivery.messenger import SlackMessenger
from bot.wiring import CALL_TIMEOUT, slack_client
from sandbox import Slack
from tests.office import environment
from tests.slack import cases
from tests.slack.delivery.posting import SECRET


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack.serving() as serving:
        yield serving


@pytest.fixture
async def client(slack: Slack, no_secret_logged: None) -> AsyncIterator[AsyncWebClient]:
    """The client as `wiring` makes it."""
    config = Config.from_environment(environment(slack, "sqlite:///unused.db", "socket"))
    async with aiohttp.ClientSession(timeout=CALL_TIMEOUT) as session:
        yield slack_client(config, session)


@pytest.fixture
def messenger(client: AsyncWebClient) -> SlackMessenger:
    return SlackMessenger(lambda _: client, SECRET)


@pytest.fixture
def overview() -> Overview:
    return cases.overview(cases.CASES["ordinary"])
