"""The Web API, called by the real client of slack_sdk."""

import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Slack, counted_ids

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Walk away"}}
POST = {"channel": "C0SALES", "text": "x"}
PSST = {"channel": "C0VERDICTS", "user": "U0GIL", "text": "x"}
BROKEN = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}


async def test_the_app_learns_who_it_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer["team_id"] == "T0NORDLICHT"
    assert (answer["user_id"], answer["bot_id"]) == ("U0WALKAWAY", "B0WALKAWAY")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-other", "auth.test", "invalid_auth"),
        ("xapp-sandbox", "auth.test", "not_allowed_token_type"),
        ("xoxb-sandbox", "apps.connections.open", "not_allowed_token_type"),
        ("xoxb-sandbox", "chat.shout", "unknown_method"),
    ],
)
async def test_what_is_not_allowed_is_named(
    slack: Slack, token: str, method: str, error: str
) -> None:
    assert await _post(slack, method, {"token": token}) == {"ok": False, "error": error} | (
        {"req_method": method} if error == "unknown_method" else {}
    )


async def test_forms_and_json_say_the_same(slack: Slack) -> None:
    message = {"channel": "C0SALES", "text": "Hello", "blocks": [SECTION]}
    form = message | {"blocks": json.dumps([SECTION]), "token": slack.bot_token}

    await _post(slack, "chat.postMessage", form)
    await _post(slack, "chat.postMessage", None, json=message)

    first, second = slack.messages("C0SALES")
    assert first["blocks"][0]["text"] == second["blocks"][0]["text"] == SECTION["text"]
    assert slack.calls[0].args == slack.calls[1].args == message


async def test_a_scope_that_was_not_granted_is_named(slack: Slack, client: AsyncWebClient) -> None:
    slack.workspace.scopes.remove("channels:history")

    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel="C0SALES")

    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "channels:history"


async def test_texts_are_kept_as_sent(slack: Slack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0SALES", text="<!channel> & &amp; <Acme>")

    assert slack.messages("C0SALES")[0]["text"] == "<!channel> & &amp; <Acme>"


async def test_a_message_to_a_member_is_a_direct_message(
    slack: Slack, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U0JONAS", text="Psst")

    assert answer["channel"].startswith("D")
    assert [m["text"] for m in slack.member("U0JONAS").direct_messages] == ["Psst"]
    assert slack.member("U0EMMA").direct_messages == []


async def test_a_reply_stands_in_the_thread_and_not_in_the_channel(
    slack: Slack, client: AsyncWebClient
) -> None:
    card = await client.chat_postMessage(channel="C0VERDICTS", text="Card")
    await client.chat_postMessage(channel="C0VERDICTS", text="Done", thread_ts=card["ts"])

    assert [m["text"] for m in slack.messages("C0VERDICTS")] == ["Card"]
    assert slack.messages("C0VERDICTS")[0]["reply_count"] == 1
    assert [m["text"] for m in slack.thread("C0VERDICTS", card["ts"])] == ["Done"]


async def test_timestamps_differ_while_the_clock_stands_still() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    async with Slack.serving(clock=lambda: monday, new_id=counted_ids()) as slack:
        jonas = slack.member("U0JONAS")
        first, second = jonas.say("One"), jonas.say("Two")

    assert first["ts"] == "1795424400.000000"
    assert second["ts"] == "1795424400.000001"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0SALES"}, "no_text"),
        ("chat.postMessage", {"channel": "C0SALES", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "C0OLD", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": "C0OTHERS", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "USLACKBOT", "text": "x"}, "cannot_dm_bot"),
        ("chat.postMessage", POST | {"blocks": "["}, "invalid_blocks_format"),
        ("chat.postMessage", POST | {"metadata": "{}]"}, "invalid_metadata_format"),
        ("chat.postMessage", POST | {"thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postEphemeral", PSST, "user_not_in_channel"),
        ("chat.update", {"channel": "C0SALES", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "C0SALES", "ts": "1.0"}, "message_not_found"),
        ("chat.getPermalink", {"channel": "C0SALES", "message_ts": "1.0"}, "message_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "U0EMMA"}, "user_disabled"),
        ("conversations.replies", {"channel": "C0SALES", "ts": "1.0"}, "thread_not_found"),
        ("conversations.members", {"channel": "C0SALES", "cursor": "x"}, "invalid_cursor"),
    ],
)
async def test_refusals_have_slacks_names(
    slack: Slack, method: str, arguments: dict[str, str], error: str
) -> None:
    slack.add_channel("C0OLD", "old", ["U0WALKAWAY"])
    slack.archive("C0OLD")
    slack.add_channel("C0OTHERS", "others", ["U0JONAS"])
    slack.deactivate("U0EMMA")

    answer = await _post(slack, method, arguments | {"token": slack.bot_token})

    assert answer["error"] == error
    assert [(refusal.method, refusal.error) for refusal in slack.refusals] == [(method, error)]


async def test_invalid_blocks_name_every_problem_and_are_noticed(
    slack: Slack, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0SALES", text="x", blocks=[SECTION, BROKEN])

    body: Any = refused.value.response.data
    assert body["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/1/text" in body["errors"][0]
    assert body["response_metadata"]["messages"] == [f"[ERROR] {body['errors'][0]}"]
    assert slack.notices[-1].kind == "refused"
    assert slack.notices[-1].detail == tuple(body["errors"])
    assert slack.messages("C0SALES") == []


async def test_an_update_keeps_what_it_does_not_mention(
    slack: Slack, client: AsyncWebClient
) -> None:
    meta = {"event_type": "card", "event_payload": {"key": "1"}}
    posted = await client.chat_postMessage(
        channel="C0SALES", text="Old", blocks=[SECTION], metadata=meta
    )

    await client.chat_update(channel="C0SALES", ts=posted["ts"], text="New")

    message = slack.messages("C0SALES")[0]
    assert message["text"] == "New"
    assert message["blocks"][0]["text"] == SECTION["text"]
    assert message["metadata"] == meta
    assert message["edited"]["user"] == "U0WALKAWAY"


async def test_only_the_apps_own_messages_can_be_changed(
    slack: Slack, client: AsyncWebClient
) -> None:
    said = slack.member("U0JONAS").say("Mine")

    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="C0SALES", ts=said["ts"], text="Yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel="C0SALES", ts=said["ts"])


async def test_a_deleted_reply_is_no_longer_counted(slack: Slack, client: AsyncWebClient) -> None:
    said = slack.member("U0JONAS").say("Mine")
    reply = await client.chat_postMessage(channel="C0SALES", text="x", thread_ts=said["ts"])

    await client.chat_delete(channel="C0SALES", ts=reply["ts"])

    assert "reply_count" not in slack.messages("C0SALES")[0]


async def test_history_is_paged_newest_first_with_metadata_on_request(
    client: AsyncWebClient,
) -> None:
    meta = {"event_type": "card", "event_payload": {"key": "1"}}
    for text in ("1", "2", "3"):
        await client.chat_postMessage(channel="C0SALES", text=text, metadata=meta)

    first = await client.conversations_history(channel="C0SALES", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(
        channel="C0SALES", limit=2, cursor=cursor, include_all_metadata=True
    )

    assert [message["text"] for message in first["messages"]] == ["3", "2"]
    assert first["has_more"]
    assert "metadata" not in first["messages"][0]
    assert [message["metadata"] for message in second["messages"]] == [meta]
    assert not second["has_more"]


async def test_history_leaves_out_replies_and_ephemeral_messages(client: AsyncWebClient) -> None:
    parent = await client.chat_postMessage(channel="C0SALES", text="Parent")
    await client.chat_postMessage(channel="C0SALES", text="Reply", thread_ts=parent["ts"])
    await client.chat_postEphemeral(channel="C0SALES", user="U0JONAS", text="Psst")

    history = await client.conversations_history(channel="C0SALES")
    replies = await client.conversations_replies(channel="C0SALES", ts=parent["ts"])

    assert [message["text"] for message in history["messages"]] == ["Parent"]
    assert [message["text"] for message in replies["messages"]] == ["Parent", "Reply"]


async def test_history_keeps_to_the_span_asked_for(client: AsyncWebClient) -> None:
    ts = [
        (await client.chat_postMessage(channel="C0SALES", text=text))["ts"]
        for text in ("1", "2", "3")
    ]

    exclusive = await client.conversations_history(channel="C0SALES", oldest=ts[0], latest=ts[2])
    inclusive = await client.conversations_history(
        channel="C0SALES", oldest=ts[0], latest=ts[2], inclusive=True
    )

    assert [message["text"] for message in exclusive["messages"]] == ["2"]
    assert len(inclusive["messages"]) == 3


async def test_a_member_has_a_locale_when_asked_for(client: AsyncWebClient) -> None:
    bare = (await client.users_info(user="U0GIL"))["user"]
    whole = (await client.users_info(user="U0JONAS", include_locale=True))["user"]

    assert bare["is_restricted"]
    assert "locale" not in bare
    assert (whole["locale"], whole["tz"], whole["is_restricted"]) == (
        "de-DE",
        "Europe/Berlin",
        False,
    )


async def test_user_groups_and_channels_can_be_read(slack: Slack, client: AsyncWebClient) -> None:
    slack.workspace.world.groups["S0BOSSES"] = ["U0SABINE"]

    assert (await client.usergroups_list())["usergroups"][0]["id"] == "S0BOSSES"
    assert (await client.usergroups_users_list(usergroup="S0BOSSES"))["users"] == ["U0SABINE"]
    assert (await client.conversations_info(channel="C0VERDICTS"))["channel"]["is_member"]
    members = (await client.conversations_members(channel="C0VERDICTS"))["members"]
    assert "U0GIL" not in members
    assert "U0SABINE" in members
    assert (await client.bots_info(bot="B0WALKAWAY"))["bot"]["app_id"] == "A0WALKAWAY"


async def test_a_permalink_leads_to_the_sandboxs_page(slack: Slack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0SALES", text="x")

    link = (await client.chat_getPermalink(channel="C0SALES", message_ts=posted["ts"]))["permalink"]

    assert link == f"{slack.page_url}archives/C0SALES/p{posted['ts'].replace('.', '')}"


async def test_waiting_ends_with_the_change_or_with_the_time(
    slack: Slack, client: AsyncWebClient
) -> None:
    with pytest.raises(TimeoutError):
        await slack.wait_for(lambda: slack.messages("C0SALES"), timeout=0.01)

    await client.chat_postMessage(channel="C0SALES", text="x")

    assert (await slack.wait_for(lambda: slack.messages("C0SALES")))[0]["text"] == "x"


async def _post(
    slack: Slack, method: str, form: dict[str, Any] | None, **more: Any
) -> dict[str, Any]:
    if form is None:
        more["headers"] = {"Authorization": f"Bearer {slack.bot_token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + method, data=form, **more) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        return body
