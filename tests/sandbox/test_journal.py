"""The journal: every payload, call and answer with its time, without secrets, and not too many."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import AppDidNotAnswer, Slack
from sandbox.journal import BLACK, KEPT, Journal, row, whole, without_secrets
from tests.office import MONDAY
from tests.sandbox.conftest import Recorder

Json = dict[str, Any]
SECRETS = (Slack.bot_token, Slack.app_token, Slack.signing_secret, "sandbox-verification")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def rows(slack: Slack) -> list[Json]:
    return [row(each) for each in slack.workspace.journal.since(-1)]


async def test_a_command_its_answer_and_the_calls_meanwhile_are_noted_in_order(
    slack: Slack, bolt: Recorder
) -> None:
    before = len(rows(slack))
    await slack.member("U0EMMA").command("/qualify", "Acme GmbH")
    await slack.member("U0EMMA").wait_for_view()

    noted = [each for each in rows(slack)[before:] if each["name"] != "auth.test"]
    named = [(each["kind"], each["name"], each["about"]) for each in noted]
    assert named == [("command", "/qualify", "Acme GmbH"), ("call", "views.open", "step")]
    assert noted[0]["member"] == "U0EMMA"
    assert all(each["ms"] >= 0 for each in noted)
    assert [each["error"] for each in noted] == ["", ""]


async def test_clicks_events_and_answers_to_a_response_url_are_noted(
    slack: Slack, bolt: Recorder, session: aiohttp.ClientSession
) -> None:
    emma = slack.member("U0EMMA")
    await emma.command("/qualify", "Acme GmbH")
    await emma.wait_for_view()
    await emma.click("back")
    await emma.open_home()
    async with session.post(bolt.bodies[0]["response_url"], json={"text": "Done"}):
        pass

    named = [(each["kind"], each["name"], each["about"]) for each in rows(slack)]
    assert ("interaction", "block_actions", "back") in named
    assert ("event", "app_home_opened", "") in named
    assert named[-1] == ("response", "response_url", "Done")
    done = slack.workspace.journal.since(-1)[-1]
    assert whole(done)["answered"] == "ok"


async def test_nothing_secret_is_ever_drawn(slack: Slack, bolt: Recorder) -> None:
    emma = slack.member("U0EMMA")
    await emma.command("/qualify", "Acme GmbH")
    await bolt.client.chat_postMessage(channel="C0SALES", text=f"Leaked: {Slack.bot_token}")
    address = bolt.bodies[0]["response_url"].rpartition("/")[2]

    drawn = json.dumps(
        [*map(whole, slack.workspace.journal.since(-1)), *rows(slack)], ensure_ascii=False
    )

    assert not [each for each in (*SECRETS, address, "ticket=0") if each in drawn]
    assert f"/response/{BLACK}" in drawn
    assert "Acme GmbH" in drawn


@pytest.mark.parametrize(
    ("secret", "drawn"),
    [
        ("ws://h/link/?ticket=abc123&app_id=A0", f"ws://h/link/?ticket={BLACK}&app_id=A0"),
        ("http://h/response/R12345", f"http://h/response/{BLACK}"),
        ("<http://h/upload/v1/U77|file>", f"<http://h/upload/v1/{BLACK}|file>"),
        ("mine is xoxp-1-2-abc, yes", f"mine is xoxp-{BLACK} yes"),
        ({"token": "abc", "text": "token"}, {"token": BLACK, "text": "token"}),
        ({"deep": [{"bot_token": "b"}]}, {"deep": [{"bot_token": BLACK}]}),
        ({"token": ""}, {"token": ""}),
        (7, 7),
    ],
)
def test_what_is_secret_is_blacked_out(secret: object, drawn: object) -> None:
    assert without_secrets(secret) == drawn


async def test_what_was_refused_and_what_was_not_answered_is_said(
    slack: Slack, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0NOWHERE", text="Hi")
    with pytest.raises(AppDidNotAnswer):
        await slack.member("U0EMMA").command("/qualify", "Acme")

    refused, unanswered = rows(slack)
    assert refused["error"] == "channel_not_found"
    assert unanswered["error"] == "dispatch_failed: no app is connected"
    assert unanswered["ms"] is not None


async def test_a_fault_is_seen_as_the_app_sees_it(slack: Slack, client: AsyncWebClient) -> None:
    slack.switches.set_fault("rate_limited", on=True)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0SALES", text="Hi")

    (limited,) = slack.workspace.journal.since(-1)
    assert whole(limited)["status"] == 429
    assert row(limited)["error"] == "ratelimited"


def test_only_the_newest_are_kept_and_each_has_its_time() -> None:
    ticks = iter(range(10_000))
    journal = Journal(lambda: MONDAY, lambda: float(next(ticks)))
    for number in range(KEPT + 7):
        with journal.noting("call", f"m{number}", {}):
            pass

    kept = journal.since(-1)

    assert len(kept) == KEPT
    assert (kept[0].name, kept[-1].name) == ("m7", f"m{KEPT + 6}")
    assert (kept[0].at, kept[0].ms) == (MONDAY, 1000)
    assert journal.find(7) is None
    assert journal.find(KEPT) is not None


async def test_a_page_is_told_what_is_new_and_what_was_answered(
    slack: Slack, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(f"{slack.page_url}journal") as stream:
        assert await stream.receive_json() == {"rows": []}
        await client.api_test()
        told: list[Json] = []
        while not told or told[-1]["ms"] is None:
            told += (await stream.receive_json())["rows"]

    async with session.get(f"{slack.page_url}journal/{told[-1]['number']}") as answer:
        drawn = await answer.json()
    async with session.get(f"{slack.page_url}journal/999") as forgotten:
        assert forgotten.status == 404

    assert told[-1]["name"] == "api.test"
    assert drawn["answered"]["ok"] is True
