"""Files: picked in a modal and fetched by the app, or sent by it, called by the real client."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import CannotDo, Slack, fill

PICKED = {"type": "file_input", "action_id": "answer", "filetypes": ["yaml"], "max_files": 1}


def asks(step: Callable[..., Any]) -> Any:
    label = {"type": "plain_text", "text": "File"}
    block = {"type": "input", "block_id": "file", "label": label, "element": PICKED}
    return step(blocks=[block])


async def test_a_picked_file_reaches_the_app_in_the_state(
    slack: Slack, bolt: Any, step: Any
) -> None:
    bolt.first_view = asks(step)
    sabine = slack.member("U0SABINE")
    await sabine.command("/qualify")
    view = await sabine.wait_for_view()

    await sabine.submit(fill(view, {"file": [sabine.pick("ours.yaml", b"id: ours")]}))

    state = bolt.last["view"]["state"]["values"]["file"]["answer"]
    assert state["type"] == "file_input"
    (file,) = state["files"]
    assert (file["name"], file["filetype"], file["size"]) == ("ours.yaml", "yaml", 8)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "Pflichtfeld"),
        (["ours.pdf"], "ours.pdf gehört nicht zu diesen Arten: yaml."),
        (["a.yaml", "b.yaml"], "höchstens 1"),
    ],
)
async def test_slacks_client_refuses_what_the_element_does_not_take(
    slack: Slack, bolt: Any, step: Any, names: list[str], said: str
) -> None:
    bolt.first_view = asks(step)
    sabine = slack.member("U0SABINE")
    await sabine.command("/qualify")
    view = await sabine.wait_for_view()
    told = len(bolt.bodies)

    result = await sabine.submit(fill(view, {"file": [sabine.pick(n, b"x") for n in names]}))

    assert said in result.errors["file"]
    assert len(bolt.bodies) == told


async def test_no_modal_takes_files_without_the_scope(
    slack: Slack, client: AsyncWebClient, step: Any
) -> None:
    slack.workspace.scopes.remove("files:read")
    trigger_id = slack.workspace.permits.new_trigger("U0SABINE")

    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger_id, view=asks(step))

    assert refused.value.response["needed"] == "files:read"


async def test_the_app_fetches_a_file_with_its_token(slack: Slack, client: AsyncWebClient) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")
    file = (await client.files_info(file=picked["id"]))["file"]

    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as app,
        app.get(file["url_private_download"]) as answer,
    ):
        content = await answer.read()

    assert content == b"id: ours"


async def test_nobody_gets_a_file_without_the_token(slack: Slack) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")

    async with aiohttp.ClientSession() as stranger:
        url = picked["url_private_download"]
        async with stranger.get(url, allow_redirects=False) as answer:
            assert answer.status == 302


async def test_a_deleted_file_is_not_found(slack: Slack, client: AsyncWebClient) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")
    slack.workspace.files.remove(picked["id"])

    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=picked["id"])


async def test_a_file_of_the_app_arrives_as_a_message(slack: Slack, client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0SABINE")

    await client.files_upload_v2(
        channel=opened["channel"]["id"], filename="ours.yaml", content="id: ours", title="Ours"
    )

    sabine = slack.member("U0SABINE")
    (message,) = sabine.direct_messages
    (file,) = message["files"]
    assert (file["name"], file["title"]) == ("ours.yaml", "Ours")
    assert sabine.read_file(file["id"]) == b"id: ours"
    with pytest.raises(CannotDo):
        slack.member("U0JONAS").read_file(file["id"])


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("U0SABINE", "invalid_arguments"),
        ("C0NOWHERE", "channel_not_found"),
        ("C0ARCHIVED", "is_archived"),
        ("C0OTHERS", "not_in_channel"),
    ],
)
async def test_a_file_goes_to_a_channel_that_the_app_is_in(
    slack: Slack, client: AsyncWebClient, channel: str, error: str
) -> None:
    slack.add_channel("C0ARCHIVED", "archived", ["U0WALKAWAY"])
    slack.archive("C0ARCHIVED")
    slack.add_channel("C0OTHERS", "others", [])

    with pytest.raises(SlackApiError, match=error):
        await client.files_upload_v2(channel=channel, filename="a.csv", content="a", title="A")


async def test_a_file_is_complete_only_when_all_its_bytes_came(
    slack: Slack, client: AsyncWebClient
) -> None:
    promised = await client.files_getUploadURLExternal(filename="a.csv", length=3)

    async with (
        aiohttp.ClientSession() as app,
        app.post(promised["upload_url"], data=b"ab") as answer,
    ):
        assert answer.status == 400

    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": promised["file_id"]}])


async def test_the_page_takes_files_up_to_slacks_limit(slack: Slack) -> None:
    limit = 10 * 1024**2
    url = f"{slack.page_url}page/upload?member=U0SABINE&name=big.yaml"
    async with aiohttp.ClientSession() as page:
        async with page.post(url, data=BytesIO(b"x" * limit)) as taken:
            assert taken.status == 200
        async with page.post(url, data=BytesIO(b"x" * (limit + 1))) as refused:
            assert (await refused.json())["error"] == "Files can have at most 10 MB."
