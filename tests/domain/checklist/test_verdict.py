"""How a verdict, its reasons, its time and its conditions come from the rules that match."""

from datetime import date

import pytest

from bot.domain.calendar import MONDAY_TO_FRIDAY, working_calendar
from bot.domain.checklist.model import Checklist, Kind, Question, Step
from bot.domain.checklist.rules import (
    Answered,
    Answers,
    ConditionTemplate,
    Otherwise,
    Rule,
    Verdict,
)
from bot.domain.checklist.verdict import Assessment, assess
from bot.domain.errors import NoVerdict

TEXT = {"en": "Text", "de": "Text"}
MONDAY = date(2026, 12, 21)
QUESTIONS = (
    *(Question(name, Kind.TEXT, TEXT) for name in "abc"),
    Question("due", Kind.DATE, TEXT, due_default=5),
)


def rule(
    question: str, verdict: Verdict, decide_within: int | None = None, condition: bool = False
) -> Rule:
    template = ConditionTemplate(question, "due") if condition else None
    return Rule(question, Answered(question), verdict, TEXT, decide_within, condition=template)


def judge(rules: tuple[Rule, ...], answers: Answers) -> Assessment:
    checklist = Checklist("x", TEXT, (Step("only", TEXT, QUESTIONS),), rules, "0")
    return assess(checklist, answers, on=MONDAY, calendar=MONDAY_TO_FRIDAY)


def test_milder_rules_below_are_not_listed_and_harsher_ones_are() -> None:
    rules = (
        rule("a", Verdict.PROBLEM, 5),
        rule("b", Verdict.PURSUE),
        rule("c", Verdict.WALK_AWAY),
    )

    assessment = judge(rules, {"a": "1", "b": "1", "c": "1"})

    assert assessment.verdict is Verdict.PROBLEM
    assert [reason.rule for reason in assessment.reasons] == ["a", "c"]
    assert [caution.rule for caution in assessment.reasons[1:]] == ["c"]


def test_the_shortest_time_among_the_reasons_counts_and_only_for_a_problem() -> None:
    rules = (
        rule("a", Verdict.PURSUE),
        rule("b", Verdict.PROBLEM, 5),
        rule("c", Verdict.PROBLEM, 3),
    )

    assert judge(rules, {"b": "1", "c": "1"}).decide_within == 3
    assert judge(rules, {"b": "1"}).decide_within == 5
    assert judge(rules, {"a": "1", "b": "1", "c": "1"}).decide_within is None


def test_conditions_of_unlisted_rules_are_kept_too() -> None:
    rules = (rule("a", Verdict.PROBLEM, 5), rule("b", Verdict.PURSUE, condition=True))

    assessment = judge(rules, {"a": "1", "b": "numbers", "due": date(2026, 12, 23)})

    assert [reason.rule for reason in assessment.reasons] == ["a"]
    assert [(each.what, each.due) for each in assessment.conditions] == [
        ("numbers", date(2026, 12, 23))
    ]


def test_a_default_date_is_counted_on_the_calendar_that_is_given() -> None:
    rules = (rule("b", Verdict.PURSUE, condition=True),)
    checklist = Checklist("x", TEXT, (Step("only", TEXT, QUESTIONS),), rules, "0")

    assessment = assess(checklist, {"b": "x"}, on=MONDAY, calendar=working_calendar("DE"))

    assert assessment.conditions[0].due == date(2026, 12, 29)


def test_without_any_rule_that_matches_there_is_no_verdict() -> None:
    with pytest.raises(NoVerdict) as failure:
        judge((rule("a", Verdict.PURSUE),), {"b": "1"})

    assert failure.value.answers == {"b": "1"}


def test_otherwise_gives_the_verdict_when_nothing_else_does() -> None:
    rules = (rule("a", Verdict.WALK_AWAY), Rule("rest", Otherwise(), Verdict.PURSUE, TEXT))

    assert judge(rules, {}).rule == "rest"
    assert [reason.rule for reason in judge(rules, {"a": "1"}).reasons] == ["a"]
