"""Every object of a payload with its JSON pointer, and careful looks into them."""

from typing import Any

Nodes = list[tuple[str, dict[str, Any]]]


def walk(value: object, pointer: str = "") -> Nodes:
    """All objects in reading order. No recursion: a payload may be deeper than our stack."""
    nodes: Nodes = []
    waiting = [(pointer, value)]
    while waiting:
        place, here = waiting.pop()
        if isinstance(here, dict):
            nodes.append((place, here))
            waiting += [(f"{place}/{escape(key)}", item) for key, item in reversed(here.items())]
        elif isinstance(here, list):
            waiting += [(f"{place}/{index}", here[index]) for index in reversed(range(len(here)))]
    return nodes


def escape(key: str) -> str:
    """A key as part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def kind_of(value: object) -> str:
    """The `type` of an object, or nothing."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in an array, and none where there is no array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
