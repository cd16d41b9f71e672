"""That the benchmarks run; what they measure is for `make bench` on a quiet machine."""

import asyncio
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks import report

ROOT = Path(__file__).parents[1]


LANES = "one process, 1,000 lanes, 1,000 waiting, Slack takes 100 ms, PostgreSQL: messages a second"


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("scenario", "measured"),
    [
        ("qualify", {"`/qualify` and its `views.open`, SQLite: CPU per request"}),
        ("steps", {"the last step, all of it filed (7 rows), PostgreSQL, `walkaway web`: CPU"}),
        ("verdict", {"verdict: a good fit"}),
        ("names", {"similar names among 5,000, SQLite", "similar names among 5,000, PostgreSQL"}),
        ("tick", {"a tick with nothing due, 5,000 against 500 prospects, PostgreSQL"}),
        ("checklist", {"check of 60 questions by 5 options, 2 scores, 20 rules"}),
        ("growth", {"a member's Home, 5,000 against 500 prospects, PostgreSQL"}),
        ("report", {"a manager's report over 5,000 prospects, SQLite: acks meanwhile, p99"}),
        ("forecast", {"a forecast of 60 days over 5,000 prospects, PostgreSQL"}),
        ("lanes", {LANES}),
        ("pace", {"30 messages to 4 channels, PostgreSQL, against the floor"}),
        ("start", {"start to first ack, SQLite", "memory after 500 requests, PostgreSQL"}),
    ],
)
async def test_a_scenario_measures_without_a_failure(scenario: str, measured: set[str]) -> None:
    output = await run("--quick", "--rounds", "1", "--only", scenario)

    assert measured <= {line.split(" | ")[0].removeprefix("| ") for line in output.splitlines()}


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
    async with asyncio.timeout(110):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-3000:]
    return output.decode()
