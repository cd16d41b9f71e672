"""The default checklist says what the product's description says."""

import random
from datetime import date
from typing import Any, assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers
from bot.domain.checklist.model import Kind, Question
from bot.domain.checklist.rules import Verdict, matching
from bot.domain.checklist.verdict import Assessment, assess
from tests.checklists.combinations import SIGNS, every_combination
from tests.checklists.oracle import expected

TUESDAY = date(2026, 12, 1)
CHECKLIST = checklists.default()

STRONG = {"offer": "clear", "numbers": "ready", "numbers_given": "2 million", "value": "at_once"}
WEAK = {"offer": "vague", "numbers": "ready", "numbers_given": "2 million", "value": "at_once"}
PARTLY = {"offer": "clear", "numbers": "partly", "value": "at_once"}
NO_NUMBERS = {"offer": "clear", "numbers": "none", "value": "at_once"}
YES = {"willing": "yes", "able": "yes", "fire": "yes"}
HOMEWORK = {"homework": "the last three months"}


def judge(document: dict[str, Any]) -> Assessment:
    answers = read_answers(CHECKLIST, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
    return assess(CHECKLIST, answers, on=TUESDAY, calendar=MONDAY_TO_FRIDAY)


@pytest.mark.parametrize(
    ("document", "verdict", "rule", "cautions", "decide_within"),
    [
        ({"offer": "none", "numbers": "ready"}, "walk_away", "no_offer", [], None),
        ({"offer": "none", "numbers": "none"}, "walk_away", "no_offer", [], None),
        (NO_NUMBERS | YES | {"willing": "no"}, "walk_away", "no_numbers", [], None),
        (NO_NUMBERS | YES | {"able": "no"}, "walk_away", "no_numbers", [], None),
        (NO_NUMBERS | YES | {"fire": "no"}, "walk_away", "no_numbers", [], None),
        (STRONG | {"value": "talked_into"}, "walk_away", "talked_into_it", [], None),
        (STRONG | {"margin": "loss"}, "walk_away", "loses_money", [], None),
        (STRONG | {"signs": SIGNS[:3]}, "walk_away", "many_signs", [], None),
        (STRONG | {"signs": SIGNS}, "walk_away", "many_signs", [], None),
        (
            STRONG | {"value": "talked_into", "margin": "loss", "signs": SIGNS[:4]},
            "walk_away",
            "talked_into_it",
            ["loses_money", "many_signs"],
            None,
        ),
        (STRONG | {"value": "not_shown"}, "problem", "value_not_shown", [], 5),
        (
            STRONG | {"value": "not_shown", "margin": "thin"},
            "problem",
            "value_not_shown",
            ["thin_margin"],
            5,
        ),
        (WEAK | YES | {"willing": "no"}, "problem", "half_answer", [], 3),
        (PARTLY | YES | {"fire": "no", "able": "unknown"}, "problem", "half_answer", [], 3),
        (
            PARTLY | YES | {"fire": "no", "value": "not_shown"},
            "problem",
            "value_not_shown",
            ["half_answer"],
            3,
        ),
        (NO_NUMBERS | YES | {"able": "unknown"}, "problem", "exception_untested", [], 5),
        (WEAK | YES | HOMEWORK | {"fire": "unknown"}, "problem", "exception_untested", [], 5),
        (NO_NUMBERS | YES, "problem", "fire_unproven", [], 3),
        (NO_NUMBERS | YES | HOMEWORK, "pursue", "fire", [], None),
        (WEAK | YES | HOMEWORK, "pursue", "fire", [], None),
        (
            PARTLY | YES | HOMEWORK | {"signs": SIGNS[:2], "niche": "outside", "margin": "thin"},
            "pursue",
            "fire",
            ["some_signs", "outside_niche", "thin_margin"],
            None,
        ),
        (PARTLY | YES | HOMEWORK | {"margin": "loss"}, "walk_away", "loses_money", [], None),
        (
            PARTLY | YES | HOMEWORK | {"value": "not_shown"},
            "problem",
            "value_not_shown",
            [],
            5,
        ),
        (STRONG | {"signs": SIGNS[4:]}, "problem", "some_signs", [], 7),
        (STRONG | {"niche": "outside"}, "problem", "outside_niche", [], 7),
        (STRONG | {"margin": "thin"}, "problem", "thin_margin", [], 7),
        (STRONG, "pursue", "good_fit", [], None),
        (STRONG | {"signs": ["drains"]}, "pursue", "good_fit", [], None),
        (STRONG | {"value": "after_explaining", "niche": "near"}, "pursue", "good_fit", [], None),
    ],
)
def test_the_first_rule_that_matches_gives_the_verdict(
    document: dict[str, Any],
    verdict: str,
    rule: str,
    cautions: list[str],
    decide_within: int | None,
) -> None:
    assessment = judge(document)

    assert (assessment.verdict, assessment.rule) == (verdict, rule)
    assert [caution.rule for caution in assessment.reasons[1:]] == cautions
    assert assessment.decide_within == decide_within


def test_every_combination_agrees_with_the_table() -> None:
    for document in every_combination():
        assessment = judge(document)

        wanted = expected(document, TUESDAY)
        assert assessment.verdict == wanted.verdict, document
        assert assessment.rule == wanted.rule, document
        assert [reason.rule for reason in assessment.reasons] == wanted.rules, document
        assert assessment.decide_within == wanted.decide_within, document
        conditions = [
            {"what": each.what, "due": each.due.isoformat()} for each in assessment.conditions
        ]
        assert conditions == wanted.conditions, document
        assert assessment.dropped == (), document


def test_homework_without_a_date_is_due_in_five_working_days() -> None:
    (condition,) = judge(WEAK | YES | HOMEWORK).conditions

    assert (condition.what, condition.due) == ("the last three months", date(2026, 12, 8))


def test_a_condition_is_kept_under_a_problem_and_gone_under_a_no() -> None:
    problem = judge(WEAK | YES | HOMEWORK | {"value": "not_shown", "homework_due": "2026-12-03"})
    no = judge(WEAK | YES | HOMEWORK | {"value": "talked_into"})

    assert [condition.due for condition in problem.conditions] == [date(2026, 12, 3)]
    assert no.conditions == ()


def test_the_file_is_total_needs_every_rule_and_needs_no_warning() -> None:
    loaded = checklists.load(checklists.WALK_AWAY)

    assert checklists.proved(loaded, on=TUESDAY).holds
    assert loaded.warnings == ()


def test_it_asks_what_the_product_says_it_asks() -> None:
    asked = {
        question.id: (question.kind, question.required, [option.id for option in question.options])
        for question in CHECKLIST.questions
    }

    assert asked == {
        "offer": (Kind.ONE_OF, True, ["clear", "vague", "none"]),
        "numbers": (Kind.ONE_OF, True, ["ready", "partly", "none"]),
        "numbers_given": (Kind.TEXT, True, []),
        "willing": (Kind.ONE_OF, True, ["yes", "no", "unknown"]),
        "able": (Kind.ONE_OF, True, ["yes", "no", "unknown"]),
        "fire": (Kind.ONE_OF, True, ["yes", "no", "unknown"]),
        "homework": (Kind.TEXT, False, []),
        "homework_due": (Kind.DATE, False, []),
        "value": (Kind.ONE_OF, True, ["at_once", "after_explaining", "talked_into", "not_shown"]),
        "signs": (Kind.ANY_OF, False, SIGNS),
        "margin": (Kind.ONE_OF, False, ["healthy", "thin", "loss"]),
        "niche": (Kind.ONE_OF, False, ["inside", "near", "outside"]),
    }
    due = CHECKLIST.question("homework_due")
    assert (due.due_default, due.due_latest) == (5, 10)
    assert [rule.id for rule in CHECKLIST.rules if rule.final] == ["no_offer", "no_numbers"]


def complete_documents() -> st.SearchStrategy[dict[str, Any]]:
    """Some answer to each question, asked or not; optional ones may be left out."""
    return st.fixed_dictionaries(
        {each.id: any_answer(each) for each in CHECKLIST.questions if each.required},
        optional={each.id: any_answer(each) for each in CHECKLIST.questions if not each.required},
    )


def any_answer(question: Question) -> st.SearchStrategy[Any]:
    ids = [option.id for option in question.options]
    match question.kind:
        case Kind.ONE_OF:
            return st.sampled_from(ids)
        case Kind.ANY_OF:
            return st.lists(st.sampled_from(ids), unique=True)
        case Kind.TEXT:
            return st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1)
        case Kind.DATE:
            return st.dates(TUESDAY, date(2026, 12, 15)).map(date.isoformat)
        case Kind.NUMBER:
            return st.integers(0, 100)
        case _:
            assert_never(question.kind)


def test_each_problem_names_the_step_that_would_settle_it_and_no_other_rule_does() -> None:
    steps = {rule.id: rule.settle["en"] for rule in CHECKLIST.rules if rule.settle}

    assert steps == {
        "value_not_shown": "Show them one result of a client like them, then re-screen",
        "half_answer": "Walk away, or get the missing half",
        "exception_untested": "Find out what you don't know yet",
        "fire_unproven": "Give them homework with a date",
        "some_signs": "Name the two signs to them and see what they do",
        "outside_niche": "Refer them, or say why you're the right one",
        "thin_margin": "Raise the price or cut the scope",
    }
    assert set(steps) == {rule.id for rule in CHECKLIST.rules if rule.verdict is Verdict.PROBLEM}


@settings(deadline=None)
@given(complete_documents())
def test_every_complete_set_of_answers_has_exactly_one_verdict(document: dict[str, Any]) -> None:
    assessment = judge(document)

    matched = matching(CHECKLIST.rules, assessment.answers)
    assert assessment.rule == matched[0].id
    assert assessment.verdict is matched[0].verdict
    assert assessment.verdict in set(Verdict)
    assert (assessment.decide_within is not None) == (assessment.verdict is Verdict.PROBLEM)


@given(complete_documents(), st.sampled_from(SIGNS))
@settings(max_examples=300, deadline=None)
def test_one_more_warning_sign_never_makes_a_verdict_milder(
    document: dict[str, Any], sign: str
) -> None:
    before = judge(document)
    after = judge({**document, "signs": sorted({*document.get("signs", []), sign})})

    assert after.verdict.severity >= before.verdict.severity


@settings(deadline=None)
@given(complete_documents(), st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(
    document: dict[str, Any], chance: random.Random
) -> None:
    keys = list(document)
    chance.shuffle(keys)
    shuffled = {key: document[key] for key in keys}
    if "signs" in shuffled:
        shuffled["signs"] = chance.sample(document["signs"], len(document["signs"]))

    assert judge(shuffled) == judge(document)
