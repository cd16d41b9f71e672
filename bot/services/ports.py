"""What the use cases need from outside: the time, ids, Slack's directory, and a messenger."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.delivery import Claimed, Posted, SendResult, Sight
from bot.domain.delivery.contents import Erasure, MessageContent
from bot.domain.people import Member, MemberId, Outsider, Role, roles
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.settings.changes import ChannelSeen
from bot.domain.webhooks.attempts import Answer, Attempt
from bot.domain.workspace import Workspace, WorkspaceId

Clock = Callable[[], datetime]
"""Returns the time, aware and in UTC."""

StillOurs = Callable[[], Awaitable[bool]]
"""Whether a message is ours to send for as long as a call takes."""


async def surely() -> bool:
    """Say so of what nobody else could send."""
    return True


NewId = Callable[[], str]
"""Makes an id that was never used before, without dots, of at most 36 characters."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and in which workspace."""

    workspace_id: WorkspaceId
    member_id: MemberId


@dataclass(frozen=True, slots=True)
class Person:
    """The person we deal with, as far as is known; enough to speak to them."""

    caller: Caller
    workspace: Workspace
    member: Member | None
    lacks: str | None = None
    """The permission without which Slack doesn't tell us who they are."""
    is_unknown: bool = False
    """Whether Slack said that it knows nobody with this id, or that it hides them from us."""

    @property
    def outsider(self) -> Outsider | None:
        """Why they may do nothing here; None if they may, or if Slack did not answer in time."""
        if self.is_unknown:
            return Outsider.UNKNOWN
        return None if self.member is None else self.member.outsider

    @property
    def locale(self) -> str | None:
        """The language of their Slack, as an IETF tag."""
        return None if self.member is None else self.member.locale

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone; the workspace's if theirs is not known."""
        return self.workspace.zone_of(self.member)

    def roles(self, prospect: Prospect) -> frozenset[Role]:
        """Return their roles for a prospect; none as long as they are not known."""
        if self.member is None:
            return frozenset()
        return roles(self.member, managers=self.workspace.manager_ids, owner=prospect.facts.owner)


class Directory(Protocol):
    """Slack's knowledge of people."""

    async def look_up(self, workspace_id: WorkspaceId, member_id: MemberId) -> Member | None:
        """Return a member; None if unknown. Raises DirectoryUnavailable if Slack is too slow."""
        ...

    async def look_up_email(self, workspace_id: WorkspaceId, email: str) -> Member | None:
        """Return a member; None if unknown. Raises DirectoryUnavailable, and NotPermitted."""
        ...

    async def group_members(self, workspace_id: WorkspaceId, group: str) -> Sequence[MemberId]:
        """Return the members of a user group; raises DirectoryUnavailable if Slack doesn't tell."""
        ...

    async def channel(self, workspace_id: WorkspaceId, channel: str) -> ChannelSeen | None:
        """Return a channel; None for one that does not exist, or is hidden from us.

        Raises DirectoryUnavailable, and ChannelHidden if we may not look at any channel.
        """
        ...


@dataclass(frozen=True, slots=True)
class Replies:
    """What members wrote below a message."""

    links: tuple[str, ...] = ()
    """The permalinks of the first ones."""
    count: int = 0
    """How many there are."""


class Threads(Protocol):
    """What people wrote below our messages."""

    async def replies(self, workspace_id: WorkspaceId, posted: Posted) -> Replies | None:
        """Return what members wrote in a thread; None if Slack hides it."""
        ...


class Poster(Protocol):
    """Sends one delivery to a webhook."""

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        """Send it once, signed as of `at`; whatever happens is returned as an answer."""
        ...


class Messenger(Protocol):
    """Says things in Slack; their look is its own business."""

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        left_out: Collection[str] = (),
        is_ours: StillOurs = surely,
    ) -> SendResult:
        """Send one message; a private one in the language of its reader.

        It does without the kinds of blocks in `left_out`. Before each call that would say it, it
        asks whether the message is still ours to send: else somebody else says it.
        """
        ...

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        """Look whether an earlier attempt posted the message."""
        ...

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        """Delete a message of ours in Slack, or rewrite it to what is left of it."""
        ...

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        """Return the permalink of a message; None if Slack doesn't give it now."""
        ...

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        """Redraw a verdict where it is being read, unless the view shows something else by now."""
        ...
