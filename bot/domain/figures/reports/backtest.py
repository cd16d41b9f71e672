"""What another checklist would have said of past qualifications, before anybody adopts it.

Each qualification is judged as of its own day, from the answers it has. The outcome of a prospect
counts for its last qualification only. A backtest counts; it doesn't say which verdict was right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import from_document, missing_answers, to_document
from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.checklist.rules import (
    Answer,
    Answers,
    Circumstances,
    Verdict,
    questions_in,
)
from bot.domain.checklist.verdict import assess
from bot.domain.figures.shares import Share
from bot.domain.figures.timeline import Ended, Screening, Timeline
from bot.domain.outcomes.outcome import NO_ANSWER, Ending, Outcome, Regret, WouldTakeAgain
from bot.domain.prospects import Stage


@dataclass(frozen=True, slots=True)
class Move:
    """Qualifications that share the old verdict and the one they would get."""

    before: Verdict
    after: Verdict
    n: int
    won: int = 0
    asked: int = 0
    """Clients about whom somebody was asked."""
    answered: int = 0
    """Clients of whom it was said whether they would be taken again."""
    not_again: int = 0
    walked_away: int = 0
    walk_aways_asked: int = 0
    walk_aways_answered: int = 0
    regretted: int = 0

    @property
    def is_change(self) -> bool:
        """Whether the new verdict differs from the old one."""
        return self.before is not self.after

    @property
    def share_not_again(self) -> Share:
        """Of the clients with an answer, the share that would not be taken again."""
        return Share(self.not_again, self.answered)

    @property
    def share_regretted(self) -> Share:
        """Of the walk-aways with an answer, the share that is regretted."""
        return Share(self.regretted, self.walk_aways_answered)

    @property
    def share_answered(self) -> Share:
        """Of the clients asked about, the share with an answer."""
        return Share(self.answered, self.asked)

    @property
    def share_walk_aways_answered(self) -> Share:
        """Of the walk-aways asked about, the share with an answer."""
        return Share(self.walk_aways_answered, self.walk_aways_asked)


@dataclass(frozen=True, slots=True)
class Backtest:
    """All past qualifications, by old and new verdict."""

    judged: int
    cannot_be_judged: int
    """Those that lack a required answer which the new checklist reads."""
    moves: tuple[Move, ...]
    """Every pair of verdicts that occurs, ordered from *pursue* to *walk away*."""

    @property
    def changed(self) -> int:
        """How many would get another verdict."""
        return sum(each.n for each in self.moves if each.is_change)


_CLIENTS = frozenset({Stage.WON, Stage.ENDED})


@dataclass(frozen=True, slots=True)
class _Row:
    """One qualification, with what became of its prospect if it was the last one."""

    screening: Screening
    stage: Stage
    outcome: Outcome
    is_asked: bool = False

    def counts(self) -> Iterator[str]:
        """Yield where it counts in a move."""
        yield "n"
        if self.stage in _CLIENTS:
            yield "won"
            yield from ("asked",) if self.is_asked else ()
            yield from () if self.outcome.again is None else ("answered",)
            yield from ("not_again",) if self.outcome.again is WouldTakeAgain.NO else ()
        if self.stage is Stage.WALKED_AWAY:
            yield "walked_away"
            yield from ("walk_aways_asked",) if self.is_asked else ()
            yield from () if self.outcome.regret is None else ("walk_aways_answered",)
            yield from ("regretted",) if self.outcome.regret is Regret.YES else ()


def backtest(checklist: Checklist, timelines: Iterable[Timeline]) -> Backtest:
    """Judge every qualification by a checklist that is proven."""
    judging = Backtesting(checklist)
    judging.add(timelines)
    return judging.found


class Backtesting:
    """Judges qualifications by a checklist that is proven, some at a time, and only counts them."""

    def __init__(self, checklist: Checklist) -> None:
        self._checklist = checklist
        self._reads = _read_by(checklist)
        self._cells: dict[tuple[Verdict, Verdict], Counter[str]] = defaultdict(Counter)
        self._cannot_be_judged = 0

    def add(self, timelines: Iterable[Timeline]) -> None:
        """Judge those of some more prospects."""
        for row in _rows(timelines):
            verdict = _verdict(self._checklist, self._reads, row.screening)
            if verdict is None:
                self._cannot_be_judged += 1
            else:
                self._cells[row.screening.verdict, verdict].update(row.counts())

    @property
    def found(self) -> Backtest:
        """What it comes to so far."""
        cells = self._cells
        order = sorted(cells, key=lambda cell: (cell[0].severity, cell[1].severity))
        judged = sum(counts["n"] for counts in cells.values())
        moves = tuple(_move(*cell, cells[cell]) for cell in order)
        return Backtest(judged, self._cannot_be_judged, moves)


def _rows(timelines: Iterable[Timeline]) -> Iterator[_Row]:
    for timeline in timelines:
        for screening in timeline.screenings[:-1]:
            yield _Row(screening, Stage.OPEN, NO_ANSWER)
        for screening in timeline.screenings[-1:]:
            yield _Row(screening, timeline.stage, *_outcome(timeline))


def _outcome(timeline: Timeline) -> tuple[Outcome, bool]:
    """Return the latest answers about the end that stands, and whether anyone was asked for them.

    For an ended client they are about its win.
    """
    is_client = timeline.stage in _CLIENTS
    ending = Ending.WON if is_client else Ending.WALKED_AWAY
    ends = [each for each in timeline.history if isinstance(each, Ended)]
    on = next((each.on for each in reversed(ends) if each.stage.value == ending.value), None)
    outcome, is_asked = NO_ANSWER, False
    for each in sorted(timeline.asked, key=lambda asked: asked.after):
        if (each.ending, each.ended_on) == (ending, on):
            outcome = each.outcome.filled_from(outcome)
            is_asked = is_asked or each.is_asked
    return outcome, is_asked


def _move(before: Verdict, after: Verdict, counts: Counter[str]) -> Move:
    return Move(before, after, **counts)


def _verdict(checklist: Checklist, reads: frozenset[str], screening: Screening) -> Verdict | None:
    """Return what the checklist says; None if an answer that it needs is missing."""
    answers = matched(checklist, screening.answers)
    on, value = screening.on, screening.expected_value
    if not _suffices(checklist, reads, answers, on, value):
        return None
    it = assess(checklist, answers, on=on, calendar=MONDAY_TO_FRIDAY, expected_value=value)
    return it.verdict


def _suffices(
    checklist: Checklist, reads: frozenset[str], answers: Answers, on: date, value: Decimal | None
) -> bool:
    missing = missing_answers(checklist, answers, Circumstances(on, value))
    return not any(problem.question in reads for problem in missing)


def matched(checklist: Checklist, answers: Answers) -> Answers:
    """Return the answers that the checklist knows, matched by the ids of questions and options."""
    found: dict[str, object] = {}
    for question in checklist.questions:
        if question.id in answers:
            known = _known(question, answers[question.id])
            found |= _readable(checklist, known)
    return from_document(checklist, found)


def _known(question: Question, answer: Answer) -> Mapping[str, object]:
    """Return the answer as a document; of several chosen options only the known ones, if any."""
    if question.kind is not Kind.ANY_OF:
        return {} if isinstance(answer, frozenset) else to_document({question.id: answer})
    chosen = answer if isinstance(answer, frozenset) else {answer}
    known = sorted({each.id for each in question.options} & chosen)
    return {question.id: known} if known else {}


def _readable(checklist: Checklist, document: Mapping[str, object]) -> Mapping[str, object]:
    """Return the document, or an empty one if its answer doesn't fit the question."""
    try:
        from_document(checklist, document)
    except KeyError:
        return {}
    return document


def _read_by(checklist: Checklist) -> frozenset[str]:
    """Return the questions that a rule, a score or an `asked_when` reads."""
    looked_at = [questions_in(rule.when) for rule in checklist.rules]
    looked_at += [
        questions_in(each.asked_when) for each in checklist.questions if each.asked_when is not None
    ]
    looked_at += [score.questions for score in checklist.scores]
    return frozenset[str]().union(*looked_at)
