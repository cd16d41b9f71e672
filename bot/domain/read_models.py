"""What is gathered to be shown of a prospect or of a member, as things stand now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.placeholders import Tally, filled, tallies
from bot.domain.checklist.rules import Circumstances, Localized
from bot.domain.decisions.counts import Counts, counts
from bot.domain.decisions.history import HistoryEntry, Lapse
from bot.domain.figures.reports.change import Change
from bot.domain.nudges import DEFAULT as DEFAULT_NUDGES
from bot.domain.nudges import NudgePolicy
from bot.domain.outcomes.outcome import OutcomeAnswer, OutcomeKey, OutcomeQuestion
from bot.domain.people import Member, MemberId, Role, roles
from bot.domain.prospects import Prospect, ProspectFacts, ProspectId
from bot.domain.remembered.recall import Remembered, RememberedId
from bot.domain.screening import ChecklistVersion, Draft, Qualification, StepRef
from bot.domain.settings.table import SettingId
from bot.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overview:
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
    other_checklist: ChecklistVersion | None = None
    """What the one before was judged by, if that was another checklist."""
    namesake: Qualification | None = None
    """The latest one of the prospect of the same name that this one is said not to be."""
    outcomes: tuple["AskedOutcome", ...] = ()
    """What is asked about the end that stands, or was answered; for the details."""
    answered: tuple[OutcomeAnswer, ...] = ()
    """Every answer about any end, the oldest first."""
    lapses: tuple[Lapse, ...] = ()
    """What the day alone did, the oldest first; for the details."""
    may_answer: bool = False
    """Whether who looks at it may answer and correct."""
    held: frozenset[Role] = frozenset()
    """What who looks at it is to the prospect; for the details."""
    undo_by: date | None = None
    """The last day to undo the decision that stands, where the owner is."""

    @property
    def facts(self) -> ProspectFacts:
        """What the prospect is; on a card that was replaced, what it was then."""
        return (self.prospect if self.after is None else self.qualification).facts

    @property
    def given(self) -> Circumstances:
        """What was known beside the answers when they were judged."""
        return self.qualification.given(self.workspace.settings.zone)

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The scores of the answers."""
        return tallies(self.version.checklist, self.qualification.answers, self.given)

    def sentence(self, rule: str) -> Localized:
        """What a rule says of these answers."""
        checklist = self.version.checklist
        return filled(
            checklist.rule(rule).sentence,
            checklist,
            self.qualification.answers,
            self.given,
            self.workspace.settings.niche,
        )

    @property
    def striking(self) -> Counts:
        """What happened so often since it must be decided that the card says it."""
        policy = self.workspace.settings.backstop
        return counts(self.history, self.prospect.in_question).striking(policy)

    @property
    def value(self) -> tuple[Decimal, str] | None:
        """The expected value with its currency."""
        value = self.facts.expected_value
        return None if value is None else (value, self.workspace.settings.currency)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a line about a prospect says of its latest verdict."""

    reason: Localized
    """The sentence of the deciding rule."""
    settle: Localized | None
    """The one step that would settle it, if its checklist names one."""
    value: tuple[Decimal, str] | None
    """The expected value with its currency."""
    link: str | None
    """The permalink of its card, once that is known."""


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """A question about the end of a prospect, as a message or the details ask it."""

    prospect: Prospect
    key: OutcomeKey
    question: OutcomeQuestion | None
    """None if the end no longer stands."""
    again_on: date | None = None
    """The day on which it is asked again, if it was put off."""
    card_link: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is something left to answer that was not refused."""
        asked = self.question
        return asked is not None and not (asked.is_refused or asked.is_answered)


@dataclass(frozen=True, slots=True)
class Namesake:
    """A prospect that was screened before under a name that may be the same."""

    prospect: Prospect
    screened_by: MemberId
    screened_at: datetime
    may_be_chosen: bool
    """Whether the member may screen it again: as its owner or a manager, and never if it is won."""
    today: date
    """The day where its owner is."""
    was_named: str | None = None
    """The name asked for, if the prospect had it only before a correction."""


@dataclass(frozen=True, slots=True)
class NameAsked:
    """The question whether a prospect is one of those screened before, or another."""

    ref: StepRef
    name: str
    namesakes: tuple[Namesake, ...]
    """Of the same name: the latest screened first."""
    similar: tuple[Namesake, ...] = ()
    """Of nearly the same name: the nearest first."""
    remembered: tuple[Remembered, ...] = ()
    """Whom the team remembers by this name: nothing to choose, only to know."""


class HomeScope(StrEnum):
    """Whose prospects App Home lists."""

    OWN = "own"
    """The reader's."""
    WHOLE = "whole"
    """Everybody's: for managers."""


class HomeOrder(StrEnum):
    """In which order App Home lists what is everybody's."""

    DUE = "due"
    """The undecided first, then what is due first."""
    OWNER = "owner"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class HomePage:
    """A page of App Home."""

    number: int = 1
    scope: HomeScope | None = None
    """None for what a member sees first: a manager the whole, everybody else their own."""
    order: HomeOrder = HomeOrder.DUE
    """Of the whole; what is somebody's own is listed as it is due."""


@dataclass(frozen=True, slots=True)
class HomeContent:
    """What App Home shows to a member, one page of it."""

    member: Member
    scope: HomeScope
    is_manager: bool
    today: Mapping[MemberId, date]
    """The day where each owner of a prospect on this page is."""
    calendar: WorkingCalendar
    """On which days the workspace works."""
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
    briefs: Mapping[ProspectId, Brief] = field(default_factory=dict)
    policy: NudgePolicy = DEFAULT_NUDGES
    order: HomeOrder = HomeOrder.DUE
    decided: tuple[Prospect, ...] = ()
    """What was decided lately, the latest first; for a manager, on the first page of the whole."""
    gaps: tuple[SettingId, ...] = ()
    """What nobody named yet though nothing, or not all, works without it."""
    managers: tuple[str, ...] = ()
    """Members and user groups who can name it."""
    figures: Change | None = None
    """Of the last twelve weeks, on the first page: of whoever's prospects stand there."""
    remembered: int = 0
    """How many past clients and refusals the team remembers."""

    def held(self, prospect: Prospect) -> frozenset[Role]:
        """What the reader is towards a prospect."""
        return roles(
            self.member,
            managers={self.member.id} if self.is_manager else (),
            owner=prospect.facts.owner,
            asked_by=None if prospect.request is None else prospect.request.asked_by,
        )

    def turned_to(
        self, number: int, scope: HomeScope | None = None, order: HomeOrder | None = None
    ) -> HomePage:
        """Return another page; only managers can choose whose prospects are on it."""
        if not self.is_manager:
            return HomePage(number)
        chosen = scope or self.scope
        is_whole = chosen is HomeScope.WHOLE
        return HomePage(number, chosen, (order or self.order) if is_whole else HomeOrder.DUE)


@dataclass(frozen=True, slots=True)
class Left:
    """What we cannot erase: what members wrote themselves."""

    links: tuple[str, ...]
    """Where the first of it stands."""
    count: int
    """How many messages there are."""
    is_hidden: bool
    """Whether Slack did not let us look."""


@dataclass(frozen=True, slots=True)
class Found:
    """A prospect that may be the one to forget, or what somebody entered from memory."""

    id: ProspectId | RememberedId
    name: str
    stage: str
    owner: MemberId | None
    """Of what is remembered who entered it; None: the operator, from a file."""
    at: datetime
    """When it was first screened, or entered."""
    is_remembered: bool = False
