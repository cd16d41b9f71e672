"""The checklists that come with Walkaway, each held against the method it is named after."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers
from bot.domain.checklist.rules import LANGUAGES, Verdict
from bot.domain.checklist.verdict import Assessment, assess

TUESDAY = date(2026, 12, 1)
PAGE = Path(__file__).parents[2] / "docs" / "checklists.md"
BEST_DEAL = dict.fromkeys(
    ["metrics", "pain", "champion", "buyer", "criteria", "process", "paper", "competition"],
    "confirmed",
)
BID = ["fit", "client", "need", "rivals", "proof", "people", "margin", "risk"]
CLEAR = {
    "situation": "fits",
    "pain": "told",
    "impact": "number",
    "event": "dated",
    "event_date": "2027-03-01",
    "decision": "known",
}
THREE = {"need": "yes", "timing": "yes", "budget": "yes", "authority": "no"}


def judge(checklist_id: str, document: dict[str, Any]) -> Assessment:
    checklist = checklists.load(checklists.SHIPPED[checklist_id]).checklist
    answers = read_answers(checklist, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
    return assess(checklist, answers, on=TUESDAY, calendar=MONDAY_TO_FRIDAY)


@pytest.mark.parametrize("checklist_id", checklists.SHIPPED)
def test_it_is_proven_in_both_languages_and_needs_no_warning(checklist_id: str) -> None:
    loaded = checklists.load(checklists.SHIPPED[checklist_id])

    assert loaded.checklist.id == checklist_id
    assert loaded.checklist.languages == LANGUAGES
    assert loaded.warnings == ()
    assert checklists.proved(loaded, on=TUESDAY).holds


@pytest.mark.parametrize("checklist_id", checklists.SHIPPED)
def test_a_problem_names_the_step_that_would_settle_it(checklist_id: str) -> None:
    rules = checklists.load(checklists.SHIPPED[checklist_id]).checklist.rules

    assert [each.id for each in rules if each.verdict is Verdict.PROBLEM and not each.settle] == []


@pytest.mark.parametrize("checklist_id", checklists.SHIPPED)
def test_the_page_describes_it(checklist_id: str) -> None:
    assert f"## `{checklist_id}`: " in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("checklist_id", "document", "rule"),
    [
        ("bant", {"need": "no"}, "no_need"),
        ("bant", THREE, "three_of_four"),
        ("bant", THREE | {"budget": "unknown"}, "not_asked"),
        ("bant", THREE | {"budget": "no"}, "too_little"),
        ("champ", {"challenge": "none"}, "no_challenge"),
        ("meddpicc", BEST_DEAL, "well_known"),
        ("meddpicc", BEST_DEAL | {"pain": "unknown"}, "no_pain"),
        ("meddpicc", BEST_DEAL | {"champion": "unknown"}, "nobody_inside"),
        ("meddpicc", dict.fromkeys(BEST_DEAL, "assumed"), "half_known"),
        ("spiced", CLEAR, "clear"),
        ("spiced", CLEAR | {"event_date": "2026-12-14"}, "too_soon"),
        ("spiced", CLEAR | {"event_date": "2026-12-15"}, "clear"),
        ("go-no-go", dict.fromkeys(BID, "best"), "go"),
        ("go-no-go", dict.fromkeys(BID, "middle"), "hold"),
        ("go-no-go", dict.fromkeys(BID, "low"), "no_go"),
        ("go-no-go", dict.fromkeys(BID, "best") | {"rivals": "none"}, "somebody_is_set"),
        ("red-flags", {}, "calm"),
        ("red-flags", {"flags_seen": ["rude"], "named": "no"}, "rude"),
        ("red-flags", {"flags_seen": ["terms"], "named": "no"}, "unnamed"),
        ("red-flags", {"flags_seen": ["terms", "free_work", "haggles"], "named": "no"}, "too_many"),
    ],
)
def test_it_judges_as_its_page_says(checklist_id: str, document: dict[str, Any], rule: str) -> None:
    assert judge(checklist_id, document).rule == rule


@pytest.mark.parametrize(
    ("checklist_id", "most"), [("meddpicc", 34), ("spiced", 13), ("go-no-go", 80)]
)
def test_the_page_names_the_most_that_a_score_can_give(checklist_id: str, most: int) -> None:
    checklist = checklists.load(checklists.SHIPPED[checklist_id]).checklist

    assert checklist.scores[0].most({each.id for each in checklist.questions}) == most
    assert str(most) in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", checklists.SHIPPED)
def test_its_page_says_what_it_asks_how_it_judges_for_whom_and_whence(name: str) -> None:
    pages = PAGE.read_text("utf-8").split("\n## ")
    (page,) = [each for each in pages if each.startswith(f"`{name}`: ")]

    for part in ("**What it asks.** ", "**How it judges.** ", "**For whom.** "):
        (said,) = [each for each in page.split("\n\n") if each.startswith(part)]
        assert len(said) > len(part) + 40
    assert "*Source:* " in page or "*Sources:* " in page
