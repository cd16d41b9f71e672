"""The proof by going through every combination of answers: slow, and easy to believe.

It goes step by step, as a member would. Answers to a question that no rule, no score and no
``asked_when`` can tell apart are one and the same here: of six warning signs that are only counted,
how many there are matters, not which. It shares nothing with the solver but the product's rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import assert_never

from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    Answer,
    Answered,
    Answers,
    Circumstances,
    DaysAhead,
    NumberWithin,
    Predicate,
    Rule,
    Test,
    compiled,
    each_part,
    looks_at_value,
    matching,
    parts,
    questions_in,
)

ANY_TEXT = "…"
"""Stands for every text that can be typed."""
DAY = date(2026, 12, 1)


@dataclass
class Enumerated:
    """What is wrong, by the ids of the rules and questions; and how many ways there are."""

    ways: int = 0
    is_total: bool = True
    dead: set[str] = field(default_factory=set)
    never_shown: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    revocable: set[str] = field(default_factory=set)
    without_condition: set[str] = field(default_factory=set)


def enumerated(checklist: Checklist) -> Enumerated:
    """Go through all combinations."""
    found = Enumerated(
        dead={rule.id for rule in checklist.rules},
        never_shown={rule.id for rule in checklist.rules},
        silent={question.id for question in checklist.questions},
    )
    for value in _values(checklist):
        walk = _Walk(checklist, found, Circumstances(DAY, value))
        for answers in walk.ends():
            found.ways += 1
            walk.judge(answers)
    return found


def distinct_answers(
    checklist: Checklist, given: Circumstances
) -> Mapping[str, tuple[Answer | None, ...]]:
    """For each question one answer of each sort that can be told apart; None is no answer."""
    telling: dict[str, list[Callable[[Answers], object]]] = {
        question.id: [] for question in checklist.questions
    }
    for predicate in _predicates(checklist):
        for part in _about_one_question(predicate):
            (question_id,) = questions_in(part)
            test = compiled(part)
            telling[question_id].append(partial(_on_the_day, test, given))
    for score in checklist.scores:
        for points in score.points:
            telling[points.question].append(score.of)
    return {
        question.id: _one_of_each_sort(checklist, question, telling[question.id])
        for question in checklist.questions
    }


def _on_the_day(test: Test, given: Circumstances, answers: Answers) -> bool:
    return test(answers, given)


class _Walk:
    """Walks through the steps with every combination, and notes what it sees."""

    def __init__(self, checklist: Checklist, found: Enumerated, given: Circumstances) -> None:
        self.checklist = checklist
        self.found = found
        self.given = given
        self.choices = distinct_answers(checklist, given)
        self.relevant = {rule.id: _looked_at(checklist, rule) for rule in checklist.final_rules}

    def ends(self) -> Iterator[Answers]:
        """The answers of each way through the checklist, early finishes included."""
        yield from self._after_step(0, {})

    def judge(self, answers: Answers) -> None:
        """Look at one complete set of answers."""
        matched = matching(self.checklist.rules, answers, self.given)
        if not matched:
            self.found.is_total = False
            return
        self.found.dead.discard(matched[0].id)
        for rule in matched:
            if rule.verdict.severity >= matched[0].verdict.severity:
                self.found.never_shown.discard(rule.id)
            if rule.condition is not None and rule.condition.what not in answers:
                self.found.without_condition.add(rule.id)

    def _after_step(self, at: int, known: dict[str, Answer]) -> Iterator[Answers]:
        if at == len(self.checklist.steps):
            yield known
            return
        for _ in self._answered(self.checklist.steps[at].questions, known, is_asking=True):
            final = [rule for rule in self.checklist.final_rules if rule.matches(known, self.given)]
            for rule in final:
                self._try_to_revoke(rule, at + 1, known)
            if final:
                yield known
            else:
                yield from self._after_step(at + 1, known)

    def _answered(
        self, questions: tuple[Question, ...], known: dict[str, Answer], *, is_asking: bool
    ) -> Iterator[None]:
        """Put each combination of answers to these questions into the known ones, in turn."""
        if not questions:
            yield
            return
        question, rest = questions[0], questions[1:]
        if not question.is_asked(known, self.given):
            yield from self._answered(rest, known, is_asking=is_asking)
            return
        if is_asking:
            self.found.silent.discard(question.id)
        for choice in self.choices[question.id]:
            if choice is not None:
                known[question.id] = choice
            yield from self._answered(rest, known, is_asking=is_asking)
            known.pop(question.id, None)

    def _try_to_revoke(self, rule: Rule, at: int, known: dict[str, Answer]) -> None:
        later = tuple(
            question
            for step in self.checklist.steps[at:]
            for question in step.questions
            if question.id in self.relevant[rule.id]
        )
        if not later or rule.id in self.found.revocable:
            return
        answers = dict(known)
        for _ in self._answered(later, answers, is_asking=False):
            if not rule.matches(answers, self.given):
                self.found.revocable.add(rule.id)
                return


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


def _one_of_each_sort(
    checklist: Checklist, question: Question, tests: list[Callable[[Answers], object]]
) -> tuple[Answer | None, ...]:
    sorts: dict[tuple[object, ...], Answer | None] = {}
    for answer in _possible(checklist, question):
        alone: Answers = {} if answer is None else {question.id: answer}
        sorts.setdefault(tuple(test(alone) for test in tests), answer)
    return tuple(sorts.values())


def _possible(  # noqa: C901 - one case for each kind
    checklist: Checklist, question: Question
) -> Iterator[Answer | None]:
    """Every answer that the question can have; one text stands for all, and so on."""
    ids = [option.id for option in question.options]
    match question.kind:
        case Kind.ONE_OF:
            yield from ids
        case Kind.ANY_OF:
            for size in range(1, len(ids) + 1):
                yield from map(frozenset, combinations(ids, size))
        case Kind.TEXT:
            yield ANY_TEXT
        case Kind.NUMBER:
            low, high = question.least, question.most
            for number in _around(_bounds_of(checklist, question.id), low, high):
                if (low is None or number >= low) and (high is None or number <= high):
                    yield number
        case Kind.DATE:
            for days in _around(_bounds_of(checklist, question.id), Decimal(0), None):
                if days >= 0 and days == int(days):
                    yield DAY + timedelta(days=int(days))
        case _:
            assert_never(question.kind)
    if not question.required:
        yield None


def _values(checklist: Checklist) -> Iterator[Decimal | None]:
    yield None
    if any(map(looks_at_value, _predicates(checklist))):
        bounds = _around(_bounds_of(checklist, EXPECTED_VALUE), Decimal(0), None)
        yield from (each for each in bounds if each >= 0)


def _around(bounds: set[Decimal], least: Decimal | None, most: Decimal | None) -> list[Decimal]:
    """Each bound, and what lies just beside it; something if there are none."""
    ends = {each for each in (least, most) if each is not None}
    near = {each + Decimal(n) / 4 for each in bounds | ends for n in range(-4, 5)}
    return sorted(near or {Decimal(0)})


def _bounds_of(checklist: Checklist, question: str) -> set[Decimal]:
    found: set[Decimal] = set()
    for part in (part for each in _predicates(checklist) for part in each_part(each)):
        if isinstance(part, NumberWithin) and part.question == question:
            found |= part.bounds.thresholds
        elif isinstance(part, DaysAhead) and part.question == question:
            found |= {Decimal(n) for n in (part.more_than, part.less_than) if n is not None}
    return found


def _looked_at(checklist: Checklist, rule: Rule) -> frozenset[str]:
    """The questions that decide whether the rule matches, and those that decide on these."""
    found = questions_in(rule.when)
    for question in reversed(checklist.questions):
        if question.id in found and question.asked_when is not None:
            found |= questions_in(question.asked_when)
    return found
