"""What Slack refuses: limits, places and combinations of Block Kit.

The door is the functions here: each takes a parsed payload, whatever it may be, and never raises.
Nothing here knows of the Web API, of members or of time.
"""

import json

from blockkit.core import Component, Home, Modal

from sandbox.rules.across import across_problems
from sandbox.rules.choices import choice_problems
from sandbox.rules.figures import figure_problems
from sandbox.rules.problem import Problem, missing
from sandbox.rules.reading import read
from sandbox.rules.surfaces import Surface, block_problems, misplaced_elements
from sandbox.rules.walking import Nodes, walk

__all__ = ["Problem", "home_problems", "message_problems", "message_warnings", "view_problems"]

TEXT_LIMIT = 40_000
TEXT_ADVICE = 4_000
VIEW_BYTES = 250_000


def message_problems(payload: object) -> list[Problem]:
    """Why Slack would refuse this message, or merely warn that its `text` is missing."""
    if not isinstance(payload, dict):
        return [Problem("", "must provide an object")]
    return _once(_text(payload) + _blocks(payload, "message"))


def message_warnings(payload: object) -> list[Problem]:
    """What Slack accepts in a message but advises against."""
    text = payload.get("text") if isinstance(payload, dict) else None
    if not isinstance(text, str) or not TEXT_ADVICE < len(text) <= TEXT_LIMIT:
        return []
    return [Problem("/text", f"should be less than {TEXT_ADVICE + 1} characters")]


def view_problems(view: object) -> list[Problem]:
    """Why Slack would refuse this modal; empty if it would not."""
    return _view(view, "modal", Modal)


def home_problems(view: object) -> list[Problem]:
    """Why Slack would refuse this Home tab; empty if it would not."""
    return _view(view, "home", Home)


def _text(payload: dict[str, object]) -> list[Problem]:
    text = payload.get("text")
    if text is None or text == "":
        if not payload.get("blocks"):
            return [missing("", "text")]
        return [
            Problem("/text", "the top-level `text` is what notifications and screen readers say")
        ]
    if not isinstance(text, str):
        return [Problem("/text", "must provide a string")]
    if len(text) > TEXT_LIMIT:
        return [Problem("/text", f"must be less than {TEXT_LIMIT + 1} characters")]
    return []


def _view(view: object, surface: Surface, kind: type[Component]) -> list[Problem]:
    problems = read((kind,), view, "")[1]
    if not isinstance(view, dict):
        return problems
    return _once(problems + _size(view) + _blocks(view, surface))


def _size(view: dict[str, object]) -> list[Problem]:
    try:
        whole = json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except RecursionError:
        return [Problem("", "is nested too deeply")]
    return [Problem("", f"must be less than {VIEW_BYTES + 1} bytes")] * (len(whole) > VIEW_BYTES)


def _blocks(payload: dict[str, object], surface: Surface) -> list[Problem]:
    blocks = walk(payload.get("blocks"), "/blocks")
    nodes: Nodes = [("", payload), *blocks]
    return [
        *block_problems(payload, surface),
        *misplaced_elements(blocks, surface),
        *across_problems(nodes, surface),
        *choice_problems(blocks),
        *figure_problems(blocks),
    ]


def _once(problems: list[Problem]) -> list[Problem]:
    """Two rules may find the same problem; it is told once."""
    return list(dict.fromkeys(problems))
