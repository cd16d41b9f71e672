"""Clicks and shortcuts outside of modals, and the response_url."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import CannotDo, Slack

OPTIONS = [
    {"text": {"type": "plain_text", "text": name}, "value": f"{name}.7.1"}
    for name in ("lost", "undo")
]
CARD: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {
                "type": "button",
                "action_id": "walk_away",
                "text": {"type": "plain_text", "text": "Walk away"},
                "value": "7.1",
            },
            {"type": "overflow", "action_id": "more", "options": OPTIONS},
        ],
    }
]


async def test_a_click_on_a_card_says_where_and_by_whom(
    slack: Slack, client: AsyncWebClient, bolt: Any
) -> None:
    posted = await client.chat_postMessage(channel="C0VERDICTS", text="Card", blocks=CARD)

    await slack.member("U0SABINE").click("walk_away")

    body = bolt.last
    assert body["user"] == {
        "id": "U0SABINE",
        "username": "sabine.vogt",
        "name": "sabine.vogt",
        "team_id": "T0NORDLICHT",
    }
    assert body["channel"] == {"id": "C0VERDICTS", "name": "verdicts"}
    assert body["container"]["message_ts"] == body["message"]["ts"] == posted["ts"]
    assert body["actions"][0]["value"] == "7.1"
    assert {"team", "api_app_id", "token", "trigger_id", "response_url"} <= set(body)
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)


async def test_the_newest_message_is_clicked_unless_one_is_named(
    slack: Slack, client: AsyncWebClient, bolt: Any
) -> None:
    old = await client.chat_postMessage(channel="C0VERDICTS", text="Old", blocks=CARD)
    new = await client.chat_postMessage(channel="C0VERDICTS", text="New", blocks=CARD)
    jonas = slack.member("U0JONAS")

    await jonas.click("more", option="lost.7.1")
    newest = bolt.last
    await jonas.click("more", element={"selected_option": OPTIONS[1]}, message_ts=old["ts"])

    assert newest["message"]["ts"] == new["ts"]
    assert newest["actions"][0]["selected_option"] == OPTIONS[0]
    assert bolt.last["message"]["ts"] == old["ts"]
    assert bolt.last["actions"][0]["selected_option"] == OPTIONS[1]


async def test_nobody_clicks_in_a_channel_that_they_do_not_see(
    slack: Slack, client: AsyncWebClient, bolt: Any
) -> None:
    await client.chat_postMessage(channel="C0VERDICTS", text="Card", blocks=CARD)

    with pytest.raises(CannotDo):
        await slack.member("U0GIL").click("walk_away")


async def test_an_ephemeral_message_is_not_shown_to_the_app(
    slack: Slack, client: AsyncWebClient, bolt: Any
) -> None:
    await client.chat_postEphemeral(channel="C0SALES", user="U0JONAS", text="Sure?", blocks=CARD)

    await slack.member("U0JONAS").click("walk_away")

    assert bolt.last["container"]["is_ephemeral"]
    assert "message" not in bolt.last


async def test_shortcuts_come_with_or_without_a_message(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")
    said = jonas.say("Acme wants a quote")

    await jonas.shortcut("qualify")
    plain = bolt.last
    await jonas.shortcut("qualify_this", "C0SALES", said["ts"])

    assert plain["type"] == "shortcut"
    assert "response_url" not in plain
    assert bolt.last["type"] == "message_action"
    assert bolt.last["message"]["text"] == "Acme wants a quote"
    assert bolt.last["channel"]["id"] == "C0SALES"


async def test_a_response_is_for_its_member_alone_unless_it_says_otherwise(
    slack: Slack, bolt: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "help")

    await _respond(bolt.last["response_url"], {"text": "Only you"})
    await _respond(bolt.last["response_url"], {"text": "All", "response_type": "in_channel"})

    assert jonas.ephemerals[-1]["text"] == "Only you"
    assert [message["text"] for message in slack.messages("C0SALES")] == ["All"]


async def test_a_response_can_replace_or_delete_what_was_clicked(
    slack: Slack, client: AsyncWebClient, bolt: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await client.chat_postEphemeral(channel="C0SALES", user="U0JONAS", text="Sure?", blocks=CARD)
    await jonas.click("walk_away")

    await _respond(bolt.last["response_url"], {"replace_original": True, "text": "Done"})
    replaced = jonas.ephemerals
    await _respond(bolt.last["response_url"], {"delete_original": True})

    assert [(m["text"], m.get("blocks")) for m in replaced] == [("Done", None)]
    assert jonas.ephemerals == []


async def test_a_response_url_works_five_times(slack: Slack, bolt: Any) -> None:
    await slack.member("U0JONAS").command("/qualify", "help")

    answers = [await _respond(bolt.last["response_url"], {"text": str(n)}) for n in range(6)]

    assert answers == [200] * 5 + [404]
    assert slack.refusals[-1].error == "used_url"


async def test_a_response_url_works_for_half_an_hour() -> None:
    now = [datetime(2026, 11, 23, 9, tzinfo=UTC)]
    async with Slack.serving(clock=lambda: now[0]) as slack:
        address = slack.workspace.permits.new_address("U0JONAS", "C0SALES")
        url = f"{slack.page_url}response/{address}"

        now[0] += timedelta(minutes=30)
        in_time = await _respond(url, {"text": "x"})
        now[0] += timedelta(seconds=1)
        late = await _respond(url, {"text": "x"})

    assert (in_time, late) == (200, 404)


async def test_a_response_with_broken_blocks_is_refused(slack: Slack, bolt: Any) -> None:
    await slack.member("U0JONAS").command("/qualify", "help")
    broken = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}

    assert await _respond(bolt.last["response_url"], {"text": "x", "blocks": [broken]}) == 400
    assert slack.refusals[-1].error == "invalid_blocks"


async def _respond(url: str, body: dict[str, Any]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status
