"""A spreadsheet opens what is exported, and runs none of it. Skipped where no LibreOffice is."""

import asyncio
import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.checklists.writer import as_yaml
from bot.services.data.export import ExportService
from bot.storage.database import Database
from tests.office import PROBLEM, SetClock
from tests.services.agency import OWNER, A, Agency
from tests.services.data.everything import fill

SOFFICE = shutil.which("soffice")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MEANT_BADLY = ("=1+1", "+49 30 1234", "-2+3", "@SUM(A1)", "'=1+1", '=HYPERLINK("http://x")')

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


async def converted(files: Sequence[Path], into: Path) -> dict[str, ElementTree.Element]:
    """Let LibreOffice open each CSV file, as UTF-8 with commas; return its sheets."""
    assert SOFFICE is not None
    process = await asyncio.create_subprocess_exec(
        SOFFICE,
        f"-env:UserInstallation={(into / 'profile').as_uri()}",
        "--headless",
        "--infilter=CSV:44,34,76,1",
        *("--convert-to", "fods", "--outdir", str(into)),
        *map(str, files),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    return {
        each.stem: ElementTree.parse(into / f"{each.stem}.fods").getroot()  # noqa: S314 - just made
        for each in files
    }


def cells(row: ElementTree.Element) -> list[str]:
    found: list[str] = []
    for cell in row.iter(f"{TABLE}table-cell"):
        paragraphs = ["".join(each.itertext()) for each in cell]
        found += ["\n".join(paragraphs)] * int(cell.get(f"{TABLE}number-columns-repeated", "1"))
    return found


async def test_libreoffice_reads_each_line_and_runs_no_formula(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    agency = Agency(database, clock)
    await fill(agency)
    for name in MEANT_BADLY:
        await agency.screen(OWNER, PROBLEM, name)
    await ExportService(agency.units, as_yaml).write(A, tmp_path / "out")

    files = await asyncio.to_thread(lambda: sorted((tmp_path / "out").glob("*.csv")))
    sheets = await converted(files, tmp_path)

    assert "prospects" in sheets
    for file, sheet in sheets.items():
        path = tmp_path / "out" / f"{file}.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))
        rows = [cells(each) for each in sheet.iter(f"{TABLE}table-row")]
        assert [each for each in sheet.iter() if each.get(f"{TABLE}formula")] == []
        assert rows[0][: len(lines[0])] == lines[0]
        assert len([row for row in rows if any(row)]) == len(lines)
    shown = {cell for row in sheets["prospects"].iter(f"{TABLE}table-row") for cell in cells(row)}
    assert {f"'{name}" for name in MEANT_BADLY} <= shown
