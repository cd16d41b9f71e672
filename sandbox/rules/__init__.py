"""What Slack refuses: limits, places and combinations of Block Kit.

The door is the functions here. Nothing here knows of the Web API, of members or of time.
"""

from blockkit.core import Component, Home, Modal

from sandbox.rules.problem import Problem
from sandbox.rules.reading import read
from sandbox.rules.surfaces import Surface, block_problems, misplaced_elements
from sandbox.rules.walking import walk

__all__ = ["Problem", "home_problems", "message_problems", "view_problems"]


def message_problems(payload: object) -> list[Problem]:
    """Why Slack would refuse this message; empty if it would not."""
    if not isinstance(payload, dict):
        return [Problem("", "must provide an object")]
    return _surface_problems(payload, "message")


def view_problems(view: object) -> list[Problem]:
    """Why Slack would refuse this modal; empty if it would not."""
    return _view("modal", Modal, view)


def home_problems(view: object) -> list[Problem]:
    """Why Slack would refuse this Home tab; empty if it would not."""
    return _view("home", Home, view)


def _view(surface: Surface, kind: type[Component], view: object) -> list[Problem]:
    problems = read((kind,), view, "")[1]
    return problems + _surface_problems(view, surface) if isinstance(view, dict) else problems


def _surface_problems(payload: dict[str, object], surface: Surface) -> list[Problem]:
    nodes = walk(payload.get("blocks"), "/blocks")
    return block_problems(payload, surface) + misplaced_elements(nodes, surface)
