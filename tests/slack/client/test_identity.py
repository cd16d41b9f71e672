"""Who we are: only an answer that says all of it counts."""

import logging
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client.identity import MAY_PASS, SingleWorkspace
from sandbox import Fault, Slack

WHOLE = {"ok": True, "team_id": "T1", "team": "One", "user_id": "U1", "bot_id": "B1"}


@pytest.mark.parametrize(
    "answer",
    [
        "[]",
        '"x"',
        "null",
        {"ok": True},
        {**WHOLE, "team_id": None},
        {**WHOLE, "bot_id": ""},
        {**WHOLE, "user_id": 7},
        {**WHOLE, "team_id": ["T1"]},
    ],
)
async def test_r5_an_odd_answer_is_unknown_and_never_a_success(answer: Any) -> None:
    async with Slack.serving() as slack, aiohttp.ClientSession() as session:
        slack.faults = lambda _: Fault(body=answer)
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        workspace = SingleWorkspace(client)

        with pytest.raises(MAY_PASS):
            await workspace.ask()

        assert workspace.ours() == ()
        assert workspace.trouble is not None
        slack.faults = None
        await workspace.ask()
        assert workspace.ours() == ("T0NORDLICHT",)
        assert workspace.trouble is None


async def test_r5_it_is_asked_again_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with Slack.serving() as slack, aiohttp.ClientSession() as session:
        slack.faults = lambda _: Fault(body="[]") if len(slack.calls) < 2 else None
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        workspace = SingleWorkspace(client)

        await workspace.find_out()

    assert workspace.ours() == ("T0NORDLICHT",)
    assert "makes no sense" in caplog.text
