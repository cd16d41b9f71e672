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
    """A JSON document; see `domain.checklist.answers`."""
    step: int = 0
    """The index of the step to continue at."""
    cleared: frozenset[str] = frozenset()
    """Blocks that the member has emptied by hand since their view was drawn."""
    prospect_id: ProspectId | None = None
    """The prospect that is screened again."""
    settled_name: str | None = None
    """The key of a name that, as the member said, belongs to a different prospect."""
    came_at: datetime | None = None
    """When something last came in for it by the workspace's door; None if nothing did."""
    waits_since: datetime | None = None
    """Since when it has waited for somebody to go on with it; None once a person has."""

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
    """Ids of the rules that matched, the deciding one first."""
    facts: ProspectFacts
    """The facts as they were on that day."""
    conditions: tuple[tuple[str, date], ...] = ()
    """What the prospect had to bring, and by when."""
    before: QualificationId | None = None
    """The qualification that this one replaced."""
    card_channel: str | None = None
    card_ts: str | None = None
    card_link: str | None = None
    """The permalink of its card; None until Slack has given it."""

    def given(self, zone: ZoneInfo) -> Circumstances:
        """Return what was known besides the answers on its day, which is that in this zone."""
        return Circumstances(self.at.astimezone(zone).date(), self.facts.expected_value)


@dataclass(frozen=True, slots=True)
class OpenView:
    """The modal view in which somebody answers, and will read the verdict."""

    id: str
    home_page: str = ""
    """The page of App Home from which it was opened; empty if elsewhere."""


@dataclass(frozen=True, slots=True)
class StepRef:
    """Identifies the step of a draft that a modal shows."""

    draft_id: DraftId
    version_id: VersionId
    step: int
    """The index of the step in the checklist."""
    is_redrawn: bool = False
    """Whether the view replaced another: Slack may then return untouched fields as null."""
    prospect_id: ProspectId | None = None
    """The prospect that is screened again."""
    revision: int | None = None
    """The prospect's revision as the member knows it: nothing that others decide in the meantime is
    overruled."""
    name: str = ""
    """The name that was entered before there was a draft to hold it."""
    joins: bool = False
    """Whether it takes over a draft of the same name that was not offered before."""
    set_aside: Mapping[str, Any] = field(default_factory=dict)
    """What was typed in questions that are not asked at the moment, but may be again."""
    shown_in: OpenView | None = None
    """Known only for a step that was submitted."""


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """A sentence that the chosen options of a question ask for, in the view after it."""

    id: str
    question: Question
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the modal, with what is already known."""

    ref: StepRef
    version: ChecklistVersion
    position: tuple[int, int]
    """Its number and the total, as far as known, such as (2, 3)."""
    questions: tuple[Question, ...]
    """The questions of this step."""
    today: date
    """The day in the member's time zone."""
    currency: str
    facts: ProspectFacts
    """Prefilled in the first step, which asks for them; the name may be empty there."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """The prefilled answers, as a JSON document by question id."""
    dates: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    """For each date question: its default and its latest day."""
    hints: Mapping[str, Localized] = field(default_factory=dict)
    """Hints by question, filled with the answers so far."""
    evidence: tuple[EvidenceAsked, ...] = ()
    """The evidence made necessary by the previous view; asked above the questions."""
    typed: Mapping[str, Any] = field(default_factory=dict)
    """The unread contents of the facts' inputs; empty unless the view is redrawn."""
    offered: tuple[Checklist, ...] = ()
    """The checklists to choose from in the first step; empty if there is no choice."""


def read_facts(
    inputs: Mapping[str, Any], *, asker: MemberId, today: date, language: str
) -> tuple[ProspectFacts, list[AnswerProblem]]:
    """Return the facts as far as they are readable, and what is wrong with them.

    An open owner defaults to `asker`, and an open day of first contact to `today`. An amount is
    read in the notation of this `language`.
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
    """Return a name in its stored form; add what is wrong with it to the problems."""
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
