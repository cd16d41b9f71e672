"""Minima at their edge: the first that Slack takes, and the last below that it refuses."""

import pytest

from sandbox.rules import message_problems
from tests.sandbox.rules.making import (
    FIRST,
    Make,
    Row,
    actions,
    asks,
    button,
    button_row,
    card,
    container,
    data_table,
    edges,
    element,
    letters,
    message,
    option_row,
    pie,
    plain,
    section,
    select,
    words,
)

MINIMA: list[Row] = [
    ("section text", lambda n: message(section(text=words(n))), 1, f"{FIRST}/text/text"),
    ("section fields", lambda n: message(section(fields=[plain()] * n)), 1, f"{FIRST}/fields"),
    ("header", lambda n: message(element("header", text=words(n))), 1, f"{FIRST}/text/text"),
    (
        "header level",
        lambda n: message(element("header", text=plain(), level=n)),
        1,
        f"{FIRST}/level",
    ),
    ("block_id", lambda n: message(section(block_id="x" * n)), 1, f"{FIRST}/block_id"),
    button_row("text", 1, words, "/text"),
    button_row("value", 1, letters),
    button_row("action_id", 1, letters),
    option_row("value", 1, letters),
    ("actions", lambda n: message(actions(*[button()] * n)), 1, f"{FIRST}/elements"),
    ("select", lambda n: message(actions(select(count=n))), 1, f"{FIRST}/elements/0/options"),
    (
        "overflow",
        lambda n: message(actions(select("overflow", n))),
        1,
        f"{FIRST}/elements/0/options",
    ),
    (
        "context",
        lambda n: message(element("context", elements=[plain()] * n)),
        1,
        f"{FIRST}/elements",
    ),
    ("children", lambda n: message(container(*[section()] * n)), 1, f"{FIRST}/child_blocks"),
    (
        "carousel",
        lambda n: message(element("carousel", elements=[card()] * n)),
        1,
        f"{FIRST}/elements",
    ),
    ("data_table rows", lambda n: message(data_table(rows=n)), 2, f"{FIRST}/rows"),
    ("data_table columns", lambda n: message(data_table(columns=n)), 1, f"{FIRST}/rows/0"),
    ("caption", lambda n: message(data_table(caption="x" * n)), 1, f"{FIRST}/caption"),
    ("page_size", lambda n: message(data_table(page_size=n)), 1, f"{FIRST}/page_size"),
    (
        "segment value",
        lambda n: message(pie(chart={"type": "pie", "segments": [{"label": "A", "value": n}]})),
        1,
        f"{FIRST}/chart/segments/0/value",
    ),
    (
        "max_length",
        lambda n: message(asks(element("plain_text_input", max_length=n))),
        1,
        f"{FIRST}/element/max_length",
    ),
    ("text", lambda n: message(section(), text="x" * n), 1, "/text"),
]


@pytest.mark.parametrize(("make", "minimum", "pointer"), edges(MINIMA))
def test_the_minimum_is_accepted_and_one_below_is_refused_there(
    make: Make, minimum: int, pointer: str
) -> None:
    assert message_problems(make(minimum)) == []

    assert pointer in [problem.pointer for problem in message_problems(make(minimum - 1))]
