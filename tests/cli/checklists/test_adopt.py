"""`walkaway checklist adopt`, `list`, `show` and `retire`, for one workspace or two."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.cli import walkaway
from bot.storage.database import Database
from tests.checklists.own import NEXT, OWN, retitled
from tests.checklists.test_other_checklists import DATA
from tests.office import SetClock
from tests.services.agency import OWNER, Agency, B

FILE = str(DATA / "retainer.yaml")
OURS = checklists.default()


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    agency = Agency(database, clock)
    await agency.greet(OWNER)
    return agency


async def run(database_url: str, *arguments: str) -> Result:
    def invoke() -> Result:
        return CliRunner().invoke(
            walkaway, ["checklist", *arguments], env={"DATABASE_URL": database_url}
        )

    return await asyncio.to_thread(invoke)


async def said(database_url: str, *arguments: str) -> str:
    result = await run(database_url, *arguments)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


async def refused(database_url: str, *arguments: str, status: int = 1) -> str:
    result = await run(database_url, *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    return result.stderr


async def test_a_file_is_adopted_listed_made_the_default_shown_and_retired(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    own = f"retainer, version 1 ({OWN.short_version})"
    ours = f"walk-away, version 1 ({OURS.short_version})"
    assert await said(database_url, "adopt", FILE) == f"{own}: adopted.\n"
    assert await said(database_url, "adopt", FILE) == f"{own}: already in use.\n"
    assert await said(database_url, "adopt", FILE, "--default") == f"{own}: now the default.\n"
    assert (await said(database_url, "list")).startswith(f"{own}: default, since 20")

    shown = tmp_path / "shown.yaml"
    shown.write_text(await said(database_url, "show", "retainer"))
    assert checklists.load(shown).checklist.version == OWN.version

    assert await said(database_url, "retire", "walk-away") == f"{ours}: retired.\n"
    assert await said(database_url, "adopt", "walk-away", "--default") == (
        f"{ours}: adopted, now the default.\n"
    )


async def test_the_same_id_becomes_the_next_version(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(as_yaml(NEXT))
    await said(database_url, "adopt", FILE)

    assert "retainer, version 2" in await said(database_url, "adopt", str(file))


async def test_what_is_retired_can_still_be_had_in_every_version(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(as_yaml(NEXT))
    await said(database_url, "adopt", FILE)
    await said(database_url, "adopt", str(file))
    await said(database_url, "retire", "retainer")

    listed = await said(database_url, "list")
    last = await said(database_url, "show", "retainer")
    first = await said(database_url, "show", "retainer", "--number", "1")

    assert f"retainer, version 2 ({NEXT.short_version}): retired\n" in listed
    assert checklists.loads(last).checklist.version == NEXT.version
    assert checklists.loads(first).checklist.version == OWN.version


async def test_what_cannot_be_is_said_and_nothing_is_taken(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(as_yaml(retitled(OURS, "Mine")))
    before = await said(database_url, "list")

    assert "is the id of one of Walkaway's own" in await refused(
        database_url, "adopt", str(changed)
    )
    assert "broken.yaml:" in await refused(database_url, "adopt", str(DATA / "broken.yaml"))
    assert "is the default" in await refused(database_url, "retire", "walk-away")
    assert "isn't in use" in await refused(database_url, "retire", "nothing")
    assert "was never in use here" in await refused(database_url, "show", "nothing")
    assert "was never in use here" in await refused(
        database_url, "show", "walk-away", "--number", "9"
    )
    assert "There's no file" in await refused(database_url, "adopt", "nothing", status=2)
    assert await said(database_url, "list") == before


async def test_of_several_workspaces_one_must_be_named(agency: Agency, database_url: str) -> None:
    await agency.greet(OWNER, B)

    assert "--workspace: T0A, T0B" in await refused(database_url, "list", status=2)
    assert "only T0A, T0B" in await refused(database_url, "list", "--workspace", "T0C", status=2)
    assert "retainer" in await said(database_url, "adopt", FILE, "--workspace", "T0B")
    assert "retainer" not in await said(database_url, "list", "--workspace", "T0A")


async def test_without_a_workspace_it_says_what_to_do(
    database: Database, database_url: str
) -> None:
    assert "Start the bot once" in await refused(database_url, "list")
