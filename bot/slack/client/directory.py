"""The Directory over Slack's Web API: who somebody is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import ChannelHidden, DirectoryUnavailable, NotPermitted
from bot.domain.people import Member, MemberId
from bot.domain.settings.changes import ChannelSeen
from bot.domain.workspace import WorkspaceId
from bot.slack.client.error_codes import FAILURES, meaning_of
from bot.slack.client.identity import OddAnswer
from bot.slack.client.meanings import Meaning

PATIENCE = 1.0
"""Seconds to wait for who somebody is: a modal must open within 3 s of the command."""

_SYSTEM = frozenset({"USLACK", "USLACKBOT"})
_ODD = (AttributeError, KeyError, TypeError, ValueError)
"""What the client or a reader raises over an answer without what must be there."""

T = TypeVar("T")


class SlackDirectory:
    """Asks Slack about members and user groups."""

    def __init__(
        self,
        client: Callable[[WorkspaceId], AsyncWebClient],
        enterprise: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Take two functions: a workspace's client, and its organization (Enterprise Grid)."""
        self._client = client
        self._enterprise = enterprise

    async def look_up(self, workspace_id: WorkspaceId, member_id: MemberId) -> Member | None:
        """Return a member; None if Slack knows no such id."""
        return await self._who_is(
            workspace_id, lambda its: its.users_info(user=member_id, include_locale=True)
        )

    async def look_up_email(self, workspace_id: WorkspaceId, email: str) -> Member | None:
        """Return the member with an e-mail address; None if Slack knows none.

        Slack doesn't return the language here; `look_up` does.
        """
        found = await self._who_is(workspace_id, lambda its: its.users_lookupByEmail(email=email))
        return None if found is None else await self.look_up(workspace_id, found.id)

    async def group_members(self, workspace_id: WorkspaceId, group: str) -> Sequence[MemberId]:
        """Return the members of a user group."""
        asking = self._client(workspace_id).usergroups_users_list(usergroup=group)
        try:
            return await _read(asking, _read_group)
        except SlackApiError as error:
            raise _unavailable(error) from error

    async def channel(self, workspace_id: WorkspaceId, channel: str) -> ChannelSeen | None:
        """Return what Slack knows of a channel; None if it has none, or hides it from us."""
        asking = self._client(workspace_id).conversations_info(channel=channel)
        try:
            return await _read(asking, lambda answer: read_channel(answer["channel"]))
        except SlackApiError as error:
            meaning = meaning_of(error)
            if meaning in {Meaning.PLACE, Meaning.CALL}:
                return None
            if meaning is Meaning.PERMISSION:
                raise ChannelHidden from error
            raise DirectoryUnavailable from error

    async def _who_is(
        self, workspace_id: WorkspaceId, ask: Callable[[AsyncWebClient], Awaitable[Any]]
    ) -> Member | None:
        """Return the member in Slack's answer; None if it knows no such member."""
        asking = ask(self._client(workspace_id))

        def read(answer: Any) -> Member:
            return read_member(answer["user"], workspace_id, self._enterprise())

        try:
            return await _read(asking, read, PATIENCE)
        except SlackApiError as error:
            if meaning_of(error) is Meaning.NOBODY:
                return None
            raise _unavailable(error) from error


async def _read(
    asking: Awaitable[Any], read: Callable[[Any], T], patience: float | None = None
) -> T:
    """Return what a reader finds in Slack's answer, for which it waits so many seconds at most.

    Raises SlackApiError if Slack refuses, and DirectoryUnavailable if it is away, or if its answer
    lacks what was asked for.
    """
    try:
        async with asyncio.timeout(patience):
            return read(await asking)
    except SlackApiError:
        raise
    except FAILURES as error:
        raise DirectoryUnavailable from error
    except _ODD as error:
        raise DirectoryUnavailable from OddAnswer(type(error).__name__)


def _unavailable(error: SlackApiError) -> DirectoryUnavailable:
    """Return why Slack doesn't answer. A missing scope keeps Slack's name."""
    if meaning_of(error) is not Meaning.PERMISSION:
        return DirectoryUnavailable()
    needed = error.response.get("needed")
    return NotPermitted(needed) if isinstance(needed, str) and needed else DirectoryUnavailable()


def _read_group(answer: Mapping[str, Any]) -> list[MemberId]:
    """Return the members in the answer. Raises TypeError if it has no list of ids."""
    members = answer["users"]
    if not isinstance(members, list) or not all(isinstance(each, str) for each in members):
        raise TypeError("no list of ids")
    return [MemberId(each) for each in members]


def read_channel(channel: Mapping[str, Any]) -> ChannelSeen:
    """Return a channel from Slack's object. Within one organization, it doesn't count as shared.

    Raises KeyError if the object isn't that of a channel.
    """
    channel["id"]
    return ChannelSeen(
        is_joined=bool(channel.get("is_member")),
        is_archived=bool(channel.get("is_archived")),
        takes_posts=not (channel.get("is_read_only") or channel.get("is_thread_only")),
        is_shared=bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
    )


def read_member(
    user: Mapping[str, Any], workspace_id: WorkspaceId, enterprise_id: str | None = None
) -> Member:
    """Return a member from Slack's user object.

    A member of another workspace is foreign, unless both belong to one organization. Raises
    KeyError or TypeError if the object has no id.
    """
    if not isinstance(user["id"], str) or not user["id"]:
        raise TypeError("no id")
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), user.get("name"), user["id"])
    return Member(
        id=MemberId(user["id"]),
        name=next(name for name in names if name),
        zone=_zone(user.get("tz")),
        locale=user.get("locale"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_foreign=bool(user.get("is_stranger")) or not _is_ours(user, workspace_id, enterprise_id),
        is_bot=bool(user.get("is_bot")) or user["id"] in _SYSTEM,
        is_deactivated=bool(user.get("deleted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _is_ours(user: Mapping[str, Any], workspace_id: str, enterprise_id: str | None) -> bool:
    if user.get("team_id", workspace_id) == workspace_id:
        return True
    organisation = user.get("enterprise_user") or {}
    return enterprise_id is not None and organisation.get("enterprise_id") == enterprise_id


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
