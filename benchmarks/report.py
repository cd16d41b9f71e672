"""One table of what was measured, and its way into the document."""

import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from math import inf
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "performance.md"
_BETWEEN: Final = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)
_PACKAGES: Final = (
    "slack-bolt",
    "slack-sdk",
    "SQLAlchemy",
    "asyncpg",
    "aiosqlite",
    "uvicorn",
    "uvloop",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One measure."""

    measure: str
    ours: str
    bare: str
    compared: str
    """The ratio or the difference."""
    goal: str
    is_met: bool | None
    """None where there is no goal."""


def ratio(measure: str, ours: float, bare: float, goal: float | None, unit: str) -> Row:
    """Compare by division; a batch of a trial run may be too short to cost anything."""
    compared = ours / bare if bare else inf
    return Row(
        measure,
        f"{ours:,.2f} {unit}",
        f"{bare:,.2f} {unit}",
        f"{compared:.2f} times",
        "" if goal is None else f"at most {goal:g} times",
        None if goal is None else compared <= goal,
    )


def difference(measure: str, ours: float, bare: float, goal: float) -> Row:
    """Compare milliseconds by subtraction."""
    more = ours - bare
    return Row(
        measure,
        f"{ours:,.2f} ms",
        f"{bare:,.2f} ms",
        f"{more:+.2f} ms",
        f"at most {goal:g} ms more",
        more <= goal,
    )


def limit(measure: str, ours: float, bare: float, goal: float) -> Row:
    """Hold milliseconds against a limit of their own; F is named for comparison."""
    return Row(
        measure,
        f"{ours:,.2f} ms",
        f"{bare:,.2f} ms",
        f"{ours / bare:.2f} times",
        f"at most {goal:g} ms",
        ours <= goal,
    )


def alone(measure: str, ours: float, goal: float) -> Row:
    """Hold milliseconds against a limit; F does nothing like it."""
    return Row(measure, f"{ours:,.2f} ms", "", "", f"at most {goal:g} ms", ours <= goal)


def table(rows: Iterable[Row], *, on: date, rounds: int) -> str:
    """Return everything as Markdown."""
    lines = [
        "| Measure | Ours | F | Compared | Goal | Met |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    met = {True: "yes", False: "**no**", None: ""}
    lines += [
        f"| {row.measure} | {row.ours} | {row.bare} | {row.compared} | {row.goal} "
        f"| {met[row.is_met]} |"
        for row in rows
    ]
    facts = f"{on.isoformat()}, medians of {rounds} interleaved rounds. {machine()}"
    return "\n".join([*lines, "", facts, ""])


def machine() -> str:
    """Say where and with what it was measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, {packages}."
    )


def write(text: str) -> None:
    """Put the table in its place in the document."""
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_BETWEEN.sub(lambda _: f"\n{text}\n", document), encoding="utf-8")
