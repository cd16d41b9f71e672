"""One table of what was measured, and its way into the document."""

import os
import platform
import re
from collections.abc import Sequence
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


def alone(measure: str, ours: float, goal: float, unit: str = "ms") -> Row:
    """Hold a figure against a limit; F does nothing like it."""
    most = f"at most {goal:,g} {unit}"
    return Row(measure, f"{ours:,.2f} {unit}", "", "", most, ours <= goal)


def at_least(measure: str, ours: float, goal: float) -> Row:
    """Hold a figure against what it has to reach."""
    return Row(measure, f"{ours:,.0f}", "", "", f"at least {goal:,g}", ours >= goal)


def growth(
    measure: str, many: float, few: float, goal: float | None, most: float | None = None
) -> Row:
    """Compare milliseconds where much is kept with those where little is.

    `most` are milliseconds that it may take all the same.
    """
    compared = many / few if few else inf
    goals = [f"at most {goal:g} times"] if goal is not None else []
    goals += [f"at most {most:,g} ms"] if most is not None else []
    is_met = (goal is not None and compared <= goal) or (most is not None and many <= most)
    return Row(
        measure,
        f"{many:,.2f} ms",
        f"{few:,.2f} ms",
        f"{compared:.2f} times",
        " or ".join(goals),
        is_met if goals else None,
    )


def not_run(measure: str, reason: str) -> Row:
    """Say why there is no figure; its goal counts as missed."""
    return Row(measure, "not run", "", reason.replace("|", "/").replace("\n", " "), "", False)


def table(rows: Sequence[Row], *, on: date, rounds: int) -> str:
    """Return everything as Markdown."""
    lines = [
        "| Measure | Ours | F, or little kept | Compared | Goal | Met |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    met = {True: "yes", False: "**no**", None: ""}
    lines += [
        f"| {row.measure} | {row.ours} | {row.bare} | {row.compared} | {row.goal} "
        f"| {met[row.is_met]} |"
        for row in rows
    ]
    facts = f"{on.isoformat()}, medians of {rounds} interleaved rounds. {machine()}"
    missed = [row.measure for row in rows if row.is_met is False]
    told = f"Missed: {'; '.join(missed)}." if missed else "No goal is missed."
    return "\n".join([*lines, "", facts, "", told, ""])


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
