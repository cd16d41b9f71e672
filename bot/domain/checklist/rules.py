"""What can be said about answers, and what a rule makes of it.

A predicate is data: it can be stored, compared and walked through, which is what the proof in
``totality`` relies on. For speed it is compiled to plain functions once, when its rule is built.
How predicates are written in a file is up to ``bot.checklists``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from bot.domain.checklist.scores import Bounds, Score

EXPECTED_VALUE = "expected_value"
"""What a prospect may be worth: rules compare it like the answer to a number question."""

Answer = str | frozenset[str] | date | Decimal
"""An option's id or a text, the ids of the chosen options, a day, or a number."""

Answers = Mapping[str, Answer]
"""Answers by question id; unanswered questions are absent."""

Localized = Mapping[str, str]
"""One text, by language."""

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rules know besides the answers."""

    on: date | None = None
    """The day of judging, from which days ahead are counted."""
    expected_value: Decimal | None = None
    scores: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Scores that have already been summed up, by id."""


NOTHING_KNOWN = Circumstances()
"""With it, a comparison with a day or with the expected value is false."""


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
class ScoreWithin:
    """The score lies within the bounds."""

    score: Score
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class NumberWithin:
    """The answer to the question, or the expected value, is a number within the bounds."""

    question: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class DaysAhead:
    """The answer to the question lies this many calendar days after the day of judging."""

    question: str
    more_than: int | None = None
    less_than: int | None = None

    def holds_for(self, days: int) -> bool:
        """Tell whether it is true of a day this many days ahead."""
        return (self.more_than is None or days > self.more_than) and (
            self.less_than is None or days < self.less_than
        )


@dataclass(frozen=True, slots=True)
class Count:
    """The number of predicates that hold lies within the bounds; None is no bound."""

    of: tuple["Predicate", ...]
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the predicates holds."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the predicates holds."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The predicate does not hold; an unanswered question makes this true."""

    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Named:
    """A combination with a name of its own, such as *weak start*."""

    name: str
    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """No other rule matches. Stands alone, in the last rule; ``matching`` gives it its meaning."""


Predicate = (
    Chosen
    | Answered
    | ScoreWithin
    | NumberWithin
    | DaysAhead
    | Count
    | AllOf
    | AnyOf
    | Not
    | Named
    | Otherwise
)
Test = Callable[[Answers, Circumstances], bool]

Foresight = Callable[[Answers, frozenset[str], Circumstances], tuple[bool, bool]]
"""Tells whether a predicate is certain to hold, and whether it can hold at all, while the questions
of these ids are still open. It may doubt too often: it looks at each part on its own."""


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
    """Working days in which to decide a *problem*."""
    settle: Localized | None = None
    """The one step that would settle a *problem*."""
    final: bool = False
    """Tried after each completed step; once it matches, nothing more is asked."""
    condition: ConditionTemplate | None = None
    matches: Test = field(init=False, repr=False, compare=False)
    """``when`` as a function; true for *otherwise*, which ``matching`` drops if others match."""
    may_match: Foresight = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matches", compiled(self.when))
        object.__setattr__(self, "may_match", foresight(self.when))


def is_given(answer: object) -> bool:
    """Tell whether this is an answer: an empty text or choice is none, the number 0 is one."""
    return bool(answer) or (isinstance(answer, Decimal) and answer == 0)


def matching(
    rules: Iterable[Rule], answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Rule, ...]:
    """Return every rule that matches, in order; *otherwise* only if no other one does."""
    found = [rule for rule in rules if rule.matches(answers, given)]
    if len(found) > 1 and isinstance(found[-1].when, Otherwise):
        found.pop()
    return tuple(found)


def holds(predicate: Predicate, answers: Answers, given: Circumstances = NOTHING_KNOWN) -> bool:
    """Tell whether the predicate is true of these answers."""
    return compiled(predicate)(answers, given)


def compiled(predicate: Predicate) -> Test:  # noqa: C901 - a line for each predicate
    """Return the predicate as a function of the answers, to be called many times."""
    match predicate:
        case Chosen(question, options):
            return _chosen(question, options)
        case Answered(question):
            return lambda answers, _: is_given(answers.get(question))
        case ScoreWithin(score, bounds):
            return _score_within(score, bounds)
        case NumberWithin(question, bounds):
            return _number_within(question, bounds)
        case DaysAhead(question):
            return _days_ahead(question, predicate)
        case Count(of, at_least, at_most):
            return _count(_each(of), at_least or 0, len(of) if at_most is None else at_most)
        case AllOf(of):
            return _all(_each(of))
        case AnyOf(of):
            return _any(_each(of))
        case Not(inner):
            return _not(compiled(inner))
        case Named(_, inner):
            return compiled(inner)
        case Otherwise():
            return lambda _, __: True
        case _:
            assert_never(predicate)


def parts(predicate: Predicate) -> tuple[Predicate, ...]:
    """Return the predicates directly inside this one."""
    match predicate:
        case Count(of) | AllOf(of) | AnyOf(of):
            return of
        case Not(inner) | Named(_, inner):
            return (inner,)
        case Chosen() | Answered() | ScoreWithin() | NumberWithin() | DaysAhead() | Otherwise():
            return ()
        case _:
            assert_never(predicate)


def questions_in(predicate: Predicate) -> frozenset[str]:
    """Return the ids of all questions that the predicate looks at."""
    match predicate:
        case NumberWithin("expected_value"):
            return frozenset()
        case Chosen(question) | Answered(question) | NumberWithin(question) | DaysAhead(question):
            return frozenset({question})
        case ScoreWithin(score):
            return score.questions
        case Count() | AllOf() | AnyOf() | Not() | Named() | Otherwise():
            return frozenset[str]().union(*map(questions_in, parts(predicate)))
        case _:
            assert_never(predicate)


def each_part(predicate: Predicate) -> Iterator[Predicate]:
    """Yield the predicate, and everything inside it."""
    yield predicate
    for part in parts(predicate):
        yield from each_part(part)


def looks_at_value(predicate: Predicate) -> bool:
    """Tell whether the predicate looks at what the prospect may be worth."""
    return any(
        isinstance(part, NumberWithin) and part.question == EXPECTED_VALUE
        for part in each_part(predicate)
    )


def _each(predicates: Sequence[Predicate]) -> tuple[Test, ...]:
    return tuple(compiled(predicate) for predicate in predicates)


def _chosen(question: str, options: frozenset[str]) -> Test:
    def test(answers: Answers, _: Circumstances) -> bool:
        answer = answers.get(question)
        if isinstance(answer, frozenset):
            return not options.isdisjoint(answer)
        return answer in options

    return test


def _score_within(score: Score, bounds: Bounds) -> Test:
    def test(answers: Answers, given: Circumstances) -> bool:
        known = given.scores.get(score.id)
        return (score.of(answers) if known is None else known) in bounds

    return test


def _number_within(question: str, bounds: Bounds) -> Test:
    def of_prospect(_: Answers, given: Circumstances) -> bool:
        return given.expected_value is not None and given.expected_value in bounds

    def test(answers: Answers, _: Circumstances) -> bool:
        number = answers.get(question)
        return isinstance(number, Decimal) and number in bounds

    return of_prospect if question == EXPECTED_VALUE else test


def _days_ahead(question: str, ahead: DaysAhead) -> Test:
    def test(answers: Answers, given: Circumstances) -> bool:
        day = answers.get(question)
        if given.on is None or not isinstance(day, date):
            return False
        return ahead.holds_for((day - given.on).days)

    return test


def _count(tests: tuple[Test, ...], least: int, most: int) -> Test:
    def test(answers: Answers, given: Circumstances) -> bool:
        count = 0
        for one in tests:
            if one(answers, given):
                count += 1
        return least <= count <= most

    return test


def _all(tests: tuple[Test, ...]) -> Test:
    def test(answers: Answers, given: Circumstances) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if not one(answers, given):
                return False
        return True

    return test


def _any(tests: tuple[Test, ...]) -> Test:
    def test(answers: Answers, given: Circumstances) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if one(answers, given):
                return True
        return False

    return test


def _not(inner: Test) -> Test:
    return lambda answers, given: not inner(answers, given)


def foresight(predicate: Predicate) -> Foresight:
    """Return the predicate as a function of the answers so far, to be called many times.

    It never excludes what is possible, nor takes for certain what is not.
    """
    match predicate:
        case Chosen(question) | Answered(question) | NumberWithin(question) | DaysAhead(question):
            return _if_open(question, compiled(predicate))
        case ScoreWithin(score, bounds):
            return lambda answers, still_open, _: _bounds_of_score(
                score, bounds, answers, still_open
            )
        case Not(inner):
            return _turned(foresight(inner))
        case Named(_, inner):
            return foresight(inner)
        case Count(of, at_least, at_most):
            return _counted(of, at_least or 0, len(of) if at_most is None else at_most)
        case AllOf(of):
            return _counted(of, len(of), len(of))
        case AnyOf(of):
            return _counted(of, 1, len(of))
        case Otherwise():
            return lambda _, __, ___: (True, True)
        case _:
            assert_never(predicate)


def _if_open(question: str, holds_now: Test) -> Foresight:
    def look(
        answers: Answers, still_open: frozenset[str], given: Circumstances
    ) -> tuple[bool, bool]:
        if question in still_open:
            return False, True
        result = holds_now(answers, given)
        return result, result

    return look


def _turned(inner: Foresight) -> Foresight:
    def look(
        answers: Answers, still_open: frozenset[str], given: Circumstances
    ) -> tuple[bool, bool]:
        certain, possible = inner(answers, still_open, given)
        return not possible, not certain

    return look


def _counted(of: Sequence[Predicate], least: int, most: int) -> Foresight:
    each = tuple(foresight(part) for part in of)

    def look(
        answers: Answers, still_open: frozenset[str], given: Circumstances
    ) -> tuple[bool, bool]:
        certain = possible = 0
        for one in each:
            is_certain, is_possible = one(answers, still_open, given)
            certain += is_certain
            possible += is_possible
        return least <= certain and possible <= most, possible >= least and certain <= most

    return look


def _bounds_of_score(
    score: Score, bounds: Bounds, answers: Answers, still_open: frozenset[str]
) -> tuple[bool, bool]:
    """Return the same for a score, from the lowest and the highest sum that are still possible."""
    low = high = score.of({key: answers[key] for key in answers if key not in still_open})
    for each in score.points:
        if each.question in still_open:
            low, high = low + each.span[0], high + each.span[1]
    least, most = bounds.whole
    is_certain = low in bounds and high in bounds
    return is_certain, max(low, low if least is None else least) <= min(
        high, high if most is None else most
    )
