"""The proof that a checklist always comes to a verdict, and needs each of its rules.

It goes through the combinations of answers, step by step, as a member would. Answers to a question
that no rule and no ``asked_when`` can tell apart are one and the same here: of six warning signs
that are only counted, how many there are matters, not which. To tell answers apart there are the
largest parts of the predicates that look at this one question only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.checklist.rules import (
    Answer,
    Answered,
    Answers,
    Predicate,
    Rule,
    Test,
    compiled,
    matching,
    parts,
    questions_in,
)

MOST_COMBINATIONS = 500_000
"""More would take too long to go through."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """No rule matches these answers."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class NeverDecides:
    """This rule gives the verdict for no combination of answers."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class NeverAsked:
    """No answers lead to this question."""

    question: Question


@dataclass(frozen=True, slots=True)
class Revocable:
    """This final rule matches on the earlier answers, and no longer on all of them."""

    rule: Rule
    earlier: Answers
    answers: Answers


@dataclass(frozen=True, slots=True)
class EmptyCondition:
    """This rule sets a condition although nobody said what it is."""

    rule: Rule
    answers: Answers


@dataclass(frozen=True, slots=True)
class TooMany:
    """There are more combinations than can be gone through."""

    limit: int


Finding = Uncovered | NeverDecides | NeverAsked | Revocable | EmptyCondition | TooMany


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out: the combinations gone through, and everything that is wrong."""

    combinations: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the checklist is total and free of dead rules."""
        return not self.findings


def prove(checklist: Checklist, *, limit: int = MOST_COMBINATIONS) -> Proof:
    """Go through all combinations; of each kind of trouble the first example is kept."""
    search = _Walk(checklist)
    for answers in search.ends():
        if search.count > limit:
            return Proof(limit, (TooMany(limit),))
        search.judge(answers)
    return Proof(search.count, search.findings())


def distinct_answers(checklist: Checklist) -> Mapping[str, tuple[Answer | None, ...]]:
    """For each question one answer of each sort that can be told apart; None is no answer."""
    telling: dict[str, list[Test]] = {question.id: [] for question in checklist.questions}
    for predicate in _predicates(checklist):
        for part in _about_one_question(predicate):
            (question_id,) = questions_in(part)
            telling[question_id].append(compiled(part))
    return {
        question.id: _one_of_each_sort(question, telling[question.id])
        for question in checklist.questions
    }


class _Walk:
    """Walks through the steps with every combination, and remembers what it saw."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self.count = 0
        self.choices = distinct_answers(checklist)
        self.decisions: set[str] = set()
        self.asked: set[str] = set()
        self.trouble: dict[str, Finding] = {}
        self.relevant = {rule.id: _looked_at(checklist, rule) for rule in checklist.final_rules}

    def ends(self) -> Iterator[Answers]:
        """The answers of each way through the checklist, early finishes included."""
        for answers in self._after_step(0, {}):
            self.count += 1
            yield answers

    def judge(self, answers: Answers) -> None:
        """Look at one complete set of answers."""
        matched = matching(self.checklist.rules, answers)
        if not matched:
            self._note("uncovered", Uncovered(dict(answers)))
            return
        self.decisions.add(matched[0].id)
        for rule in matched:
            if rule.condition is not None and rule.condition.what not in answers:
                self._note(f"condition {rule.id}", EmptyCondition(rule, dict(answers)))

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, after all sets of answers have been looked at."""
        dead = [
            NeverDecides(rule) for rule in self.checklist.rules if rule.id not in self.decisions
        ]
        silent = [
            NeverAsked(each) for each in self.checklist.questions if each.id not in self.asked
        ]
        return (*self.trouble.values(), *silent, *dead)

    def _after_step(self, at: int, known: dict[str, Answer]) -> Iterator[Answers]:
        if at == len(self.checklist.steps):
            yield known
            return
        for _ in self._answered(self.checklist.steps[at].questions, known):
            final = [rule for rule in self.checklist.final_rules if rule.matches(known)]
            for rule in final:
                self._try_to_revoke(rule, at + 1, known)
            if final:
                yield known
            else:
                yield from self._after_step(at + 1, known)

    def _answered(
        self, questions: tuple[Question, ...], known: dict[str, Answer]
    ) -> Iterator[None]:
        """Put each combination of answers to these questions into the known ones, in turn."""
        if not questions:
            yield
            return
        question, rest = questions[0], questions[1:]
        if not question.is_asked(known):
            yield from self._answered(rest, known)
            return
        self.asked.add(question.id)
        for choice in self.choices[question.id]:
            if choice is not None:
                known[question.id] = choice
            yield from self._answered(rest, known)
            known.pop(question.id, None)

    def _try_to_revoke(self, rule: Rule, at: int, known: dict[str, Answer]) -> None:
        later = tuple(
            question
            for step in self.checklist.steps[at:]
            for question in step.questions
            if question.id in self.relevant[rule.id]
        )
        key = f"final {rule.id}"
        if not later or key in self.trouble:
            return
        answers = dict(known)
        for _ in self._answered(later, answers):
            if not rule.matches(answers):
                self._note(key, Revocable(rule, dict(known), dict(answers)))
                return

    def _note(self, key: str, finding: Finding) -> None:
        self.trouble.setdefault(key, finding)


def _predicates(checklist: Checklist) -> Iterator[Predicate]:
    """Everything that looks at answers."""
    for question in checklist.questions:
        if question.asked_when is not None:
            yield question.asked_when
    for rule in checklist.rules:
        yield rule.when
        if rule.condition is not None:
            yield Answered(rule.condition.what)


def _about_one_question(predicate: Predicate) -> Iterator[Predicate]:
    """The largest parts of the predicate that look at one question only."""
    if len(questions_in(predicate)) == 1:
        yield predicate
        return
    for part in parts(predicate):
        yield from _about_one_question(part)


def _one_of_each_sort(question: Question, tests: list[Test]) -> tuple[Answer | None, ...]:
    sorts: dict[tuple[bool, ...], Answer | None] = {}
    for answer in _possible(question):
        alone: Answers = {} if answer is None else {question.id: answer}
        sorts.setdefault(tuple(test(alone) for test in tests), answer)
    return tuple(sorts.values())


def _possible(question: Question) -> Iterator[Answer | None]:
    """Every answer that the question can have; one text and one day stand for all."""
    ids = [option.id for option in question.options]
    match question.kind:
        case Kind.ONE_OF:
            yield from ids
        case Kind.ANY_OF:
            for size in range(1, len(ids) + 1):
                yield from map(frozenset, combinations(ids, size))
        case Kind.TEXT:
            yield "…"
        case Kind.DATE:
            yield date.min
    if not question.required:
        yield None


def _looked_at(checklist: Checklist, rule: Rule) -> frozenset[str]:
    """The questions that decide whether the rule matches, and those that decide on these."""
    found = questions_in(rule.when)
    for question in reversed(checklist.questions):
        if question.id in found and question.asked_when is not None:
            found |= questions_in(question.asked_when)
    return found
