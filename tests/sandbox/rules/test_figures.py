"""The shape of tables and charts."""

import pytest

from sandbox.rules import message_problems
from tests.sandbox.rules.making import Node, bars, data_table, message, raw, rules


def chart(**more: object) -> Node:
    block = bars(series=2)
    return {**block, "chart": {**block["chart"], **more}}


def points(*labels: str) -> list[Node]:
    return [{"label": label, "value": 1} for label in labels]


def series(*names: str) -> list[Node]:
    return [{"name": name, "data": points("Week 0", "Week 1")} for name in names]


IN_MESSAGES: list[tuple[str, Node, str]] = [
    (
        "rows are equally long",
        message(data_table(rows=[[raw()], [raw(), raw()]])),
        "/blocks/0/rows/1",
    ),
    ("a row is an array", message(data_table(rows=[[raw()], "x"])), "/blocks/0/rows/1"),
    (
        "a table has a caption",
        message({"type": "data_table", "rows": [[raw()], [raw()]]}),
        "/blocks/0",
    ),
    (
        "series names differ",
        message(chart(series=series("A", "A"))),
        "/blocks/0/chart/series/1/name",
    ),
    (
        "each category has a point",
        message(chart(series=[{"name": "A", "data": points("Week 0")}])),
        "/blocks/0/chart/series/0/data",
    ),
    (
        "each category is there once",
        message(chart(axis_config={"categories": ["Week 0", "Week 0"]}, series=series("A"))),
        "/blocks/0/chart/series/0/data",
    ),
]


@pytest.mark.parametrize(("payload", "pointer"), rules(IN_MESSAGES))
def test_a_message_breaks_a_rule_and_is_refused_there(payload: Node, pointer: str) -> None:
    assert {problem.pointer for problem in message_problems(payload)} == {pointer}


def test_categories_are_short() -> None:
    block = chart(series=[], axis_config={"categories": ["x" * 20, "y" * 21, ""]})

    pointers = [problem.pointer for problem in message_problems(message(block))]

    assert pointers[-2:] == [f"/blocks/0/chart/axis_config/categories/{index}" for index in (1, 2)]
