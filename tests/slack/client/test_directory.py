"""Who somebody is, as Slack tells it, or does not."""

from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import DirectoryUnavailable
from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.slack.client.directory import SlackDirectory, read_member
from bot.slack.client.identity import OddAnswer
from sandbox import Fault, Slack

HOME = WorkspaceId("T0NORDLICHT")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack.serving() as serving:
        yield serving


@pytest.fixture
def directory(slack: Slack) -> SlackDirectory:
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return SlackDirectory(lambda _: client)


async def test_a_member_has_name_zone_and_language(directory: SlackDirectory) -> None:
    member = await directory.look_up(HOME, MemberId("U0EMMA"))

    assert member is not None
    assert (member.name, member.zone, member.locale) == (
        "Emma Clarke",
        ZoneInfo("Europe/London"),
        "en-GB",
    )
    assert member.is_full


@pytest.mark.parametrize(
    ("member_id", "kind"),
    [
        ("U0GIL", "is_guest"),
        ("U0WALKAWAY", "is_bot"),
        ("USLACKBOT", "is_bot"),
        ("U0ALIEN", "is_foreign"),
        ("U0GONE", "is_deactivated"),
    ],
)
async def test_who_is_no_full_member_is_known_as_such(
    slack: Slack, directory: SlackDirectory, member_id: str, kind: str
) -> None:
    slack.add_member("U0ALIEN", "Al Ien", team_id="T0ELSEWHERE")
    slack.add_member("U0GONE", "Gone", deleted=True)

    member = await directory.look_up(HOME, MemberId(member_id))

    assert member is not None
    assert getattr(member, kind)
    assert not member.is_full


async def test_an_unknown_id_is_nobody(directory: SlackDirectory) -> None:
    assert await directory.look_up(HOME, MemberId("U0NOBODY")) is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, body="oops"),
        Fault(status=429, headers={"Retry-After": "30"}, body={"ok": False}),
        Fault(body={"ok": False, "error": "token_revoked"}),
        Fault(body="<html>"),
        Fault(reset=True),
    ],
    ids=["500", "429", "revoked", "html", "reset"],
)
async def test_when_slack_does_not_tell_the_directory_is_unavailable(
    slack: Slack, directory: SlackDirectory, fault: Fault
) -> None:
    slack.faults = lambda _: fault

    with pytest.raises(DirectoryUnavailable):
        await directory.look_up(HOME, MemberId("U0EMMA"))
    with pytest.raises(DirectoryUnavailable):
        await directory.group_members(HOME, "S0BOSSES")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", "{"), ("application/json", "[1]"), ("text/plain", "hello")],
)
async def test_an_answer_that_nobody_can_read_is_none(content_type: str, body: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type=content_type)

    app = web.Application()
    app.router.add_route("*", "/{method}", answer)
    async with TestServer(app) as server:
        client = AsyncWebClient("x", base_url=str(server.make_url("/")), retry_handlers=[])
        directory = SlackDirectory(lambda _: client)
        with pytest.raises(DirectoryUnavailable):
            await directory.look_up(HOME, MemberId("U0EMMA"))
        with pytest.raises(DirectoryUnavailable):
            await directory.group_members(HOME, "S0BOSSES")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user": {}, "users": 1, "channel": {}},
        {"user": {"id": ""}, "users": "U0EMMA", "channel": "C0VERDICTS"},
        {"user": [], "users": [1], "channel": []},
        {"user": {"id": "U0EMMA", "profile": 1}, "users": None, "channel": None},
    ],
    ids=["nothing", "empty", "words", "lists", "nulls"],
)
async def test_an_answer_without_what_was_asked_for_is_none(
    slack: Slack, directory: SlackDirectory, body: dict[str, Any]
) -> None:
    slack.faults = lambda _: Fault(body={"ok": True} | body)

    for asking in (
        directory.look_up(HOME, MemberId("U0EMMA")),
        directory.look_up_email(HOME, "emma@nordlicht.example"),
        directory.group_members(HOME, "S0BOSSES"),
        directory.channel(HOME, "C0VERDICTS"),
    ):
        with pytest.raises(DirectoryUnavailable) as unavailable:
            await asking
        assert isinstance(unavailable.value.__cause__, OddAnswer)


async def test_slack_gets_no_more_time_than_the_modal_can_spare(
    slack: Slack, directory: SlackDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.client.directory.PATIENCE", 0.02)
    slack.faults = lambda _: Fault(delay=0.2)

    with pytest.raises(DirectoryUnavailable):
        await directory.look_up(HOME, MemberId("U0EMMA"))


async def test_the_members_of_a_group_are_listed(slack: Slack, directory: SlackDirectory) -> None:
    slack.workspace.world.groups["S0BOSSES"] = ["U0SABINE"]

    assert await directory.group_members(HOME, "S0BOSSES") == ["U0SABINE"]


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "Em"}, "real_name": "Emma", "name": "emma"}, "Em"),
        ({"profile": {"display_name": ""}, "real_name": "Emma", "name": "emma"}, "Emma"),
        ({"profile": None, "name": "emma"}, "emma"),
        ({}, "U0EMMA"),
    ],
)
def test_a_member_has_the_name_that_is_shown(user: dict[str, Any], name: str) -> None:
    assert read_member({"id": "U0EMMA"} | user, HOME).name == name


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Land", "../etc/passwd"])
def test_a_zone_that_nobody_knows_is_utc(zone: str | None) -> None:
    assert read_member({"id": "U0EMMA", "tz": zone}, HOME).zone == ZoneInfo("UTC")


def test_a_stranger_of_the_own_team_is_foreign_all_the_same() -> None:
    assert read_member({"id": "U0X", "team_id": HOME, "is_stranger": True}, HOME).is_foreign


@pytest.mark.parametrize(
    ("ours", "is_foreign"), [("E0NORDLICHT", False), ("E0OTHERS", True), (None, True)]
)
def test_who_is_of_a_sister_workspace_is_foreign_unless_it_is_of_our_organisation(
    ours: str | None, is_foreign: bool
) -> None:
    user = {"id": "U0X", "team_id": "T0SISTER", "enterprise_user": {"enterprise_id": "E0NORDLICHT"}}

    assert read_member(user, HOME, ours).is_foreign is is_foreign
