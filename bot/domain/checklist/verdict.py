"""The verdict: what the rules of a checklist make of the answers.

Pure functions: the same answers on the same day give the same assessment, in whatever order they
came.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.model import Checklist, judged
from bot.domain.checklist.rules import (
    NOTHING_KNOWN,
    Answers,
    Circumstances,
    Localized,
    Rule,
    Verdict,
    matching,
)
from bot.domain.errors import NoVerdict


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that matched, and its sentence."""

    rule: str
    verdict: Verdict
    sentence: Localized


@dataclass(frozen=True, slots=True)
class Condition:
    """What the prospect must bring by a date for a *pursue* to stand."""

    what: str
    due: date


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict, with everything that led to it and follows from it."""

    verdict: Verdict
    rule: str
    reasons: tuple[Reason, ...]
    """The deciding reason first."""
    decide_within: int | None
    """Working days; only a *problem* has them."""
    conditions: tuple[Condition, ...]
    answers: Answers
    """The answers that were judged."""
    dropped: tuple[str, ...]
    """The questions whose answers were ignored, because they are not asked."""
    given: Circumstances = NOTHING_KNOWN
    """What was known besides the answers."""


def assess(
    checklist: Checklist,
    answers: Answers,
    *,
    on: date,
    calendar: WorkingCalendar,
    expected_value: Decimal | None = None,
) -> Assessment:
    """Apply the rules to the answers, as of this day and with this expected value.

    The first rule that matches gives the verdict. Every other match that is at least as severe is a
    further reason.

    Raises:
        NoVerdict: No rule matches; that never happens with a checklist that was proved total.
    """
    given = Circumstances(on, expected_value)
    chosen = judged(checklist, answers, given)
    scores = {score.id: score.of(chosen.counted) for score in checklist.scores}
    matched = matching(checklist.rules, chosen.counted, Circumstances(on, expected_value, scores))
    if not matched:
        raise NoVerdict(checklist.id, chosen.counted)
    verdict = matched[0].verdict
    listed = [rule for rule in matched if rule.verdict.severity >= verdict.severity]
    return Assessment(
        verdict=verdict,
        rule=matched[0].id,
        reasons=tuple(Reason(rule.id, rule.verdict, rule.sentence) for rule in listed),
        decide_within=_time_to_decide(verdict, listed),
        conditions=_conditions(checklist, matched, chosen.counted, on, calendar),
        answers=chosen.counted,
        dropped=chosen.dropped,
        given=given,
    )


def _time_to_decide(verdict: Verdict, listed: list[Rule]) -> int | None:
    match verdict:
        case Verdict.PROBLEM:
            return min((rule.decide_within for rule in listed if rule.decide_within), default=None)
        case Verdict.PURSUE | Verdict.WALK_AWAY:
            return None
        case _:
            assert_never(verdict)


def _conditions(
    checklist: Checklist,
    matched: tuple[Rule, ...],
    answers: Answers,
    on: date,
    calendar: WorkingCalendar,
) -> tuple[Condition, ...]:
    """Return the conditions of every matching rule, listed or not; none for a *walk away*."""
    if matched[0].verdict is Verdict.WALK_AWAY:
        return ()
    found = []
    for rule in matched:
        if rule.condition is None:
            continue
        what = answers.get(rule.condition.what)
        due = answers.get(rule.condition.due)
        if not isinstance(due, date):
            default = checklist.question(rule.condition.due).due_default or 0
            due = calendar.add_working_days(on, default)
        found.append(Condition(what if isinstance(what, str) else "", due))
    return tuple(found)
