"""What a payload or an answer is made of: the types of its fields by their path, and no values.

A path is like `view.state.values.*.*.type` or `actions[].action_id`; `*` stands for a name that an
app or a workspace gave. The types of a field are those that were seen; `absent` among them says
that it need not be there at all.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SHAPES: Final = Path(__file__).parent / "shapes"
ABSENT: Final = "absent"
_OBJECT: Final = "object."
"""How the shapes begin that others name in place of a type."""

_ANYTHING: Final = frozenset(
    {
        "assistant_app_thread",
        "attachments",
        "blocks",
        "bot_profile",
        "event_payload",
        "initial_comment",
        "list_limits",
        "list_metadata",
        "media_progress",
        "reactions",
        "rich_text_value",
        "room",
        "root",
        "saved",
        "shares",
        "title_blocks",
        "transcription",
    }
)
"""Fields whose inside is not looked at: what an app draws, and what we have nothing to do with."""
_NAMES_BELOW: Final = {"values": 2, "public": 1, "private": 1}
"""How many levels below have names that an app or a workspace gave."""
_TYPES: Final = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}

Types = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Shape:
    """What was seen in public, and where."""

    sources: Sequence[str]
    fields: Types


def shapes() -> dict[str, Shape]:
    """Return every shape by its name."""
    kept = {file.stem: read(file) for file in SHAPES.glob("*.json")}
    objects = {name: each.fields for name, each in kept.items() if name.startswith(_OBJECT)}
    return {
        name: Shape(each.sources, _with_objects(each.fields, objects))
        for name, each in kept.items()
    }


def shape_of(sample: Any) -> Types:
    """Return of which fields a payload or an answer is made."""
    types: dict[str, set[str]] = defaultdict(set)
    there: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for path, type_ in _walk(sample):
        types[path].add(type_)
        there[path] += 1
        objects[path] += type_ == "object"
    for path, seen in types.items():
        if _is_field(path) and there[path] < objects[_parent(path)]:
            seen.add(ABSENT)
    return {path: frozenset(seen) for path, seen in types.items()}


def optional(shape: Types) -> Types:
    """Say of no field that it is always there."""
    return {path: types | {ABSENT} if _is_field(path) else types for path, types in shape.items()}


def together(one: Types, other: Types) -> Types:
    """Return what both are made of."""
    return {
        path: one.get(path, frozenset())
        | other.get(path, frozenset())
        | ({ABSENT} if _is_lacking(path, one) or _is_lacking(path, other) else set())
        for path in {*one, *other}
    }


def differences(ours: Any, shape: Types) -> list[str]:
    """Say where a payload or answer of ours is not made as those of Slack."""
    return [*invented(ours, shape), *_left_out(shape_of(ours), shape)]


def invented(ours: Any, shape: Types) -> Iterator[str]:
    """Say what a payload or answer of ours has that those of Slack have not."""
    for path, types in shape_of(ours).items():
        if path not in shape:
            yield f"{path}: nobody recorded it"
        elif odd := types - shape[path] - {ABSENT}:
            seen = " | ".join(sorted(shape[path]))
            yield f"{path}: {' | '.join(sorted(odd))}, where {seen} was recorded"


def _left_out(made: Types, shape: Types) -> Iterator[str]:
    for path, types in shape.items():
        has_place = "object" in made.get(_parent(path), ())
        if has_place and _is_field(path) and ABSENT not in types and path not in made:
            yield f"{path}: always recorded, and left out"


def _walk(value: Any, path: str = "", names_below: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each place inside with its type, and each list's items under one path."""
    if isinstance(value, Mapping):
        yield path, "object"
        for key, inner in value.items():
            name = "*" if names_below else key
            below = names_below - 1 if names_below else _NAMES_BELOW.get(key, 0)
            where = f"{path}.{name}" if path else name
            if key in _ANYTHING and not names_below:
                yield where, "anything"
            else:
                yield from _walk(inner, where, below)
    elif isinstance(value, list):
        yield path, "array"
        for inner in value:
            yield from _walk(inner, f"{path}[]", names_below)
    else:
        yield path, _TYPES[type(value)]


def _is_field(path: str) -> bool:
    """Whether it is a field of an object: not the whole, an item of a list, or a name's."""
    return bool(path) and not path.endswith(("[]", "*"))


def _is_lacking(path: str, shape: Types) -> bool:
    """Whether a shape has a place for a field, and not the field."""
    return _is_field(path) and path not in shape and "object" in shape.get(_parent(path), ())


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _with_objects(fields: Types, objects: Mapping[str, Types]) -> Types:
    """Put in the fields of each object that is named in place of a type."""
    whole: dict[str, frozenset[str]] = {}
    for path, types in fields.items():
        named = {each for each in types if f"{_OBJECT}{each}" in objects}
        whole[path] = types - named | ({"object"} if named else set())
        for each in named:
            inside = _with_objects(objects[f"{_OBJECT}{each}"], objects)
            whole |= {f"{path}.{below}": seen for below, seen in inside.items() if below}
    return whole


def read(file: Path) -> Shape:
    """Return a shape as it is kept, objects by their names."""
    kept = json.loads(file.read_text("utf-8"))
    fields = {path: frozenset(types.split(" | ")) for path, types in kept["fields"].items()}
    return Shape(kept["sources"], {"": frozenset({"object"}), **fields})
