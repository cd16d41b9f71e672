"""A whole export, taken into an empty installation: the way to move to another server."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bot.domain.cells import unguarded
from bot.domain.checklist.model import Checklist
from bot.domain.errors import ChecklistRejected
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.settings.table import SettingId, with_stored
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.services.data.export import FORMAT, SETTINGS_FILE
from bot.services.ports import Clock
from bot.services.transaction.planning import plan, zone_of
from bot.services.transaction.settings import announce_retention
from bot.storage.data.answers import AnswerColumns
from bot.storage.data.exporting import AT_ONCE, ExportedVersion
from bot.storage.data.importing import Reading, Row, UnreadableCell
from bot.storage.data.sheets import SHEETS, Sheet
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

_LONGEST_CELL: Final = 10_000_000
"""Characters; the default limit of the csv module is below what a history can hold."""


class ArrivalRefused(Exception):
    """Nothing was taken in; the message says why and what to do, for whoever runs the command."""


@dataclass(frozen=True, slots=True)
class _Export:
    """The contents of `settings.json` and of the checklists beside it."""

    folder: Path
    settings: Settings
    versions: tuple[ExportedVersion, ...]
    tables: Mapping[str, Any]


class ArrivalService:
    """Takes in what `ExportService` wrote."""

    def __init__(
        self, units: UnitsOfWork, clock: Clock, read_checklist: Callable[[str, str], Checklist]
    ) -> None:
        self._units = units
        self._clock = clock
        self._read_checklist = read_checklist

    async def take_in(self, workspace_id: WorkspaceId, folder: Path) -> Mapping[str, int]:
        """Take in all of it or nothing; return how many rows each file had.

        Slack is told nothing, except from which day old prospects will be forgotten, if they will.
        Open prospects are looked at from now on as if they had always been here; each gets its card
        with whatever happens to it next. Raises ArrivalRefused.
        """
        export = self._read(workspace_id, folder)
        async with self._units(workspace_id) as work:
            if await work.arriving.is_taken():
                raise ArrivalRefused(
                    f"Workspace {workspace_id} isn't empty here: it has prospects, drafts, "
                    "checklists or changed settings. Use a new database, and migrate it first."
                )
            await work.workspaces.add(Workspace(workspace_id, export.settings))
            await work.workspaces.change_settings(export.settings)
            await work.arriving.add_versions(export.versions)
            await _add_beside(work, export)
            answers = AnswerColumns.of(each.version for each in export.versions)
            counts = {each.file: await _add(work, export, each, answers) for each in SHEETS}
            whole = await work.arriving.whole()
            for each in SHEETS:
                if counts[each.file] and each not in whole:
                    raise ArrivalRefused(
                        f"{folder / each.file}.csv names rows that are in none of the files."
                    )
            await _plan(work, self._clock())
        return counts

    def _read(self, workspace_id: WorkspaceId, folder: Path) -> _Export:
        file = folder / SETTINGS_FILE
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            if said["format"] != FORMAT:
                raise ArrivalRefused(f"{file} was written by another version of Walkaway.")
            if said["workspace"] != workspace_id:
                raise ArrivalRefused(
                    f"{folder} is from workspace {said['workspace']}, and SLACK_BOT_TOKEN belongs "
                    f"to {workspace_id}: members and channels wouldn't match."
                )
            settings = with_stored(Settings(), _known(said["settings"]))
            versions = tuple(self._version(folder, each) for each in said["checklists"])
            return _Export(folder, settings, versions, said["tables"])
        except OSError as error:
            raise ArrivalRefused(f"{file} can't be read: {error.strerror}.") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ArrivalRefused(f"{file} isn't what `walkaway export` wrote.") from None

    def _version(self, folder: Path, said: Mapping[str, Any]) -> ExportedVersion:
        file = folder / said["file"]
        try:
            checklist = self._read_checklist(file.read_text(encoding="utf-8"), str(file))
        except OSError as error:
            raise ArrivalRefused(f"{file} can't be read: {error.strerror}.") from None
        except ChecklistRejected as rejected:
            raise ArrivalRefused(f"{file}: {rejected.problems[0].what}") from None
        if checklist.version != said["content_hash"]:
            raise ArrivalRefused(
                f"{file} has been changed since it was exported. What was judged by it must stay "
                "true: import the file as it was, and adopt the changed one afterwards."
            )
        version = ChecklistVersion(VersionId(said["version_id"]), int(said["number"]), checklist)
        return ExportedVersion(version, datetime.fromisoformat(said["first_used_at"]))


def _known(settings: Mapping[str, Any]) -> Mapping[SettingId, Any]:
    """Return the settings that this version knows."""
    return {each: settings[each] for each in SettingId if each in settings}


async def _add_beside(work: UnitOfWork, export: _Export) -> None:
    try:
        await work.arriving.add_small_tables(export.tables)
    except UnreadableCell as unreadable:
        file = export.folder / SETTINGS_FILE
        raise ArrivalRefused(f"{file}: {unreadable.column} can't be read.") from None


async def _add(work: UnitOfWork, export: _Export, sheet: Sheet, answers: AnswerColumns) -> int:
    """Add the rows of a file batch by batch, and return how many there were."""
    path, count = export.folder / f"{sheet.file}.csv", 0
    if sheet.may_be_missing and not path.exists():
        return 0
    rows = _rows(path, sheet, answers)
    while batch := list(islice(rows, AT_ONCE)):
        if not await work.arriving.add(sheet, batch):
            first, last = count + 1, count + len(batch)
            raise ArrivalRefused(
                f"{path}: the database refuses one of rows {first} to {last}, not counting the "
                "first line. A row appears twice, or names one that's missing."
            )
        count += len(batch)
    return count


def _rows(file: Path, sheet: Sheet, answers: AnswerColumns) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            yield from _rows_of(lines, lambda: f"{file}, line {lines.line_num}", sheet, answers)
    except OSError as error:
        raise ArrivalRefused(f"{file} can't be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArrivalRefused(f"{file} isn't a CSV file in UTF-8: {error}.") from None


def _rows_of(
    lines: Iterable[list[str]], place: Callable[[], str], sheet: Sheet, answers: AnswerColumns
) -> Iterator[Row]:
    reading: Reading | None = None
    try:
        for line in lines:
            if reading is None:
                reading = Reading.of(sheet, line, answers)
            else:
                yield reading.row([unguarded(cell) for cell in line])
    except UnreadableCell as unreadable:
        raise ArrivalRefused(f"{place()}: {unreadable.column} can't be read.") from None


async def _plan(work: UnitOfWork, now: datetime) -> None:
    """Have the clock look at what is open, at whoever must be asked about an end, and at age."""
    workspace = await work.workspaces.get()
    assert workspace is not None  # noqa: S101 - it was settled just now
    if workspace.settings.forget_after_months is not None:
        await announce_retention(work, workspace.settings, now)
    for prospect_id in await work.arriving.open_prospects():
        prospect = await work.prospects.get(prospect_id)
        assert prospect is not None, prospect_id  # noqa: S101 - it was just there
        zone = await zone_of(work, workspace, prospect.facts.owner)
        await plan(work, prospect, workspace, zone, now)
    for owner in await work.arriving.owners_to_ask():
        await work.nudges.call(owner, now)
