"""The read models about a prospect or a member: gathered anew each time something is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.placeholders import Tally, filled, tallies
from bot.domain.checklist.rules import Circumstances, Localized
from bot.domain.decisions import ActionCounts, HistoryEntry, Lapse, counts
from bot.domain.figures.reports.comparison import PeriodComparison
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
    """The read model behind a card, a thread line or the details of a prospect."""

    workspace: Workspace
    prospect: Prospect
    qualification: Qualification
    version: ChecklistVersion
    today: date
    """The day in the owner's time zone."""
    history: tuple[HistoryEntry, ...] = ()
    """What members did, the oldest first."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    before: Qualification | None = None
    """The qualification that this one replaced."""
    after: Qualification | None = None
    """The qualification that replaced this one: its card has no buttons."""
    other_checklist: ChecklistVersion | None = None
    """The version that judged the previous qualification, if it was another checklist."""
    namesake: Qualification | None = None
    """The latest qualification of the namesake that this prospect is said not to be."""
    outcomes: tuple["AskedOutcome", ...] = ()
    """The questions about the end that stands, with their answers; for the details."""
    answered: tuple[OutcomeAnswer, ...] = ()
    """Every answer about any end, the oldest first."""
    lapses: tuple[Lapse, ...] = ()
    """What lapsed without anybody's doing, the oldest first; for the details."""
    may_answer: bool = False
    """Whether whoever looks at it may answer and correct."""
    held: frozenset[Role] = frozenset()
    """The reader's roles for the prospect; for the details."""
    undo_by: date | None = None
    """The last day to undo the decision that stands, in the owner's time zone."""

    @property
    def facts(self) -> ProspectFacts:
        """The facts of the prospect; on a card that was replaced, the facts at that time."""
        return (self.prospect if self.after is None else self.qualification).facts

    @property
    def given(self) -> Circumstances:
        """What was known besides the answers when they were judged."""
        return self.qualification.given(self.workspace.settings.zone)

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The scores of the answers."""
        return tallies(self.version.checklist, self.qualification.answers, self.given)

    def sentence(self, rule: str) -> Localized:
        """Return what a rule says of these answers."""
        checklist = self.version.checklist
        return filled(
            checklist.rule(rule).sentence,
            checklist,
            self.qualification.answers,
            self.given,
            self.workspace.settings.niche,
        )

    @property
    def striking(self) -> ActionCounts:
        """The counts of the time in question that are high enough for the card to mention."""
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
    """The permalink of its card, once known."""


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """A question about the end of a prospect, as a message or the details ask it."""

    prospect: Prospect
    key: OutcomeKey
    question: OutcomeQuestion | None
    """None if the end no longer stands."""
    again_on: date | None = None
    """The day on which it will be asked again, if it was put off."""
    card_link: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is left to answer, and the question was not refused."""
        asked = self.question
        return asked is not None and not (asked.is_refused or asked.is_answered)


@dataclass(frozen=True, slots=True)
class Namesake:
    """A prospect screened earlier under a name that may be the same."""

    prospect: Prospect
    screened_by: MemberId
    screened_at: datetime
    may_be_chosen: bool
    """Whether the member may screen it again: as its owner or a manager, and never a won one."""
    today: date
    """The day where its owner is."""
    was_named: str | None = None
    """The same or similar name that the prospect had before a correction, if that is why."""


@dataclass(frozen=True, slots=True)
class NameAsked:
    """The question whether a prospect is one of those screened earlier, or a different one."""

    ref: StepRef
    name: str
    namesakes: tuple[Namesake, ...]
    """Prospects of the same name, the latest screened first."""
    similar: tuple[Namesake, ...] = ()
    """Prospects of nearly the same name, the nearest first."""
    remembered: tuple[Remembered, ...] = ()
    """Whom the team remembers by this name: for information, not for choosing."""


class HomeScope(StrEnum):
    """Whose prospects App Home lists."""

    OWN = "own"
    """The reader's own prospects."""
    WHOLE = "whole"
    """Everybody's prospects; only for managers."""


class HomeOrder(StrEnum):
    """The order in which App Home lists everybody's prospects."""

    DUE = "due"
    """The undecided first, then by due date."""
    OWNER = "owner"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class HomePage:
    """Which page of App Home to show."""

    number: int = 1
    scope: HomeScope | None = None
    """None: the default, which is the whole for a manager and their own for everybody else."""
    order: HomeOrder = HomeOrder.DUE
    """The order of the whole; a member's own prospects are listed by due date."""


@dataclass(frozen=True, slots=True)
class HomeContent:
    """The read model behind one page of a member's App Home."""

    member: Member
    scope: HomeScope
    is_manager: bool
    today: Mapping[MemberId, date]
    """The day in the time zone of each owner of a prospect on this page."""
    calendar: WorkingCalendar
    """The workspace's working days."""
    drafts: tuple[Draft, ...]
    """The newest first."""
    has_more_drafts: bool
    prospects: tuple[Prospect, ...]
    """The open ones, the earliest due first."""
    total: int
    """How many are open, on all pages together."""
    page: int
    """The number of this page: 1, 2, ..."""
    pages: int
    briefs: Mapping[ProspectId, Brief] = field(default_factory=dict)
    policy: NudgePolicy = DEFAULT_NUDGES
    order: HomeOrder = HomeOrder.DUE
    decided: tuple[Prospect, ...] = ()
    """Decided lately, the latest first; for a manager, on the first page of the whole."""
    gaps: tuple[SettingId, ...] = ()
    """The settings nobody has made yet without which nothing, or not everything, works."""
    managers: tuple[str, ...] = ()
    """Members and user groups who can make them."""
    figures: PeriodComparison | None = None
    """The figures of the last twelve weeks, on the first page, about the owners listed on it."""
    remembered: int = 0
    """How many past clients and refusals the team remembers."""

    def held(self, prospect: Prospect) -> frozenset[Role]:
        """Return the reader's roles for a prospect."""
        return roles(
            self.member,
            managers={self.member.id} if self.is_manager else (),
            owner=prospect.facts.owner,
            asked_by=None if prospect.request is None else prospect.request.asked_by,
        )

    def at_page(
        self, number: int, scope: HomeScope | None = None, order: HomeOrder | None = None
    ) -> HomePage:
        """Return another page; only managers can choose whose prospects are on it."""
        if not self.is_manager:
            return HomePage(number)
        chosen = scope or self.scope
        is_whole = chosen is HomeScope.WHOLE
        return HomePage(number, chosen, (order or self.order) if is_whole else HomeOrder.DUE)


@dataclass(frozen=True, slots=True)
class NotErasable:
    """What we can't erase: what members wrote themselves."""

    links: tuple[str, ...]
    """The permalinks of the first such messages."""
    count: int
    """How many such messages there are."""
    is_hidden: bool
    """Whether Slack didn't let us look."""


@dataclass(frozen=True, slots=True)
class ForgetCandidate:
    """A prospect, or somebody entered from memory, that may be the one to forget."""

    id: ProspectId | RememberedId
    name: str
    stage: str
    owner: MemberId | None
    """For somebody entered from memory, who entered them; None: the operator, from a file."""
    at: datetime
    """When it was first screened, or entered."""
    is_remembered: bool = False
