"""`walkaway checklist backtest`: its JSON, its table, and where it takes a checklist from."""

import json
from pathlib import Path

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.cli.checklists.backtest import table
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.reports.backtest import Backtest, Move
from bot.storage.database import Database
from tests.checklists.own import OWN, retitled
from tests.cli.checklists.test_adopt import FILE, refused, said
from tests.office import GOOD, NO_OFFER, SetClock
from tests.services.agency import MANAGER, OWNER, A, Agency

OURS = checklists.default()
CLIENTS = ("won", "asked", "answered", "not_again")
WALK_AWAYS = ("walked_away", "walk_aways_asked", "walk_aways_answered", "regretted")


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    """Open an agency that took on one prospect and walked away from another."""
    agency = Agency(database, clock)
    await agency.everybody_comes()
    await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    await agency.walk_away(MANAGER, await agency.screen(OWNER, NO_OFFER, "Other"))
    return agency


async def test_the_json_has_every_cell_and_those_remembered_apart(
    agency: Agency, database_url: str
) -> None:
    result = json.loads(await said(database_url, "backtest", "walk-away", "--json"))

    zeros = dict.fromkeys([*CLIENTS, *WALK_AWAYS], 0)
    assert result == {
        "judged": 2,
        "cannot_be_judged": 0,
        "moves": [
            {"from": "pursue", "to": "pursue", "n": 1, **zeros, "won": 1},
            {"from": "walk_away", "to": "walk_away", "n": 1, **zeros, "walked_away": 1},
        ],
        "remembered": {"judged": 0, "cannot_be_judged": 0, "moves": []},
    }


async def test_whom_the_team_remembers_is_judged_apart(agency: Agency, database_url: str) -> None:
    await remember(agency, "Bad", margin="loss", became="ended", again="no")
    await remember(agency, "Good", became="won", again="yes")
    await remember(agency, "Refused", offer="none", became="walked_away", regret="yes")

    result = json.loads(await said(database_url, "backtest", "walk-away", "--json"))
    text = await said(database_url, "backtest", "walk-away")

    zeros = dict.fromkeys([*CLIENTS, *WALK_AWAYS], 0)
    refused, bad = dict.fromkeys(WALK_AWAYS, 1), dict.fromkeys(CLIENTS, 1)
    assert result["judged"] == 2
    assert result["remembered"] == {
        "judged": 3,
        "cannot_be_judged": 0,
        "moves": [
            {
                "from": "pursue",
                "to": "pursue",
                "n": 1,
                **zeros,
                "won": 1,
                "asked": 1,
                "answered": 1,
            },
            {"from": "walk_away", "to": "walk_away", "n": 2, **zeros, **refused, **bad},
        ],
    }
    assert "\n\nFrom memory:\nwalk-away, version" in text


async def remember(agency: Agency, name: str, **told: str) -> None:
    """Take in a file of one line."""
    cells = {"offer": "clear", "numbers": "ready", "value": "at_once", "margin": "healthy", **told}
    text = f"name,{','.join(cells)}\n{name},{','.join(cells.values())}"
    await agency.importing.take_in(A, text)


async def test_a_file_and_an_adopted_checklist_are_taken_and_nothing_is_written(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(as_yaml(retitled(OURS, "Mine", "mine")), encoding="utf-8")

    assert (await said(database_url, "backtest", str(own))).startswith("mine, version ")
    assert "There's no file" in await refused(database_url, "backtest", "retainer", status=2)
    await said(database_url, "adopt", FILE)
    assert f"retainer, version {OWN.short_version}: 2 judged, 0 can't be judged" in await said(
        database_url, "backtest", "retainer"
    )


def test_the_table_claims_nothing_below_five_outcomes() -> None:
    few = Move(
        Verdict.PURSUE,
        Verdict.WALK_AWAY,
        9,
        won=6,
        asked=4,
        answered=3,
        not_again=3,
        walked_away=1,
    )
    enough = Move(Verdict.PROBLEM, Verdict.PURSUE, 8, won=6, asked=6, answered=5, not_again=3)
    same = Move(Verdict.PURSUE, Verdict.PURSUE, 4, won=4)

    lines = list(table(OURS, Backtest(21, 2, (same, few, enough))))

    assert lines[0].endswith(": 21 judged, 2 can't be judged, 17 would change.")
    assert lines[3:] == [
        "pursue      pursue           4",
        "pursue      walk away        9",
        "    won: 6; wouldn't be signed again: needs 2 more",
        "    walked away: 1; regretted: needs 5 more",
        "problem     pursue           8",
        "    won: 6; wouldn't be signed again: 3 of 5 (23-88 %)",
        "      answered: 5 of 6 (44-97 %)",
    ]
