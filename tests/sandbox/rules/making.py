"""Makes small, sound payloads that a test then bends. No tests live here."""

from collections.abc import Callable
from typing import Any

import pytest

Node = dict[str, Any]
Make = Callable[[int], Node]
Row = tuple[str, Make, int, str]
"""What is limited, a payload with so many of it, the limit, and where a refusal points."""

FIRST = "/blocks/0"


def edges(rows: list[Row]) -> list[Any]:
    """The rows as parameters of a test, named after what they limit."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def rules(rows: list[tuple[str, Node, str]]) -> list[Any]:
    """The broken payloads as parameters of a test, named after the rule that each breaks."""
    return [pytest.param(payload, pointer, id=name) for name, payload, pointer in rows]


def plain(text: str = "Text") -> Node:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "Text") -> Node:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Node:
    return {"text": plain(f"Option {number}"), "value": f"o{number}", **more}


def options(count: int) -> list[Node]:
    return [option(number) for number in range(count)]


def button(**more: Any) -> Node:
    return {"type": "button", "text": plain("Walk away"), **more}


def confirm(**more: Any) -> Node:
    return {
        "title": plain("Sure?"),
        "text": plain("It will be final."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        **more,
    }


def element(kind: str, **more: Any) -> Node:
    return {"type": kind, **more}


def select(kind: str = "static_select", count: int = 2, **more: Any) -> Node:
    return {"type": kind, "options": options(count), **more}


def section(**more: Any) -> Node:
    return {"type": "section", "text": mrkdwn("*Nordlicht*"), **more}


def actions(*elements: Node, **more: Any) -> Node:
    return {"type": "actions", "elements": list(elements), **more}


def asks(inner: Node, **more: Any) -> Node:
    return {"type": "input", "label": plain("Budget"), "element": inner, **more}


def container(*children: Node, **more: Any) -> Node:
    return {"type": "container", "title": plain("Evidence"), "child_blocks": list(children), **more}


def rich_text(*words: str) -> Node:
    parts = [{"type": "text", "text": word} for word in words]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def raw(text: str = "Cell") -> Node:
    return {"type": "raw_text", "text": text}


def cells(rows: int | list[Any], columns: int) -> list[Any]:
    return rows if isinstance(rows, list) else [[raw()] * columns for _ in range(rows)]


def data_table(rows: int | list[Any] = 2, columns: int = 2, **more: Any) -> Node:
    return {
        "type": "data_table",
        "caption": "Stalled",
        "rows": cells(rows, columns),
        **more,
    }


def table(rows: int | list[Any] = 2, columns: int = 2, **more: Any) -> Node:
    return {"type": "table", "rows": cells(rows, columns), **more}


def pie(segments: int = 2, **more: Any) -> Node:
    parts = [{"label": f"Part {number}", "value": number + 1} for number in range(segments)]
    return {
        "type": "data_visualization",
        "title": "Verdicts",
        "chart": {"type": "pie", "segments": parts},
        **more,
    }


def bars(series: int = 1, categories: int = 2) -> Node:
    names = [f"Week {number}" for number in range(categories)]
    lines = [
        {"name": f"Line {number}", "data": [{"label": name, "value": -1} for name in names]}
        for number in range(series)
    ]
    chart = {"type": "bar", "series": lines, "axis_config": {"categories": names}}
    return {"type": "data_visualization", "title": "Weeks", "chart": chart}


def message(*blocks: Any, **more: Any) -> Node:
    return {"text": "All of it, for the ear.", "blocks": list(blocks), **more}


def modal(*blocks: Any, **more: Any) -> Node:
    return {
        "type": "modal",
        "title": plain("Qualify"),
        "submit": plain("Next"),
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Any, **more: Any) -> Node:
    return {"type": "home", "blocks": list(blocks), **more}


def words(n: int) -> Node:
    return plain("x" * n)


def letters(n: int) -> str:
    return "x" * n


def url(size: int) -> str:
    return "https://example.com/".ljust(size, "a")


def several(kind: str, count: int, **more: Any) -> list[Node]:
    return [element(kind, **more) for _ in range(count)]


def card(**more: Any) -> Node:
    return {"type": "card", "title": plain("Card"), **more}


def icon_button(**more: Any) -> Node:
    return {"type": "icon_button", "icon": "trash", "text": plain("Delete"), **more}


def button_row(name: str, limit: int, make: Callable[[int], Any], below: str = "") -> Row:
    return (
        f"button {name}",
        lambda n: message(actions(button(**{name: make(n)}))),
        limit,
        f"{FIRST}/elements/0/{name}{below}",
    )


def option_row(name: str, limit: int, make: Callable[[int], Any], below: str = "") -> Row:
    return (
        f"option {name}",
        lambda n: message(actions(select(options=[option(**{name: make(n)})]))),
        limit,
        f"{FIRST}/elements/0/options/0/{name}{below}",
    )


def confirm_row(name: str, limit: int) -> Row:
    return (
        f"confirm {name}",
        lambda n: message(actions(button(confirm=confirm(**{name: plain("x" * n)})))),
        limit,
        f"{FIRST}/elements/0/confirm/{name}/text",
    )
