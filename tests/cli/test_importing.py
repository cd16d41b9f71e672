"""`walkaway import`: all of a file or nothing, and what the checklist would have said."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from tests.office import GOOD, SetClock
from tests.services.agency import OWNER, A, Agency

HEADER = "name;offer;numbers;value;margin;became;again"
BAD = "clear;ready;at_once;loss;ended;no"
GOOD_ONE = "clear;ready;at_once;healthy;won;yes"
FILE = [
    HEADER,
    *(f"Bad {n} GmbH;{BAD}" for n in range(3)),
    f"Odd;{GOOD_ONE}".replace("yes", "no"),
    *(f"Good {n} AG;{GOOD_ONE}" for n in range(12)),
]


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    """Open an agency that has screened one prospect."""
    agency = Agency(database, clock)
    await agency.everybody_comes()
    await agency.screen(OWNER, GOOD, "Known GmbH")
    return agency


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.csv"


async def imported(database_url: str, *arguments: str) -> Result:
    def invoke() -> Result:
        return CliRunner().invoke(
            walkaway, ["import", *arguments], env={"DATABASE_URL": database_url}
        )

    return await asyncio.to_thread(invoke)


def write(file: Path, lines: Sequence[str], encoding: str = "utf-8-sig") -> str:
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return str(file)


async def names(units: UnitsOfWork) -> list[str]:
    async with units.reading(A) as work:
        return [each.name for each in await work.remembered.all()]


async def test_a_file_is_taken_in_and_says_what_the_checklist_would_have_said(
    agency: Agency, database_url: str, file: Path
) -> None:
    result = await imported(database_url, write(file, FILE))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "16 imported, 0 skipped.",
        "16 from memory:",
        "  of your 4 worst, the checklist would have caught 3 and called 0 a problem.",
        "  of your 12 best, the checklist would have refused 0 and called 0 a problem.",
    ]
    assert len(await names(agency.units)) == 16


async def test_known_names_are_named_and_passed_over(
    agency: Agency, database_url: str, file: Path
) -> None:
    lines = [HEADER, f"known;{GOOD_ONE}", f"Acme;{GOOD_ONE}", f"ACME Inc.;{GOOD_ONE}"]

    result = await imported(database_url, write(file, lines))
    again = await imported(database_url, str(file))

    assert result.stdout.splitlines() == [
        "1 imported, 2 skipped.",
        "  line 2: known is already known: Known GmbH was screened.",
        "  line 4: ACME Inc. is already known: Acme was entered before.",
        "1 from memory. 4 more, and you'll see what the checklist would have said.",
    ]
    assert again.stdout.startswith("0 imported, 3 skipped.")
    assert again.exit_code == 0
    assert await names(agency.units) == ["Acme"]


async def test_nothing_is_taken_in_unless_all_is(
    agency: Agency, database_url: str, file: Path
) -> None:
    lines = [HEADER, f"Acme;{GOOD_ONE}", ";cheap;ready;at_once;;won;maybe"]

    result = await imported(database_url, write(file, lines))

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 3, column name: A name is needed.",
        'line 3, column again: There\'s no option "maybe". Use one of yes, no.',
        'line 3, column offer: There\'s no option "cheap". Use one of clear, vague, none.',
        f"Error: Nothing was imported: {file} has mistakes.",
    ]
    assert await names(agency.units) == []


async def test_a_file_in_another_encoding_is_refused_in_a_sentence(
    agency: Agency, database_url: str, file: Path
) -> None:
    write(file, [HEADER, f"Müller;{GOOD_ONE}"], "latin-1")

    result = await imported(database_url, str(file))

    assert result.exit_code == 1
    assert result.stderr == (f"Error: {file} isn't in UTF-8, see line 2. Save it as “CSV UTF-8”.\n")


async def test_the_template_can_be_taken_in(agency: Agency, database_url: str, file: Path) -> None:
    template = await imported(database_url, "--template")
    write(file, template.stdout.splitlines())

    result = await imported(database_url, str(file))

    assert template.stdout.startswith("name,offer,numbers,numbers_given,willing,able,fire,homework")
    assert result.stdout.startswith("1 imported")


async def test_without_a_file_or_before_a_workspace_is_there_nothing_is_done(
    database: Database, database_url: str, file: Path
) -> None:
    assert (await imported(database_url)).exit_code == 2
    assert (await imported(database_url, write(file, FILE), "--template")).exit_code == 2

    result = await imported(database_url, write(file, FILE))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "There's no workspace yet." in result.stderr
