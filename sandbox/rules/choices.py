"""Options: no value twice, and an initial choice that is one of them."""

from collections.abc import Iterator
from typing import Any

from sandbox.rules.problem import Problem
from sandbox.rules.walking import Nodes, objects

Node = dict[str, Any]
Face = tuple[str, str]


def choice_problems(nodes: Nodes) -> list[Problem]:
    """What is wrong with the options of any element."""
    problems: list[Problem] = []
    for pointer, node in nodes:
        options = list(_options(node, pointer))
        if options:
            problems += _repeated(options)
            problems += _foreign(node, pointer, {_face(option) for _, option in options})
        problems += _too_many_initial(node, pointer)
    return problems


def _options(node: Node, pointer: str) -> Iterator[tuple[str, Node]]:
    """The options of an element, in groups or not. A group by itself offers none."""
    if "type" not in node:
        return
    lists = {f"{pointer}/options": node.get("options")}
    for index, group in enumerate(objects(node.get("option_groups"))):
        lists[f"{pointer}/option_groups/{index}/options"] = group.get("options")
    for place, options in lists.items():
        yield from ((f"{place}/{index}", option) for index, option in enumerate(objects(options)))


def _repeated(options: list[tuple[str, Node]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for pointer, option in options:
        value = option.get("value")
        if isinstance(value, str):
            if value in seen:
                yield Problem(f"{pointer}/value", f"option value must be unique: {value}")
            seen.add(value)


def _foreign(node: Node, pointer: str, faces: set[Face]) -> Iterator[Problem]:
    """Slack compares an initial option with the options by text and value."""
    if isinstance(node.get("initial_option"), dict) and _face(node["initial_option"]) not in faces:
        yield Problem(f"{pointer}/initial_option", "must be one of the options")
    for index, option in enumerate(objects(node.get("initial_options"))):
        if _face(option) not in faces:
            yield Problem(f"{pointer}/initial_options/{index}", "must be one of the options")


def _face(option: Node) -> Face:
    text = option.get("text")
    words = text.get("text") if isinstance(text, dict) else None
    value = option.get("value")
    return words if isinstance(words, str) else "", value if isinstance(value, str) else ""


def _too_many_initial(node: Node, pointer: str) -> Iterator[Problem]:
    limit = node.get("max_selected_items")
    for name in _INITIAL_LISTS:
        chosen = node.get(name)
        if isinstance(limit, int) and isinstance(chosen, list) and len(chosen) > limit:
            yield Problem(f"{pointer}/{name}", f"no more than {limit} items allowed")


_INITIAL_LISTS = (
    "initial_options",
    "initial_users",
    "initial_conversations",
    "initial_channels",
)
