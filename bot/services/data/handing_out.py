"""Everything a workspace has, for a manager in Slack: as one file, in private."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.domain.checklist.model import Checklist
from bot.domain.errors import ExportedRecently
from bot.domain.people import OtherAction
from bot.services.data.export import ExportService
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import permitted
from bot.storage.unit_of_work import UnitsOfWork

AGAIN_AFTER: Final = timedelta(minutes=10)


class HandingOutService:
    """Exports for managers. Anybody else gets NotAllowed."""

    def __init__(
        self, units: UnitsOfWork, clock: Clock, as_yaml: Callable[[Checklist], str]
    ) -> None:
        self._units = units
        self._clock = clock
        self._export = ExportService(units, as_yaml)

    async def ask(self, caller: Caller) -> datetime:
        """Record that a manager exports now, and return that time.

        Raises ExportedRecently within ten minutes of another export.
        """
        now = self._clock()
        async with self._units(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.EXPORT)
            await work.keeping.begin(now)
            if not await work.keeping.take_export(now, now - AGAIN_AFTER):
                raise ExportedRecently(AGAIN_AFTER)
        return now

    @asynccontextmanager
    async def file(self, caller: Caller, asked_at: datetime) -> AsyncIterator[Path]:
        """Open a ZIP file with all of it, which exists until the caller has sent it.

        If anything fails before that, it does not count as an export: it can be asked for again at
        once.
        """
        try:
            async with self._units.reading(caller.workspace_id) as work:
                await permitted(work, caller, OtherAction.EXPORT)
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place) / "walkaway"
                await self._export.write(caller.workspace_id, folder)
                file = Path(place) / f"walkaway-{self._clock().date()}.zip"
                await asyncio.to_thread(_zip, folder, file)
                yield file
        except Exception:
            async with self._units(caller.workspace_id) as work:
                await work.keeping.give_export_back(asked_at)
            raise


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, each.relative_to(folder.parent))
