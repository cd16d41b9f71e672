"""Whatever comes in as JSON, a list of problems comes out."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.rules import (
    Problem,
    home_problems,
    message_problems,
    message_warnings,
    view_problems,
)
from sandbox.rules.surfaces import SURFACES_OF_BLOCKS, SURFACES_OF_ELEMENTS
from tests.sandbox.rules.making import (
    Node,
    actions,
    asks,
    bars,
    button,
    card,
    confirm,
    container,
    data_table,
    element,
    home,
    message,
    modal,
    pie,
    rich_text,
    section,
    select,
    table,
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

Judge = Callable[[object], list[Problem]]

JUDGES: list[Judge] = [message_problems, view_problems, home_problems, message_warnings]

KEYS = st.sampled_from(
    [
        "type",
        "text",
        "blocks",
        "elements",
        "element",
        "accessory",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "fields",
        "confirm",
        "title",
        "label",
        "child_blocks",
        "rows",
        "chart",
        "series",
        "axis_config",
        "categories",
        "data",
        "segments",
        "value",
        "name",
        "url",
        "action_id",
        "block_id",
        "focus_on_load",
        "actions",
        "placeholder",
        "dispatch_action",
        "response_url_enabled",
        "min_value",
        "initial_value",
        "private_metadata",
        "max_selected_items",
        "style",
        "trigger_actions_on",
        "dispatch_action_config",
        "timezone",
    ]
)
KINDS = st.sampled_from(
    [
        *SURFACES_OF_BLOCKS,
        *SURFACES_OF_ELEMENTS,
        *[
            "plain_text",
            "mrkdwn",
            "button",
            "static_select",
            "checkboxes",
            "overflow",
            "radio_buttons",
            "raw_text",
        ],
        *[
            "raw_number",
            "pie",
            "bar",
            "rich_text_list",
            "rich_text_section",
            "modal",
            "home",
            "timepicker",
        ],
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | KINDS
    | st.text(st.characters(codec=None), max_size=5)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=6)
    ),
    max_leaves=40,
)

SOUND: list[Node] = [
    section(accessory=select(confirm=confirm()), fields=[rich_text("x")]),
    actions(button(), select("checkboxes"), element("timepicker", timezone="Europe/Berlin")),
    asks(element("number_input", is_decimal_allowed=True, min_value="1", initial_value="2")),
    asks(element("plain_text_input", dispatch_action_config={"trigger_actions_on": []})),
    container(section(), card(), table()),
    data_table(),
    bars(),
    pie(),
]


def places(value: object) -> list[tuple[Any, Any]]:
    """Every place in a payload that could hold something else."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    container_: Any = value
    below = [place for key in keys for place in places(container_[key])]
    return [(value, key) for key in keys] + below


@pytest.mark.parametrize("judge", JUDGES)
@UNHURRIED
@given(payload=JSON)
def test_garbage_gives_a_list_of_problems(judge: Judge, payload: object) -> None:
    problems = judge(payload)

    assert all(isinstance(problem, Problem) for problem in problems)


@UNHURRIED
@given(blocks=st.lists(st.fixed_dictionaries({"type": KINDS}, optional={"text": JSON})) | JSON)
def test_garbage_among_blocks_gives_a_list_of_problems(blocks: object) -> None:
    for judge, payload in (
        (message_problems, {"text": "x", "blocks": blocks}),
        (view_problems, modal() | {"blocks": blocks}),
        (home_problems, home() | {"blocks": blocks}),
    ):
        assert isinstance(judge(payload), list)


@UNHURRIED
@given(data=st.data())
def test_a_sound_payload_with_one_thing_swapped_gives_a_list_of_problems(data: Any) -> None:
    payload = message(*deepcopy(SOUND))
    where, key = data.draw(st.sampled_from(places(payload)))

    where[key] = data.draw(JSON)

    assert isinstance(message_problems(payload), list)
    assert isinstance(view_problems(modal() | {"blocks": payload["blocks"]}), list)


@pytest.mark.parametrize("blocks", [None, 3, "[]", {}, {"0": section()}, True])
def test_blocks_that_are_no_array_are_a_problem(blocks: object) -> None:
    assert Problem("/blocks", "must provide an array") in message_problems(
        {"text": "x", "blocks": blocks}
    )
    assert Problem("/blocks", "must provide an array") in view_problems(
        modal() | {"blocks": blocks}
    )
    assert Problem("/blocks", "must provide an array") in home_problems(home() | {"blocks": blocks})


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("key", ["type", "text", "initial_option", "name", "label", "value"])
def test_no_depth_is_too_deep(judge: Judge, key: str) -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    node = {"type": "static_select", "options": [{"value": deep}], key: deep}
    payload = {**modal(), "text": "x", "blocks": [{**bars(), key: deep}, asks(node), deep]}

    assert isinstance(judge(payload), list)


def test_a_payload_is_left_as_it_was() -> None:
    payload = message(*deepcopy(SOUND))
    before = json.dumps(payload)

    message_problems(payload)

    assert json.dumps(payload) == before
