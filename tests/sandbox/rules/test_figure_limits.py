"""The limits of tables and charts at their edge."""

import pytest

from sandbox.rules import message_problems
from tests.sandbox.rules.making import (
    FIRST,
    Make,
    Row,
    bars,
    data_table,
    edges,
    message,
    pie,
    raw,
    rich_text,
    table,
)

LIMITS: list[Row] = [
    ("data_table rows", lambda n: message(data_table(rows=n)), 201, f"{FIRST}/rows"),
    ("data_table columns", lambda n: message(data_table(columns=n)), 20, f"{FIRST}/rows/0"),
    ("data_table page", lambda n: message(data_table(page_size=n)), 100, f"{FIRST}/page_size"),
    (
        "data_table row header",
        lambda n: message(data_table(columns=3, row_header_column_index=n)),
        2,
        f"{FIRST}/row_header_column_index",
    ),
    (
        "data_table characters",
        lambda n: message(data_table(rows=[[raw("x")], [raw("x" * (n - 1))]])),
        20_000,
        f"{FIRST}/rows",
    ),
    ("table rows", lambda n: message(table(rows=n, columns=1)), 100, f"{FIRST}/rows"),
    ("table columns", lambda n: message(table(columns=n)), 20, f"{FIRST}/rows/0"),
    (
        "table column settings",
        lambda n: message(table(column_settings=[{"align": "right", "is_wrapped": True}] * n)),
        20,
        f"{FIRST}/column_settings",
    ),
    (
        "table characters",
        lambda n: message(table(rows=[[rich_text("x" * (n - 1))], [raw("x")]])),
        10_000,
        f"{FIRST}/rows",
    ),
    ("tables", lambda n: message(*[table() for _ in range(n)]), 1, "/blocks/1"),
    ("charts", lambda n: message(*[pie() for _ in range(n)]), 2, "/blocks/2"),
    ("chart title", lambda n: message(pie(title="x" * n)), 50, f"{FIRST}/title"),
    ("pie segments", lambda n: message(pie(n)), 12, f"{FIRST}/chart/segments"),
    (
        "segment label",
        lambda n: message(pie(chart={"type": "pie", "segments": [{"label": "x" * n, "value": 1}]})),
        20,
        f"{FIRST}/chart/segments/0/label",
    ),
    ("series", lambda n: message(bars(series=n)), 12, f"{FIRST}/chart/series"),
    ("points", lambda n: message(bars(categories=n)), 20, f"{FIRST}/chart/series/0/data"),
]


@pytest.mark.parametrize(("make", "limit", "pointer"), edges(LIMITS))
def test_the_limit_is_accepted_and_one_beyond_is_refused_there(
    make: Make, limit: int, pointer: str
) -> None:
    assert message_problems(make(limit)) == []

    assert pointer in [problem.pointer for problem in message_problems(make(limit + 1))]
