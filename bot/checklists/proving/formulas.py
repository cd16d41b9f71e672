"""A checklist as formulas over bounded integers: every way through it, and when its rules match.

Each answer that rules can distinguish is a truth value of its own; a score is the sum of what each
question gives. Numbers and days are distinguished only by the bounds that rules compare them with,
so one number stands for all that lie between two bounds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, assert_never

import z3

from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Chosen,
    Circumstances,
    Count,
    DaysAhead,
    Named,
    Not,
    NumberWithin,
    Otherwise,
    Predicate,
    ScoreWithin,
    each_part,
)
from bot.domain.checklist.scores import Points, Score
from bot.domain.checklist.totality import ANY_TEXT, Example

Formula = Any
"""A formula of the solver, which has no types."""

_FINEST = Decimal("0.0001")
_FURTHEST_HOLIDAYS = 30
"""Days by which holidays may postpone a latest day."""


@dataclass(frozen=True, slots=True)
class ChoiceVariable:
    """An answer that rules can distinguish, or one of several chosen options."""

    answer: Any
    is_taken: Formula


@dataclass
class Formulas:
    """The ways through a checklist; with ``is_cut`` they end where a final rule matches."""

    checklist: Checklist
    is_cut: bool
    facts: list[Formula] = field(default_factory=list)
    """What holds for every way."""
    choices: dict[str, tuple[ChoiceVariable, ...]] = field(default_factory=dict)
    """The choices by question, and those for the expected value."""
    asked: dict[str, Formula] = field(default_factory=dict)
    """Whether each question is asked."""
    over: list[Formula] = field(default_factory=list)
    """For each step, whether a final rule matched on the answers up to it."""

    def __post_init__(self) -> None:
        self._worths: dict[tuple[str, str], Formula] = {}
        self._compared = _compared(self.checklist)
        self._value()
        for step in self.checklist.steps:
            for question in step.questions:
                self._question(question)
            self.over.append(self._is_over(len(self.over)))

    def matches(self, predicate: Predicate, upto: int | None = None) -> Formula:
        """Return when the predicate holds, given the answers to all steps or those up to one."""
        seen = self.checklist.steps if upto is None else self.checklist.steps[: upto + 1]
        return self._holds(predicate, {each.id for step in seen for each in step.questions})

    def answered(self, question: str) -> Formula:
        """Return when the question has an answer."""
        return z3.Or([each.is_taken for each in self.choices[question]])

    def example(self, model: Any, on: date, steps: int | None = None) -> Example:
        """Return the answers of a model, only those of the first `steps` if given."""
        answers: dict[str, Answer] = {}
        for step in self.checklist.steps[:steps]:
            for question in step.questions:
                taken = [
                    each.answer for each in self.choices[question.id] if _is_taken(each, model)
                ]
                if taken:
                    answers[question.id] = _as_answer(question, taken, on)
        value = [each.answer for each in self.choices[EXPECTED_VALUE] if _is_taken(each, model)]
        return Example(answers, Circumstances(on, value[0] if value else None))

    def _value(self) -> None:
        numbers = _numbers(self._compared[EXPECTED_VALUE], Decimal(0), None)
        self.choices[EXPECTED_VALUE] = _choices(EXPECTED_VALUE, numbers)
        self._at_most_one(EXPECTED_VALUE)

    def _question(self, question: Question) -> None:
        possible = _possible(question, self._compared.get(question.id, frozenset()))
        self.choices[question.id] = _choices(question.id, possible)
        asked = z3.Bool(f"{question.id} is asked")
        when = self.matches(question.asked_when) if question.asked_when is not None else True
        ended = self.over[-1] if self.over and self.is_cut else False
        self.facts.append(asked == z3.And(when, z3.Not(ended)))
        self.asked[question.id] = asked
        self.facts += [z3.Implies(each.is_taken, asked) for each in self.choices[question.id]]
        if question.required:
            self.facts.append(z3.Implies(asked, self.answered(question.id)))
        if question.kind is not Kind.ANY_OF:
            self._at_most_one(question.id)

    def _at_most_one(self, question: str) -> None:
        taken = [each.is_taken for each in self.choices[question]]
        if len(taken) > 1:
            self.facts.append(z3.AtMost(*taken, 1))

    def _is_over(self, at: int) -> Formula:
        is_over = z3.Bool(f"over after {at}")
        finals = [self.matches(rule.when, at) for rule in self.checklist.final_rules]
        self.facts.append(is_over == z3.Or([*self.over[-1:], *finals]))
        return is_over

    def _holds(  # noqa: C901 - a line for each predicate
        self, predicate: Predicate, seen: set[str]
    ) -> Formula:
        match predicate:
            case Chosen(question, options):
                return self._any_taken(question, seen, lambda answer: answer in options)
            case Answered(question):
                return self._any_taken(question, seen, lambda _: True)
            case NumberWithin(question, bounds):
                seen = seen | {EXPECTED_VALUE}
                return self._any_taken(question, seen, lambda answer: answer in bounds)
            case DaysAhead(question):
                return self._any_taken(question, seen, predicate.holds_for)
            case ScoreWithin(score, bounds):
                counted = [each for each in score.points if each.question in seen]
                return _within(_sum(self._worth(score, each) for each in counted), bounds.whole)
            case Count(of, at_least, at_most):
                ones = (z3.If(self._holds(each, seen), 1, 0) for each in of)
                return _within(_sum(ones), (at_least, at_most))
            case AllOf(of):
                return z3.And([self._holds(each, seen) for each in of])
            case AnyOf(of):
                return z3.Or([self._holds(each, seen) for each in of])
            case Not(inner):
                return z3.Not(self._holds(inner, seen))
            case Named(_, inner):
                return self._holds(inner, seen)
            case Otherwise():
                return z3.BoolVal(True)
            case _:
                assert_never(predicate)

    def _any_taken(self, question: str, seen: set[str], is_meant: Callable[[Any], bool]) -> Formula:
        if question not in seen:
            return z3.BoolVal(False)
        meant = [each.is_taken for each in self.choices[question] if is_meant(each.answer)]
        return z3.Or(meant)

    def _worth(self, score: Score, points: Points) -> Formula:
        """Return what the answer to a question gives to a score, as a number of its own."""
        key = (score.id, points.question)
        if key not in self._worths:
            choices = self.choices[points.question]
            by_choice = [(each.is_taken, points.by_option.get(each.answer, 0)) for each in choices]
            worth = z3.Int(f"{points.question} gives to {score.id}")
            least, most = points.span
            self.facts += [worth >= least, worth <= most]
            self.facts += _gives(worth, by_choice, adds_up=points.adds_up)
            self._worths[key] = worth
        return self._worths[key]


def _gives(
    worth: Formula, by_choice: list[tuple[Formula, int]], *, adds_up: bool
) -> Iterator[Formula]:
    if adds_up:
        yield worth == _sum(z3.If(is_taken, points, 0) for is_taken, points in by_choice)
        return
    yield from (z3.Implies(is_taken, worth == points) for is_taken, points in by_choice)
    yield z3.Implies(z3.Not(z3.Or([is_taken for is_taken, _ in by_choice])), worth == 0)


def _sum(numbers: Iterable[Formula]) -> Formula:
    return z3.Sum([z3.IntVal(0), *numbers])


def _within(number: Formula, bounds: tuple[int | None, int | None]) -> Formula:
    least, most = bounds
    low = [] if least is None else [number >= least]
    return z3.And(low + ([] if most is None else [number <= most]))


def _choices(question: str, answers: Iterable[Any]) -> tuple[ChoiceVariable, ...]:
    return tuple(ChoiceVariable(each, z3.Bool(f"{question} is {each}")) for each in answers)


def _is_taken(choice: ChoiceVariable, model: Any) -> bool:
    return bool(z3.is_true(model.eval(choice.is_taken)))


def _compared(checklist: Checklist) -> Mapping[str, frozenset[Decimal]]:
    """Return the numbers, and the days ahead, at which something changes, by question."""
    found: dict[str, set[Decimal]] = {EXPECTED_VALUE: set()}
    for part in (part for each in predicates_of(checklist) for part in each_part(each)):
        if isinstance(part, NumberWithin):
            found.setdefault(part.question, set()).update(part.bounds.thresholds)
        elif isinstance(part, DaysAhead):
            days = {each for each in (part.more_than, part.less_than) if each is not None}
            found.setdefault(part.question, set()).update(map(Decimal, days))
    return {question: frozenset(turns) for question, turns in found.items()}


def predicates_of(checklist: Checklist) -> Iterator[Predicate]:
    """Yield everything that looks at answers."""
    for question in checklist.questions:
        if question.asked_when is not None:
            yield question.asked_when
    for rule in checklist.rules:
        yield rule.when
        if rule.condition is not None:
            yield Answered(rule.condition.what)


def _possible(question: Question, turns: frozenset[Decimal]) -> Iterable[Any]:
    """Return each answer that can be distinguished, or each option of a question with several."""
    match question.kind:
        case Kind.ONE_OF | Kind.ANY_OF:
            return [option.id for option in question.options]
        case Kind.TEXT:
            return [ANY_TEXT]
        case Kind.NUMBER:
            return _numbers(turns, question.least, question.most)
        case Kind.DATE:
            return _days(turns, question.due_latest)
        case _:
            assert_never(question.kind)


def _numbers(
    turns: frozenset[Decimal], least: Decimal | None, most: Decimal | None
) -> list[Decimal]:
    """Return each bound, and a number between any two, below and above all; round if possible."""
    known = sorted(turns)
    ends = [least if least is not None else (known[0] - 1 if known else Decimal(0))]
    ends.append(most if most is not None else (known[-1] if known else ends[0]) + 1)
    between = [
        middle
        for low, high in zip([ends[0], *known], [*known, ends[1]], strict=True)
        for middle in (low.to_integral_value(ROUND_FLOOR) + 1, _middle(low, high))
        if low < middle < high
    ]
    return sorted(
        each
        for each in {*known, *ends, *between}
        if (least is None or each >= least) and (most is None or each <= most)
    )


def _middle(low: Decimal, high: Decimal) -> Decimal:
    return ((low + high) / 2).quantize(_FINEST, ROUND_FLOOR)


def _days(turns: frozenset[Decimal], latest: int | None) -> list[int]:
    """Return days ahead: each bound with its neighbours, and today; none beyond the latest."""
    near = {int(turn) + offset for turn in turns for offset in (-1, 0, 1)}
    furthest = None if latest is None else latest * 7 // 5 + 2 + _FURTHEST_HOLIDAYS
    return sorted(day for day in {0, *near} if day >= 0 and (furthest is None or day <= furthest))


def _as_answer(question: Question, taken: list[Any], on: date) -> Answer:
    """Return what was taken as an answer of the question's kind."""
    if question.kind is Kind.ANY_OF:
        return frozenset(taken)
    answer: Answer = on + timedelta(days=taken[0]) if question.kind is Kind.DATE else taken[0]
    return answer
