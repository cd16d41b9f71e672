"""Looking whether a message is there before it is sent again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.delivery import (
    Absent,
    Away,
    Hidden,
    MessageKind,
    Postponed,
    Sent,
    Sight,
    Unknown,
)
from bot.domain.read_models import Overview
from bot.slack.delivery.messenger import SlackMessenger
from sandbox import ApiCall, Fault, Slack
from tests.office import CHANNEL
from tests.slack.delivery.posting import (
    SECRET,
    answering,
    claimed,
    line_about,
    posted,
    reader,
    sent,
)

LOOKS = {"conversations.history", "conversations.replies"}


async def test_a_card_that_was_posted_is_found(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)

    assert await messenger.look(claimed(), overview) == first
    assert await messenger.look(claimed(key="card:2"), overview) == Absent()
    assert slack.refusals == []


async def test_a_line_is_found_in_its_thread(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    card = posted(overview, (await sent(messenger, claimed(), overview)).ts)
    assert await messenger.look(line_about(overview), card) == Absent()

    line = await sent(messenger, line_about(overview), card)

    assert await messenger.look(line_about(overview), card) == line
    assert [call.method for call in slack.calls if call.method in LOOKS] == [
        "conversations.replies"
    ] * 2


async def test_a_line_under_no_card_is_nowhere(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    assert await messenger.look(line_about(overview), overview) == Absent()
    assert slack.calls == []


async def test_a_private_message_is_found_where_slack_put_it(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    row = claimed(MessageKind.OWNER_CHOSEN, "owner:1", "U0EMMA")
    assert await messenger.look(row, overview) == Absent()

    outcome = await messenger.send(row, overview, reader(overview, "en"))

    assert isinstance(outcome, Sent)
    assert await messenger.look(row, overview) == outcome


async def test_a_message_on_a_later_page_is_found(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)
    for number in range(450):
        slack.workspace.post(CHANNEL, f"{number}", user="U0EMMA")

    assert await messenger.look(claimed(), overview) == first

    pages = [call.args for call in slack.calls if call.method in LOOKS]
    assert [page.get("cursor") for page in pages] == [None, "offset:200", "offset:400"]


async def test_what_was_said_long_before_it_was_written_is_not_looked_through(
    messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)
    at = float(first.ts)

    for written_at, sight in ((at, first), (at + 500, first), (at + 700, Absent())):
        assert await messenger.look(replace(claimed(), written_at=written_at), overview) == sight


async def test_somebody_elses_copy_of_our_mark_proves_nothing(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    first = await sent(messenger, claimed(), overview)
    ours = slack.workspace.messages.find(CHANNEL, first.ts)
    assert ours is not None
    slack.workspace.post(CHANNEL, ours.text, metadata=ours.metadata, user="U0EMMA")
    slack.workspace.messages.remove(ours)

    assert await messenger.look(claimed(), overview) == Absent()


@pytest.mark.parametrize(
    ("bot_id", "event_type", "key", "is_found"),
    [
        pytest.param("B0", "walkaway_message", "ours", True, id="ours"),
        pytest.param("B0OTHER", "walkaway_message", "ours", False, id="another app"),
        pytest.param(None, "walkaway_message", "ours", False, id="no app"),
        pytest.param("B0", "another_message", "ours", False, id="another type"),
        pytest.param("B0", "walkaway_message", "another", False, id="another mark"),
    ],
)
async def test_a_message_is_ours_by_its_app_and_its_mark(
    overview: Overview, bot_id: str | None, event_type: str, key: str, is_found: bool
) -> None:
    mark = SlackMessenger(_no_client, SECRET)._mark(claimed()) if key == "ours" else key
    metadata = {"event_type": event_type, "event_payload": {"key": mark}}
    message = {"ts": "1.1", "bot_id": bot_id, "metadata": metadata}

    sight = await _seen({"ok": True, "messages": [message], "has_more": False}, overview)

    assert sight == (Sent(CHANNEL, "1.1") if is_found else Absent())


@pytest.mark.parametrize(
    ("fault", "sight"),
    [
        pytest.param(
            Fault(status=429, headers={"Retry-After": "17"}, body={"ok": False}),
            Postponed(timedelta(seconds=17), "ratelimited", lane=True),
            id="429",
        ),
        pytest.param(Fault(status=500, body="oops"), Unknown("unreadable_answer"), id="500"),
        pytest.param(Fault(body="<html>"), Unknown("unreadable_answer"), id="no JSON"),
        pytest.param(Fault(reset=True), Unknown("ServerDisconnectedError"), id="reset"),
        pytest.param(
            Fault(body={"ok": False, "error": "token_revoked"}), Away("token_revoked"), id="token"
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "missing_scope"}), Hidden("missing_scope"), id="scope"
        ),
        pytest.param(
            Fault(body={"ok": False, "error": "not_in_channel"}),
            Hidden("not_in_channel"),
            id="not in the channel",
        ),
    ],
)
@pytest.mark.parametrize("method", ["auth.test", "conversations.history"])
async def test_a_look_that_fails_says_nothing_about_the_message(
    slack: Slack,
    messenger: SlackMessenger,
    overview: Overview,
    method: str,
    fault: Fault,
    sight: Sight,
) -> None:
    await sent(messenger, claimed(), overview)
    slack.faults = lambda call: fault if call.method == method else None

    assert await messenger.look(claimed(), overview) == sight


async def test_a_look_that_fails_on_a_later_page_does_not_say_that_it_is_not_there(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    for number in range(250):
        slack.workspace.post(CHANNEL, f"{number}", user="U0EMMA")

    def on_the_second_page(call: ApiCall) -> Fault | None:
        return Fault(status=500) if call.args.get("cursor") else None

    slack.faults = on_the_second_page

    assert await messenger.look(claimed(), overview) == Unknown("unreadable_answer")


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True},
        {"ok": True, "messages": None},
        {"ok": True, "messages": ["odd"]},
        {"ok": True, "messages": [], "has_more": True},
        {"ok": True, "messages": [], "has_more": True, "response_metadata": {"next_cursor": ""}},
        {"ok": True, "messages": [{"ts": "1.1", "metadata": "odd"}]},
    ],
)
async def test_an_answer_that_is_not_complete_is_no_look(
    overview: Overview, answer: dict[str, Any]
) -> None:
    assert await _seen(answer, overview) == Unknown("unreadable_answer")


async def test_whoever_declined_the_scopes_lets_us_look_nowhere(
    slack: Slack, messenger: SlackMessenger, overview: Overview
) -> None:
    await sent(messenger, claimed(), overview)
    private = claimed(MessageKind.OWNER_CHOSEN, "owner:1", "U0EMMA")

    for scope in ("im:history", "im:write"):
        slack.workspace.scopes.remove(scope)
        assert await messenger.look(private, overview) == Hidden("missing_scope")

    assert isinstance(await messenger.look(claimed(), overview), Sent)
    slack.workspace.scopes.remove("channels:history")
    assert await messenger.look(claimed(), overview) == Hidden("missing_scope")


async def _seen(history: dict[str, Any], overview: Overview) -> Sight:
    async def answer(request: web.Request) -> web.Response:
        is_auth = request.match_info["method"] == "auth.test"
        return web.json_response({"ok": True, "bot_id": "B0"} if is_auth else history)

    async with answering(answer) as client:
        return await SlackMessenger(lambda _: client, SECRET).look(claimed(), overview)


def _no_client(_: object) -> Any:
    raise AssertionError
