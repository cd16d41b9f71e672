"""The answers of qualifications, as a column for each question of each checklist version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.checklist.model import Kind, Question
from bot.domain.screening import ChecklistVersion

_BETWEEN = " "
"""Between chosen options, whose ids have no spaces."""


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Which column holds the answer to which question."""

    names: tuple[str, ...]
    _places: Mapping[str, Mapping[str, tuple[int, Kind]]]
    """By version and question: which column, and how an answer is written."""

    @classmethod
    def of(cls, versions: Iterable[ChecklistVersion]) -> "AnswerColumns":
        """Return the columns of these versions, in their order."""
        names: list[str] = []
        places: dict[str, dict[str, tuple[int, Kind]]] = {}
        for version in versions:
            its = places.setdefault(version.id, {})
            for question in _questions(version):
                its[question.id] = (len(names), question.kind)
                names.append(f"{version.checklist.id}.{version.number}.{question.id}")
        return cls(tuple(names), places)

    def written(self, version_id: str, answers: Mapping[str, Any]) -> list[str]:
        """Return a qualification's cells."""
        cells = [""] * len(self.names)
        for question, answer in answers.items():
            place, _ = self._places[version_id][question]
            cells[place] = answer if isinstance(answer, str) else _BETWEEN.join(answer)
        return cells

    def read(self, version_id: str, cells: Sequence[str]) -> dict[str, Any]:
        """Return a qualification's answers; raises KeyError for an unknown version."""
        return dict(self._read(self._places[version_id], cells))

    def _read(
        self, places: Mapping[str, tuple[int, Kind]], cells: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        for question, (place, kind) in places.items():
            cell = cells[place]
            if cell:
                yield question, cell.split(_BETWEEN) if kind is Kind.ANY_OF else cell


def _questions(version: ChecklistVersion) -> Iterator[Question]:
    """Yield the questions as they are asked, each followed by its evidence."""
    evidence = version.checklist.evidence
    for question in version.checklist.questions:
        yield question
        if question.id in evidence:
            yield evidence[question.id]
