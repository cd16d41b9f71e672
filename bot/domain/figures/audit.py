"""Does the checklist work? How outcomes differed by answer and by rule.

It compares and never judges: a difference is no cause, and only prospects that somebody took on,
or walked away from, have an outcome at all. `docs/decisions/figures.md` says what to make of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.checklist.model import Checklist, Question, steps_walked
from bot.domain.checklist.rules import Answers, matching
from bot.domain.figures.shares import Interval, difference_of_shares
from bot.domain.figures.timeline import Timeline
from bot.domain.outcomes.outcome import Again, Regret
from bot.domain.prospects import Stage

LEAST_ON_EACH_SIDE = 10
"""Outcomes with an answer, and as many without it, below which there is no word on it."""


class AuditWord(StrEnum):
    """Whether something earns its place on the checklist."""

    TELLS_APART = "tells_apart"
    NOT_ENOUGH = "not_enough"
    NO_DIFFERENCE = "no_difference"
    """None was seen, which does not prove that there is none: the interval says how much fits."""


@dataclass(frozen=True, slots=True)
class Case:
    """One outcome, and the answers that were judged before it."""

    answers: Answers
    is_bad: bool
    """A client who would not be taken again; a walk-away that is regretted."""


@dataclass(frozen=True, slots=True)
class Group:
    """How the outcomes of some prospects divide."""

    bad: int
    n: int

    @property
    def good(self) -> int:
        """How many are not bad."""
        return self.n - self.bad


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes with an answer or a rule, beside those without it."""

    having: Group
    lacking: Group

    @property
    def is_enough(self) -> bool:
        """Whether there is enough on both sides to say anything."""
        return min(self.having.n, self.lacking.n) >= LEAST_ON_EACH_SIDE

    @property
    def difference(self) -> Interval | None:
        """The share of bad ones with it, less that without it; None when there is not enough."""
        if not self.is_enough:
            return None
        return difference_of_shares(
            self.having.bad, self.having.n, self.lacking.bad, self.lacking.n
        )

    @property
    def word(self) -> AuditWord:
        """What is to be said of it."""
        if self.difference is None:
            return AuditWord.NOT_ENOUGH
        return AuditWord.NO_DIFFERENCE if 0 in self.difference else AuditWord.TELLS_APART


@dataclass(frozen=True, slots=True)
class OptionAudit:
    """How outcomes differed by one option: chosen, or asked and not chosen."""

    option: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class QuestionAudit:
    """How outcomes differed by the options of one question."""

    question: str
    options: tuple[OptionAudit, ...]

    @property
    def word(self) -> AuditWord:
        """The best that can be said of any of its options."""
        words = {each.comparison.word for each in self.options}
        best = (AuditWord.TELLS_APART, AuditWord.NO_DIFFERENCE, AuditWord.NOT_ENOUGH)
        return next(word for word in best if word in words)


@dataclass(frozen=True, slots=True)
class RuleAudit:
    """How outcomes differed by whether one rule matched, whichever rule decided."""

    rule: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Audit:
    """All questions with options and all rules, in the order of the checklist."""

    outcomes: int
    questions: tuple[QuestionAudit, ...]
    rules: tuple[RuleAudit, ...]


def audit(checklist: Checklist, cases: Iterable[Case]) -> Audit:
    """Compare the outcomes by each option and each rule of this checklist.

    The rules are tried anew on the earlier answers, so that a changed rule is judged by what it
    would have said. A question counts only where its answers led to it.
    """
    known = list(cases)
    asked = [(_asked(checklist, case.answers), case) for case in known]
    return Audit(
        outcomes=len(known),
        questions=tuple(
            _question_audit(question, [case for ids, case in asked if question.id in ids])
            for question in checklist.questions
            if question.options
        ),
        rules=_rule_audits(checklist, known),
    )


def cases_of_clients(timelines: Iterable[Timeline]) -> list[Case]:
    """Return the clients whose owner said whether they would take them again."""
    return [
        Case(timeline.screenings[-1].answers, timeline.outcome.again is Again.NO)
        for timeline in timelines
        if timeline.stage is Stage.WON
        and timeline.outcome.again is not None
        and timeline.screenings
    ]


def cases_of_walk_aways(timelines: Iterable[Timeline]) -> list[Case]:
    """Return the walk-aways whose owner said whether they regret them."""
    return [
        Case(timeline.screenings[-1].answers, timeline.outcome.regret is Regret.YES)
        for timeline in timelines
        if timeline.stage is Stage.WALKED_AWAY
        and timeline.outcome.regret is not None
        and timeline.screenings
    ]


def _asked(checklist: Checklist, answers: Answers) -> frozenset[str]:
    """The ids of the questions that these answers lead to."""
    steps = steps_walked(checklist, answers)
    return frozenset(question.id for _, asked in steps for question in asked)


def _question_audit(question: Question, cases: Collection[Case]) -> QuestionAudit:
    options = tuple(
        OptionAudit(
            option.id,
            _comparison((_has(case.answers, question.id, option.id), case) for case in cases),
        )
        for option in question.options
    )
    return QuestionAudit(question.id, options)


def _rule_audits(checklist: Checklist, cases: Iterable[Case]) -> tuple[RuleAudit, ...]:
    matched = [
        ({rule.id for rule in matching(checklist.rules, case.answers)}, case) for case in cases
    ]
    return tuple(
        RuleAudit(rule.id, _comparison((rule.id in ids, case) for ids, case in matched))
        for rule in checklist.rules
    )


def _has(answers: Answers, question: str, option: str) -> bool:
    answer = answers.get(question)
    return option in answer if isinstance(answer, frozenset) else answer == option


def _comparison(cases: Iterable[tuple[bool, Case]]) -> Comparison:
    sides: dict[bool, list[Case]] = {True: [], False: []}
    for has_it, case in cases:
        sides[has_it].append(case)
    return Comparison(_group(sides[True]), _group(sides[False]))


def _group(cases: Collection[Case]) -> Group:
    return Group(sum(case.is_bad for case in cases), len(cases))
