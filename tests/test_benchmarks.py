"""That the benchmarks run; what they measure is for `make bench` on a quiet machine."""

import asyncio
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.report import Row

ROOT = Path(__file__).parents[1]


LANES = "one process, 1,000 lanes, 1,000 waiting, Slack takes 100 ms, PostgreSQL: messages a second"
OVER_A_PAST = {
    "similar names among 2,000, SQLite",
    "check of 60 questions by 5 options, 2 scores, 20 rules",
    "a member's Home, 2,000 against 500 prospects, SQLite",
    "a manager's report, 2,000 against 500 prospects, PostgreSQL",
    "the last step, 2,000 against 500 prospects, PostgreSQL",
    "a forecast of 3 days over 2,000 prospects, PostgreSQL",
    "a manager's report over 2,000 prospects, SQLite: acks meanwhile, p99",
}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("scenarios", "measured"),
    [
        ("qualify", {"`/qualify` and its `views.open`, SQLite: CPU per request"}),
        ("steps", {"the last step, all of it filed (7 rows), PostgreSQL, `walkaway web`: CPU"}),
        ("verdict", {"verdict: a good fit"}),
        ("names checklist growth forecast report", OVER_A_PAST),
        ("lanes", {LANES}),
        ("tick", {"a tick with nothing due, 2,000 against 500 prospects, PostgreSQL"}),
        ("pace", {"30 messages to 4 channels, PostgreSQL, against the floor"}),
        ("start", {"start to first ack, SQLite", "memory after 500 requests, PostgreSQL"}),
    ],
)
async def test_a_scenario_measures_without_a_failure(scenarios: str, measured: set[str]) -> None:
    chosen = [f"--only={each}" for each in scenarios.split()]
    output = await run("--quick", "--rounds", "1", *chosen)

    assert measured <= {line.split(" | ")[0].removeprefix("| ") for line in output.splitlines()}
    assert "not run" not in output


@pytest.mark.postgres
async def test_a_profile_names_the_functions_that_take_the_time() -> None:
    output = await run("--quick", "--profile", "draft")

    assert "By own time" in output
    assert "submit_step" in output


def test_a_ratio_meets_its_goal_up_to_and_with_it() -> None:
    assert report.ratio("a", 13.0, 10.0, 1.3, "ms").is_met
    assert not report.ratio("a", 13.1, 10.0, 1.3, "ms").is_met


def test_a_table_says_of_each_row_whether_its_goal_is_met() -> None:
    rows = [report.difference("ack", 9.0, 3.0, 5.0), report.limit("tail", 9.0, 3.0, 15.0)]

    lines = report.table(rows, on=date(2026, 11, 30), rounds=7).splitlines()

    assert lines[2] == "| ack | 9.00 ms | 3.00 ms | +6.00 ms | at most 5 ms more | **no** |"
    assert lines[3] == "| tail | 9.00 ms | 3.00 ms | 3.00 times | at most 15 ms | yes |"


def test_what_was_not_run_says_why_and_is_missed() -> None:
    rows = [report.not_run("growth", "TimeoutError: a | b"), report.alone("look", 9.0, 50.0)]

    text = report.table(rows, on=date(2026, 11, 30), rounds=7)

    assert "| growth | not run |  | TimeoutError: a / b |  | **no** |" in text
    assert "Missed: growth." in text


def test_growth_is_met_by_its_ratio_or_where_it_may_be_so_long_by_its_length() -> None:
    assert report.growth("a", 15.0, 10.0, 1.5).is_met
    assert not report.growth("a", 15.1, 10.0, 1.5).is_met
    assert report.growth("a", 149.0, 10.0, None, 150.0).is_met
    assert not report.growth("a", 151.0, 150.0, None, 150.0).is_met


def test_the_table_goes_into_the_document_and_nothing_else_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    before = report.DOCUMENT.read_text(encoding="utf-8")
    document.write_text(before, encoding="utf-8")
    monkeypatch.setattr(report, "DOCUMENT", document)

    report.write("the table")
    report.write("another table")

    after = document.read_text(encoding="utf-8")
    assert "<!-- figures -->\n\nanother table\n<!-- end of figures -->" in after
    assert after.partition("<!-- figures -->")[0] == before.partition("<!-- figures -->")[0]
    assert after.partition("<!-- end")[2] == before.partition("<!-- end")[2]


async def run(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(240):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-3000:]
    return output.decode()


async def test_what_takes_too_long_says_so_and_leaves_what_it_began_to_the_next() -> None:
    nothing: Any = None
    bench = Bench(nothing, nothing, 1, 1, is_quick=False, seconds=0)
    is_made, times = asyncio.Event(), 0

    async def make() -> str:
        nonlocal times
        times += 1
        await is_made.wait()
        return "a long past"

    async def measure() -> list[Row]:
        await bench.once("the past", make)
        return []

    (row,) = await bench.attempted("growth", measure())
    is_made.set()

    assert (row.measure, row.compared) == ("growth", "it took longer than 0 s")
    assert await bench.once("the past", make) == "a long past"
    assert times == 1


async def test_of_two_databases_one_that_fails_leaves_the_other_its_figures() -> None:
    nothing: Any = None
    bench = Bench(nothing, nothing, 1, 1, is_quick=False)

    async def measure(_bench: Bench, kind: str, called: str) -> list[Row]:
        if kind == "sqlite":
            raise OSError("disk full")
        return [Row(called, "1 ms", "", "", "", is_met=True)]

    rows = await bench.on_each("lanes", measure)

    assert [(row.measure, row.is_met) for row in rows] == [
        ("lanes, SQLite", False),
        ("PostgreSQL", True),
    ]
