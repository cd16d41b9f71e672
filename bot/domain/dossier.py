"""What is gathered to be shown: of one qualification and its prospect, or of one member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.history import HistoryEntry, Lapse
from bot.domain.outcome import OutcomeAnswer, OutcomeKey, OutcomeQuestion
from bot.domain.override import Override
from bot.domain.people import Member, MemberId, Role, roles
from bot.domain.prospect import Prospect, ProspectId
from bot.domain.qualification import ChecklistVersion, Draft, Qualification
from bot.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a card, a thread line or the details of a prospect are drawn from."""

    workspace: Workspace
    prospect: Prospect
    qualification: Qualification
    version: ChecklistVersion
    today: date
    """In the zone of the owner."""
    history: tuple[HistoryEntry, ...] = ()
    """What members did, the oldest first."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    before: Qualification | None = None
    """The qualification that this one replaced."""
    after: Qualification | None = None
    """The qualification that replaced this one: its card has no buttons."""
    outcomes: tuple["AskedOutcome", ...] = ()
    """What is asked about the end that stands, or was answered; for the details."""
    answered: tuple[OutcomeAnswer, ...] = ()
    """Every answer about any end, the oldest first."""
    lapses: tuple[Lapse, ...] = ()
    """What the day alone did, the oldest first; for the details."""
    may_answer: bool = False
    """Whether who looks at it may answer and correct."""

    @property
    def value(self) -> tuple[Decimal, str] | None:
        """The expected value with its currency."""
        value = self.qualification.facts.expected_value
        return None if value is None else (value, self.workspace.settings.currency)


@dataclass(frozen=True, slots=True)
class NudgedProspect:
    """A prospect in a nudge message."""

    prospect: Prospect
    number: int
    """Which nudge about it this is."""
    again_on: date | None = None
    """The day of the latest message about it, if that is a later one."""


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """A question about the end of a prospect, as a message or the details ask it."""

    prospect: Prospect
    key: OutcomeKey
    question: OutcomeQuestion | None
    """None if the end does not stand any more."""
    again_on: date | None = None
    """The day on which it is asked again, if it was put off."""

    @property
    def is_open(self) -> bool:
        """Whether there is something left to answer that was not refused."""
        asked = self.question
        return asked is not None and not (asked.is_refused or asked.is_answered)


@dataclass(frozen=True, slots=True)
class NudgeMessage:
    """What the private message of a day is drawn from: as things stand when it is drawn.

    It speaks of what is stalled, asks for outcomes, or both.
    """

    workspace: Workspace
    owner: MemberId
    today: date
    """In the zone of the owner."""
    items: tuple[NudgedProspect, ...]
    """The longest overdue first."""
    asked: tuple[AskedOutcome, ...] = ()
    """The longest due first."""
    posted: tuple[str, str] | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the owner; None where that of the workspace is all we know."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""

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


@dataclass(frozen=True, slots=True)
class GoneOwner:
    """An owner who cannot decide any more, and what they leave behind."""

    id: MemberId
    total: int
    """How many open prospects they still own."""
    prospects: tuple[Prospect, ...] = ()
    """Some of these, the earliest due first."""
    is_back: bool = False
    """Whether they are a full member again."""
    again_on: date | None = None
    """The day on which it was offered again since, if it was."""


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
    posted: tuple[str, str] | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the manager; None where that of the workspace is all we know."""


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


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """What asks a member for an answer to a request is drawn from: as things stand when drawn."""

    dossier: Dossier
    """Of the verdict that was to be overridden."""
    request: Override
    """Also once it is answered, or over."""
    reader: MemberId
    posted: tuple[str, str] | None = None
    """Channel and ts, once it is."""
    zone: ZoneInfo | None = None
    """Of the reader; None where that of the workspace is all we know."""
    is_again: bool = False
    """Whether the reader was asked before."""

    @property
    def workspace(self) -> Workspace:
        """Where it is asked."""
        return self.dossier.workspace

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        last = self.request.lapses_on
        return self.request.is_asked and (last is None or last >= self.dossier.today)

    @property
    def may_answer(self) -> bool:
        """Whether the reader can answer it: a manager, but never whoever asked."""
        managers = self.workspace.manager_ids - {self.request.asked_by}
        return self.is_open and self.reader in managers


About = Dossier | NudgeMessage | ManagersMessage | HandedOver | RequestMessage
"""What a message is drawn from."""


class Scope(StrEnum):
    """Whose prospects App Home lists."""

    OWN = "own"
    """The reader's."""
    WHOLE = "whole"
    """Everybody's: for managers."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """A page of App Home."""

    number: int = 1
    scope: Scope | None = None
    """None for what a member sees first: a manager the whole, everybody else their own."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What App Home shows to a member, one page of it."""

    member: Member
    scope: Scope
    is_manager: bool
    today: Mapping[MemberId, date]
    """The day where each owner of a prospect on this page is."""
    drafts: tuple[Draft, ...]
    """Newest first."""
    has_more_drafts: bool
    prospects: tuple[Prospect, ...]
    """Open ones, the earliest due first."""
    total: int
    """How many are open on all pages."""
    page: int
    """1, 2, ..."""
    pages: int

    def held(self, prospect: Prospect) -> frozenset[Role]:
        """What the reader is towards a prospect."""
        return roles(
            self.member,
            managers={self.member.id} if self.is_manager else (),
            owner=prospect.facts.owner,
            asked_by=None if prospect.request is None else prospect.request.asked_by,
        )

    def turned_to(self, number: int, scope: Scope | None = None) -> HomePage:
        """Return another page; only managers can choose whose prospects are on it."""
        return HomePage(number, (scope or self.scope) if self.is_manager else None)
