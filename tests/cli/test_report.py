"""`walkaway report`: the figures of every workspace, as a table and as JSON."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.domain.figures.reports.parts import QUARTERS
from bot.domain.outcomes.outcome import Ending, Hours, OutcomeKey
from bot.services.ports import Caller
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


async def test_counterparts_stand_below_the_table(agency: Agency, database_url: str) -> None:
    await agency.lose(OWNER, await agency.screen(OWNER, NO_OFFER, "Dropped out"))
    await agency.screen(OWNER, NO_OFFER, "Open")
    agency.clock.move(days=30)

    result = await asyncio.to_thread(reported, database_url)

    discipline, no, following = result.stdout.splitlines()[-3:]
    assert discipline == "discipline: 1 dropped out, so not counted (6 of 8 as missed)"
    assert no.startswith("time_to_no: 1 open (median ")
    assert no.endswith(" days), 0 won, 1 dropped out")
    assert following == "time_to_next_client: 6 still waiting"


async def test_no_quarter_is_left_out(agency: Agency, database_url: str) -> None:
    """A table in Slack has the latest eight."""
    agency.clock.move(days=-800)
    await agency.screen(OWNER, NO_OFFER, "Early")

    result = await asyncio.to_thread(reported, database_url, "--json", "--by", "quarter")

    quarters = {each["quarter"] for each in json.loads(result.stdout)}
    assert len(quarters) > QUARTERS


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
    answered = found["remembered.answered"]
    assert (answered["count"], answered["n"]) == (5, 5)
    assert found["not_again_against"]["n"] == 0
    assert "of your 4 worst, the checklist would have caught 4" in as_text.stdout
    assert "of your 1 best, the checklist would have refused 1" in as_text.stdout
    assert "\nremembered.not_again_against " in as_text.stdout


async def test_without_memories_no_figure_is_listed_for_them(
    agency: Agency, database_url: str
) -> None:
    result = await asyncio.to_thread(reported, database_url, "--json")

    assert not [each for each in json.loads(result.stdout) if "remembered" in each["id"]]


async def test_each_quarter_can_be_had_by_itself(agency: Agency, database_url: str) -> None:
    as_json = await asyncio.to_thread(reported, database_url, "--json", "--by", "quarter")
    as_text = await asyncio.to_thread(reported, database_url, "--by", "quarter")

    found = [each for each in json.loads(as_json.stdout) if each["id"] == "discipline"]
    assert {frozenset(each) for each in found} == {frozenset(KEYS | {"quarter"})}
    assert found[-1]["quarter"] == "2026-Q2"
    assert [each["n"] for each in found] == [*[0] * (len(found) - 1), 6]
    assert "Quarter 2026-Q2\n" in as_text.stdout
    both = reported(database_url, "--by", "quarter", "--period", "4w")
    assert (both.exit_code, "a quarter is a period" in both.stderr) == (2, True)


async def test_each_checklist_can_be_had_by_itself(agency: Agency, database_url: str) -> None:
    as_json = await asyncio.to_thread(reported, database_url, "--json", "--by", "checklist")

    found = {each["id"]: each for each in json.loads(as_json.stdout)}
    assert {each["checklist"] for each in found.values()} == {"walk-away"}
    assert found["discipline"]["n"] == 6


async def test_what_overrides_cost_is_there_once_an_hour_has_a_cost(
    agency: Agency, database_url: str
) -> None:
    won = []
    for n in range(5):
        prospect = await agency.screen(OWNER, NO_OFFER, f"Client {n}")
        won.append(await agency.win(OWNER, await agency.override(OWNER, prospect)))
    day = agency.clock().date()
    agency.clock.move(days=31)
    for client in won:
        key = OutcomeKey(client.id, Ending.WON, day, 30)
        await agency.outcomes.note_answer(Caller(A, OWNER), key, Hours.UP_TO_20, 0)

    before = await asyncio.to_thread(reported, database_url)
    await agency.set(cost_of_an_hour="100")
    after = await asyncio.to_thread(reported, database_url)
    as_json = await asyncio.to_thread(reported, database_url, "--json")

    assert "override_cost" not in before.stdout
    lines = [line.split() for line in after.stdout.splitlines()]
    assert ["override_cost", "5", "2,500", "to", "10,000"] in lines
    assert ["override_cost.no_other_client", "5", "2,500", "to", "10,000"] in lines
    found = {each["id"]: each for each in json.loads(as_json.stdout)}
    cost = found["override_cost"]
    assert (cost["low"], cost["high"], cost["n"], cost["shown"]) == (2500, 10000, 5, True)
