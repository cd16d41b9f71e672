"""The form for a past client as it looks, and the one line about all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.reports.memory import FromMemory, RecallSummary
from bot.domain.figures.shares import Share
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import Remembered, RememberedId, RememberedRef, form_of
from bot.domain.screening import VersionId
from bot.slack.figures.remembered import so_far
from bot.slack.remembered.form import form_view
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.slack.reading import DE, EN

REF = RememberedRef(RememberedId("r1"), VersionId("v1"))
WEAK = {
    "name": "<Acme> & *Söhne*",
    "offer": "vague",
    "numbers": "partly",
    "signs": ["haggles"],
    "remembered.became": "won",
    "remembered.again": "no",
}


def found(n: int, worst: RecallSummary, best: RecallSummary) -> FromMemory:
    nothing = Share(0, 0)
    return FromMemory(n, worst, best, nothing, nothing, nothing, nothing)


def one(name: str) -> Remembered:
    return Remembered(
        id=RememberedId("r1"),
        name=name,
        version_id=REF.version_id,
        answers={},
        verdict=Verdict.WALK_AWAY,
        rule="no_offer",
        became=Stage.LOST,
        at=datetime(2026, 11, 30, tzinfo=UTC),
    )


NOBODY = found(0, RecallSummary(0), RecallSummary(0))
MANY = found(20, RecallSummary(4, walk_away=3), RecallSummary(12, walk_away=1, problem=2))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("case", "typed", "memory", "saved"),
    [
        ("first", {}, NOBODY, None),
        ("later", {}, MANY, None),
        ("weak", WEAK, MANY, "<Globex> & Co"),
        ("refused", {"offer": "none", "remembered.became": "walked_away"}, MANY, None),
    ],
)
def test_golden(
    case: str,
    typed: dict[str, Any],
    memory: FromMemory,
    saved: str | None,
    language: str,
    golden: Callable[[str, Any], None],
) -> None:
    form = form_of(REF, checklists.default(), typed)

    view = form_view(
        form,
        memory,
        Texts(language),
        saved=None if saved is None else one(saved),
        removable=[one("<Globex> & Co"), replace(one("Initech " * 18), id=RememberedId("r2"))]
        if case == "later"
        else [],
    )

    assert view_problems(view) == []
    golden(f"remembered.{case}.{language}", view)


@pytest.mark.parametrize("shipped", checklists.SHIPPED)
def test_every_checklist_that_we_ship_fits_into_the_form(shipped: str) -> None:
    checklist = checklists.shipped(shipped)
    assert checklist is not None

    view = form_view(form_of(REF, checklist, {}), NOBODY, EN)

    assert view_problems(view) == []


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (NOBODY, "0 from memory so far. 5 more, and I'll tell you what"),
        (
            found(4, RecallSummary(4), RecallSummary(0)),
            "4 from memory so far. 1 more, and I'll tell you what",
        ),
        (
            MANY,
            "20 from memory so far. Of your 4 worst clients, the checklist would have caught 3.",
        ),
        (
            found(5, RecallSummary(1, walk_away=1), RecallSummary(0)),
            "5 from memory so far. Of your worst clients (1), the checklist would have caught 1.",
        ),
        (
            found(5, RecallSummary(0), RecallSummary(5)),
            "5 from memory so far. Of your 5 best clients, the checklist would have refused",
        ),
        (
            found(5, RecallSummary(0), RecallSummary(0)),
            "5 from memory so far. Enter clients and say whether you'd sign",
        ),
    ],
)
def test_one_line_says_what_the_checklist_would_have_said(memory: FromMemory, said: str) -> None:
    assert so_far(memory, EN).startswith(said)


def test_a_problem_is_no_refusal_and_counted_on_both_sides() -> None:
    assert so_far(MANY, EN).endswith(
        "Of your 12 best clients, the checklist would have refused 1. It would have called 0 of "
        "the worst and 2 of the best a problem."
    )


def test_it_is_from_memory_in_german_too() -> None:
    assert so_far(MANY, DE) == (
        "20 Einträge aus dem Gedächtnis. Von euren 4 schlechtesten Kunden hätte die Checkliste 3 "
        "erwischt. Von euren 12 besten Kunden hätte die Checkliste 1 abgelehnt. Als Problemfall "
        "hätte sie 0 der schlechtesten und 2 der besten eingestuft."
    )
