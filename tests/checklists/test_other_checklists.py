"""Checklists that are not ours work as well."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers
from bot.domain.checklist.model import next_step, progress
from bot.domain.checklist.rules import Predicate, parts
from bot.domain.checklist.verdict import Assessment, assess
from tests.checklists.enumeration import enumerated

DATA = Path(__file__).with_name("data")
TUESDAY = date(2026, 12, 1)
BANT = checklists.load(DATA / "bant.yaml")
RETAINER = checklists.load(DATA / "retainer.yaml")
FIT = checklists.load(DATA / "fit.yaml")


def judge(loaded: checklists.Loaded, document: dict[str, Any]) -> Assessment:
    checklist = loaded.checklist
    answers = read_answers(checklist, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
    return assess(checklist, answers, on=TUESDAY, calendar=MONDAY_TO_FRIDAY)


@pytest.mark.parametrize("loaded", [BANT, RETAINER, FIT], ids=["bant", "retainer", "fit"])
def test_they_are_total_and_come_without_warnings(loaded: checklists.Loaded) -> None:
    assert checklists.proved(loaded, on=TUESDAY).holds
    assert loaded.warnings == ()


def test_bant_has_sixteen_combinations_because_no_and_unknown_are_the_same() -> None:
    assert enumerated(BANT.checklist).ways == 2**4


@pytest.mark.parametrize("given", list(product(["yes", "no", "unknown"], repeat=4)), ids="-".join)
def test_bant_counts_three_of_four(given: tuple[str, ...]) -> None:
    questions = ["budget", "authority", "need", "timing"]

    assessment = judge(BANT, dict(zip(questions, given, strict=True)))

    wanted = {4: "pursue", 3: "pursue", 2: "problem"}.get(given.count("yes"), "walk_away")
    assert assessment.verdict == wanted
    assert len(assessment.reasons) == 1


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({}, "no_access"),
        ({"access": "Ads", "wishes": ["reports"]}, "modest"),
        ({"access": "Ads", "wishes": ["calls", "miracles"]}, "greedy"),
        ({"access": "Ads", "contract": "monthly", "wishes": ["calls", "miracles"]}, "greedy"),
        ({"access": "Ads", "contract": "exclusive", "wishes": ["calls", "miracles"]}, "wants_all"),
    ],
)
def test_the_retainer_counts_over_several_questions(document: dict[str, Any], rule: str) -> None:
    assert judge(RETAINER, document).rule == rule


def test_a_problem_can_have_a_condition_of_its_own() -> None:
    assessment = judge(RETAINER, {"access": "Ads", "wishes": ["reports", "calls"]})

    assert [(each.what, each.due) for each in assessment.conditions] == [("Ads", date(2026, 12, 3))]
    assert assessment.decide_within == 4


def test_a_step_that_asks_nothing_is_skipped_and_not_counted() -> None:
    checklist = RETAINER.checklist

    assert progress(checklist, 0, {}) == (1, 3)
    assert next_step(checklist, 0, {"access": "Ads"}) == 1
    assert next_step(checklist, 0, {}) is None


def test_what_was_stored_makes_the_same_checklist_again() -> None:
    for loaded in (BANT, RETAINER, FIT, checklists.load(checklists.WALK_AWAY)):
        again = checklists.restore(loaded.checklist.content)

        assert again == loaded.checklist
        assert again.content == loaded.checklist.content


def test_a_checklist_need_not_say_what_would_settle_its_problems() -> None:
    text = (DATA / "bant.yaml").read_text(encoding="utf-8")
    said = text.replace(
        "decide_within: ", "settle: {en: Ask them., de: Frag sie.}\n    decide_within: "
    )

    without, with_it = BANT.checklist, checklists.loads(said).checklist

    assert {rule.settle for rule in checklists.restore(without.content).rules} == {None}
    (settle,) = (rule.settle for rule in with_it.rules if rule.settle)
    assert settle == {"en": "Ask them.", "de": "Frag sie."}
    assert checklists.restore(with_it.content) == with_it


def test_the_version_depends_on_the_content_and_not_on_how_it_is_written() -> None:
    text = (DATA / "bant.yaml").read_text(encoding="utf-8")

    commented = checklists.loads(f"# a comment\n{text}").checklist
    reworded = checklists.loads(text.replace("Go on.", "Go!")).checklist

    assert commented.version == BANT.checklist.version
    assert reworded.version != BANT.checklist.version
    assert len(BANT.checklist.version) == 64
    assert BANT.checklist.version.startswith(BANT.checklist.short_version)


def test_every_predicate_can_be_written_in_a_file() -> None:
    found = [
        condition
        for loaded in (BANT, RETAINER, FIT, checklists.load(checklists.WALK_AWAY))
        for rule in loaded.checklist.rules
        for condition in everything_in(rule.when)
    ]

    assert {type(condition) for condition in found} == set(get_args(Predicate))


def everything_in(condition: Predicate) -> list[Predicate]:
    return [condition, *(inner for part in parts(condition) for inner in everything_in(part))]
