"""Collects what is wrong with a file, so that all of it can be said at once."""

from dataclasses import dataclass, field

from bot.checklists.source import Path, Source
from bot.domain.errors import ChecklistProblem


@dataclass(slots=True)
class Problems:
    """Errors forbid the use of a checklist; warnings do not."""

    source: Source
    errors: list[ChecklistProblem] = field(default_factory=list)
    warnings: list[ChecklistProblem] = field(default_factory=list)

    def error(self, path: Path, what: str) -> None:
        """Note something that must be mended."""
        self.errors.append(self.source.problem(path, what))

    def warn(self, path: Path, what: str) -> None:
        """Note something that should be thought about."""
        self.warnings.append(self.source.problem(path, what))
