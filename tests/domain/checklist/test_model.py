"""Which steps are shown, what they ask, and which answers count."""

import pytest

from bot import checklists
from bot.domain.checklist.model import asked_in, judged, next_step, progress
from bot.domain.checklist.rules import Answers

CHECKLIST = checklists.default()
FIRST, EVIDENCE, VALUE = CHECKLIST.steps

STRONG: Answers = {"offer": "clear", "numbers": "ready", "numbers_given": "2 million"}
WEAK: Answers = {"offer": "vague", "numbers": "none"}
NO_OFFER: Answers = {"offer": "none"}
NO_FIRE: Answers = {**WEAK, "willing": "yes", "able": "yes", "fire": "no"}
EXCEPTION = ("willing", "able", "fire", "homework", "homework_due")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ("offer", "numbers")),
        ({"offer": "none"}, ("offer",)),
        ({"offer": "none", "numbers": "ready"}, ("offer",)),
        ({"numbers": "ready"}, ("offer", "numbers", "numbers_given")),
        (STRONG, ("offer", "numbers", "numbers_given")),
        (WEAK, ("offer", "numbers")),
    ],
)
def test_the_first_step_asks_for_what_its_own_answers_call_for(
    answers: Answers, asked: tuple[str, ...]
) -> None:
    assert tuple(question.id for question in asked_in(FIRST, answers)) == asked


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (STRONG, ()),
        (WEAK, EXCEPTION),
        ({"offer": "vague", "numbers": "ready"}, EXCEPTION),
        ({"offer": "clear", "numbers": "partly"}, EXCEPTION),
        ({}, ()),
    ],
)
def test_only_a_weak_start_leads_to_the_exception(answers: Answers, asked: tuple[str, ...]) -> None:
    assert tuple(question.id for question in asked_in(EVIDENCE, answers)) == asked


def test_a_step_is_drawn_anew_by_the_answers_that_it_hangs_on_itself() -> None:
    assert FIRST.deciding == {"offer", "numbers"}
    assert EVIDENCE.deciding == VALUE.deciding == set()


@pytest.mark.parametrize(
    ("after", "answers", "following"),
    [
        (None, {}, 0),
        (0, STRONG, 2),
        (2, STRONG, None),
        (0, NO_OFFER, None),
        (0, NO_FIRE, 1),
        (1, NO_FIRE, None),
        (1, {**NO_FIRE, "numbers": "partly"}, 2),
    ],
)
def test_the_next_step_is_the_one_that_has_something_to_ask_until_a_final_rule_matches(
    after: int | None, answers: Answers, following: int | None
) -> None:
    assert next_step(CHECKLIST, after, answers) == following


@pytest.mark.parametrize(
    ("at", "answers", "shown"),
    [
        (0, {}, (1, 3)),
        (0, NO_OFFER, (1, 1)),
        (0, STRONG, (1, 2)),
        (0, WEAK, (1, 3)),
        (0, {"offer": "none", "numbers": "none"}, (1, 1)),
        (1, WEAK, (2, 3)),
        (1, NO_FIRE, (2, 3)),
        (2, STRONG, (2, 2)),
        (2, WEAK, (3, 3)),
    ],
)
def test_a_member_is_told_where_they_are(at: int, answers: Answers, shown: tuple[int, int]) -> None:
    assert progress(CHECKLIST, at, answers) == shown


def test_answers_of_later_steps_do_not_change_what_is_said_about_this_one() -> None:
    assert progress(CHECKLIST, 0, {"willing": "yes", "fire": "no", "value": "at_once"}) == (1, 3)


def test_answers_that_nobody_asked_for_are_dropped() -> None:
    dropped = {"fire": "no", "homework": "some"}
    result = judged(CHECKLIST, {**STRONG, **dropped, "value": "at_once"})

    assert result.counted == {**STRONG, "value": "at_once"}
    assert result.dropped == ("fire", "homework")


def test_after_a_final_rule_later_answers_are_dropped() -> None:
    result = judged(CHECKLIST, {**NO_FIRE, "value": "at_once", "margin": "thin"})

    assert result.counted == NO_FIRE
    assert result.dropped == ("value", "margin")


CHAIN = checklists.loads(
    """
id: chain
title: {en: Chain, de: Kette}
steps:
  - id: first
    title: {en: First, de: Erst}
    questions:
      - {id: a, kind: text, text: {en: A, de: A}}
      - {id: b, kind: text, required: true, asked_when: {answered: a}, text: {en: B, de: B}}
  - id: second
    title: {en: Second, de: Dann}
    questions:
      - {id: c, kind: text, asked_when: {answered: b}, text: {en: C, de: C}}
rules:
  - {id: all, when: otherwise, verdict: pursue, sentence: {en: Go, de: Los}}
"""
).checklist


def test_a_dropped_answer_leads_to_no_further_question() -> None:
    answers: Answers = {"b": "left over", "c": "left over"}

    assert [question.id for question in asked_in(CHAIN.steps[0], answers)] == ["a"]
    assert judged(CHAIN, answers).dropped == ("b", "c")


def test_a_step_ahead_counts_unless_it_is_certain_to_be_skipped() -> None:
    assert progress(CHAIN, 0, {}) == (1, 2)
    assert progress(CHAIN, 0, {"a": "1"}) == (1, 2)
    assert progress(CHAIN, 1, {"a": "1", "b": "1"}) == (2, 2)


def test_questions_and_rules_are_found_by_their_id() -> None:
    assert CHECKLIST.question("margin").id == "margin"
    assert CHECKLIST.rule("fire").id == "fire"
    with pytest.raises(KeyError):
        CHECKLIST.question("colour")
