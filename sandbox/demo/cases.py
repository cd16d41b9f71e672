"""What happens in the year, read from `year.yaml`: made-up companies, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

YEAR: Final = Path(__file__).with_name("year.yaml")
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The one in C, where PyYAML has it, takes a tenth of the time."""

_SAID: Final = {
    "value": "expected_value",
    "says": "numbers_given",
    "homework": "homework",
}
"""What stands beside the answers, and in which input it is entered."""
_BECAME: Final = ("became", "again", "regret")
"""What is said of somebody who is remembered, beside the answers."""
_OF_A_DEED: Final = ("after", "do", "by")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does about a prospect."""

    day: int
    action: str
    by: str
    entries: Mapping[str, Any] = field(default_factory=dict)
    """What is entered in the dialog, by block_id."""


@dataclass(frozen=True, slots=True)
class Case:
    """A prospect: who screens it when, and all that follows."""

    day: int
    who: str
    """The id of whoever screens it."""
    name: str
    met: int | None
    """How many days before that the first contact was."""
    answers: Mapping[str, Any]
    """By block_id, in every step of the checklist."""
    deeds: tuple[Deed, ...]
    outcome: Mapping[str, str]
    """What its owner answers when asked what came of it, by what is asked."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Somebody whom the team remembers from before the year."""

    who: str
    """The id of whoever enters it."""
    name: str
    entries: Mapping[str, Any]
    """What is entered in the form, by block_id."""


def read_memories(file: Path = YEAR) -> tuple[Memory, ...]:
    """Read whom the team remembers, in the order in which they are entered."""
    read = _read(file)
    return tuple(_memory(each, read["answers"]) for each in read["remembered"])


def read_year(file: Path = YEAR) -> tuple[Case, ...]:
    """Read every case, in the order in which they begin."""
    read = _read(file)
    return tuple(_case(each, read["answers"]) for each in read["cases"])


def _read(file: Path) -> Mapping[str, Any]:
    # this loader makes plain texts only: "yes" and "no" are answers here
    read: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506
    return read


def _memory(drawn: Mapping[str, Any], sets: Mapping[str, Mapping[str, Any]]) -> Memory:
    entries: dict[str, Any] = {"name": drawn["name"]}
    for name in drawn["answers"]:
        entries |= sets[name]
    entries |= {f"remembered.{each}": drawn[each] for each in _BECAME if each in drawn}
    return Memory(_member(drawn["who"]), drawn["name"], entries)


def _case(drawn: Mapping[str, Any], sets: Mapping[str, Mapping[str, Any]]) -> Case:
    day, who = int(drawn["day"]), _member(drawn["who"])
    answers = {entry: drawn[name] for name, entry in _SAID.items() if name in drawn}
    for name in drawn["answers"]:
        answers |= sets[name]
    return Case(
        day=day,
        who=who,
        name=drawn["name"],
        met=int(drawn["met"]) if "met" in drawn else None,
        answers=answers,
        deeds=tuple(_deed(each, day, who) for each in drawn.get("deeds", ())),
        outcome=drawn.get("outcome", {}),
    )


def _deed(drawn: Mapping[str, Any], day: int, who: str) -> Deed:
    entries = {name: value for name, value in drawn.items() if name not in _OF_A_DEED}
    if "owner" in entries:
        entries["owner"] = _member(entries["owner"])
    by = _member(drawn["by"]) if "by" in drawn else who
    return Deed(day + int(drawn["after"]), drawn["do"], by, entries)


def _member(name: str) -> str:
    return f"U0{name.upper()}"
