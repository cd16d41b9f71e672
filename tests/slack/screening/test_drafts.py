"""The modal that offers drafts."""

from typing import Any

import pytest

from bot.domain.screening import Draft
from bot.slack.payloads import ids, payloads
from bot.slack.screening import drafts
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.slack import cases

EN = Texts("en")


def begun(count: int, name: str = "Acme") -> list[Draft]:
    return [cases.draft(name, number) for number in range(count)]


def buttons(view: dict[str, Any], action_id: str) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [each for row in rows for each in row if each["action_id"] == action_id]


@pytest.mark.parametrize("action_id", [ids.CONTINUE_DRAFT, ids.DISCARD_DRAFT])
def test_each_draft_can_be_continued_and_discarded(action_id: str) -> None:
    view = drafts.drafts_view(begun(2), "", EN, zone=cases.BERLIN)

    assert [each["value"] for each in buttons(view, action_id)] == ["d0", "d1"]
    assert "You have 2 unfinished screenings" in view["blocks"][0]["text"]["text"]


def test_only_discarding_asks_once_more_and_its_yes_is_red() -> None:
    view = drafts.drafts_view(begun(1), "", EN, zone=cases.BERLIN)
    (discard,) = buttons(view, ids.DISCARD_DRAFT)
    (continue_,) = buttons(view, ids.CONTINUE_DRAFT)

    assert discard["confirm"]["style"] == "danger"
    assert "Acme" in discard["confirm"]["text"]["text"]
    assert "confirm" not in continue_


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Acme", ["Resume Acme", "Discard the draft about Acme"]),
        ("", ["Resume the draft without a name", "Discard the draft without a name"]),
    ],
)
def test_who_hears_the_buttons_hears_which_draft_they_are_about(
    name: str, spoken: list[str]
) -> None:
    view = drafts.drafts_view(begun(1, name), "", EN, zone=cases.BERLIN)
    both = [*buttons(view, ids.CONTINUE_DRAFT), *buttons(view, ids.DISCARD_DRAFT)]

    assert [each["accessibility_label"] for each in both] == spoken


def test_starting_anew_keeps_the_name_that_was_asked_for() -> None:
    named = drafts.drafts_view(begun(1), "Acme", EN, zone=cases.BERLIN)
    nameless = drafts.drafts_view(begun(1), "", EN, zone=cases.BERLIN)

    assert buttons(named, ids.START_NEW)[0]["value"] == "Acme"
    assert "value" not in buttons(nameless, ids.START_NEW)[0]
    assert payloads.name_asked_for(named) == "Acme"
    assert payloads.name_asked_for(nameless) == ""


@pytest.mark.parametrize("metadata", ["[]", "{", '{"draft":"d1"}', "7"])
def test_metadata_that_is_not_ours_is_refused(metadata: str) -> None:
    with pytest.raises(payloads.MalformedPayload):
        payloads.name_asked_for({"private_metadata": metadata})


def test_at_most_twenty_drafts_are_offered() -> None:
    view = drafts.drafts_view(begun(30), "", EN, zone=cases.BERLIN)

    assert len(buttons(view, ids.CONTINUE_DRAFT)) == 20
    assert view_problems(view) == []
