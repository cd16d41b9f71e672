"""Does the checklist work? How outcomes differ by answer and by rule.

The audit compares and never judges. A difference is no proof of a cause, and only prospects that
somebody took on or walked away from have an outcome at all. `docs/figures.md` says what to make
of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.model import Checklist, Question, steps_walked
from bot.domain.checklist.rules import Answers, Rule, Verdict, matching, questions_in
from bot.domain.figures.ends import Client, RefusedProspect, clients, refusals
from bot.domain.figures.shares import (
    LEAST,
    Interval,
    Share,
    difference_of_shares,
    discoveries,
    fisher,
)
from bot.domain.figures.timeline import Screening, Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, NO_ANSWER, Outcome, Regret, WouldTakeAgain
from bot.domain.workspace import WorkspaceId

_OneEnd = TypeVar("_OneEnd", Client, RefusedProspect)

LEAST_ON_EACH_SIDE = LEAST
"""The fewest outcomes, both with an answer and without it, for which anything is claimed."""


class AuditWord(StrEnum):
    """Whether something earns its place on the checklist."""

    TELLS_APART = "tells_apart"
    NOT_ENOUGH = "not_enough"
    NO_DIFFERENCE = "no_difference"
    """None was seen. That doesn't prove there is none: the interval shows what is possible."""


@dataclass(frozen=True, slots=True)
class Case:
    """One outcome, and the answers that were judged before it."""

    answers: Answers
    is_bad: bool
    """The client would not be taken again, or the walk-away is regretted."""


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of some prospects, split into good and bad."""

    bad: int
    n: int

    @property
    def good(self) -> int:
        """How many are not bad."""
        return self.n - self.bad

    @property
    def interval(self) -> Interval | None:
        """Where the true share of bad ones lies; None if there are too few."""
        return Share(self.bad, self.n).interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes with an answer, or a match of a rule, beside those without it."""

    having: Group
    lacking: Group
    is_significant: bool = False
    """Whether the difference holds up when corrected for all comparisons of its audit."""

    @property
    def is_enough(self) -> bool:
        """Whether there is enough on both sides to say anything."""
        return min(self.having.n, self.lacking.n) >= LEAST_ON_EACH_SIDE

    @property
    def difference(self) -> Interval | None:
        """The share of bad outcomes with it, minus that without it; None if there are too few."""
        if not self.is_enough:
            return None
        return difference_of_shares(
            self.having.bad, self.having.n, self.lacking.bad, self.lacking.n
        )

    @property
    def chance(self) -> float:
        """How likely a difference this large is by chance alone."""
        return fisher(self.having.bad, self.having.n, self.lacking.bad, self.lacking.n)

    @property
    def word(self) -> AuditWord:
        """What can be said about the difference."""
        if not self.is_enough:
            return AuditWord.NOT_ENOUGH
        return AuditWord.TELLS_APART if self.is_significant else AuditWord.NO_DIFFERENCE


NOT_ANSWERED: Final = None
"""Stands in for an option: the question was asked and left unanswered."""


@dataclass(frozen=True, slots=True)
class OptionAudit:
    """How outcomes differed by one option: chosen, or asked and not chosen."""

    option: str | None
    """None: the question was asked and not answered at all."""
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class QuestionAudit:
    """How outcomes differed by the options of one question, among those who were asked it."""

    question: str
    options: tuple[OptionAudit, ...]

    @property
    def word(self) -> AuditWord:
        """The strongest thing that can be said about any of its options."""
        words = {each.comparison.word for each in self.options}
        best = (AuditWord.TELLS_APART, AuditWord.NO_DIFFERENCE, AuditWord.NOT_ENOUGH)
        return next(word for word in best if word in words)


@dataclass(frozen=True, slots=True)
class RuleAudit:
    """How outcomes differed by whether one rule matched, whichever rule decided.

    Only cases count that were asked everything the rule reads, or that it matched anyway.
    """

    rule: str
    comparison: Comparison
    is_always_followed: bool = False
    """The rule says *walk away*, and no case matched it: clients teach nothing about it."""


@dataclass(frozen=True, slots=True)
class Audit:
    """All questions with options and all rules, in the order of the checklist."""

    answered: Share
    """Of the ends that somebody was asked about, those with an outcome: only these are compared."""
    questions: tuple[QuestionAudit, ...]
    rules: tuple[RuleAudit, ...]

    @property
    def outcomes(self) -> int:
        """How many outcomes there are."""
        return self.answered.count


def audit(checklist: Checklist, cases: Iterable[Case], asked: int | None = None) -> Audit:
    """Compare the outcomes by each option and each rule of this checklist.

    The rules are applied afresh to the earlier answers, so a changed rule is judged by what it
    would have said. A question counts only where the answers led to it. What stands is corrected
    for the number of all comparisons together. `asked` is how many ends somebody was asked about;
    None: all of them have an outcome.
    """
    known = [(_asked(checklist, case.answers), case) for case in cases]
    questions = tuple(
        _question_audit(question, [case for ids, case in known if question.id in ids])
        for question in checklist.questions
        if question.options
    )
    answered = Share(len(known), len(known) if asked is None else asked)
    return _corrected(Audit(answered, questions, _rule_audits(checklist, known)))


@dataclass(frozen=True, slots=True)
class Audits:
    """One checklist, held against how clients and walk-aways turned out."""

    workspace_id: WorkspaceId
    clients: Audit
    """Bad: the client would not be taken again."""
    walk_aways: Audit
    """Bad: the walk-away is regretted."""
    overrides: Mapping[str, Share]
    """How often each rule was overridden, by its id."""

    @property
    def outcomes(self) -> int:
        """How many outcomes there are in all."""
        return self.clients.outcomes + self.walk_aways.outcomes

    @property
    def has_data(self) -> bool:
        """Whether there is an outcome, or enough data on any rule to give its override rate."""
        return bool(self.outcomes) or any(each.is_enough for each in self.overrides.values())


@dataclass(slots=True)
class Cases:
    """The outcomes of a workspace, added some at a time: most prospects have none."""

    clients: list[Case] = field(default_factory=list)
    walk_aways: list[Case] = field(default_factory=list)
    clients_asked: int = 0
    walk_aways_asked: int = 0

    def add(self, timelines: Sequence[Timeline], calendar: WorkingCalendar) -> None:
        """Add what was said of some more prospects."""
        won = list(_asked_about(clients(timelines, calendar)))
        left = list(_asked_about(refusals(timelines, calendar)))
        self.clients += _of_clients(won)
        self.walk_aways += _of_walk_aways(left)
        self.clients_asked += len(won)
        self.walk_aways_asked += len(left)


def audits(
    workspace_id: WorkspaceId, checklist: Checklist, cases: Cases, overrides: Mapping[str, Share]
) -> Audits:
    """Hold a checklist against what came of everything in a workspace."""
    return Audits(
        workspace_id,
        audit(checklist, cases.clients, cases.clients_asked),
        audit(checklist, cases.walk_aways, cases.walk_aways_asked),
        overrides,
    )


def cases_of_clients(timelines: Iterable[Timeline], calendar: WorkingCalendar) -> list[Case]:
    """Return a case for each client of whom it was said whether they would be taken again."""
    return _of_clients(_asked_about(clients(timelines, calendar)))


def cases_of_walk_aways(timelines: Iterable[Timeline], calendar: WorkingCalendar) -> list[Case]:
    """Return a case for each walk-away of which it was said whether it is regretted."""
    return _of_walk_aways(_asked_about(refusals(timelines, calendar)))


def _asked_about(ends: Iterable[_OneEnd]) -> Iterator[_OneEnd]:
    """Yield the ends that somebody was asked about, or answered unasked."""
    for each in ends:
        found = (each.asked(after) for after in ASKED_AFTER)
        if any(one is not None and one.is_asked for one in found):
            yield each


def _of_clients(won: Iterable[Client]) -> list[Case]:
    return [
        Case(_answers(each.timeline, each.end.place), again is WouldTakeAgain.NO)
        for each in won
        if (again := _latest(each).again) is not None
    ]


def _of_walk_aways(left: Iterable[RefusedProspect]) -> list[Case]:
    return [
        Case(_answers(each.timeline, each.end.place), regret is Regret.YES)
        for each in left
        if (regret := _latest(each).regret) is not None
    ]


def _latest(end: Client | RefusedProspect) -> Outcome:
    """Return the latest answers about an end."""
    asked = [each for each in (end.asked(after) for after in ASKED_AFTER) if each is not None]
    outcome = NO_ANSWER
    for each in asked:
        outcome = each.outcome.filled_from(outcome)
    return outcome


def _answers(timeline: Timeline, place: int) -> Answers:
    """Return the answers of the latest screening before an end."""
    before = [each for each in timeline.history[:place] if isinstance(each, Screening)]
    return before[-1].answers if before else {}


def _corrected(found: Audit) -> Audit:
    """Mark the differences that hold up when corrected for all comparisons of the audit."""
    lines = [each.comparison for question in found.questions for each in question.options]
    lines += [each.comparison for each in found.rules]
    enough = [each for each in lines if each.is_enough]
    told = discoveries([each.chance for each in enough])
    stand = {id(each) for each, is_one in zip(enough, told, strict=True) if is_one}

    def correct(comparison: Comparison) -> Comparison:
        return replace(comparison, is_significant=id(comparison) in stand)

    questions = tuple(
        replace(
            question,
            options=tuple(
                replace(each, comparison=correct(each.comparison)) for each in question.options
            ),
        )
        for question in found.questions
    )
    rules = tuple(replace(each, comparison=correct(each.comparison)) for each in found.rules)
    return replace(found, questions=questions, rules=rules)


def _asked(checklist: Checklist, answers: Answers) -> frozenset[str]:
    """Return the ids of the questions that these answers lead to."""
    steps = steps_walked(checklist, answers)
    return frozenset(question.id for _, asked in steps for question in asked)


def _question_audit(question: Question, cases: Collection[Case]) -> QuestionAudit:
    options = [
        OptionAudit(
            option.id,
            _comparison((_has(case.answers, question.id, option.id), case) for case in cases),
        )
        for option in question.options
    ]
    silent = _comparison((question.id not in case.answers, case) for case in cases)
    if silent.having.n:
        options.append(OptionAudit(NOT_ANSWERED, silent))
    return QuestionAudit(question.id, tuple(options))


def _rule_audits(
    checklist: Checklist, cases: Collection[tuple[frozenset[str], Case]]
) -> tuple[RuleAudit, ...]:
    matched = [
        ({rule.id for rule in matching(checklist.rules, case.answers)}, asked, case)
        for asked, case in cases
    ]
    return tuple(_rule_audit(rule, matched) for rule in checklist.rules)


def _rule_audit(
    rule: Rule, matched: Collection[tuple[set[str], frozenset[str], Case]]
) -> RuleAudit:
    comparison = _comparison(
        (rule.id in ids, case)
        for ids, asked, case in matched
        if rule.id in ids or questions_in(rule.when) <= asked
    )
    is_silent = rule.verdict is Verdict.WALK_AWAY and not comparison.having.n
    return RuleAudit(rule.id, comparison, is_silent)


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
