"""Sending one message: what goes over the wire."""

from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Dead, Gone, MessageKind, Sent, Unknown, contents, payloads
from bot.domain.read_models import Overview
from bot.domain.webhooks.webhooks import WebhookAct, WebhookChange
from bot.domain.workspace import WorkspaceId
from bot.slack.delivery.messenger import SlackMessenger
from sandbox import Fault, Slack
from tests.office import CHANNEL
from tests.slack.delivery.posting import claimed, line_about, posted, reader, sent


async def test_a_card_is_posted_and_its_place_returned(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    outcome = await messenger.send(claimed(), overview, None)

    [card] = slack.messages(CHANNEL)
    assert outcome == Sent(CHANNEL, card["ts"])
    assert slack.refusals == []


async def test_d20_nothing_that_is_said_is_parsed_for_mentions_or_unfurled(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    await say_everything(slack, messenger, overview)

    said = [call for call in slack.calls if call.method in {"chat.postMessage", "chat.update"}]
    assert {call.method for call in said} == {"chat.postMessage", "chat.update"}
    for call in said:
        assert call.args["parse"] == "none"
        assert str(call.args["link_names"]).lower() in {"0", "false"}
        assert call.args["text"]
    posts = [call for call in said if call.method == "chat.postMessage"]
    assert {str(call.args["unfurl_links"]).lower() for call in posts} <= {"0", "false"}


async def test_every_post_carries_a_mark_that_only_we_can_make(
    slack: Slack, messenger: SlackMessenger, client: AsyncWebClient, overview: Overview
) -> None:
    stranger = SlackMessenger(lambda _: client, b"another secret")
    for sender, row in (
        (messenger, claimed()),
        (messenger, claimed()),
        (messenger, claimed(key="card:2")),
        (messenger, replace(claimed(), workspace_id=WorkspaceId("T0B"))),
        (stranger, claimed()),
    ):
        await sender.send(row, overview, None)

    metadata = [call.args["metadata"] for call in slack.calls]
    marks = [each["event_payload"]["key"] for each in metadata]
    assert {each["event_type"] for each in metadata} == {"walkaway_message"}
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4
    assert all(len(mark) == 64 for mark in marks)


async def test_a_card_is_rewritten_where_it_stands(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)

    again = await sent(messenger, claimed(MessageKind.CARD_REWRITE), posted(overview, first.ts))

    assert again == first
    assert len(slack.messages(CHANNEL)) == 1


async def test_r3_a_card_that_does_not_stand_there_any_more_is_gone(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    where_nothing_is = posted(overview, "1.000001")

    outcome = await messenger.send(claimed(MessageKind.CARD_REWRITE), where_nothing_is, None)

    assert outcome == Gone("message_not_found")


async def test_a_card_in_a_closed_channel_of_before_moves_to_the_one_of_today(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)
    slack.archive(CHANNEL)
    settings = replace(overview.workspace.settings, verdict_channel="C0OTHER")
    moved = replace(overview, workspace=replace(overview.workspace, settings=settings))

    rewrite = claimed(MessageKind.CARD_REWRITE)
    assert await messenger.send(rewrite, posted(moved, first.ts), None) == Gone("is_archived")
    assert await messenger.send(rewrite, posted(overview, first.ts), None) == Dead("is_archived")


@pytest.mark.parametrize("answer", [{"ok": True}, {"ok": True, "ts": None, "channel": 3}])
@pytest.mark.parametrize("kind", [MessageKind.CARD, MessageKind.CARD_REWRITE])
async def test_r10_a_yes_that_does_not_say_where_it_stands_proves_nothing(
    slack: Slack,
    messenger: SlackMessenger,
    overview: Overview,
    kind: MessageKind,
    answer: dict[str, object],
) -> None:
    slack.faults = lambda _: Fault(body=answer)

    outcome = await messenger.send(claimed(kind), posted(overview, "1.0"), None)

    assert outcome == Unknown("unreadable_answer")


async def test_a_line_goes_into_the_thread_of_its_card(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)

    await sent(messenger, line_about(overview), posted(overview, first.ts))

    assert len(slack.thread(CHANNEL, first.ts)) == 1


@pytest.mark.parametrize("kind", [MessageKind.CARD_REWRITE, MessageKind.THREAD_LINE])
async def test_what_belongs_to_a_card_that_never_came_waits_for_it(
    slack: Slack, messenger: SlackMessenger, overview: Overview, kind: MessageKind
) -> None:
    outcome = await messenger.send(claimed(kind, revision=1), overview, None)

    assert outcome == Dead("no_place")
    assert slack.calls == []


async def test_a_private_message_is_in_the_language_of_its_reader(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    for locale in ("de-DE", "en-GB"):
        row = claimed(MessageKind.OWNER_CHOSEN, f"owner:{locale}", "U0EMMA")
        await messenger.send(row, overview, reader(overview, locale))

    german, english = slack.member("U0EMMA").direct_messages
    assert "made you the owner" in english["text"]
    assert "made you" not in german["text"]


async def test_a_manager_is_told_what_did_not_arrive(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    says = payloads.NotDelivered(CHANNEL, "is_archived")
    row = claimed(MessageKind.UNDELIVERABLE, "u:1", "U0SABINE", payload=says)

    await messenger.send(row, None, reader(overview, "en-GB"))

    [told] = slack.member("U0SABINE").direct_messages
    assert f"<#{CHANNEL}>" in told["text"]


async def test_a_manager_is_told_that_a_webhook_was_switched_off(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    off = WebhookChange(WebhookAct.FAILED, "hooks.example.com", ())
    says = payloads.WebhooksChanged((off,), None)
    row = claimed(MessageKind.UNDELIVERABLE, "u:1", "U0SABINE", payload=says)
    workspace = contents.SettingsNews(overview.workspace)

    await messenger.send(row, workspace, reader(overview, "en-GB"))

    [told] = slack.member("U0SABINE").direct_messages
    assert "hooks.example.com" in told["text"]
    assert "nothing got through" in told["text"]


async def test_two_cards_are_linked_as_far_as_slack_tells(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)
    earlier = posted(overview, first.ts).qualification
    newer = replace(overview, before=earlier)
    await sent(messenger, claimed(key="card:2"), newer)

    slack.faults = lambda call: Fault(status=500) if "Permalink" in call.method else None
    await sent(messenger, claimed(key="card:3"), newer)

    linked, unlinked = slack.messages(CHANNEL)[1:]
    address = f"/archives/{CHANNEL}/p{first.ts.replace('.', '')}"
    assert address in str(linked["blocks"])
    assert address not in str(unlinked["blocks"])


async def say_everything(slack: Slack, messenger: SlackMessenger, overview: Overview) -> None:
    first = await sent(messenger, claimed(), overview)
    card = posted(overview, first.ts)
    await sent(messenger, claimed(MessageKind.CARD_REWRITE), card)
    await sent(messenger, line_about(overview), card)
    row = claimed(MessageKind.OWNER_CHOSEN, "owner:1", "U0EMMA")
    assert isinstance(await messenger.send(row, overview, reader(overview, "en")), Sent)
    says = payloads.NotDelivered(CHANNEL, "is_archived")
    row = claimed(MessageKind.UNDELIVERABLE, "u:1", "U0SABINE", payload=says)
    assert isinstance(await messenger.send(row, None, reader(overview, "en")), Sent)
