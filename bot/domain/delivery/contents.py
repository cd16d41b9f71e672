"""The read models behind messages: about a qualification and its prospect, or about a member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.decisions import ActionCounts
from bot.domain.decisions.approvals import may_be_answered_by
from bot.domain.delivery.outbox import OutboxMessage, Posted
from bot.domain.figures.digest import Digest
from bot.domain.people import MemberId, Role
from bot.domain.prospects import Override, Prospect, ProspectId
from bot.domain.read_models import AskedOutcome, Brief, Overview
from bot.domain.screening import Draft
from bot.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class IncomingDraft:
    """A draft that came in by the door, as a message shows it."""

    draft: Draft
    answered: int
    asked: int
    """The number of questions, as far as it is known."""
    came_on: date
    """The day in the reader's time zone."""


@dataclass(frozen=True, slots=True)
class NudgedProspect:
    """A prospect in a nudge message: stalled, or an open *pursue* that it asks about."""

    prospect: Prospect
    number: int
    """The number of this nudge about it, or of this question in a row."""
    again_on: date | None = None
    """The day of the latest message about it, if there is a later one."""
    again_link: str | None = None
    """The permalink of that later message."""
    brief: Brief | None = None
    undo_by: date | None = None
    """The last day to undo that we walked away, as long as that is possible."""


@dataclass(frozen=True, slots=True)
class NudgeMessage:
    """The read model behind an owner's private message of a day, as of drawing time.

    It speaks of what is stalled, asks what is still open, asks for outcomes, or does all of it.
    """

    workspace: Workspace
    owner: MemberId
    today: date
    """The day in the owner's time zone."""
    items: tuple[NudgedProspect, ...]
    """The longest overdue first."""
    asked: tuple[AskedOutcome, ...] = ()
    """The longest due first."""
    posted: Posted | None = None
    """Channel and ts, once it is posted."""
    zone: ZoneInfo | None = None
    """The owner's time zone; None if only the workspace's is known."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    questions: tuple[NudgedProspect, ...] = ()
    """Open *pursues* on which nobody did anything, the longest quiet first."""
    drafts: tuple[IncomingDraft, ...] = ()
    """Their drafts that came in by the door and have waited for long, the longest first."""

    @property
    def held(self) -> frozenset[Role]:
        """The reader's roles for prospects of their own."""
        is_manager = self.owner in self.workspace.manager_ids
        return frozenset({Role.OWNER, Role.MANAGER} if is_manager else {Role.OWNER})

    def is_theirs(self, prospect: Prospect) -> bool:
        """Tell whether a prospect has not been handed over since."""
        return prospect.facts.owner == self.owner


@dataclass(frozen=True, slots=True)
class ProposedProspect:
    """A prospect in a message to a manager."""

    prospect: Prospect
    today: date
    """The day in its owner's time zone."""
    again_on: date | None = None
    """The day of the latest message about it to this manager, if there is a later one."""
    was_handed_over: bool = False
    """Whether it has another owner by now."""
    again_link: str | None = None
    """The permalink of the latest message about it."""
    brief: Brief | None = None
    undo_by: date | None = None
    """The last day to undo that we walked away, as long as that is possible."""


@dataclass(frozen=True, slots=True)
class UndecidedProspect:
    """A prospect that has been undecided for long, in a message to a manager."""

    row: ProposedProspect
    counts: ActionCounts
    """What kept it open."""
    away_until: date | None = None
    """The day from which its owner wants nudges again, if they have paused."""

    @property
    def prospect(self) -> Prospect:
        """The prospect."""
        return self.row.prospect


@dataclass(frozen=True, slots=True)
class GoneOwner:
    """An owner who can't decide any more, or not for long, and what they leave behind."""

    id: MemberId
    total: int
    """Open prospects they still own; for one who only pauses, those that are or will be due."""
    prospects: tuple[Prospect, ...] = ()
    """Some of them, the earliest due first."""
    is_back: bool = False
    """Whether they are a full member again."""
    again_on: date | None = None
    """The day on which it was offered again since then, if it was."""
    again_link: str | None = None
    """The permalink of that message."""
    links: Mapping[ProspectId, str] = field(default_factory=dict)
    """The permalinks of the cards of `prospects`."""
    away_until: date | None = None
    """The day from which they want nudges again, if they only pause."""


@dataclass(frozen=True, slots=True)
class ManagersMessage:
    """The read model behind a message to a manager, as of drawing time."""

    workspace: Workspace
    manager: MemberId
    items: tuple[ProposedProspect, ...]
    """Prospects proposed for closing, the longest overdue first."""
    more: int
    """How many are left for the next morning."""
    gone: tuple[GoneOwner, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    posted: Posted | None = None
    """Channel and ts, once it is posted."""
    zone: ZoneInfo | None = None
    """The manager's time zone; None if only the workspace's is known."""
    undecided: tuple[UndecidedProspect, ...] = ()
    """Those undecided for long, the longest in question first."""
    questions: tuple[ProposedProspect, ...] = ()
    """Open *pursues* about which their owners were asked without an answer."""
    drafts: tuple[IncomingDraft, ...] = ()
    """Drafts that came in by the door and nobody went on with, the longest waiting first."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What tells a new owner that they took over everything somebody left behind."""

    workspace: Workspace
    by: MemberId
    before: MemberId
    prospects: tuple[Prospect, ...]
    """Some of them, the earliest due first."""
    total: int
    names: Mapping[str, str] = field(default_factory=dict)
    overdue: frozenset[ProspectId] = frozenset()
    """Those that should already have been decided."""
    links: Mapping[ProspectId, str] = field(default_factory=dict)
    """The permalinks of their cards."""


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """The read model behind a message that asks for an answer to a request, as of drawing time."""

    overview: Overview
    """The overview of the verdict to be overridden."""
    request: Override
    """The request, even once it is answered or over."""
    reader: MemberId
    posted: Posted | None = None
    """Channel and ts, once it is posted."""
    zone: ZoneInfo | None = None
    """The reader's time zone; None if only the workspace's is known."""
    is_again: bool = False
    """Whether the reader has been asked before."""

    @property
    def workspace(self) -> Workspace:
        """The workspace in which it is asked."""
        return self.overview.workspace

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        last = self.request.lapses_on
        return self.request.is_asked and (last is None or last >= self.overview.today)

    @property
    def may_answer(self) -> bool:
        """Whether the reader can answer it now."""
        managers, prospect = self.workspace.manager_ids, self.overview.prospect
        return self.is_open and may_be_answered_by(self.reader, self.request, prospect, managers)


@dataclass(frozen=True, slots=True)
class IntakeMessage:
    """The read model behind a message about an incoming draft, as of drawing time."""

    workspace: Workspace
    reader: MemberId
    row: IncomingDraft | None
    """None once the draft no longer exists."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    posted: Posted | None = None
    """Channel and ts, once it is posted."""


@dataclass(frozen=True, slots=True)
class SettingsNews:
    """The read model behind a sentence about changed settings, besides its payload."""

    workspace: Workspace


@dataclass(frozen=True, slots=True)
class DigestMessage:
    """The read model behind a digest, or behind the rest of its list in the thread."""

    workspace: Workspace
    digest: Digest
    today: date
    """The day in the workspace's time zone."""
    briefs: Mapping[ProspectId, Brief]
    """A brief of each prospect named in the list or in the thread."""
    names: Mapping[str, str]
    """Member id to name, for plain texts."""
    fastest: str | None = None
    """Which prospect got its no the fastest; None if it is praised without names, or nobody is."""
    is_list_taken_out: bool = False
    """Whether its list named a prospect that has been forgotten since."""
    posted: Posted | None = None
    """Channel and ts, once it is posted."""


MessageContent = (
    SettingsNews
    | Overview
    | NudgeMessage
    | ManagersMessage
    | HandedOver
    | RequestMessage
    | DigestMessage
    | IntakeMessage
)
"""What a message is drawn from."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A message in Slack that names a forgotten prospect, and what is left of it."""

    posted: Posted
    replacement: tuple[OutboxMessage, MessageContent] | None
    """What it is rewritten to; None: nothing is left, so it is deleted."""


def place_of(about: MessageContent | None) -> Posted | None:
    """Return where the card or private message stands in Slack, once it is posted."""
    match about:
        case None | HandedOver() | SettingsNews():
            return None
        case Overview(qualification=card):
            return (card.card_channel, card.card_ts) if card.card_channel and card.card_ts else None
        case (
            NudgeMessage()
            | ManagersMessage()
            | RequestMessage()
            | DigestMessage()
            | IntakeMessage()
        ):
            return about.posted
        case _:
            assert_never(about)
