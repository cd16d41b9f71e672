"""What is asked about somebody from memory, and what is made of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.rules import Verdict
from bot.domain.errors import AnswersRejected
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome, Regret, WouldTakeAgain
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import (
    BECAME_OF,
    NAME,
    RememberedId,
    RememberedRef,
    form_of,
    read_recalled,
    remembered,
)
from bot.domain.screening import VersionId

WALK_AWAY = checklists.default()
REF = RememberedRef(RememberedId("r"), VersionId("v"))
TODAY = date(2026, 12, 7)
READY = {"offer": "clear", "numbers": "ready", "value": "at_once"}
WEAK = {**READY, "numbers": "partly", "willing": "yes", "able": "yes", "fire": "yes"}
AGAIN, REGRET = "remembered.again", "remembered.regret"


def told(**more: Any) -> dict[str, Any]:
    return {NAME: "Acme GmbH", BECAME_OF: "won", **READY, **more}


def problems(document: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(AnswersRejected) as rejected:
        read_recalled(WALK_AWAY, document, TODAY)
    return {(each.question, each.code) for each in rejected.value.problems}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({}, "offer numbers value signs margin niche"),
        ({"offer": "none"}, "offer"),
        ({"numbers": "ready"}, "offer numbers value signs margin niche"),
        ({"numbers": "partly"}, "offer numbers willing able fire value signs margin niche"),
        ({"numbers": "none", "willing": "no"}, "offer numbers willing able fire"),
        ({"numbers": "unheard_of"}, "offer numbers value signs margin niche"),
    ],
)
def test_it_asks_what_counts_and_never_a_text_or_a_day(typed: dict[str, Any], asked: str) -> None:
    form = form_of(REF, WALK_AWAY, typed)

    assert [each.id for each in form.questions] == asked.split()


@pytest.mark.parametrize(
    ("became", "outcome"),
    [("won", AGAIN), ("ended", AGAIN), ("walked_away", REGRET), ("lost", None), (None, None)],
)
def test_how_it_turned_out_is_asked_by_what_became_of_them(
    became: str | None, outcome: str | None
) -> None:
    assert form_of(REF, WALK_AWAY, {BECAME_OF: became}).outcome == outcome


def test_what_is_not_asked_any_more_is_left_out() -> None:
    form = form_of(REF, WALK_AWAY, told(offer="none", **{AGAIN: "yes", REGRET: "yes"}))

    assert form.typed == {NAME: "Acme GmbH", BECAME_OF: "won", "offer": "none", AGAIN: "yes"}


def test_what_was_told_is_read() -> None:
    found = read_recalled(WALK_AWAY, told(signs=["haggles"], **{AGAIN: "no"}), TODAY)

    assert found.assessment.answers == {**READY, "signs": frozenset({"haggles"})}
    assert (found.name, found.became) == ("Acme GmbH", Stage.WON)
    assert found.outcome == Outcome(again=WouldTakeAgain.NO)


def test_a_walk_away_is_regretted_or_not() -> None:
    found = read_recalled(WALK_AWAY, told(**{BECAME_OF: "walked_away", REGRET: "yes"}), TODAY)

    assert found.outcome == Outcome(regret=Regret.YES)


def test_how_it_turned_out_may_stay_open() -> None:
    assert read_recalled(WALK_AWAY, told(), TODAY).outcome == NO_ANSWER


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({}, {(NAME, "empty_name"), (BECAME_OF, "missing"), ("offer", "missing")}),
        (told(**{BECAME_OF: "open"}), {(BECAME_OF, "unknown_option")}),
        (told(**{REGRET: "yes"}), {(REGRET, "not_asked")}),
        (told(**{BECAME_OF: "lost", AGAIN: "no"}), {(AGAIN, "not_asked")}),
        (told(**{AGAIN: "maybe"}), {(AGAIN, "unknown_option")}),
        (told(offer="cheap"), {("offer", "unknown_option")}),
        (told(name="x" * 81), {(NAME, "too_long")}),
        ({**told(), "numbers": None, "value": ""}, {("value", "unknown_option")}),
    ],
)
def test_everything_that_is_wrong_is_named_at_once(
    document: dict[str, Any], wrong: set[tuple[str, str]]
) -> None:
    assert wrong <= problems(document)


def test_a_required_text_is_never_missed() -> None:
    """Whose numbers were ready is not asked which they were."""
    assert "numbers_given" not in read_recalled(WALK_AWAY, told(), TODAY).assessment.answers


@pytest.mark.parametrize(
    ("answers", "verdict", "rule"),
    [
        (READY, Verdict.PURSUE, "good_fit"),
        (WEAK, Verdict.PROBLEM, "fire_unproven"),
        ({**WEAK, "homework": "their numbers"}, Verdict.PURSUE, "fire"),
        ({"offer": "none"}, Verdict.WALK_AWAY, "no_offer"),
        ({**READY, "margin": "loss"}, Verdict.WALK_AWAY, "loses_money"),
    ],
)
def test_the_checklist_says_what_it_would_have_said(
    answers: dict[str, Any], verdict: Verdict, rule: str
) -> None:
    document = {NAME: "Acme", BECAME_OF: "won", **answers}
    now = datetime(2026, 12, 7, 9, tzinfo=UTC)

    found = remembered(read_recalled(WALK_AWAY, document, TODAY), REF, now=now)

    assert (found.verdict, found.rule) == (verdict, rule)
