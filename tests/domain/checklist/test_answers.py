"""Answers are read whole, checked whole, and every problem is named."""

from datetime import date
from typing import Any

import pytest

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY, working_calendar
from bot.domain.checklist.answers import (
    PROBLEM_CODES,
    from_document,
    missing_answers,
    read_answers,
    read_step,
    to_document,
)
from bot.domain.checklist.rules import Answers
from bot.domain.errors import AnswersRejected

CHECKLIST = checklists.default()
TUESDAY = date(2026, 12, 1)
STRONG = {"offer": "clear", "numbers": "ready", "numbers_given": "2 million", "value": "at_once"}
WEAK = {"offer": "vague", "numbers": "none", "value": "at_once"} | {
    "willing": "yes",
    "able": "yes",
    "fire": "yes",
}


def read(document: dict[str, Any]) -> Answers:
    return read_answers(CHECKLIST, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)


def problems_of(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(AnswersRejected) as rejected:
        read(document)
    assert {problem.code for problem in rejected.value.problems} <= PROBLEM_CODES.keys()
    return [(problem.question, problem.code) for problem in rejected.value.problems]


def test_values_become_answers() -> None:
    document = WEAK | {
        "signs": ["haggles", "haggles", "drains"],
        "homework": "  the last three months \n",
        "homework_due": "2026-12-15",
        "margin": None,
        "niche": "near",
    }

    assert read(document) == WEAK | {
        "signs": frozenset({"haggles", "drains"}),
        "homework": "the last three months",
        "homework_due": date(2026, 12, 15),
        "niche": "near",
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "unknown_question"),
        ({"name": "Acme"}, "unknown_question"),
        ({"offer": "great"}, "unknown_option"),
        ({"offer": ""}, "unknown_option"),
        ({"signs": ["haggles", "smells"]}, "unknown_option"),
        ({"offer": ["clear"]}, "wrong_type"),
        ({"offer": True}, "wrong_type"),
        ({"offer": {}}, "wrong_type"),
        ({"signs": "haggles"}, "wrong_type"),
        ({"signs": ["haggles", 1]}, "wrong_type"),
        ({"homework": 5}, "wrong_type"),
        ({"homework_due": 20261208}, "wrong_type"),
        ({"value": None}, "missing"),
        ({"homework": "x" * 3001}, "too_long"),
        ({"homework": "zero\x00"}, "unreadable"),
        ({"homework": "half \ud83d"}, "unreadable"),
        ({"homework_due": "8 December"}, "not_a_date"),
        ({"homework_due": "2026-02-30"}, "not_a_date"),
        ({"homework_due": "2026-W50-1"}, "not_a_date"),
        ({"homework_due": "20261208"}, "not_a_date"),
        ({"homework_due": "2026-11-30"}, "too_early"),
        ({"homework_due": "2026-12-16"}, "too_late"),
        ({"homework_due": "9999-12-31"}, "too_late"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], code: str) -> None:
    (question,) = change

    assert problems_of(WEAK | change) == [(question, code)]


@pytest.mark.parametrize("numbers_given", [None, "", "  \n"])
def test_nothing_is_no_answer(numbers_given: str | None) -> None:
    assert problems_of(STRONG | {"numbers_given": numbers_given}) == [("numbers_given", "missing")]


def test_all_problems_are_named_at_once_in_the_order_of_the_questions() -> None:
    document = {"value": 1, "numbers": "ready", "offer": "great", "size": 3}

    assert problems_of(document) == [
        ("size", "unknown_question"),
        ("offer", "unknown_option"),
        ("numbers_given", "missing"),
        ("value", "wrong_type"),
    ]


def test_an_empty_set_misses_what_is_asked_of_everybody() -> None:
    assert problems_of({}) == [("offer", "missing"), ("numbers", "missing"), ("value", "missing")]


def test_after_an_early_finish_nothing_more_is_required() -> None:
    assert read({"offer": "none"}) == {"offer": "none"}


def test_a_date_that_nobody_asked_for_may_be_any_date() -> None:
    assert read(STRONG | {"homework_due": "2020-01-01"})["homework_due"] == date(2020, 1, 1)


def test_the_latest_day_is_counted_in_working_days_without_holidays() -> None:
    before_christmas = date(2026, 12, 22)
    document = WEAK | {"homework_due": "2027-01-07"}

    read_answers(CHECKLIST, document, today=before_christmas, calendar=working_calendar("DE"))
    with pytest.raises(AnswersRejected) as rejected:
        read_answers(CHECKLIST, document, today=before_christmas, calendar=MONDAY_TO_FRIDAY)

    assert rejected.value.problems[0].detail == {"latest": date(2027, 1, 5), "working_days": 10}


def test_answers_survive_being_stored() -> None:
    answers = read(WEAK | {"signs": ["haggles", "drains"], "homework_due": "2026-12-08"})
    document = to_document(answers)

    assert document["signs"] == ["drains", "haggles"]
    assert document["homework_due"] == "2026-12-08"
    assert from_document(CHECKLIST, document) == answers


@pytest.mark.parametrize("document", [{"colour": "red"}, {"offer": "great"}])
def test_what_was_stored_under_another_checklist_is_not_read_as_ours(
    document: dict[str, Any],
) -> None:
    with pytest.raises(KeyError):
        from_document(CHECKLIST, document)


def test_missing_answers_are_those_that_are_asked_and_required() -> None:
    answers: Answers = {"offer": "clear", "numbers": "partly", "willing": "yes"}

    missing = [problem.question for problem in missing_answers(CHECKLIST, answers)]

    assert missing == ["able", "fire", "value"]


def step(
    at: int, document: dict[str, Any], earlier: Answers, shown: set[str] | None = None
) -> Answers:
    return read_step(
        CHECKLIST,
        at,
        document,
        earlier,
        today=TUESDAY,
        calendar=MONDAY_TO_FRIDAY,
        shown=shown,
    )


def test_one_step_is_checked_alone() -> None:
    assert step(0, {"offer": "clear", "numbers": "partly"}, {}) == {
        "offer": "clear",
        "numbers": "partly",
    }
    with pytest.raises(AnswersRejected) as rejected:
        step(1, {"homework_due": "2027-12-08"}, {"offer": "vague", "numbers": "ready"})

    assert [(problem.question, problem.code) for problem in rejected.value.problems] == [
        ("willing", "missing"),
        ("able", "missing"),
        ("fire", "missing"),
        ("homework_due", "too_late"),
    ]


def test_a_step_keeps_only_its_own_answers_and_only_those_asked_for() -> None:
    earlier: Answers = {"offer": "vague", "numbers": "none", "fire": "no", "value": "at_once"}
    given = {"offer": "clear", "numbers": "partly", "numbers_given": "2 million"}

    assert step(0, given, earlier) == {"offer": "clear", "numbers": "partly"}


@pytest.mark.parametrize("given", [None, " \n"])
def test_an_answer_is_missed_where_its_question_was_shown(given: str | None) -> None:
    first: dict[str, Any] = {"offer": "clear", "numbers": "ready", "numbers_given": given}
    shown = {"offer", "numbers"}

    assert set(step(0, first, {}, shown)) == {"offer", "numbers"}
    with pytest.raises(AnswersRejected) as rejected:
        step(0, first, {}, shown | {"numbers_given"})

    assert [(each.question, each.code) for each in rejected.value.problems] == [
        ("numbers_given", "missing")
    ]


def test_a_step_does_not_fall_back_on_what_it_was_answered_before() -> None:
    with pytest.raises(AnswersRejected):
        step(0, {"offer": "clear"}, {"offer": "vague", "numbers": "ready"})


def test_a_question_that_was_not_shown_yet_is_missed_only_at_the_end() -> None:
    chain = checklists.loads(
        """
id: chain
title: {en: Chain, de: Kette}
steps:
  - id: only
    title: {en: Only, de: Nur}
    questions:
      - {id: a, kind: text, text: {en: A, de: A}}
      - {id: b, kind: text, required: true, asked_when: {answered: a}, text: {en: B, de: B}}
rules:
  - {id: all, when: otherwise, verdict: pursue, sentence: {en: Go, de: Los}}
"""
    ).checklist

    first = read_step(chain, 0, {"a": "1"}, {}, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
    with pytest.raises(AnswersRejected):
        read_step(chain, 0, {"a": "1"}, first, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)

    assert first == {"a": "1"}
    assert [problem.question for problem in missing_answers(chain, first)] == ["b"]
