"""A workspace as a folder of files: what people would ask for, and what another server needs."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bot.domain.checklist.model import Checklist
from bot.domain.settings.table import stored
from bot.domain.workspace import WorkspaceId
from bot.storage.data.exporting import DECISIONS, ExportedVersion, header_of
from bot.storage.data.folder import FolderRefused, NewFolder, new_folder
from bot.storage.data.sheets import SHEETS
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

FORMAT: Final = 1
"""Grows when older folders can no longer be taken in."""

SETTINGS_FILE: Final = "settings.json"
CHECKLISTS: Final = "checklists"
"""The folder of the checklists' files."""


class ExportService:
    """Writes everything a workspace has, as of one moment; nobody waits for it."""

    def __init__(self, units: UnitsOfWork, as_yaml: Callable[[Checklist], str]) -> None:
        self._units = units
        self._as_yaml = as_yaml

    async def write(self, workspace_id: WorkspaceId, folder: Path) -> Mapping[str, int]:
        """Write a folder that does not exist yet; return how many lines each table has.

        Only the folder's owner can read it, and it appears once it is complete. Its contents are
        never in memory all at once. Raises FolderRefused.
        """
        async with self._units.reading(workspace_id) as work:
            if await work.workspaces.get() is None:
                raise FolderRefused("This workspace has no data yet.")
            with new_folder(folder) as new:
                return await self._write_all(work, workspace_id, new)

    async def _write_all(
        self, work: UnitOfWork, workspace_id: WorkspaceId, folder: NewFolder
    ) -> Mapping[str, int]:
        versions = await work.leaving.versions()
        counts = {}
        for sheet in SHEETS:
            header, lines = header_of(sheet, versions), work.leaving.lines_of(sheet, versions)
            counts[sheet.file] = await folder.write_table(f"{sheet.file}.csv", header, lines)
        decided = work.leaving.decisions()
        counts["decisions"] = await folder.write_table("decisions.csv", DECISIONS, decided)
        for each in versions:
            file = file_of(each.version.checklist.id, each.version.number)
            folder.write(file, self._as_yaml(each.version.checklist))
        settings = await _settings(work, workspace_id, versions)
        folder.write(SETTINGS_FILE, json.dumps(settings, ensure_ascii=False, indent=2) + "\n")
        return counts


def file_of(checklist_id: str, number: int) -> str:
    """Return the path of a checklist version within the folder."""
    return f"{CHECKLISTS}/{checklist_id}.{number}.yaml"


async def _settings(
    work: UnitOfWork, workspace_id: WorkspaceId, versions: Sequence[ExportedVersion]
) -> Mapping[str, Any]:
    """Return the contents of `settings.json`. No token or other secret is among the settings."""
    workspace = await work.workspaces.get()
    assert workspace is not None  # noqa: S101 - it was there
    return {
        "format": FORMAT,
        "workspace": workspace_id,
        "settings": stored(workspace.settings),
        "checklists": [
            {
                "file": file_of(each.version.checklist.id, each.version.number),
                "version_id": each.version.id,
                "number": each.version.number,
                "content_hash": each.version.checklist.version,
                "first_used_at": each.first_used_at.isoformat(),
            }
            for each in versions
        ],
        "tables": await work.leaving.small_tables(),
    }
