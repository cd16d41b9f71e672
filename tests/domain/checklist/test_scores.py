"""Scores, numbers, days ahead and evidence: what they count, and what they leave out."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import from_document, read_answers, read_step, to_document
from bot.domain.checklist.model import judged, left_open, next_step, progress, view_asks
from bot.domain.checklist.placeholders import filled, tallies
from bot.domain.checklist.rules import (
    NOTHING_KNOWN,
    Answers,
    Circumstances,
    DaysAhead,
    NumberWithin,
    Predicate,
    ScoreWithin,
    foresight,
    holds,
)
from bot.domain.checklist.scores import Bounds, Points, Score
from bot.domain.checklist.verdict import Assessment, assess
from bot.domain.errors import AnswersRejected

FIT = checklists.load(Path(__file__).parents[2] / "checklists/data/fit.yaml").checklist
SCORE = FIT.scores[0]
TUESDAY = date(2026, 12, 1)
FIVE = Bounds(at_least=Decimal(5))


def judge(document: dict[str, Any], value: int | None = None) -> Assessment:
    worth = None if value is None else Decimal(value)
    answers = read_answers(
        FIT, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY, expected_value=worth
    )
    return assess(FIT, answers, on=TUESDAY, calendar=MONDAY_TO_FRIDAY, expected_value=worth)


@pytest.mark.parametrize(
    ("document", "points", "most"),
    [
        ({"need": "burning"}, 5, 9),
        ({"need": "real", "wants": ["web", "shop", "ads"]}, 7, 9),
        ({"need": "vague", "signs": ["haggles", "drains"]}, -2, 9),
        ({"need": "none"}, 0, 9),
    ],
)
def test_a_score_adds_up_the_chosen_options(
    document: dict[str, Any], points: int, most: int
) -> None:
    answers = from_document(FIT, document)

    (tally,) = tallies(FIT, answers, Circumstances(TUESDAY))

    assert (tally.points, tally.most) == (points, most)


def test_a_score_and_its_highest_count_only_what_was_asked() -> None:
    score = Score(
        "s", {}, (Points("a", {"x": 2, "y": 4}, False), Points("b", {"p": 1, "q": -3}, True))
    )

    assert score.of({"a": "x", "b": frozenset({"p", "q"})}) == 0
    assert score.of({"b": frozenset({"p"})}) == 1
    assert score.most({"a", "b"}) == 5
    assert score.most({"b"}) == 1
    assert score.most(set()) == 0


@pytest.mark.parametrize(
    ("document", "value", "rule"),
    [
        ({"need": "none"}, 90000, "no_need"),
        ({"need": "real", "budget": 12000}, 50000, "large"),
        ({"need": "real", "budget": 12000}, 49999, "weak"),
        ({"need": "real", "budget": 12000}, None, "weak"),
        ({"need": "real", "budget": "9999.99", "reason": "small"}, 90000, "too_small"),
        ({"need": "burning", "wants": ["web"], "budget": 0, "reason": "x"}, None, "strong"),
        ({"need": "burning", "start": "2027-01-30"}, None, "strong"),
        ({"need": "burning", "start": "2027-01-31"}, None, "too_late"),
        ({"need": "burning"}, None, "strong"),
    ],
)
def test_numbers_days_and_the_expected_value_are_compared(
    document: dict[str, Any], value: int | None, rule: str
) -> None:
    assert judge(document, value).rule == rule


@pytest.mark.parametrize(
    ("predicate", "answers", "expected"),
    [
        (NumberWithin("n", Bounds(at_least=Decimal(5))), {"n": Decimal(5)}, True),
        (NumberWithin("n", Bounds(above=Decimal(5))), {"n": Decimal(5)}, False),
        (NumberWithin("n", Bounds(above=Decimal(5))), {"n": Decimal("5.01")}, True),
        (NumberWithin("n", Bounds(at_most=Decimal(5))), {"n": Decimal(5)}, True),
        (NumberWithin("n", Bounds(below=Decimal(5))), {"n": Decimal(5)}, False),
        (NumberWithin("n", Bounds(below=Decimal(5))), {}, False),
        (DaysAhead("d", more_than=10), {"d": date(2026, 12, 12)}, True),
        (DaysAhead("d", more_than=10), {"d": date(2026, 12, 11)}, False),
        (DaysAhead("d", less_than=10), {"d": date(2026, 12, 11)}, False),
        (DaysAhead("d", less_than=10), {"d": date(2026, 12, 10)}, True),
        (DaysAhead("d", less_than=10), {}, False),
        (ScoreWithin(SCORE, FIVE), {"need": "burning"}, True),
        (ScoreWithin(SCORE, FIVE), {"need": "real"}, False),
    ],
)
def test_a_bound_holds_or_not(predicate: Predicate, answers: Answers, expected: bool) -> None:
    assert holds(predicate, answers, Circumstances(TUESDAY)) is expected


def test_an_unknown_day_of_judging_makes_no_day_lie_ahead() -> None:
    assert not holds(DaysAhead("d", more_than=1), {"d": date(2026, 12, 12)})


@pytest.mark.parametrize(
    ("bounds", "still_open", "expected"),
    [
        (Bounds(at_least=Decimal(9)), {"need", "wants"}, True),
        (Bounds(at_least=Decimal(10)), {"need", "wants"}, False),
        (Bounds(below=Decimal(-3)), {"signs"}, False),
        (Bounds(at_most=Decimal(-3)), {"signs"}, True),
    ],
)
def test_a_score_could_still_reach_what_the_open_questions_give(
    bounds: Bounds, still_open: set[str], expected: bool
) -> None:
    assert (
        foresight(ScoreWithin(SCORE, bounds))({}, frozenset(still_open), NOTHING_KNOWN)[1]
        is expected
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (True, "wrong_type"),
        ([], "wrong_type"),
        ("many", "no_number"),
        ("1e3", "no_number"),
        (1.00001, "no_number"),
        (float("nan"), "no_number"),
        (-1, "too_small"),
        (10000001, "too_big"),
    ],
)
def test_what_is_no_number_is_refused(given: object, code: str) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        judge({"need": "real", "budget": given})

    assert [(each.question, each.code) for each in rejected.value.problems] == [("budget", code)]


@pytest.mark.parametrize("given", [12000, 12000.0, "12000", " 12000.00 ", Decimal("12000.0000")])
def test_a_number_is_kept_as_it_is_however_it_comes(given: object) -> None:
    answers = from_document(FIT, {"budget": given})

    assert to_document(answers) == {"budget": "12000"}
    assert from_document(FIT, to_document(answers)) == answers


def test_zero_is_an_answer() -> None:
    answers = from_document(FIT, {"need": "real", "budget": 0, "reason": "none left"})

    assert [each.id for each in left_open(FIT, answers)] == ["start"]
    assert judge({"need": "real", "budget": 0, "reason": "none"}).rule == "too_small"


def test_a_sentence_says_what_was_answered_in_each_language() -> None:
    assessment = judge({"need": "vague", "budget": "9500.5", "reason": "x"})

    sentence = filled(assessment.reasons[0].sentence, FIT, assessment.answers, assessment.given)

    assert sentence == {
        "en": "Only 9,500.5 EUR, and fit 1 of 9.",
        "de": "Nur 9.500,5 EUR, und Passung 1 von 9.",
    }


def test_what_is_not_known_reads_as_a_dash_and_other_braces_stay() -> None:
    text = {"en": "{budget} {start} {niche} {whatever} {fit.max}"}

    assert filled(text, FIT, {}, Circumstances())["en"] == "– – – {whatever} 9"
    full = filled(text, FIT, {"start": date(2027, 1, 31)}, Circumstances(), "Dentists")
    assert full["en"] == "– Sun 31 Jan 2027 Dentists {whatever} 9"


def test_evidence_is_asked_on_the_next_view_and_required_there() -> None:
    burning = from_document(FIT, {"need": "burning"})

    asked = view_asks(FIT, 1, burning)

    assert [each.id for each in asked] == ["need_evidence", "budget", "start", "signs"]
    with pytest.raises(AnswersRejected) as rejected:
        read_step(FIT, 1, {}, burning, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
    assert [(each.question, each.code) for each in rejected.value.problems] == [
        ("need_evidence", "missing")
    ]
    assert view_asks(FIT, 1, from_document(FIT, {"need": "real"}))[0].id == "budget"


def test_after_the_last_step_evidence_has_a_view_of_its_own() -> None:
    haggling = from_document(FIT, {"need": "real", "signs": ["haggles"]})

    assert next_step(FIT, 1, haggling) == 2
    assert [each.id for each in view_asks(FIT, 2, haggling)] == ["signs_evidence"]
    assert progress(FIT, 2, haggling) == (3, 3)
    assert next_step(FIT, 2, haggling) is None
    assert next_step(FIT, 1, from_document(FIT, {"need": "real"})) is None


def test_evidence_is_neither_required_to_judge_nor_asked_after_a_final_rule() -> None:
    assert judge({"need": "burning"}).rule == "strong"
    assert next_step(FIT, 0, from_document(FIT, {"need": "none"})) is None


def test_evidence_goes_with_the_option_it_is_about() -> None:
    kept = judged(FIT, from_document(FIT, {"need": "burning", "need_evidence": "They called."}))
    dropped = judged(FIT, from_document(FIT, {"need": "real", "need_evidence": "They called."}))

    assert kept.counted["need_evidence"] == "They called."
    assert dropped.dropped == ("need_evidence",)


def test_a_view_for_evidence_counts_unless_it_is_certain_not_to_come() -> None:
    assert progress(FIT, 0, {}) == (1, 3)
    assert progress(FIT, 1, from_document(FIT, {"need": "real"})) == (2, 3)
