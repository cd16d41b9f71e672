"""Each checklist that comes with Walkaway, adopted by a manager and screened by, to its card."""

from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.model import Kind
from tests.office import Office
from tests.slack.reading import words
from tests.slack.settings.test_checklists import adopt, look, open_checklists

Json = dict[str, Any]
MEDDPICC = ("metrics", "pain", "champion", "buyer", "criteria", "process", "paper", "competition")
BID = ("fit", "client", "need", "rivals", "proof", "people", "margin", "risk")
THREE = {"need": "yes", "timing": "yes", "budget": "yes", "authority": "no"}
SPICED = {
    "situation": "fits",
    "pain": "told",
    "impact": "number",
    "event": "dated",
    "event_date": "2027-03-01",
    "decision": "known",
}

STORIES: list[tuple[str, Json, str]] = [
    ("bant", THREE, "🟢"),
    ("bant", {"need": "no"}, "🔴"),
    ("champ", {"challenge": "none"}, "🔴"),
    ("meddpicc", dict.fromkeys(MEDDPICC, "confirmed"), "🟢"),
    ("meddpicc", dict.fromkeys(MEDDPICC, "assumed"), "🟡"),
    ("spiced", SPICED, "🟢"),
    ("go-no-go", dict.fromkeys(BID, "best"), "🟢"),
    ("go-no-go", dict.fromkeys(BID, "low"), "🔴"),
    ("red-flags", {"flags_seen": ["terms"], "named": "no"}, "🟡"),
]


@pytest.mark.parametrize(("checklist_id", "answers", "sign"), STORIES)
async def test_it_is_adopted_and_screened_by(
    office: Office, checklist_id: str, answers: Json, sign: str
) -> None:
    await open_checklists(office)
    await look(office, checklist_id)
    await adopt(office, as_default=True)
    await office.delivered()
    entries = answers | dict.fromkeys(evidence_of(checklist_id), "They said so.")

    card = await office.screen(office.emma, "Acme GmbH", **entries)

    assert card["text"].startswith(f"{sign} ")
    for score in checklists.load(checklists.SHIPPED[checklist_id]).checklist.scores:
        assert score.title["en"] in words(card)
    assert office.slack.refusals == []


def test_every_shipped_one_is_among_them() -> None:
    assert {each for each, _, _ in STORIES} == checklists.SHIPPED.keys() - {"walk-away"}


def evidence_of(checklist_id: str) -> list[str]:
    """The fields for evidence that its options can ask for."""
    questions = checklists.load(checklists.SHIPPED[checklist_id]).checklist.questions
    choices = [each for each in questions if each.kind in {Kind.ONE_OF, Kind.ANY_OF}]
    return [each.evidence_id for each in choices]
