"""A manager gets everything as a private file, and not twice in ten minutes."""

import csv
import io
import zipfile

from bot.domain.people import OtherAction
from bot.domain.settings.table import Page
from tests.office import PROBLEM, Office


async def ask(office: Office) -> None:
    await office.open_settings(office.sabine, Page.DATA)
    await office.sabine.click(OtherAction.EXPORT)
    await office.answered()


async def test_a_manager_exports_everything_for_herself(office: Office) -> None:
    await office.screen(office.emma, "=1+1 GmbH", **PROBLEM)

    await ask(office)

    (shared,) = [each for each in office.sabine.direct_messages if each.get("files")]
    content = office.sabine.read_file(shared["files"][0]["id"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        prospects = archive.read("walkaway/prospects.csv").decode("utf-8-sig")
        assert "walkaway/settings.json" in archive.namelist()
    assert [row["name"] for row in csv.DictReader(io.StringIO(prospects))] == ["'=1+1 GmbH"]


async def test_it_can_be_asked_for_again_after_ten_minutes(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)
    await ask(office)

    await ask(office)
    assert "in 10 Minuten" in repr(office.sabine.view)
    office.clock.move(minutes=10)
    await ask(office)

    files = [each for each in office.sabine.direct_messages if each.get("files")]
    assert len(files) == 2


async def test_what_failed_can_be_asked_for_again_at_once(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)
    office.slack.workspace.scopes.remove("files:write")

    await ask(office)
    assert "files:write" in repr(office.sabine.view)
    office.slack.workspace.scopes.append("files:write")
    await ask(office)

    assert len([each for each in office.sabine.direct_messages if each.get("files")]) == 1
