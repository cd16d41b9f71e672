"""The way back: a stored checklist as a YAML file that people can read, change and adopt again."""

import json
import re
from typing import Any

import yaml

from bot.checklists.source import NUMBER_LIKE, NUMBERS_BEGIN_WITH
from bot.domain.checklist.model import Checklist

_ORDER = (
    "id",
    "kind",
    "languages",
    "title",
    "text",
    "short",
    "hint",
    "intro",
    "description",
    "unit",
    "min",
    "max",
    "required",
    "asked_when",
    "when",
    "verdict",
    "decide_within",
    "final",
    "sentence",
    "settle",
    "condition",
    "due",
    "options",
    "questions",
    "scores",
    "names",
    "steps",
    "rules",
)
"""The order in which people read: what a part is, what it says, and then its own parts."""
_WIDTH = 110
_NUMBERS = frozenset({"min", "max", "at_least", "at_most", "below", "above"})
"""What takes a number, which is stored as a text where it's long or has decimals."""
_A_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class _Number(str):
    """A number that is written without quotes."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Puts every text in quotes that the reader would take for something else."""


def _plain(dumper: _Dumper, number: _Number) -> yaml.Node:
    """Return a number under the tag that a reader gives it, so that none is written."""
    tag = dumper.resolve(yaml.ScalarNode, number, (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(number))


_Dumper.add_implicit_resolver("number-like", NUMBER_LIKE, list(NUMBERS_BEGIN_WITH))
_Dumper.add_representer(_Number, _plain)


def as_yaml(checklist: Checklist) -> str:
    """Return the file: when read again, it gives a checklist of the same version."""
    content = _ordered(json.loads(checklist.content))
    return str(
        yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    )


def _ordered(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if not isinstance(value, dict):
        is_number = key in _NUMBERS and isinstance(value, str) and _A_NUMBER.fullmatch(value)
        return _Number(value) if is_number else value
    known = {name: _ordered(value[name], name) for name in _ORDER if name in value}
    return known | {name: _ordered(each, name) for name, each in value.items() if name not in known}
