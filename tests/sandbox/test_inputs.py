"""Pure rules of inputs: what a value looks like, what is refused, and where elements sit."""

from typing import Any

import pytest

from sandbox import CannotDo, counted_ids, fill
from sandbox.elements import find_element, placed_elements, with_ids
from sandbox.inputs import complaints, state_values

OPTION = {"text": {"type": "plain_text", "text": "Yes"}, "value": "yes"}
BUTTON = {"type": "button", "action_id": "walk_away", "text": OPTION["text"]}


@pytest.mark.parametrize(
    ("element", "value", "raw"),
    [
        ({"type": "plain_text_input"}, "Acme", {"value": "Acme"}),
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "plain_text_input"}, None, {"value": None}),
        ({"type": "number_input"}, 12, {"value": "12"}),
        ({"type": "static_select", "options": [OPTION]}, "yes", {"selected_option": OPTION}),
        (
            {"type": "static_select", "option_groups": [{"options": [OPTION]}]},
            "yes",
            {"selected_option": OPTION},
        ),
        ({"type": "radio_buttons", "options": [OPTION]}, None, {"selected_option": None}),
        ({"type": "checkboxes", "options": [OPTION]}, ["yes"], {"selected_options": [OPTION]}),
        ({"type": "checkboxes", "options": [OPTION]}, None, {"selected_options": []}),
        ({"type": "datepicker"}, "2026-11-02", {"selected_date": "2026-11-02"}),
        ({"type": "users_select"}, "U0EMMA", {"selected_user": "U0EMMA"}),
        ({"type": "multi_users_select"}, ["U0EMMA"], {"selected_users": ["U0EMMA"]}),
    ],
)
def test_simple_values_become_what_slack_sends(
    element: dict[str, Any], value: object, raw: dict[str, Any]
) -> None:
    touched = fill({"blocks": [_input(element)]}, {"field": value})

    assert touched == {"field": {"answer": {"type": element["type"]} | raw}}


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        (
            {"type": "plain_text_input", "min_length": 3},
            "ab",
            "Please enter at least 3 characters.",
        ),
        ({"type": "plain_text_input", "max_length": 1}, "ab", "Please enter at most 1 characters."),
        ({"type": "number_input"}, "many", "Please enter a number."),
        ({"type": "number_input"}, "1.5", "Please enter a whole number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "2"},
            "1.5",
            "Please enter 2 or more.",
        ),
        ({"type": "number_input", "max_value": "2"}, "3", "Please enter 2 or less."),
        ({"type": "number_input", "max_value": "2"}, "2", None),
        ({"type": "datepicker"}, None, "Please complete this required field."),
        ({"type": "datepicker"}, "2026-11-02", None),
    ],
)
def test_slacks_own_client_refuses(
    element: dict[str, Any], value: object, sentence: str | None
) -> None:
    blocks = [_input(element)]

    found = complaints(blocks, fill({"blocks": blocks}, {"field": value}))

    assert [*map(str, found.values())] == ([sentence] if sentence else [])


def test_an_optional_input_may_stay_empty_and_a_prefilled_one_counts_as_filled() -> None:
    prefilled = _input({"type": "plain_text_input", "initial_value": "Acme"})
    optional = _input({"type": "datepicker"}) | {"block_id": "day", "optional": True}

    assert complaints([prefilled, optional], {}) == {}
    cleared = fill({"blocks": [prefilled]}, {"field": None})
    assert list(complaints([prefilled], cleared)) == ["field"]


def test_selects_outside_of_inputs_have_a_state_and_buttons_have_none() -> None:
    select = {"type": "static_select", "action_id": "filter", "options": [OPTION]}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "block_id": "s", "accessory": select | {"initial_option": OPTION}},
        {"type": "actions", "block_id": "a", "elements": [BUTTON, select]},
    ]

    values = state_values(blocks, {}, forgets_initial=False)

    assert values == {
        "s": {"filter": {"type": "static_select", "selected_option": OPTION}},
        "a": {"filter": {"type": "static_select", "selected_option": None}},
    }


def test_elements_are_found_in_nested_blocks() -> None:
    folded = {"type": "container", "child_blocks": [{"type": "actions", "elements": [BUTTON]}]}
    cards = {"type": "carousel", "elements": [{"type": "card", "actions": [BUTTON]}]}
    picture = {"type": "section", "accessory": {"type": "image", "image_url": "x"}}

    placed = list(placed_elements([folded, cards, picture]))

    assert [element["action_id"] for _, element in placed] == ["walk_away", "walk_away"]


def test_blocks_and_elements_without_an_id_get_one_of_their_own() -> None:
    bare = {"type": "actions", "elements": [{"type": "button", "text": OPTION["text"]}]}
    given: list[dict[str, Any]] = [bare, bare, {"type": "container", "child_blocks": [bare]}]

    named = with_ids(given, counted_ids()) or []

    pairs = list(placed_elements(named))
    assert len({block["block_id"] for block, _ in pairs}) == 3
    assert len({element["action_id"] for _, element in pairs}) == 3
    assert "block_id" not in bare
    first = pairs[0][1]["action_id"]
    assert find_element(named, first) == pairs[0]
    assert find_element(named, first, "elsewhere") is None


def test_an_option_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotDo, match="no option 'no' in 'answer'"):
        fill({"blocks": [_input({"type": "checkboxes", "options": [OPTION]})]}, {"field": ["no"]})


def _input(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": "field", "element": element | {"action_id": "answer"}}
