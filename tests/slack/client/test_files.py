"""Files over the Web API: sent to members and channels, fetched from what members uploaded."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import FileFailed, FileTrouble
from bot.domain.workspace import WorkspaceId
from bot.slack.client.files import SlackFiles
from sandbox import ANSWER_LOST, Fault, Slack

HOME = WorkspaceId("T0NORDLICHT")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack.serving() as serving:
        yield serving


@pytest.fixture
async def files(slack: Slack) -> AsyncIterator[SlackFiles]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        yield SlackFiles(lambda _: client, session)


@pytest.mark.parametrize("recipient", ["U0SABINE", "C0VERDICTS"])
async def test_a_file_arrives_where_it_is_sent(
    slack: Slack, files: SlackFiles, recipient: str
) -> None:
    await files.send(HOME, recipient, name="ä.csv", content="ä;ö".encode(), title="Zahlen")

    sabine = slack.member("U0SABINE")
    (message,) = sabine.direct_messages or slack.messages("C0VERDICTS")
    (file,) = message["files"]
    assert (file["name"], file["title"]) == ("ä.csv", "Zahlen")
    assert sabine.read_file(file["id"]).decode() == "ä;ö"


async def test_a_file_from_the_disk_arrives_whole(
    slack: Slack, files: SlackFiles, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"abc" * 2**20)

    await files.send_from(HOME, "U0SABINE", file, title="Alles")

    (message,) = slack.member("U0SABINE").direct_messages
    (sent,) = message["files"]
    assert (sent["name"], sent["title"]) == ("all.zip", "Alles")
    assert slack.member("U0SABINE").read_file(sent["id"]) == file.read_bytes()


@pytest.mark.parametrize("fault", [ANSWER_LOST, Fault(body={"ok": True}), Fault(reset=True)])
async def test_a_file_from_the_disk_that_does_not_arrive_is_told(
    slack: Slack, files: SlackFiles, tmp_path: Path, fault: Fault
) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"abc")
    slack.faults = lambda call: fault if call.method.startswith("files.") else None

    with pytest.raises(FileFailed):
        await files.send_from(HOME, "U0SABINE", file, title="Alles")


@pytest.mark.parametrize("scope", ["files:write", "im:write"])
async def test_a_missing_permission_is_named(slack: Slack, files: SlackFiles, scope: str) -> None:
    slack.workspace.scopes.remove(scope)

    with pytest.raises(FileFailed) as failed:
        await files.send(HOME, "U0SABINE", name="a.csv", content=b"a", title="A")

    assert (failed.value.why, failed.value.scope) == (FileTrouble.NOT_ALLOWED, scope)


@pytest.mark.parametrize(
    "fault",
    [ANSWER_LOST, Fault(body={"ok": True}), Fault(body="<html>"), Fault(reset=True)],
    ids=["500", "nothing promised", "no JSON", "reset"],
)
async def test_an_odd_answer_is_no_file(slack: Slack, files: SlackFiles, fault: Fault) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")
    slack.faults = lambda call: fault if call.method.startswith("files.") else None

    for doing in (
        files.send(HOME, "U0SABINE", name="a.csv", content=b"a", title="A"),
        files.fetch(HOME, picked["id"], most=100),
    ):
        with pytest.raises(FileFailed) as failed:
            await doing
        assert failed.value.why is FileTrouble.AWAY


async def test_what_a_member_uploaded_is_fetched(slack: Slack, files: SlackFiles) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")

    assert await files.fetch(HOME, picked["id"], most=8) == b"id: ours"


async def test_a_file_that_is_too_large_is_not_fetched(slack: Slack, files: SlackFiles) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")

    with pytest.raises(FileFailed) as failed:
        await files.fetch(HOME, picked["id"], most=7)

    assert failed.value.why is FileTrouble.TOO_LARGE
    assert "url_private_download" not in [call.method for call in slack.calls]


async def test_a_deleted_file_is_gone(slack: Slack, files: SlackFiles) -> None:
    picked = slack.member("U0SABINE").pick("ours.yaml", b"id: ours")
    slack.workspace.files.remove(picked["id"])

    with pytest.raises(FileFailed) as failed:
        await files.fetch(HOME, picked["id"], most=100)

    assert failed.value.why is FileTrouble.GONE


async def test_whether_files_may_be_fetched_is_asked_each_time(
    slack: Slack, files: SlackFiles
) -> None:
    assert await files.may_fetch(HOME)
    slack.workspace.scopes.remove("files:read")
    assert not await files.may_fetch(HOME)
    slack.faults = lambda _: Fault(reset=True)
    assert await files.may_fetch(HOME)
