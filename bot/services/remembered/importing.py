"""Takes in a file of past clients and refusals, for the operator: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.errors import AnswerProblem
from bot.domain.figures.reports.memory import FromMemory, from_memory
from bot.domain.remembered.file import read_lines
from bot.domain.remembered.recall import RememberedId, RememberedRef, remembered
from bot.domain.settings.checklists import default_of
from bot.domain.workspace import WorkspaceId
from bot.services.remembered.remember import known_name
from bot.services.transaction.checklists import ShippedChecklists
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """Somebody in a file whose name is already known."""

    line: int
    name: str
    problem: AnswerProblem


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of taking in a file."""

    taken: int
    skipped: tuple[SkippedLine, ...]
    so_far: FromMemory


class ImportService:
    """Takes in files; members don't get here."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, ours: ShippedChecklists) -> None:
        self._units = units
        self._rounds = rounds
        self._ours = ours

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return all workspaces."""
        return sorted(await self._rounds.workspaces())

    async def checklist(self, workspace_id: WorkspaceId) -> Checklist:
        """Return the default checklist, by which a file of this workspace is read."""
        async with self._units(workspace_id) as work:
            return default_of(await self._ours.adopted_or_first(work)).checklist

    async def take_in(self, workspace_id: WorkspaceId, text: str) -> ImportResult:
        """Remember everybody in a file, except those whose name is known. Raises FileRejected."""
        now = self._ours.clock()
        async with self._units(workspace_id) as work:
            version = default_of(await self._ours.adopted_or_first(work)).version
            workspace = await work.workspaces.get()
            assert workspace is not None  # noqa: S101 - it was listed
            today = today_in(workspace.settings.zone, now)
            passed_over = []
            taken = 0
            for line in read_lines(text, version.checklist, today):
                name = line.recalled.name
                problem = await known_name(work, name)
                if problem is not None:
                    passed_over.append(SkippedLine(line.number, name, problem))
                    continue
                ref = RememberedRef(RememberedId(self._ours.new_id()), version.id)
                await work.remembered.add(remembered(line.recalled, ref, now=now))
                taken += 1
            so_far = from_memory(await work.remembered.all())
        return ImportResult(taken, tuple(passed_over), so_far)
