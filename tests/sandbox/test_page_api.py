"""The door of the page: snapshots over a WebSocket, and what a person does as JSON."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Slack
from sandbox.views import View

Json = dict[str, Any]


class Page:
    """A browser's side of the door."""

    def __init__(self, slack: Slack, session: aiohttp.ClientSession) -> None:
        self.url = slack.page_url
        self.session = session

    async def post(self, door: str, **body: Any) -> Json:
        async with self.session.post(f"{self.url}page/{door}", json=body) as answer:
            read: Json = await answer.json()
            return read

    def events(self, member: str, **more: str) -> Any:
        asked = {"member": member} | more
        return self.session.ws_connect(f"{self.url}page/events", params=asked)

    async def seen(self, member: str, **more: str) -> Json:
        async with self.events(member, **more) as socket:
            read: Json = await socket.receive_json()
            return read


@pytest.fixture
async def page(slack: Slack) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(slack, session)


async def test_a_snapshot_holds_what_the_member_sees(slack: Slack, page: Page) -> None:
    slack.member("U0EMMA").say("Hello")

    seen = await page.seen("U0GIL")

    assert [channel["id"] for channel in seen["channels"]] == ["C0SALES", "D0GIL"]
    assert seen["channels"][0] == {
        "id": "C0SALES",
        "name": "sales",
        "kind": "channel",
        "unread": 1,
        "is_read_only": False,
    }
    assert seen["channels"][1]["name"] == "Walkaway"
    assert seen["channels"][1]["is_read_only"]
    assert seen["messages"]["C0SALES"][0]["username"] == "Emma Clarke"
    assert seen["commands"][0]["command"] == "/qualify"
    assert (seen["connected"], seen["mode"], seen["views"], seen["home"]) == (
        False,
        "socket",
        [],
        None,
    )
    guests = [member["id"] for member in seen["members"] if member["is_guest"]]
    assert guests == ["U0GIL"]


async def test_a_change_is_told_without_being_asked(slack: Slack, page: Page) -> None:
    async with page.events("U0JONAS") as socket:
        before = await socket.receive_json()
        slack.member("U0EMMA").say("Hello")
        after = await socket.receive_json()

    assert before["messages"]["C0SALES"] == []
    assert [message["text"] for message in after["messages"]["C0SALES"]] == ["Hello"]


async def test_a_stranger_gets_no_snapshot(page: Page) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await page.seen("U0NOBODY")


async def test_reading_a_channel_clears_its_unread_count(slack: Slack, page: Page) -> None:
    slack.member("U0EMMA").say("Hello")

    assert await page.post("read", member="U0JONAS", channel="C0SALES") == {}

    assert (await page.seen("U0JONAS"))["channels"][0]["unread"] == 0


async def test_a_message_is_said_in_a_channel_or_a_thread(slack: Slack, page: Page) -> None:
    assert await page.post("say", member="U0JONAS", channel="C0SALES", text="Hi") == {}
    ts = slack.messages("C0SALES")[0]["ts"]
    await page.post("say", member="U0EMMA", channel="C0SALES", text="Hey", thread_ts=ts)

    seen = (await page.seen("U0SABINE"))["messages"]["C0SALES"]
    assert [(m["text"], m["thread_ts"], m["reply_count"]) for m in seen] == [
        ("Hi", None, 1),
        ("Hey", ts, 0),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": " "}, "There's nothing to send."),
        ({"text": "/shout"}, "/shout is not a valid command."),
        (
            {"text": "/qualify Acme", "thread_ts": "1.0"},
            "/qualify is not supported in threads. Sorry!",
        ),
        ({"text": "/qualify Acme"}, "We had some trouble connecting. Try again?"),
        ({"text": "Hi", "channel": "C0VERDICTS"}, "You can't write in this channel."),
    ],
)
async def test_what_cannot_be_said_gets_a_sentence(page: Page, body: Json, sentence: str) -> None:
    assert await page.post("say", **{"member": "U0GIL", "channel": "C0SALES"} | body) == {
        "error": sentence
    }


async def test_a_command_is_filled_in_submitted_and_corrected(
    slack: Slack, page: Page, bolt: Any
) -> None:
    await page.post("say", member="U0JONAS", channel="C0SALES", text="/qualify  Acme GmbH")
    view = await slack.member("U0JONAS").wait_for_view()
    submit = {"member": "U0JONAS", "view_id": view["id"]}
    name = {"name": {"answer": {"type": "plain_text_input", "value": "Acme"}}}
    offer = {"offer": {"answer": {"selected_option": view["blocks"][1]["element"]["options"][0]}}}

    missing = await page.post("submit", **submit, state=name)
    closed = await page.post("submit", **submit, state=offer)
    gone = await page.post("submit", **submit, state={})

    assert bolt.bodies[0]["text"] == "Acme GmbH"
    assert missing == {"errors": {"offer": "Bitte fülle dieses Pflichtfeld aus."}}
    assert closed == {}
    assert gone == {"error": "Diese Ansicht ist nicht mehr offen."}
    assert bolt.last["view"]["state"]["values"]["name"]["answer"]["value"] == "Acme"


async def test_a_view_in_a_snapshot_says_whether_it_was_updated(
    slack: Slack, client: AsyncWebClient, page: Page, bolt: Any, step: Any
) -> None:
    await slack.member("U0JONAS").command("/qualify", "Acme")
    opened = (await page.seen("U0JONAS"))["views"][0]
    await client.views_update(view_id=opened["id"], view=step("Two"))
    updated = (await page.seen("U0JONAS"))["views"][0]

    assert (opened["opened_by_update"], updated["opened_by_update"]) == (False, True)
    assert opened["id"] == updated["id"]
    assert opened["hash"] != updated["hash"]


async def test_a_button_of_a_message_a_view_or_the_home_tab_is_clicked(
    slack: Slack, client: AsyncWebClient, page: Page, bolt: Any, step: Any
) -> None:
    blocks = step()["blocks"][3:]
    posted = await client.chat_postMessage(channel="C0SALES", text="Card", blocks=blocks)
    await client.views_publish(user_id="U0JONAS", view={"type": "home", "blocks": blocks})
    await slack.member("U0JONAS").command("/qualify", "Acme")
    view = await slack.member("U0JONAS").wait_for_view()
    act = {"member": "U0JONAS", "block_id": "buttons", "action_id": "back", "element": {}}
    message = {"kind": "message", "channel": "C0SALES", "ts": posted["ts"]}
    sources = [message, {"kind": "view", "view_id": view["id"]}, {"kind": "home"}]

    for source in sources:
        assert await page.post("act", **act, source=source, state={}) == {}

    clicked = bolt.bodies[1:]
    assert [body["container"]["type"] for body in clicked] == ["message", "view", "view"]
    assert clicked[1]["view"]["type"] == "modal"
    assert clicked[2]["view"]["type"] == "home"


async def test_views_close_and_shortcuts_and_home_open(slack: Slack, page: Page, bolt: Any) -> None:
    await slack.member("U0JONAS").command("/qualify", "Acme")
    view = await slack.member("U0JONAS").wait_for_view()
    said = slack.member("U0JONAS").say("Acme")

    await page.post("close", member="U0JONAS", view_id=view["id"], all=False)
    await page.post("shortcut", member="U0JONAS", callback_id="qualify")
    await page.post(
        "shortcut", member="U0JONAS", callback_id="this", channel="C0SALES", ts=said["ts"]
    )
    await page.post("home", member="U0JONAS")

    assert slack.member("U0JONAS").view is None
    kinds = [body["type"] for body in bolt.bodies[1:]]
    assert kinds == ["shortcut", "message_action", "event_callback"]


async def test_an_ephemeral_message_is_in_one_snapshot_only(
    client: AsyncWebClient, page: Page
) -> None:
    await client.chat_postEphemeral(channel="C0SALES", user="U0JONAS", text="Psst")

    theirs = (await page.seen("U0JONAS"))["messages"]["C0SALES"]
    others = (await page.seen("U0EMMA"))["messages"]["C0SALES"]

    assert [message["ephemeral"] for message in theirs] == [True]
    assert others == []


async def test_an_unreadable_request_gets_a_sentence(page: Page) -> None:
    assert "unreadable" in (await page.post("act", member="U0JONAS"))["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        ("page/index.html", 200),
        ("archives/C0SALES/p1", 200),
        ("page/nothing.js", 404),
        ("page/..%2Fserver.py", 404),
        ("page/.hidden", 404),
    ],
)
async def test_only_the_pages_own_files_are_served(page: Page, path: str, status: int) -> None:
    async with page.session.get(page.url + path) as answer:
        assert answer.status == status


async def test_the_time_moves_in_the_zone_of_whoever_looks(slack: Slack, page: Page) -> None:
    moved = await page.post("clock", member="U0EMMA", morning=True)

    there = datetime.fromisoformat(moved["now"]).astimezone(ZoneInfo("Europe/London"))
    assert (there.hour, there.minute) == (9, 0)
    assert (moved["zone"], moved["locale"]) == ("Europe/London", "en-GB")
    assert (await page.seen("U0JONAS"))["now"] >= moved["now"]


async def test_everybody_sees_the_moved_time_at_once(slack: Slack, page: Page) -> None:
    async with page.events("U0JONAS") as socket:
        before = await socket.receive_json()
        await page.post("clock", member="U0EMMA", hours=4)
        after = await socket.receive_json()

    span = datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"])
    assert timedelta(hours=4) <= span < timedelta(hours=4, minutes=1)


@pytest.mark.parametrize("span", [{}, {"hours": -1}, {"working_days": 100_000}])
async def test_time_that_cannot_be_moved_gets_a_sentence(page: Page, span: Json) -> None:
    answer = await page.post("clock", member="U0JONAS", **span)

    assert answer == {"error": "Die Zeit geht nur vorwärts, höchstens ein Jahr auf einmal."}


async def test_switches_are_turned_and_seen(slack: Slack, page: Page) -> None:
    for kind, name in [("fault", "slow"), ("channel", "C0SALES"), ("member", "U0GIL")]:
        assert await page.post("switch", member="U0JONAS", kind=kind, id=name, on=True) == {}
    await page.post("switch", member="U0JONAS", kind="channel", id="C0SALES", on=False)

    seen = (await page.seen("U0JONAS"))["switches"]
    assert [each["label"] for each in seen if each["on"]] == ["Slack ist langsam", "Gil Moreno"]
    assert [each["id"] for each in seen if each["kind"] == "member"] == [
        "U0JONAS",
        "U0EMMA",
        "U0SABINE",
        "U0GIL",
    ]


async def test_whoever_is_deactivated_cannot_write(slack: Slack, page: Page) -> None:
    slack.deactivate("U0GIL")

    answer = await page.post("say", member="U0GIL", channel="C0SALES", text="Hi")

    assert answer == {"error": "You can't write in this channel."}


async def test_a_modal_stands_in_the_tab_that_asked_for_it(
    slack: Slack, page: Page, bolt: Any
) -> None:
    one, other = {"member": "U0JONAS", "tab": "one"}, {"member": "U0JONAS", "tab": "other"}
    for tab, name in ((one, "Acme"), (other, "Other")):
        said = await page.post("say", **tab, channel="C0SALES", text=f"/qualify {name}")
        assert said == {}

    stack = await slack.wait_for(lambda: two_of(slack.workspace.views.stack("U0JONAS")))
    assert [(view.tab, view.previous_id) for view in stack] == [("one", None), ("other", None)]
    seen = [await page.seen("U0JONAS", tab=tab) for tab in ("one", "other", "third")]
    assert [[view["id"] for view in each["views"]] for each in seen] == [
        [stack[0].id],
        [stack[1].id],
        [],
    ]
    await page.post("close", **one, view_id=stack[0].id, all=True)
    assert slack.workspace.views.stack("U0JONAS") == [stack[1]]


async def test_a_tab_that_is_loaded_anew_closes_what_no_tab_shows(
    slack: Slack, page: Page, bolt: Any
) -> None:
    for tab in ("one", "other"):
        await page.post("say", member="U0JONAS", tab=tab, channel="C0SALES", text="/qualify Acme")

    await slack.wait_for(lambda: two_of(slack.workspace.views.stack("U0JONAS")))
    async with page.events("U0JONAS", tab="other") as socket:
        await socket.receive_json()
        await page.seen("U0JONAS", tab="new", fresh="true")

        assert [view.tab for view in slack.workspace.views.stack("U0JONAS")] == ["other"]


def two_of(views: list[View]) -> list[View]:
    return views if len(views) == 2 else []
