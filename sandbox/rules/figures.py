"""Tables and charts: the shape of their rows and series, and how many characters they hold."""

from collections.abc import Iterator
from typing import Any

from blockkit.core import RawText, RichText

from sandbox.rules.problem import Problem
from sandbox.rules.reading import Kinds, read
from sandbox.rules.shapes import RawNumber
from sandbox.rules.walking import Nodes, kind_of, objects, walk

Node = dict[str, Any]

COLUMN_LIMIT = 20
CATEGORY_LIMIT = 20
CHARACTER_LIMITS = {"table": 10_000, "data_table": 20_000}
"""For all tables of a kind on one surface together."""

_CELLS: Kinds = (RawText, RawNumber, RichText)
_HEADER_CELLS: Kinds = (RawText, RawNumber)


def figure_problems(nodes: Nodes) -> list[Problem]:
    """What is wrong inside tables and charts."""
    problems: list[Problem] = []
    for pointer, node in nodes:
        kind = kind_of(node)
        if kind in CHARACTER_LIMITS:
            problems += _rows(node, pointer)
        if kind == "data_table":
            problems += _even_rows(node, pointer)
        if kind == "data_visualization" and isinstance(node.get("chart"), dict):
            problems += _chart(node["chart"], f"{pointer}/chart")
    return problems + list(_character_totals(nodes))


def _rows(table: Node, pointer: str) -> Iterator[Problem]:
    for index, row in enumerate(_lists(table.get("rows"))):
        place = f"{pointer}/rows/{index}"
        if not row:
            yield Problem(place, "no fewer than 1 items allowed")
        if len(row) > COLUMN_LIMIT:
            yield Problem(place, f"no more than {COLUMN_LIMIT} items allowed")
        header = index == 0 and kind_of(table) == "data_table"
        for column, cell in enumerate(row):
            yield from read(_HEADER_CELLS if header else _CELLS, cell, f"{place}/{column}")[1]


def _even_rows(table: Node, pointer: str) -> Iterator[Problem]:
    rows = _lists(table.get("rows"))
    width = len(rows[0]) if rows else 0
    for index, row in enumerate(rows):
        if len(row) != width:
            yield Problem(f"{pointer}/rows/{index}", f"must have {width} cells like the first row")
    column = table.get("row_header_column_index")
    if rows and isinstance(column, int) and column >= width:
        yield Problem(f"{pointer}/row_header_column_index", f"must be less than {width}")


def _lists(value: object) -> list[list[Any]]:
    rows = value if isinstance(value, list) else []
    return [row if isinstance(row, list) else [] for row in rows]


def _character_totals(nodes: Nodes) -> Iterator[Problem]:
    totals = dict.fromkeys(CHARACTER_LIMITS, 0)
    for pointer, node in nodes:
        kind = kind_of(node)
        if kind in totals:
            totals[kind] += sum(_characters(cell) for _, cell in walk(node.get("rows")))
            if totals[kind] > CHARACTER_LIMITS[kind]:
                limit = CHARACTER_LIMITS[kind] + 1
                yield Problem(f"{pointer}/rows", f"must be less than {limit} characters in total")


def _characters(cell: Node) -> int:
    if isinstance(cell.get("text"), str):
        return len(cell["text"])
    return len(str(cell.get("value"))) if kind_of(cell) == "raw_number" else 0


def _chart(chart: Node, pointer: str) -> Iterator[Problem]:
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list):
        return
    for index, category in enumerate(categories):
        if isinstance(category, str) and not 0 < len(category) <= CATEGORY_LIMIT:
            place = f"{pointer}/axis_config/categories/{index}"
            yield Problem(place, f"must be between 1 and {CATEGORY_LIMIT} characters")
    yield from _series(chart, pointer, _strings(categories))


def _series(chart: Node, pointer: str, categories: list[str]) -> Iterator[Problem]:
    names: set[str] = set()
    for index, series in enumerate(objects(chart.get("series"))):
        place = f"{pointer}/series/{index}"
        for name in _strings([series.get("name")]):
            if name in names:
                yield Problem(f"{place}/name", f"series name must be unique: {name}")
            names.add(name)
        labels = _strings([point.get("label") for point in objects(series.get("data"))])
        if sorted(labels) != sorted(categories):
            yield Problem(f"{place}/data", "must have exactly one point for each category")


def _strings(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
