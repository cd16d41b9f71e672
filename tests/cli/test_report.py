"""`walkaway report`: the figures of every workspace, as a table and as JSON."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.storage.database import Database
from tests.office import NO_OFFER, SetClock
from tests.services.agency import OWNER, A, Agency

KEYS = {"id", "count", "n", "low", "high", "median", "censored", "least_n", "shown"}


def reported(database_url: str, *options: str) -> Result:
    return CliRunner().invoke(walkaway, ["report", *options], env={"DATABASE_URL": database_url})


MEMORY = """name,offer,became,again
A,none,won,no
B,none,ended,no
C,none,won,no
D,none,won,no
E,none,won,yes
F,none,lost,
"""


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    """Open an agency that walked away from six prospects long ago."""
    agency = Agency(database, clock)
    await agency.everybody_comes()
    agency.clock.move(days=-200)
    for n in range(6):
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, f"Number {n}"))
    return agency


async def test_each_figure_is_an_object_with_all_that_is_known(
    agency: Agency, database_url: str
) -> None:
    result = await asyncio.to_thread(reported, database_url, "--json")

    found = {each["id"]: each for each in json.loads(result.stdout)}
    assert (result.exit_code, result.stderr) == (0, "")
    assert {frozenset(each) for each in found.values()} == {frozenset(KEYS)}
    discipline = found["discipline"]
    assert (discipline["count"], discipline["n"], discipline["shown"]) == (6, 6, True)
    assert discipline["low"] == pytest.approx(0.61, abs=0.01)
    waiting = found["time_to_next_client"]
    assert (waiting["n"], waiting["censored"], waiting["median"]) == (6, 6, None)
    assert found["not_again_difference"]["shown"] is False


async def test_a_period_leaves_out_what_was_before(agency: Agency, database_url: str) -> None:
    lately = await asyncio.to_thread(reported, database_url, "--json", "--period", "4w")

    assert {each["n"] for each in json.loads(lately.stdout)} == {0}


async def test_for_people_it_is_a_table(agency: Agency, database_url: str) -> None:
    result = await asyncio.to_thread(reported, database_url)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["discipline", "6", "6", "61%", "to", "100%"] in lines
    assert ["time_to_next_client", "not", "reached", "6"] in lines
    assert ["softened", "needs", "5", "0"] in lines


def test_a_database_that_is_not_migrated_says_what_to_run(tmp_path: Path) -> None:
    result = reported(f"sqlite:///{tmp_path / 'new.db'}")

    assert result.exit_code == 1
    assert "walkaway migrate" in result.stderr


def test_an_unknown_period_is_wrong_usage() -> None:
    assert reported("sqlite:///x.db", "--period", "5w").exit_code == 2


async def test_whom_the_team_remembers_stands_beside_it(agency: Agency, database_url: str) -> None:
    await agency.importing.take_in(A, MEMORY)

    as_json = await asyncio.to_thread(reported, database_url, "--json")
    as_text = await asyncio.to_thread(reported, database_url, "--period", "4w")

    found = {each["id"]: each for each in json.loads(as_json.stdout)}
    assert {frozenset(each) for each in found.values()} == {frozenset(KEYS)}
    against = found["remembered.not_again_against"]
    assert (against["count"], against["n"], against["shown"]) == (4, 5, True)
    assert found["remembered.not_again_difference"]["shown"] is False
    assert found["not_again_against"]["n"] == 0
    assert "of your 4 worst, the checklist would have caught 4" in as_text.stdout
    assert "of your 1 best, the checklist would have refused 1" in as_text.stdout
    assert "\nremembered.not_again_against " in as_text.stdout


async def test_without_memories_no_figure_is_listed_for_them(
    agency: Agency, database_url: str
) -> None:
    result = await asyncio.to_thread(reported, database_url, "--json")

    assert not [each for each in json.loads(result.stdout) if "remembered" in each["id"]]
