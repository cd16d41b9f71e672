"""All that a workspace has leaves it as files, whole, readable by anyone it is given to."""

import asyncio
import csv
import json
import stat
import tracemalloc
from pathlib import Path

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.prospects import Stage
from bot.services.data.export import ExportService
from bot.storage.data.folder import FolderRefused
from bot.storage.data.sheets import BESIDE, SHEETS, STAYS
from bot.storage.database import Database
from bot.storage.tables import metadata
from tests.many import multiply
from tests.office import GOOD, NO_OFFER, PROBLEM, SetClock
from tests.services.agency import OWNER, A, Agency, B
from tests.services.data.everything import (
    ALL_ANSWERED,
    EVERY_KIND,
    NAMES,
    adopt_another_checklist,
    fill,
)

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    return Agency(database, clock)


async def exported(agency: Agency, folder: Path) -> Path:
    await ExportService(agency.units, as_yaml).write(A, folder)
    return folder


def table(folder: Path, file: str) -> list[dict[str, str]]:
    with (folder / f"{file}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_table_leaves_us_or_says_why_it_stays() -> None:
    leaving = {each.table.name for each in SHEETS} | {each.name for each in BESIDE}

    assert leaving | set(STAYS) == set(metadata.tables)
    assert not leaving & set(STAYS)


async def test_everything_people_would_ask_for_is_in_the_files(
    agency: Agency, tmp_path: Path
) -> None:
    await fill(agency)

    folder = await exported(agency, tmp_path / "out")

    prospects = {each["name"]: each for each in table(folder, "prospects")}
    assert {f"'{name}" for name in NAMES[:4]} < set(prospects)
    assert NAMES[4] in prospects
    assert prospects[NAMES[4]]["expected_value"] == "12345.60"
    assert prospects["Ended"]["stage"] == Stage.ENDED
    decisions = {(each["prospect_name"], each["action"]) for each in table(folder, "decisions")}
    assert {("Lost", "lost"), ("Ended", "end_client"), ("Undone", "undo")} < decisions
    assert {each["state"] for each in table(folder, "overrides")} >= {"denied", "lapsed", "ended"}
    assert {each["choice"] for each in table(folder, "outcomes")} >= {"yes", "no"}
    remembered = {each["name"]: each for each in table(folder, "remembered")}
    assert remembered["'=Remembered GmbH"]["again"] == "no"
    assert remembered["Refused"]["rule"] == "no_offer"
    assert "condition" in {each["what"] for each in table(folder, "lapses")}
    files = sorted(each.stem for each in folder.glob("*.csv"))
    cells = [cell for file in files for row in table(folder, file) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {row["at"][-6:] for row in table(folder, "history")} == {"+00:00"}
    assert {(folder / f"{file}.csv").read_bytes()[:3] for file in files} == {b"\xef\xbb\xbf"}


async def test_each_question_of_each_version_has_a_column(agency: Agency, tmp_path: Path) -> None:
    await agency.everybody_comes()
    await agency.screen(OWNER, GOOD, "Won")
    await adopt_another_checklist(agency)

    folder = await exported(agency, tmp_path / "out")

    rows = {each["name"]: each for each in table(folder, "qualifications")}
    answered = {
        name.removeprefix("every-kind.1."): cell
        for name, cell in rows["Every kind"].items()
        if name.startswith("every-kind.1.")
    }
    assert answered == ALL_ANSWERED | {
        "wishes": "calls reports",
        "size_evidence": f"'{ALL_ANSWERED['size_evidence']}",
        "words": f"'{ALL_ANSWERED['words']}",
    }
    assert rows["Every kind"]["checklist"] == "every-kind.1"
    assert rows["Won"]["walk-away.1.offer"] == "clear"
    assert rows["Won"]["every-kind.1.size"] == ""


async def test_the_checklists_come_as_files_that_can_be_adopted(
    agency: Agency, tmp_path: Path
) -> None:
    await agency.everybody_comes()
    await agency.set(referrals="Petra Klein, shops")
    await agency.screen(OWNER, GOOD)
    await adopt_another_checklist(agency)

    folder = await exported(agency, tmp_path / "out")

    file = folder / "checklists" / "every-kind.1.yaml"
    assert checklists.load(file).checklist == EVERY_KIND
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert settings["workspace"] == A
    assert settings["settings"]["referrals"] == ["Petra Klein, shops"]
    assert {each["file"] for each in settings["checklists"]} == {
        "checklists/walk-away.1.yaml",
        "checklists/every-kind.1.yaml",
    }


async def test_no_other_workspace_is_in_it(agency: Agency, tmp_path: Path) -> None:
    for workspace, name in ((A, "Of ours"), (B, "Of theirs")):
        await agency.everybody_comes(workspace)
        await agency.screen(OWNER, NO_OFFER, name, workspace)

    folder = await exported(agency, tmp_path / "out")

    assert [each["name"] for each in table(folder, "prospects")] == ["Of ours"]
    written = b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
    assert b"Of ours" in written
    assert b"Of theirs" not in written
    assert B.encode() not in written


async def test_five_times_as_much_takes_no_more_memory(agency: Agency, tmp_path: Path) -> None:
    await agency.everybody_comes()
    await agency.screen(OWNER, PROBLEM)
    peaks = []
    for count, there_are in ((1_000, 1), (5_000, 1_000)):
        await multiply(agency.database, count, there_are)
        tracemalloc.start()
        try:
            folder = await exported(agency, tmp_path / f"{count}")
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert len(table(folder, "qualifications")) == count

    assert peaks[1] < 1.25 * peaks[0]


async def test_only_its_owner_can_read_it(agency: Agency, tmp_path: Path) -> None:
    await agency.everybody_comes()
    await agency.screen(OWNER, GOOD)

    folder = await exported(agency, tmp_path / "out")

    every = [folder, *folder.rglob("*")]
    modes = {stat.S_IMODE(each.stat().st_mode) for each in every if each.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(each.stat().st_mode) for each in every if each.is_dir()} == {0o700}


async def test_a_folder_that_is_there_is_not_touched(agency: Agency, tmp_path: Path) -> None:
    await agency.everybody_comes()
    folder = tmp_path / "out"
    await asyncio.to_thread(folder.mkdir)
    await exported(agency, folder)  # it is empty

    with pytest.raises(FolderRefused, match="already exists"):
        await exported(agency, folder)

    assert not (tmp_path / "out.unfinished").exists()


async def test_a_workspace_that_is_not_there_leaves_no_folder(
    agency: Agency, tmp_path: Path
) -> None:
    with pytest.raises(FolderRefused, match="no data"):
        await exported(agency, tmp_path / "out")

    assert not (tmp_path / "out").exists()
