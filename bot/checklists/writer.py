"""The way back: a stored checklist as a YAML file that people can read, change and adopt again."""

import json
from typing import Any

import yaml

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


def as_yaml(checklist: Checklist) -> str:
    """Return the file: when read again, it gives a checklist of the same version."""
    content = _ordered(json.loads(checklist.content))
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=_WIDTH))


def _ordered(value: Any) -> Any:
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    known = {key: _ordered(value[key]) for key in _ORDER if key in value}
    return known | {key: _ordered(each) for key, each in value.items() if key not in known}
