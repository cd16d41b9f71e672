"""What can be said about answers, and what a rule makes of it.

A predicate is data: it can be stored, compared and walked through, which is what the proof in
``totality`` does. To be fast it is compiled to plain functions once, when its rule is built.
How predicates are written in a file is the business of ``bot.checklists``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import assert_never

Answer = str | frozenset[str] | date
"""An option's id or a text, the ids of the chosen options, or a day."""

Answers = Mapping[str, Answer]
"""Answers by question id; an unanswered question is not in it."""

Localized = Mapping[str, str]
"""One text by language."""

LANGUAGES = ("en", "de")


class Verdict(StrEnum):
    """What the rules make of the answers."""

    PURSUE = "pursue"
    PROBLEM = "problem"
    WALK_AWAY = "walk_away"

    @property
    def severity(self) -> int:
        """Rank: walk away > problem > pursue."""
        match self:
            case Verdict.PURSUE:
                return 0
            case Verdict.PROBLEM:
                return 1
            case Verdict.WALK_AWAY:
                return 2
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Chosen:
    """At least one of these options of the question is chosen."""

    question: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """The question has an answer, whatever it is."""

    question: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the predicates hold lies within the bounds; None is no bound."""

    of: tuple["Predicate", ...]
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the predicates holds."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - "Any" alone would be read as typing's
    """At least one of the predicates holds."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The predicate does not hold; an unanswered question makes this true."""

    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Named:
    """A combination that has a name of its own, such as *weak start*."""

    name: str
    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """No other rule matches. Stands alone, in the last rule; ``matching`` sees to its meaning."""


Predicate = Chosen | Answered | Count | All | Any_ | Not | Named | Otherwise
Test = Callable[[Answers], bool]


@dataclass(frozen=True, slots=True)
class ConditionTemplate:
    """Where a rule finds its condition: the question that says what, and the one that says when."""

    what: str
    due: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the rules: when it matches, and what follows."""

    id: str
    when: Predicate
    verdict: Verdict
    sentence: Localized
    decide_within: int | None = None
    """Working days to decide a *problem*."""
    settle: Localized | None = None
    """The one step that would settle a *problem*."""
    final: bool = False
    """Tried after each completed step; once it matches, nothing more is asked."""
    condition: ConditionTemplate | None = None
    matches: Test = field(init=False, repr=False, compare=False)
    """``when`` as a function. True for *otherwise*: ``matching`` asks it last."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "matches", compiled(self.when))


def matching(rules: Iterable[Rule], answers: Answers) -> tuple[Rule, ...]:
    """Every rule that matches, in order; *otherwise* only when no other one does."""
    found = [rule for rule in rules if rule.matches(answers)]
    if len(found) > 1 and isinstance(found[-1].when, Otherwise):
        found.pop()
    return tuple(found)


def holds(predicate: Predicate, answers: Answers) -> bool:
    """Whether the predicate is true of these answers."""
    return compiled(predicate)(answers)


def compiled(predicate: Predicate) -> Test:
    """Return the predicate as a function of the answers, to be called many times."""
    match predicate:
        case Chosen(question, options):
            return _chosen(question, options)
        case Answered(question):
            return lambda answers: bool(answers.get(question))
        case Count(of, at_least, at_most):
            return _count(_each(of), at_least or 0, len(of) if at_most is None else at_most)
        case All(of):
            return _all(_each(of))
        case Any_(of):
            return _any(_each(of))
        case Not(inner):
            return _not(compiled(inner))
        case Named(_, inner):
            return compiled(inner)
        case Otherwise():
            return lambda _: True
        case _:
            assert_never(predicate)


def parts(predicate: Predicate) -> tuple[Predicate, ...]:
    """The predicates directly inside this one."""
    match predicate:
        case Count(of) | All(of) | Any_(of):
            return of
        case Not(inner) | Named(_, inner):
            return (inner,)
        case Chosen() | Answered() | Otherwise():
            return ()
        case _:
            assert_never(predicate)


def questions_in(predicate: Predicate) -> frozenset[str]:
    """The ids of all questions that the predicate looks at."""
    match predicate:
        case Chosen(question) | Answered(question):
            return frozenset({question})
        case Count() | All() | Any_() | Not() | Named() | Otherwise():
            return frozenset[str]().union(*map(questions_in, parts(predicate)))
        case _:
            assert_never(predicate)


def could_hold(predicate: Predicate, answers: Answers, still_open: frozenset[str]) -> bool:
    """Whether the predicate may yet become true, while the open questions are unanswered.

    Never says no where yes is possible; it may say yes too often, because it looks at each part
    on its own.
    """
    return _bounds(predicate, answers, still_open)[1]


def _each(predicates: Sequence[Predicate]) -> tuple[Test, ...]:
    return tuple(compiled(predicate) for predicate in predicates)


def _chosen(question: str, options: frozenset[str]) -> Test:
    def test(answers: Answers) -> bool:
        answer = answers.get(question)
        if isinstance(answer, frozenset):
            return not options.isdisjoint(answer)
        return answer in options

    return test


def _count(tests: tuple[Test, ...], least: int, most: int) -> Test:
    def test(answers: Answers) -> bool:
        count = 0
        for one in tests:
            if one(answers):
                count += 1
        return least <= count <= most

    return test


def _all(tests: tuple[Test, ...]) -> Test:
    def test(answers: Answers) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if not one(answers):
                return False
        return True

    return test


def _any(tests: tuple[Test, ...]) -> Test:
    def test(answers: Answers) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if one(answers):
                return True
        return False

    return test


def _not(inner: Test) -> Test:
    return lambda answers: not inner(answers)


def _bounds(
    predicate: Predicate, answers: Answers, still_open: frozenset[str]
) -> tuple[bool, bool]:
    """Whether the predicate is certain to hold, and whether it can hold at all."""
    match predicate:
        case Chosen(question) | Answered(question) if question in still_open:
            return False, True
        case Not(inner):
            certain, possible = _bounds(inner, answers, still_open)
            return not possible, not certain
        case Named(_, inner):
            return _bounds(inner, answers, still_open)
        case Count(of, at_least, at_most):
            return _bounds_of_count(of, at_least or 0, at_most, answers, still_open)
        case All(of):
            return _bounds_of_count(of, len(of), None, answers, still_open)
        case Any_(of):
            return _bounds_of_count(of, 1, None, answers, still_open)
        case Chosen() | Answered() | Otherwise():
            result = holds(predicate, answers)
            return result, result
        case _:
            assert_never(predicate)


def _bounds_of_count(
    of: tuple[Predicate, ...],
    least: int,
    most: int | None,
    answers: Answers,
    still_open: frozenset[str],
) -> tuple[bool, bool]:
    pairs = [_bounds(part, answers, still_open) for part in of]
    certain = sum(pair[0] for pair in pairs)
    possible = sum(pair[1] for pair in pairs)
    most = len(of) if most is None else most
    return least <= certain and possible <= most, possible >= least and certain <= most
