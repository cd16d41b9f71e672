"""A qualification and the draft it grows from, each bound to one version of a checklist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NewType
from zoneinfo import ZoneInfo

from bot.domain.amounts import LARGEST_AMOUNT, read_amount
from bot.domain.checklist.model import Checklist, Option, Question
from bot.domain.checklist.rules import Answers, Circumstances, Localized, Verdict
from bot.domain.errors import AnswerProblem
from bot.domain.names import NAME_LENGTH, clean_name, name_key
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectFacts, ProspectId, QualificationId

DraftId = NewType("DraftId", str)
VersionId = NewType("VersionId", str)


@dataclass(frozen=True, slots=True)
class ChecklistVersion:
    """A checklist as it was when first used in a workspace; it never changes."""

    id: VersionId
    number: int
    """1, 2, ... in the order of first use, per workspace and checklist."""
    checklist: Checklist


@dataclass(frozen=True, slots=True)
class Draft:
    """The completed steps of a modal that was not submitted to the end.

    Its id is the nonce of the submission: one draft makes at most one qualification.
    """

    id: DraftId
    member_id: MemberId
    version_id: VersionId
    facts: ProspectFacts
    updated_at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    """As a JSON document; see `domain.answers`."""
    step: int = 0
    """The step to continue at."""
    cleared: frozenset[str] = frozenset()
    """Blocks that the member emptied by hand since their view was drawn."""
    prospect_id: ProspectId | None = None
    """The prospect that is screened again."""
    settled_name: str | None = None
    """The key of a name that the member said belongs to a different prospect."""
    came_at: datetime | None = None
    """When something of it last came in by the workspace's door; None if nothing did."""
    waits_since: datetime | None = None
    """Since when it waits for somebody to go on with it; None once a person has."""

    @property
    def is_name_settled(self) -> bool:
        """Whether it is known which prospect of this name it is about."""
        return self.prospect_id is not None or self.settled_name == name_key(self.facts.name)


@dataclass(frozen=True, slots=True)
class Qualification:
    """One checklist, answered for one prospect, by one member, at one time."""

    id: QualificationId
    prospect_id: ProspectId
    draft_id: DraftId
    version_id: VersionId
    member_id: MemberId
    at: datetime
    verdict: Verdict
    decide_within: int | None
    answers: Answers
    reasons: tuple[str, ...]
    """Ids of the rules that fired, the deciding one first."""
    facts: ProspectFacts
    """As they were on that day."""
    conditions: tuple[tuple[str, date], ...] = ()
    """What was to be brought, and by when."""
    before: QualificationId | None = None
    """The one that this replaced."""
    card_channel: str | None = None
    card_ts: str | None = None
    card_link: str | None = None
    """The permalink of its card; None until Slack told it."""

    def given(self, zone: ZoneInfo) -> Circumstances:
        """What was known beside the answers on its own day, as the day is in this zone."""
        return Circumstances(self.at.astimezone(zone).date(), self.facts.expected_value)


@dataclass(frozen=True, slots=True)
class OpenView:
    """The view in which somebody answers, and will read the verdict."""

    id: str
    home_page: str = ""
    """Which page of App Home it was opened from; empty if from elsewhere."""


@dataclass(frozen=True, slots=True)
class StepRef:
    """Identifies the step of a draft that a modal shows."""

    draft_id: DraftId
    version_id: VersionId
    step: int
    """Index of the step in the checklist."""
    is_redrawn: bool = False
    """Whether the view replaced another: Slack may then return untouched fields as null."""
    prospect_id: ProspectId | None = None
    """The prospect that is screened again."""
    revision: int | None = None
    """Of that prospect, as the member knows it: what others decide meanwhile is not overruled."""
    name: str = ""
    """The name that was filled in before there was a draft to keep it."""
    joins: bool = False
    """Whether a draft of the same name is taken over that was not offered before."""
    aside: Mapping[str, Any] = field(default_factory=dict)
    """What was typed in questions that are not asked at the moment, and may be again."""
    shown_in: OpenView | None = None
    """Known only of a step that was handed in."""


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """A sentence that chosen options of a question ask for, in the view after it."""

    id: str
    question: Question
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the modal, with what is known already."""

    ref: StepRef
    version: ChecklistVersion
    position: tuple[int, int]
    """Which of how many, as far as can be told: (2, 3)."""
    questions: tuple[Question, ...]
    """Those asked in this step."""
    today: date
    """In the zone of the member."""
    currency: str
    facts: ProspectFacts
    """Asked in the first step, prefilled with these; the name may be empty there."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What is prefilled, as a JSON document by question id."""
    dates: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    """For each date question: its default and its latest day."""
    hints: Mapping[str, Localized] = field(default_factory=dict)
    """By question, with what they say of the answers so far."""
    evidence: tuple[EvidenceAsked, ...] = ()
    """What the answers of the view before made necessary; asked above the questions."""
    typed: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the inputs of the facts, unread; empty unless the view is drawn anew."""
    offered: tuple[Checklist, ...] = ()
    """The checklists that can be chosen in the first step; empty without a choice."""


def read_facts(
    inputs: Mapping[str, Any], *, asker: MemberId, today: date, language: str
) -> tuple[ProspectFacts, list[AnswerProblem]]:
    """Return the facts as far as they are readable, and what is wrong with them.

    An owner or day of first contact that is left open is the asker, and `today`. An amount is read
    as one writes it in this `language`.
    """
    problems: list[AnswerProblem] = []
    facts = ProspectFacts(
        name=read_name(inputs.get("name"), problems),
        owner=MemberId(str(inputs.get("owner") or asker)),
        first_contact=_first_contact(inputs.get("first_contact"), today, problems),
        expected_value=_value(inputs.get("expected_value"), language, problems),
    )
    return facts, problems


def read_name(typed: object, problems: list[AnswerProblem]) -> str:
    """Return a name as it is kept; what is wrong with it is added to the problems."""
    name = clean_name(typed) if isinstance(typed, str) else ""
    if not name:
        problems.append(AnswerProblem("name", "empty_name"))
    elif len(name) > NAME_LENGTH:
        detail = {"length": len(name), "limit": NAME_LENGTH}
        problems.append(AnswerProblem("name", "too_long", detail))
    return name


def _first_contact(
    typed: str | list[str] | None, today: date, problems: list[AnswerProblem]
) -> date:
    try:
        day = date.fromisoformat(str(typed)) if typed else today
    except ValueError:
        problems.append(AnswerProblem("first_contact", "not_a_date", {"given": typed}))
        return today
    if day > today:
        problems.append(AnswerProblem("first_contact", "future", {"latest": today}))
    return day


def _value(
    typed: str | Decimal | None, language: str, problems: list[AnswerProblem]
) -> Decimal | None:
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return None
    value = typed if isinstance(typed, Decimal) else read_amount(typed, language)
    code = "not_a_number" if value is None else _trouble_with(value)
    if value is None or code:
        problems.append(AnswerProblem("expected_value", str(code), {"limit": LARGEST_AMOUNT}))
        return None
    return value.quantize(Decimal("0.01"))


def _trouble_with(value: Decimal) -> str | None:
    if value < 0:
        return "negative"
    return "too_large" if value > LARGEST_AMOUNT else None
