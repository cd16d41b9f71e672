"""What the use cases need from outside, as protocols, and the records that cross the border.

Every unit of work belongs to one workspace: its repositories see and write rows of
that workspace only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.domain.checklist import Checklist
from bot.domain.history import HistoryEntry, Lapse
from bot.domain.people import Member, MemberId
from bot.domain.prospect import ProspectId, QualificationId
from bot.domain.qualification import ChecklistVersion, Draft, DraftId, Qualification, VersionId
from bot.domain.workspace import OverrideApproval, Settings, Workspace, WorkspaceId
from bot.services.nudge_ports import Nudges, Posted
from bot.services.outcome_ports import Outcomes
from bot.services.proposal_ports import Managers, Proposals
from bot.services.prospect_ports import Prospects
from bot.services.settings_ports import Referrals
from bot.services.story_ports import Stories

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC."""

NewId = Callable[[], str]
"""Makes an id that was never used before, without dots, at most 36 characters."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and in which workspace."""

    workspace_id: WorkspaceId
    member_id: MemberId


@dataclass(frozen=True, slots=True)
class Person:
    """Who is in front of us, as far as is known; enough to speak to them."""

    caller: Caller
    workspace: Workspace
    member: Member | None

    @property
    def locale(self) -> str | None:
        """The language of their Slack, as an IETF tag."""
        return None if self.member is None else self.member.locale

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone; the workspace's if it is not known."""
        return self.workspace.settings.zone if self.member is None else self.member.zone


@dataclass(frozen=True, slots=True)
class CachedMember:
    """A member, and when Slack last told us about them."""

    member: Member
    fetched_at: datetime


class MessageKind(StrEnum):
    """What an outbox row says."""

    CARD = "card"
    """The verdict card of a qualification, posted."""
    CARD_REWRITE = "card_rewrite"
    """The same card, rewritten as things stand when it is sent."""
    THREAD_LINE = "thread_line"
    """A line in the card's thread about one history entry."""
    OWNER_CHOSEN = "owner_chosen"
    """Private: somebody else made you the owner."""
    LAPSE_LINE = "lapse_line"
    """A line in the card's thread: a condition has lapsed."""
    CLOSING_LINE = "closing_line"
    """A line in the card's thread: the prospect is proposed for closing."""
    NUDGE = "nudge"
    """Private, to an owner: what they have to decide."""
    NUDGE_REWRITE = "nudge_rewrite"
    """The same message, rewritten as things stand when it is sent."""
    OUTCOME = "outcome"
    """Private, to an owner: what came of clients and walk-aways. Beside a nudge it is one."""
    MANAGERS = "managers"
    """Private, to a manager: what is proposed for closing, and prospects whose owner is gone."""
    MANAGERS_REWRITE = "managers_rewrite"
    """The same message, rewritten as things stand when it is sent."""
    HANDED_OVER = "handed_over"
    """Private: all that a gone owner left behind was handed over to you."""
    OVERRIDE_ASKED = "override_asked"
    """Private, to a manager: somebody asks for an override."""
    OVERRIDE_REWRITE = "override_rewrite"
    """What asks for an answer in private, rewritten as things stand when it is sent."""
    OVERRIDE_NEWS = "override_news"
    """Private: what an action made of an override, or of the request for one."""
    OVERRIDE_LAPSED = "override_lapsed"
    """Private, to whoever asked: nobody answered in time."""
    REQUEST_LINE = "request_line"
    """A line in the card's thread: the request for an override has lapsed."""
    KILL_DATE_LINE = "kill_date_line"
    """A line in the card's thread: the kill date of an override has passed."""
    UNDELIVERABLE = "undeliverable"
    """Private, to a manager: a channel does not take our messages."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """What to say about what to whom; how, is decided when it is sent."""

    kind: MessageKind
    recipient: str
    """A channel id, or a member id for a private message; it is also the lane."""
    dedupe_key: str
    """Unique in the workspace: the same thing is said once."""
    prospect_id: ProspectId | None = None
    qualification_id: QualificationId | None = None
    revision: int | None = None
    """Of the history entry that a thread line tells."""
    detail: Mapping[str, Any] = field(default_factory=dict)


class Workspaces(Protocol):
    """The one workspace of this unit of work."""

    async def get(self) -> Workspace | None: ...
    async def with_member(
        self, member_id: MemberId
    ) -> tuple[Workspace, CachedMember | None] | None:
        """The workspace and one of its members, read at once; None before it was added."""
        ...

    async def get_to_change(self) -> Workspace | None:
        """The workspace, with its settings locked until the end."""
        ...

    async def add(self, workspace: Workspace) -> None:
        """Do nothing if it is there already."""
        ...

    async def change_settings(self, settings: Settings) -> None:
        """Replace all but the weekdays and the approval, which only managers change."""
        ...

    async def change_override_approval(self, approval: OverrideApproval) -> None:
        """Keep who has to approve overrides."""
        ...

    async def change_weekdays(self, weekdays: frozenset[int]) -> bool:
        """Tell whether they are others than before."""
        ...

    async def set_group_members(self, group: str, members: Sequence[MemberId]) -> None:
        """Keep who is in a user group that manages."""
        ...


class Members(Protocol):
    """Members as cached from Slack."""

    async def get(self, member_id: MemberId) -> CachedMember | None: ...
    async def put(self, cached: CachedMember) -> None: ...
    async def paused_until(self, member_id: MemberId) -> date | None: ...
    async def pause(self, member_id: MemberId, until: date) -> None: ...


class ChecklistVersions(Protocol):
    """Checklists as they were used."""

    async def get(self, version_id: VersionId) -> ChecklistVersion | None: ...
    async def find(self, checklist: Checklist) -> ChecklistVersion | None:
        """The version with the content of this checklist, if it was used before."""
        ...

    async def add(self, version_id: VersionId, checklist: Checklist, at: datetime) -> None:
        """Keep a new version under the next number; do nothing if its content is there already."""
        ...


class Drafts(Protocol):
    """Drafts; one per member and name."""

    async def get(self, draft_id: DraftId) -> Draft | None: ...
    async def of_member(self, member_id: MemberId, *, limit: int | None = None) -> Sequence[Draft]:
        """Newest first."""
        ...

    async def of_name(self, member_id: MemberId, name: str) -> Draft | None:
        """The one of a member whose name has the same key."""
        ...

    async def put(self, draft: Draft) -> None:
        """Insert or replace by id; another draft of the same member and name goes."""
        ...

    async def save(self, draft: Draft) -> None:
        """Replace by id; cheaper, for one that is there and whose facts did not change."""
        ...

    async def remove(self, draft_id: DraftId) -> None: ...


class Qualifications(Protocol):
    """Qualifications; they never change, but for where their card is."""

    async def get(self, qualification_id: QualificationId) -> Qualification | None: ...
    async def of_draft(self, draft_id: DraftId) -> Qualification | None: ...
    async def after(self, qualification_id: QualificationId) -> Qualification | None:
        """The one that replaced this one."""
        ...

    async def add(self, qualification: Qualification) -> None:
        """Raises DraftFiled if its draft made one before."""
        ...

    async def set_card(self, qualification_id: QualificationId, channel: str, ts: str) -> None: ...


class History(Protocol):
    """Append-only."""

    async def append(self, entry: HistoryEntry) -> None: ...
    async def of(self, prospect_id: ProspectId) -> Sequence[HistoryEntry]:
        """Oldest first."""
        ...

    async def note(self, lapse: Lapse) -> bool:
        """Return False, and do nothing, if the same is there already; its prospect is locked."""
        ...

    async def lapses_of(self, prospect_id: ProspectId) -> Sequence[Lapse]:
        """Oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits, and until when it does at least."""

    message: OutboxMessage
    due_at: datetime


class Outbox(Protocol):
    """Where messages wait."""

    async def put(self, message: OutboxMessage) -> None:
        """Do nothing if the same dedupe key is there already."""
        ...

    async def has_waiting(self, kind: MessageKind, recipient: str) -> bool:
        """Whether such a message waits, or is being sent."""
        ...

    async def waiting(self) -> Sequence[Waiting]:
        """All that waits or is being sent, in the order in which it was written."""
        ...

    async def said_about(
        self, prospect_id: ProspectId, kinds: Collection[MessageKind]
    ) -> Sequence[OutboxMessage]:
        """Messages of these kinds that stand somewhere or will, in the order they were written."""
        ...

    async def place_of(self, dedupe_key: str) -> Posted | None:
        """Where a message stands, once it was sent."""
        ...

    async def revive(self, kind: MessageKind, recipient: str, causes: Collection[str]) -> int:
        """Let what died of these causes be sent again, to `recipient`; return how many that is."""
        ...

    async def revive_one(self, dedupe_key: str, causes: Collection[str]) -> None:
        """Let one message be sent after all if it died of one of these causes."""
        ...

    async def send_again(self, recipient: str, causes: Collection[str]) -> int:
        """Let what died of these causes at `recipient` be sent again; return how many that is."""
        ...


class UnitOfWork(Protocol):
    """One transaction of one workspace: kept when the block ends well, undone when it raises."""

    workspaces: Workspaces
    members: Members
    checklist_versions: ChecklistVersions
    drafts: Drafts
    prospects: Prospects
    qualifications: Qualifications
    history: History
    nudges: Nudges
    proposals: Proposals
    managers: Managers
    outcomes: Outcomes
    stories: Stories
    outbox: Outbox
    referrals: Referrals


class UnitsOfWork(Protocol):
    """Opens units of work."""

    def __call__(self, workspace_id: WorkspaceId) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one to read and write; the outbox is woken when it is kept."""
        ...

    def reading(self, workspace_id: WorkspaceId) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one that only reads, and so waits for no writer."""
        ...


class Directory(Protocol):
    """Slack's knowledge of people."""

    async def look_up(self, workspace_id: WorkspaceId, member_id: MemberId) -> Member | None:
        """None for an unknown id. Raises DirectoryUnavailable when Slack is too slow."""
        ...

    async def group_members(self, workspace_id: WorkspaceId, group: str) -> Sequence[MemberId]:
        """Raises DirectoryUnavailable when Slack does not answer, or does not allow it."""
        ...
