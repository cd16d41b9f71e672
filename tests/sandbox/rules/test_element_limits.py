"""The limits of elements at their edge, and of what they hold."""

import pytest

from sandbox.rules import message_problems
from tests.sandbox.rules.making import (
    FIRST,
    Make,
    Node,
    Row,
    actions,
    asks,
    button_row,
    confirm_row,
    edges,
    element,
    letters,
    message,
    option,
    option_row,
    options,
    plain,
    select,
    url,
    words,
)


def groups(count: int, size: int = 1) -> list[Node]:
    return [
        {
            "label": plain(f"Group {group}"),
            "options": [option(group * 1000 + item) for item in range(size)],
        }
        for group in range(count)
    ]


LIMITS: list[Row] = [
    button_row("text", 75, words, "/text"),
    button_row("value", 2000, letters),
    button_row("url", 3000, url),
    button_row("action_id", 255, letters),
    button_row("accessibility_label", 75, letters),
    button_row("agent_prompt", 4000, letters),
    confirm_row("title", 100),
    confirm_row("text", 300),
    confirm_row("confirm", 30),
    confirm_row("deny", 30),
    option_row("text", 75, words, "/text"),
    option_row("value", 150, letters),
    option_row("description", 75, words, "/text"),
    (
        "overflow",
        lambda n: message(actions(select("overflow", n))),
        5,
        f"{FIRST}/elements/0/options",
    ),
    (
        "overflow url",
        lambda n: message(actions(select("overflow", options=[option(url=url(n))]))),
        3000,
        f"{FIRST}/elements/0/options/0/url",
    ),
    (
        "checkboxes",
        lambda n: message(actions(select("checkboxes", n))),
        10,
        f"{FIRST}/elements/0/options",
    ),
    (
        "radio buttons",
        lambda n: message(actions(select("radio_buttons", n))),
        10,
        f"{FIRST}/elements/0/options",
    ),
    ("select", lambda n: message(actions(select(count=n))), 100, f"{FIRST}/elements/0/options"),
    (
        "option groups",
        lambda n: message(actions(element("static_select", option_groups=groups(n)))),
        100,
        f"{FIRST}/elements/0/option_groups",
    ),
    (
        "options of a group",
        lambda n: message(actions(element("static_select", option_groups=groups(1, n)))),
        100,
        f"{FIRST}/elements/0/option_groups/0/options",
    ),
    (
        "group label",
        lambda n: message(
            actions(
                element("static_select", option_groups=[{"label": words(n), "options": options(1)}])
            )
        ),
        75,
        f"{FIRST}/elements/0/option_groups/0/label/text",
    ),
    (
        "placeholder",
        lambda n: message(actions(element("users_select", placeholder=words(n)))),
        150,
        f"{FIRST}/elements/0/placeholder/text",
    ),
    (
        "initial users",
        lambda n: message(
            actions(
                element("multi_users_select", max_selected_items=3, initial_users=["U0EMMA"] * n)
            )
        ),
        3,
        f"{FIRST}/elements/0/initial_users",
    ),
    (
        "plain_text_input initial_value",
        lambda n: message(asks(element("plain_text_input", initial_value="x" * n))),
        3000,
        f"{FIRST}/element/initial_value",
    ),
    (
        "plain_text_input min_length",
        lambda n: message(asks(element("plain_text_input", min_length=n))),
        3000,
        f"{FIRST}/element/min_length",
    ),
    (
        "plain_text_input max_length",
        lambda n: message(asks(element("plain_text_input", max_length=n))),
        3000,
        f"{FIRST}/element/max_length",
    ),
    (
        "initial value within max_length",
        lambda n: message(asks(element("plain_text_input", initial_value="x" * n, max_length=80))),
        80,
        f"{FIRST}/element",
    ),
]


@pytest.mark.parametrize(("make", "limit", "pointer"), edges(LIMITS))
def test_the_limit_is_accepted_and_one_beyond_is_refused_there(
    make: Make, limit: int, pointer: str
) -> None:
    assert message_problems(make(limit)) == []

    assert pointer in [problem.pointer for problem in message_problems(make(limit + 1))]
