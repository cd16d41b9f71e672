"""The table of what became of all messages, also of tests that ran in several processes."""

from dataclasses import astuple, dataclass
from typing import Final

import pytest

HEADS: Final = ("meant", "once", "doubled", "lost", "kills", "restarts")
_KEY: Final = "what became of the messages"


@dataclass(frozen=True)
class Score:
    """A row of the table."""

    scenario: str
    database: str
    meant: int
    once: int
    doubled: int
    lost: int
    kills: int
    restarts: int


def keep(score: Score, properties: list[tuple[str, object]]) -> None:
    """Keep a row with what a test's report takes along, from whichever process."""
    properties.append((_KEY, astuple(score)))


def print_table(reporter: pytest.TerminalReporter) -> None:
    """Print what was kept, if anything was."""
    rows = [
        row
        for reports in reporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for key, row in report.user_properties
        if key == _KEY
    ]
    if not rows:
        return
    reporter.section(_KEY)
    wide = max(len(scenario) for scenario, *_ in rows)
    line = f"{{:<{wide}}}  {{:<8}}" + "  {:>8}" * len(HEADS)
    reporter.write_line(line.format("", "", *HEADS))
    for row in sorted(rows, key=lambda row: row[:2]):
        reporter.write_line(line.format(*row))
