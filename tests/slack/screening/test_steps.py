from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import LARGEST_AMOUNT, read_amount
from bot.domain.prospects import Prospect, ProspectFacts
from bot.slack.home import lists
from bot.slack.kit.blocks import Rendered
from bot.slack.payloads import ids, payloads
from bot.slack.screening import steps
from bot.slack.texts import Texts
from sandbox.rules import message_problems
from tests.slack import cases

EN, DE = Texts("en"), Texts("de")
CASE = cases.CASES["ordinary"]
FIRE = cases.Case(cases.FIRE)


def _inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_first_step_asks_its_questions_and_then_what_a_prospect_is() -> None:
    view = steps.step_view(cases.step(CASE, 0), EN)

    assert list(_inputs(view)) == [
        "offer",
        "numbers",
        "numbers_given",
        "name",
        "owner",
        "expected_value",
        "first_contact",
    ]
    assert {each["element"]["action_id"] for each in _inputs(view).values()} == {ids.ANSWER}
    assert view["submit"]["text"] == "Next"
    assert view["blocks"][-1]["type"] == "input"


def test_later_steps_can_go_back_and_the_last_gets_the_verdict() -> None:
    view = steps.step_view(cases.step(FIRE, 2), EN)

    assert view["submit"]["text"] == "Get the verdict"
    assert view["blocks"][-1]["block_id"] == "qualify_step.navigation"
    assert view["blocks"][-1]["elements"][0]["action_id"] == ids.BACK
    assert view["blocks"][0]["elements"][0]["text"] == "Step 3 of 3 · Acme GmbH"


def test_screening_again_is_said() -> None:
    view = steps.step_view(cases.step(CASE, 1, again=True), EN)

    assert view["blocks"][0]["elements"][0]["text"].endswith("Acme GmbH · Re-screening")
    assert payloads.step_of(view).prospect_id == "p1"


def test_title_is_the_steps() -> None:
    assert steps.step_view(cases.step(CASE, 0), EN)["title"]["text"] == "The first question"


def test_answers_are_prefilled() -> None:
    elements = {
        block_id: block["element"]
        for index in (0, 1, 2)
        for block_id, block in _inputs(steps.step_view(cases.step(FIRE, index), EN)).items()
    }

    assert elements["offer"]["initial_option"]["value"] == "vague"
    assert elements["homework"]["initial_value"] == cases.FIRE["homework"]
    assert elements["homework_due"]["initial_date"] == "2026-12-08"
    assert elements["name"]["initial_value"] == "Acme GmbH"
    assert elements["owner"]["initial_user"] == cases.ANNA
    assert elements["expected_value"]["initial_value"] == "12,000"
    assert elements["first_contact"]["initial_date"] == "2026-12-01"
    assert "initial_options" not in elements["signs"]


def test_options_that_are_gone_are_not_prefilled() -> None:
    shown = replace(cases.step(CASE, 2), answers={"signs": ["haggles", "moon"], "niche": "moon"})
    inputs = _inputs(steps.step_view(shown, EN))

    chosen = inputs["signs"]["element"]["initial_options"]
    assert [each["value"] for each in chosen] == ["haggles"]
    assert "initial_option" not in inputs["niche"]["element"]


def test_nothing_is_prefilled_when_nothing_is_known() -> None:
    shown = cases.step(FIRE, 1, prefilled=False)
    elements = [each["element"] for each in _inputs(steps.step_view(shown, EN)).values()]

    assert not [key for element in elements for key in element if key.startswith("initial")]


def test_what_others_hang_on_and_what_can_be_emptied_tells_of_each_change() -> None:
    inputs = _inputs(steps.step_view(cases.step(FIRE, 1), EN))
    inputs |= _inputs(steps.step_view(cases.step(FIRE, 0), EN))
    telling = {key for key, block in inputs.items() if block.get("dispatch_action")}

    assert telling == {"offer", "numbers", "homework", "homework_due", "expected_value"}
    config = {"trigger_actions_on": ["on_character_entered"]}
    assert inputs["homework"]["element"]["dispatch_action_config"] == config
    assert inputs["expected_value"]["element"]["dispatch_action_config"] == config
    for chosen in ("homework_due", "offer", "numbers"):
        assert "dispatch_action_config" not in inputs[chosen]["element"]


def test_a_day_is_told_its_default_and_its_latest() -> None:
    inputs = _inputs(steps.step_view(cases.step(FIRE, 1), EN))

    hint = inputs["homework_due"]["hint"]["text"]
    assert hint == "If you leave it empty: Tue 8 Dec 2026. Latest: Tue 15 Dec 2026."


@pytest.mark.parametrize(
    ("value", "texts", "shown"),
    [
        ("12000.00", EN, "12,000"),
        ("12000.00", DE, "12.000"),
        ("12000.50", EN, "12,000.50"),
        ("12000.50", DE, "12.000,50"),
        ("0.50", EN, "0.50"),
        ("0.00", DE, "0"),
    ],
)
def test_an_amount_is_prefilled_as_its_reader_would_type_it(
    value: str, texts: Texts, shown: str
) -> None:
    assert _prefilled_amount(Decimal(value), texts) == shown


@given(
    value=st.decimals(0, LARGEST_AMOUNT, places=2, allow_nan=False),
    texts=st.sampled_from([EN, DE]),
)
def test_a_prefilled_amount_comes_back_as_it_was(value: Decimal, texts: Texts) -> None:
    assert read_amount(_prefilled_amount(value, texts), texts.language) == value


def _prefilled_amount(value: Decimal, texts: Texts) -> str:
    facts = ProspectFacts("Acme", cases.ANNA, cases.TODAY, value)
    view = steps.step_view(replace(cases.step(CASE, 0), facts=facts), texts)
    element = _inputs(view)["expected_value"]["element"]
    assert len(element["initial_value"]) <= element["max_length"]
    return str(element["initial_value"])


def _list(prospects: list[Prospect], *, is_cut: bool = False) -> Rendered:
    return lists.prospect_list(
        prospects, EN, today=cases.TODAY, calendar=cases.CALENDAR, is_cut=is_cut
    )


def test_a_long_list_says_that_there_are_more() -> None:
    prospects = [cases.overview(CASE).prospect] * 40

    drawn = _list(prospects, is_cut=True)

    assert drawn.text.count("Acme GmbH") == 40
    assert "There are more. These 40 are due first." in drawn.text
    assert "There are more" in str(drawn.blocks[-1])
    assert message_problems({"text": drawn.text, "blocks": drawn.blocks}) == []
    assert "There are more" not in _list(prospects[:2]).text


def test_each_prospect_of_the_list_has_its_details_beside_it() -> None:
    drawn = _list([cases.overview(CASE).prospect])
    [button] = [block["accessory"] for block in drawn.blocks if "accessory" in block]

    assert (button["action_id"], button["value"]) == ("details", "p1.1")
    assert button["accessibility_label"] == "Show the details of Acme GmbH"
