"""What is asked, in which order, and under which circumstances.

A checklist never changes: different content makes a different version. How a checklist is written
in a file, and what it must fulfil to be usable, is up to ``bot.checklists``; what the rules make of
the answers is in ``verdict``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    LANGUAGES,
    NOTHING_KNOWN,
    Answer,
    Answers,
    Circumstances,
    Foresight,
    Localized,
    Otherwise,
    Predicate,
    Rule,
    Test,
    compiled,
    foresight,
    is_given,
    questions_in,
)
from bot.domain.checklist.scores import Score

RESERVED_QUESTIONS = frozenset({"name", "owner", EXPECTED_VALUE, "first_contact"})
"""What describes a prospect itself: asked beside every checklist's questions, never one of them."""

EVIDENCE = "_evidence"
"""The suffix of an evidence id: the text that an option asks for."""


class Kind(StrEnum):
    """How a question is answered."""

    ONE_OF = "one_of"
    ANY_OF = "any_of"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen."""

    id: str
    text: Localized
    description: Localized | None = None
    needs_evidence: bool = False
    """Whether choosing it asks for a sentence that shows it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the condition under which it is asked."""

    id: str
    kind: Kind
    text: Localized
    hint: Localized | None = None
    short: Localized | None = None
    """A word or two, where there is no room for the question."""
    options: tuple[Option, ...] = ()
    required: bool = False
    asked_when: Predicate | None = None
    """None: always."""
    due_default: int | None = None
    """For a date that is left open: its default, in working days ahead."""
    due_latest: int | None = None
    """For a date: the latest, in working days ahead."""
    unit: str | None = None
    """For a number: what it counts, such as hours."""
    least: Decimal | None = None
    """For a number: the least that it may be."""
    most: Decimal | None = None
    """For a number: the most that it may be."""
    is_asked: Test = field(init=False, repr=False, compare=False)
    """``asked_when`` as a function of the answers to earlier questions."""
    may_be_asked: Foresight = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        condition = Otherwise() if self.asked_when is None else self.asked_when
        object.__setattr__(self, "is_asked", compiled(condition))
        object.__setattr__(self, "may_be_asked", foresight(condition))

    @property
    def evidence_id(self) -> str:
        """The id of the text that its options ask for."""
        return self.id + EVIDENCE

    def needing_evidence(self, answer: Answer | None) -> tuple[Option, ...]:
        """Return the chosen options that need evidence."""
        chosen = answer if isinstance(answer, frozenset) else {answer}
        return tuple(each for each in self.options if each.needs_evidence and each.id in chosen)


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that are shown together."""

    id: str
    title: Localized
    questions: tuple[Question, ...]
    intro: Localized | None = None
    """Why the step comes; shown to the member above the questions."""
    deciding: frozenset[str] = field(init=False, repr=False, compare=False)
    """The questions of this step whose answers decide what else it asks."""

    def __post_init__(self) -> None:
        conditions = (each.asked_when for each in self.questions)
        looked_at = (questions_in(each) for each in conditions if each is not None)
        deciding = frozenset[str]().union(*looked_at) & {each.id for each in self.questions}
        object.__setattr__(self, "deciding", deciding)


@dataclass(frozen=True)
class Checklist:
    """A versioned set of steps, questions and rules."""

    id: str
    title: Localized
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    version: str
    """SHA-256 of the content, in hexadecimal."""
    content: str = field(default="", repr=False, compare=False)
    """The content as canonical JSON, from which ``bot.checklists.restore`` rebuilds it."""
    scores: tuple[Score, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    """The languages in which every text exists; the first one stands in for any other."""

    @property
    def short_version(self) -> str:
        """The version as it is shown to people."""
        return self.version[:12]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the steps."""
        return tuple(question for step in self.steps for question in step.questions)

    @cached_property
    def evidence(self) -> Mapping[str, Question]:
        """The text that a question's options ask for, by the id of that question."""
        return {
            each.id: Question(each.evidence_id, Kind.TEXT, each.text, required=True)
            for each in self.questions
            if any(option.needs_evidence for option in each.options)
        }

    @cached_property
    def first_position(self) -> tuple[int, int]:
        """A member's position in the first step, as in "1 of 3"; it depends on no answer."""
        return _position(self, 0, {})

    @cached_property
    def final_rules(self) -> tuple[Rule, ...]:
        """The rules that are tried after each completed step."""
        return tuple(rule for rule in self.rules if rule.final)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """All questions, and the texts that their options ask for, by id."""
        return {each.id: each for each in (*self.evidence.values(), *self.questions)}

    @cached_property
    def _rules_by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def question(self, question_id: str) -> Question:
        """Return the question of this id, or raise ``KeyError``."""
        return self.by_id[question_id]

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of this id, or raise ``KeyError``."""
        return self._rules_by_id[rule_id]


@dataclass(frozen=True, slots=True)
class JudgedAnswers:
    """The answers that count, and the questions whose answers were dropped as not asked."""

    counted: Answers
    dropped: tuple[str, ...]


def asked_in(
    step: Step, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Question, ...]:
    """Return the questions that the step asks, given the answers to earlier ones.

    An answer in the same step counts for the questions after it; answers to questions of this step
    that are not asked do not count.
    """
    known = dict(answers)
    asked = []
    for question in step.questions:
        if question.is_asked(known, given):
            asked.append(question)
        else:
            known.pop(question.id, None)
    return tuple(asked)


def evidence_asked(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Question, ...]:
    """Return the evidence that the view of a step asks for: what the view before it made necessary.

    ``at`` may equal the number of steps: the view after the last one asks for evidence only.
    """
    if not checklist.evidence:
        return ()
    asked: tuple[Question, ...] = ()
    known: dict[str, Answer] = {}
    for step in checklist.steps[:at]:
        asked = _merge(step, answers, known, given) or asked
    return tuple(
        checklist.evidence[each.id] for each in asked if each.needing_evidence(known.get(each.id))
    )


def view_asks(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Question, ...]:
    """Return what the view of a step asks: evidence first, then the questions of the step."""
    own = asked_in(checklist.steps[at], answers, given) if at < len(checklist.steps) else ()
    return (*evidence_asked(checklist, at, answers, given), *own)


def view_may_ask(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Question, ...]:
    """Return the same, with the questions that other answers in the view would call for."""
    own = checklist.steps[at].questions if at < len(checklist.steps) else ()
    return (*evidence_asked(checklist, at, answers, given), *own)


def next_step(
    checklist: Checklist,
    after: int | None,
    answers: Answers,
    given: Circumstances = NOTHING_KNOWN,
) -> int | None:
    """Return the index of the next step that has something to ask; None if nothing is left.

    It is the number of steps if only evidence is left to be given. Nothing is left either once a
    final rule matches on the answers of the completed steps.
    """
    begin = 0 if after is None else after + 1
    known, is_final = _answers_of(checklist, begin, answers, given)
    if is_final or begin > len(checklist.steps):
        return None
    for index in range(begin, len(checklist.steps)):
        if asked_in(checklist.steps[index], known, given):
            return index
    end = len(checklist.steps)
    return end if evidence_asked(checklist, end, known, given) else None


def progress(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[int, int]:
    """Return a member's position, as in "2 of 3".

    A step behind counts if it asked something; a step ahead counts unless it is certain to be
    skipped. Of the answers in the step itself, only those count that redraw it: the others may
    still change.
    """
    if at == 0 and not answers:
        return checklist.first_position
    known, _ = _answers_of(checklist, at, answers, given)
    if at < len(checklist.steps):
        here = checklist.steps[at]
        for question in here.questions:
            counts = question.id in here.deciding and question.id in answers
            if counts and question.is_asked(known, given):
                known[question.id] = answers[question.id]
    return _position(checklist, at, known, given)


def _position(
    checklist: Checklist, at: int, known: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[int, int]:
    """Return the position of a member with these answers, including those of this step."""
    behind = sum(bool(asked_in(step, known, given)) for step in checklist.steps[:at])
    if at == len(checklist.steps):
        return behind + 1, behind + 1
    value_open = frozenset({EXPECTED_VALUE} if at == 0 else ())
    last = checklist.steps[at]
    still_open = _may_be_asked(last, known, value_open, given) | value_open
    ahead = 0
    for step in checklist.steps[at + 1 :]:
        if _is_over(checklist, known, still_open, given):
            return behind + 1, behind + 1 + ahead
        possible = _may_be_asked(step, known, still_open, given)
        still_open |= possible
        ahead += bool(possible)
        last = step if possible else last
    ahead += _may_want_evidence(last, known, still_open)
    return behind + 1, behind + 1 + ahead


def _may_want_evidence(step: Step, known: Answers, still_open: frozenset[str]) -> bool:
    """Tell whether a view for evidence may come after this step."""
    return any(
        bool(each.needing_evidence(known.get(each.id)))
        or (each.id in still_open and any(option.needs_evidence for option in each.options))
        for each in step.questions
    )


def _is_over(
    checklist: Checklist, known: Answers, still_open: frozenset[str], given: Circumstances
) -> bool:
    """Tell whether a final rule matches, whatever the answers to the open questions are."""
    return any(rule.may_match(known, still_open, given)[0] for rule in checklist.final_rules)


def judged(
    checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> JudgedAnswers:
    """Separate the answers that count from those not asked, given the others or an early finish."""
    kept, _ = _answers_of(checklist, len(checklist.steps), answers, given)
    if len(kept) == len(answers):
        return JudgedAnswers(kept, ())
    dropped = tuple(
        key
        for question in checklist.questions
        for key in (question.id, question.evidence_id)
        if key in answers and key not in kept
    )
    return JudgedAnswers(kept, dropped)


def steps_walked(
    checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> Iterator[tuple[Step, tuple[Question, ...]]]:
    """Yield each step these answers lead through, with what it asks, until a final rule matches."""
    known: dict[str, Answer] = {}
    for step in checklist.steps:
        asked = _merge(step, answers, known, given)
        yield step, asked
        if any(rule.matches(known, given) for rule in checklist.final_rules):
            return


def left_open(
    checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Question, ...]:
    """Return the optional questions that these answers came to and left unanswered.

    Choosing none of several options is an answer, and a day with a default has one.
    """
    return tuple(
        question
        for _, asked in steps_walked(checklist, answers, given)
        for question in asked
        if not question.required and not is_given(answers.get(question.id))
        if question.kind is not Kind.ANY_OF and question.due_default is None
    )


def _answers_of(
    checklist: Checklist, steps: int, answers: Answers, given: Circumstances
) -> tuple[dict[str, Answer], bool]:
    """Return the answers that count in the first steps, and whether a final rule matches them."""
    known: dict[str, Answer] = {}
    for step in checklist.steps[:steps]:
        _merge(step, answers, known, given)
        for rule in checklist.final_rules:
            if rule.matches(known, given):
                return known, True
    return known, False


def _merge(
    step: Step, answers: Answers, known: dict[str, Answer], given: Circumstances
) -> tuple[Question, ...]:
    """Add the step's answers to the known ones as far as they are asked; return what is asked."""
    asked = []
    for question in step.questions:
        if question.is_asked(known, given):
            asked.append(question)
            if question.id in answers:
                known[question.id] = answers[question.id]
                if question.evidence_id in answers and question.needing_evidence(
                    known[question.id]
                ):
                    known[question.evidence_id] = answers[question.evidence_id]
    return tuple(asked)


def _may_be_asked(
    step: Step, known: Answers, still_open: frozenset[str], given: Circumstances
) -> frozenset[str]:
    """Return the open questions of a step: not answered yet, and not certain to be skipped."""
    here: set[str] = set()
    for question in step.questions:
        if question.id not in known and question.may_be_asked(known, still_open | here, given)[1]:
            here.add(question.id)
    return frozenset(here)
