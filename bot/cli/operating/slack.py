"""What the doctor asks of Slack."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.cli.manifest import OPTIONAL_SCOPES, SCOPES
from bot.cli.operating.findings import Finding, ok, warning, wrong
from bot.domain.errors import ChannelHidden, DirectoryUnavailable
from bot.domain.people import MemberId
from bot.domain.workspace import RefusedBlock, WorkspaceId, is_user_group
from bot.slack import kit
from bot.slack.client.directory import SlackDirectory
from bot.slack.client.error_codes import FAILURES, code_of
from bot.slack.client.files import READ_SCOPE, WRITE_SCOPE
from bot.slack.client.identity import OddAnswer, granted_scopes, trouble

REINSTALL = "add it to the app (`walkaway manifest` has it), then reinstall the app"
_LOST = {
    "chat:write.public": "cards only in channels that the bot is in",
    "usergroups:read": "no user groups as managers",
    "users:read.email": "a form names owners by their member ids only",
    "channels:read": "a public channel isn't checked before it's set",
    "groups:read": "a private channel isn't checked before it's set",
    "channels:history": "a message that may or may not have arrived in a public channel "
    "can appear twice",
    "groups:history": "a message that may or may not have arrived in a private channel "
    "can appear twice",
    "im:history": "a private message that may or may not have arrived isn't sent again",
    "im:write": "a private message that may or may not have arrived isn't looked for, and no one "
    "gets a file",
    "files:read": "checklists are adopted with `walkaway checklist adopt` only",
    "files:write": "no one gets a file",
}
"""What the bot does without each optional scope."""

_SAMPLES = {
    each["type"]: each
    for each in (
        kit.container("sample", "A test", [kit.section(kit.plain("A test"))]),
        kit.data_table("sample", "A test", ["Word"], [[kit.text_cell("Test")]]),
        kit.bar_chart("sample", "A test", ["Test"], {"Words": [1]}),
    )
}
"""One block of each kind that Slack may refuse."""

_ODD = (AttributeError, TypeError)
"""What the client raises over an answer that is JSON, but no object."""
_FAILURES = (*FAILURES, *_ODD)

SIGNED_WITHIN, CLOCKS_APART = 300, 60
"""Seconds: by so much a request's time may differ from ours, and by so much a clock is off."""


@dataclass(frozen=True, slots=True)
class CheckableSettings:
    """What of a workspace's settings Slack can tell about."""

    channel: str
    managers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Identity:
    """What Slack says of a token."""

    workspace: WorkspaceId
    granted: frozenset[str] | None
    """The scopes; None if Slack does not tell."""


async def identity(client: AsyncWebClient) -> tuple[Identity | None, list[Finding]]:
    """Return what Slack says of the token, and how token and clock are."""
    try:
        answer = await client.auth_test()
        team, name = _told(answer, "team_id"), answer.get("team")
    except _FAILURES as error:
        mend = "copy it again from the app's page, under OAuth & Permissions"
        return None, [wrong("bot token", _said(error), mend)]
    found = [ok("bot token", f"belongs to workspace {team} ({name})")]
    return Identity(WorkspaceId(team), granted_scopes(answer)), [*found, *_clock(answer)]


async def app_token(client: AsyncWebClient, token: str) -> Finding:
    """Ask Slack for a connection, and open none."""
    try:
        _told(await client.apps_connections_open(app_token=token), "url")
    except _FAILURES as error:
        mend = "make one under Basic Information, App-Level Tokens, with connections:write"
        return wrong("app token", _said(error), mend)
    return ok("app token", "opens a connection")


async def channel(directory: SlackDirectory, workspace: WorkspaceId, place: str) -> Finding:
    """Look at the channel of the verdicts."""
    if not place:
        return wrong("channel", "isn't set", "set VERDICT_CHANNEL, or type `/qualify settings`")
    other = "or choose another one with `/qualify settings`"
    try:
        seen = await directory.channel(workspace, place)
    except ChannelHidden:
        return warning("channel", "can't be checked without channels:read", REINSTALL)
    except DirectoryUnavailable as error:
        return warning("channel", f"{place} can't be checked: {_why(error)}")
    if seen is None:
        return wrong("channel", f"{place} isn't a channel I can see", f"invite me, {other}")
    if seen.is_archived:
        return wrong("channel", f"{place} is archived", f"restore it, {other}")
    if not seen.is_joined:
        return wrong("channel", f"{place} is a channel I'm not in", f"invite me, {other}")
    if not seen.takes_posts:
        return wrong("channel", f"{place} doesn't let apps post", f"allow them, {other}")
    if seen.is_shared:
        said = f"{place} is shared with another organisation, which can read it"
        return warning("channel", said)
    return ok("channel", f"{place} accepts my posts")


async def managers(
    directory: SlackDirectory, workspace: WorkspaceId, named: Sequence[str]
) -> AsyncIterator[Finding]:
    """Look at each manager."""
    if not named:
        mend = "set MANAGERS, or let an admin of Slack type `/qualify settings`"
        yield wrong("managers", "aren't named, so no one is told what stays undecided", mend)
    for each in named:
        try:
            yield await (_group if is_user_group(each) else _manager)(directory, workspace, each)
        except DirectoryUnavailable as error:
            yield warning("manager", f"{each} can't be checked: {_why(error)}")


async def _manager(directory: SlackDirectory, workspace: WorkspaceId, each: str) -> Finding:
    member = await directory.look_up(workspace, MemberId(each))
    mend = "name another one in MANAGERS or `/qualify settings`"
    if member is None:
        return wrong("manager", f"{each} isn't in this workspace", mend)
    if member.outsider is not None:
        return wrong("manager", f"{each} isn't a full member ({member.outsider.value})", mend)
    return ok("manager", f"{each} is {member.name}")


async def _group(directory: SlackDirectory, workspace: WorkspaceId, each: str) -> Finding:
    members = await directory.group_members(workspace, each)
    if not members:
        return wrong("manager", f"{each} is a user group without members", "add some to it")
    return ok("manager", f"{each} is a user group of {len(members)}")


async def live(client: AsyncWebClient, place: str) -> AsyncIterator[Finding]:
    """Post to the channel, look for it, and delete it."""
    begun = time.monotonic()

    def took() -> str:
        nonlocal begun
        before, begun = begun, time.monotonic()
        return f"took {begun - before:.1f} s"

    try:
        posted = await client.chat_postMessage(channel=place, text="walkaway doctor: a test.")
        where, ts = _told(posted, "channel"), _told(posted, "ts")
        yield ok("posting", took())
        try:
            await client.conversations_history(channel=place, oldest=ts, inclusive=True, limit=1)
            yield ok("looking", took())
        except _FAILURES as error:
            yield warning("looking", _said(error), REINSTALL)
        await client.chat_delete(channel=where, ts=ts)
        yield ok("deleting", took())
    except _FAILURES as error:
        yield wrong("posting", _said(error), "invite me to the channel, or reinstall the app")


def refused(block: RefusedBlock) -> Finding:
    """Say without which kind of block messages are posted, and since when."""
    day = f"{block.at:%Y-%m-%d}"
    said = f"{block.kind} was refused by Slack on {day}, so messages go out without it"
    return warning("block", said, "`walkaway doctor --live` asks Slack again")


async def tried_again(client: AsyncWebClient, place: str, block: RefusedBlock) -> Finding:
    """Post a kind of block that was refused, and delete it."""
    try:
        posted = await client.chat_postMessage(
            channel=place, text="walkaway doctor: a test.", blocks=[_SAMPLES[block.kind]]
        )
        await client.chat_delete(channel=_told(posted, "channel"), ts=_told(posted, "ts"))
    except _FAILURES as error:
        return warning("block", f"{block.kind} is still refused: {_said(error)}")
    return ok("block", f"{block.kind} is accepted again")


def scopes(granted: frozenset[str] | None, *, uses_files: bool) -> list[Finding]:
    """Look at the scopes; those for files are missed only where files are used."""
    if granted is None:
        return [warning("scopes", "weren't sent by Slack, so they can't be checked")]
    found = [wrong("scope", f"{each} is missing", REINSTALL) for each in _less(SCOPES, granted)]
    found += [
        warning("scope", f"{each} isn't granted: {_LOST[each]}", REINSTALL)
        for each in _less(OPTIONAL_SCOPES, granted)
        if uses_files or each not in {READ_SCOPE, WRITE_SCOPE}
    ]
    return found or [ok("scopes", "are all granted")]


def _less(wanted: Sequence[str], granted: Collection[str]) -> list[str]:
    return [each for each in wanted if each not in granted]


def _clock(answer: AsyncSlackResponse) -> list[Finding]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        theirs = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return []
    apart, mend = abs(time.time() - theirs), "sync this machine's clock with NTP"
    said = f"differs from Slack's by {apart:.0f} seconds"
    if apart > SIGNED_WITHIN:
        return [wrong("our clock", f"{said}, so its requests are refused", mend)]
    if apart > CLOCKS_APART:
        return [warning("our clock", said, mend)]
    return [ok("our clock", "agrees with Slack's")]


def _told(answer: AsyncSlackResponse, name: str) -> str:
    """Return a word that Slack's answer must have. Raises OddAnswer if it lacks it."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise OddAnswer(name)
    return found


def _why(error: DirectoryUnavailable) -> str:
    return _said(error.__cause__) if error.__cause__ else "Slack doesn't answer"


def _said(error: BaseException) -> str:
    if isinstance(error, _ODD):
        error = OddAnswer()
    if isinstance(error, asyncio.TimeoutError):
        return "Slack doesn't answer in time"
    if isinstance(error, FAILURES) and code_of(error) == "missing_scope":
        return "a scope is missing for that (missing_scope)"
    return trouble(error)
