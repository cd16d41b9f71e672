"""What is gathered to be shown: of one qualification and its prospect, or of one member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.decisions.counts import Counts
from bot.domain.delivery.outbox import OutboxMessage, Posted
from bot.domain.figures.digest import Digest
from bot.domain.people import MemberId, Role
from bot.domain.prospects import Override, Prospect, ProspectId
from bot.domain.read_models import AskedOutcome, Brief, Overview
from bot.domain.screening import Draft
from bot.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class IncomingDraft:
    """A draft that came in by the door, in a message."""

    draft: Draft
    answered: int
    asked: int
    """Of how many questions, as far as can be told."""
    came_on: date
    """In the zone of the reader."""


@dataclass(frozen=True, slots=True)
class NudgedProspect:
    """A prospect in a nudge message: stalled, or an open *pursue* that it asks about."""

    prospect: Prospect
    number: int
    """Which nudge about it this is, or which question in a row."""
    again_on: date | None = None
    """The day of the latest message about it, if that is a later one."""
    again_link: str | None = None
    """The permalink of that one."""
    brief: Brief | None = None
    undo_by: date | None = None
    """The last day to undo that we walked away, as long as that is possible."""


@dataclass(frozen=True, slots=True)
class NudgeMessage:
    """What the private message of a day is drawn from: as things stand when it is drawn.

    It speaks of what is stalled, asks what is still open, asks for outcomes, or all of it.
    """

    workspace: Workspace
    owner: MemberId
    today: date
    """In the zone of the owner."""
    items: tuple[NudgedProspect, ...]
    """The longest overdue first."""
    asked: tuple[AskedOutcome, ...] = ()
    """The longest due first."""
    posted: Posted | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the owner; None where that of the workspace is all we know."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    questions: tuple[NudgedProspect, ...] = ()
    """Open *pursues* on which nothing was done, the longest quiet first."""
    drafts: tuple[IncomingDraft, ...] = ()
    """What came in by the door, is theirs, and waits for long, the longest first."""

    @property
    def held(self) -> frozenset[Role]:
        """What the reader may do with what is theirs."""
        is_manager = self.owner in self.workspace.manager_ids
        return frozenset({Role.OWNER, Role.MANAGER} if is_manager else {Role.OWNER})

    def is_theirs(self, prospect: Prospect) -> bool:
        """Tell whether a prospect was not handed over since."""
        return prospect.facts.owner == self.owner


@dataclass(frozen=True, slots=True)
class ProposedProspect:
    """A prospect in a message to a manager."""

    prospect: Prospect
    today: date
    """In the zone of its owner."""
    again_on: date | None = None
    """The day of the latest message about it to this manager, if that is a later one."""
    was_handed_over: bool = False
    """Whether it got another owner since."""
    again_link: str | None = None
    """The permalink of the latest message about it."""
    brief: Brief | None = None
    undo_by: date | None = None
    """The last day to undo that we walked away, as long as that is possible."""


@dataclass(frozen=True, slots=True)
class UndecidedProspect:
    """A prospect that is undecided for long, in a message to a manager."""

    row: ProposedProspect
    counts: Counts
    """What kept it open."""
    away_until: date | None = None
    """The day with which the pause of its owner ends, if they have paused."""

    @property
    def prospect(self) -> Prospect:
        """The prospect."""
        return self.row.prospect


@dataclass(frozen=True, slots=True)
class GoneOwner:
    """An owner who cannot decide any more, or not for long, and what they leave behind."""

    id: MemberId
    total: int
    """How many open prospects they still own; of who only pauses, those that are or will be due."""
    prospects: tuple[Prospect, ...] = ()
    """Some of these, the earliest due first."""
    is_back: bool = False
    """Whether they are a full member again."""
    again_on: date | None = None
    """The day on which it was offered again since, if it was."""
    again_link: str | None = None
    """The permalink of that message."""
    links: Mapping[ProspectId, str] = field(default_factory=dict)
    """The permalinks of the cards of `prospects`."""
    away_until: date | None = None
    """The first day on which they want nudges again, if they only pause."""


@dataclass(frozen=True, slots=True)
class ManagersMessage:
    """What a message to a manager is drawn from: as things stand when it is drawn."""

    workspace: Workspace
    manager: MemberId
    items: tuple[ProposedProspect, ...]
    """Proposed for closing, the longest overdue first."""
    more: int
    """How many were left for the next morning."""
    gone: tuple[GoneOwner, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    posted: Posted | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the manager; None where that of the workspace is all we know."""
    undecided: tuple[UndecidedProspect, ...] = ()
    """For long, the longest in question first."""
    questions: tuple[ProposedProspect, ...] = ()
    """Open *pursues* about which their owners were asked in vain."""
    drafts: tuple[IncomingDraft, ...] = ()
    """What came in by the door and nobody went on with, the longest waiting first."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a new owner is told of, who took over all that somebody left behind."""

    workspace: Workspace
    by: MemberId
    before: MemberId
    prospects: tuple[Prospect, ...]
    """Some of them, the earliest due first."""
    total: int
    names: Mapping[str, str] = field(default_factory=dict)
    overdue: frozenset[ProspectId] = frozenset()
    """Those that should have been decided already."""
    links: Mapping[ProspectId, str] = field(default_factory=dict)
    """The permalinks of their cards."""


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """What asks a member for an answer to a request is drawn from: as things stand when drawn."""

    overview: Overview
    """Of the verdict that was to be overridden."""
    request: Override
    """Also once it is answered, or over."""
    reader: MemberId
    posted: Posted | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the reader; None where that of the workspace is all we know."""
    is_again: bool = False
    """Whether the reader was asked before."""

    @property
    def workspace(self) -> Workspace:
        """Where it is asked."""
        return self.overview.workspace

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        last = self.request.lapses_on
        return self.request.is_asked and (last is None or last >= self.overview.today)

    @property
    def may_answer(self) -> bool:
        """Whether the reader can answer it: a manager, but never whoever asked."""
        managers = self.workspace.manager_ids - {self.request.asked_by}
        return self.is_open and self.reader in managers


@dataclass(frozen=True, slots=True)
class IntakeMessage:
    """What tells somebody of a draft that came in is drawn from: as things stand when drawn."""

    workspace: Workspace
    reader: MemberId
    row: IncomingDraft | None
    """None once there is no such draft any more."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    posted: Posted | None = None
    """Channel and ts, once it is."""


@dataclass(frozen=True, slots=True)
class SettingsNews:
    """What a sentence about changed settings is drawn from, besides what it carries."""

    workspace: Workspace


@dataclass(frozen=True, slots=True)
class DigestMessage:
    """What a digest, or the rest of its list in its thread, is drawn from."""

    workspace: Workspace
    digest: Digest
    today: date
    """In the zone of the workspace."""
    briefs: Mapping[ProspectId, Brief]
    """Of what is named in the list or in the thread."""
    names: Mapping[str, str]
    """Member id to name, for plain texts."""
    fastest: str | None = None
    """Which prospect got its no the fastest; None if it is praised without names, or nobody is."""
    is_list_taken_out: bool = False
    """Whether its list named somebody who is forgotten since."""
    posted: Posted | None = None
    """Channel and ts, once it is."""


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
    """A message that stands in Slack and names who is forgotten, and what is left of it."""

    posted: Posted
    left: tuple[OutboxMessage, MessageContent] | None
    """What it is rewritten as; None: nothing is left, so it is deleted."""


def place_of(about: MessageContent | None) -> Posted | None:
    """Return where the card or the private message stands, once it is posted."""
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
