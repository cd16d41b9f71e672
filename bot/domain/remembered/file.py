"""A CSV file of past clients and refusals: its columns, and how its lines are read."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from bot.domain.cells import unguarded
from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.errors import AnswerProblem, AnswersRejected, DomainError
from bot.domain.remembered.recall import (
    BECAME_OF,
    NAME,
    OF_A_DAY,
    OUTCOMES,
    Recalled,
    read_recalled,
)

_SEPARATORS = (";", "\t", ",")
"""The cell separators. No column name contains one, so the first line tells which is used."""
_NAMES_SEPARATOR = re.compile(r'"?sep=([;\t,])"?[;\t,]*', re.IGNORECASE)
"""The line before the columns in which a file tells Excel its separator."""
_BETWEEN_OPTIONS = re.compile(r"[\s,;|]+")

BESIDE: Mapping[str, str] = {
    "became": BECAME_OF,
    **{key.rpartition(".")[2]: key for key in OUTCOMES},
}
"""The columns besides the name and the questions, with the id of what they answer."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A remembered client or refusal in a file, and their line."""

    number: int
    recalled: Recalled


@dataclass(frozen=True, slots=True)
class WrongCell:
    """What is wrong in one place of a file."""

    line: int
    column: str
    """Empty if it concerns the whole line."""
    problem: AnswerProblem


class FileRejected(DomainError):
    """A file can't be imported; carries every problem, in the order of the lines."""

    def __init__(self, problems: Sequence[WrongCell]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)


def columns(checklist: Checklist) -> tuple[str, ...]:
    """Return the columns that a file may have; a question's column is named by its id."""
    return (NAME, *(each.id for each in _questions(checklist)), *BESIDE)


def template(checklist: Checklist) -> str:
    """Return the header of a file, and an example line to be replaced."""
    first = {each.id: each.options[0].id for each in _questions(checklist) if each.options}
    example = {NAME: "Acme Ltd", **first, "became": "won", "again": "yes"}
    written = io.StringIO()
    rows = csv.DictWriter(written, columns(checklist), restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerow(example)
    return written.getvalue()


def read_lines(text: str, checklist: Checklist, today: date) -> tuple[FileLine, ...]:
    """Return everybody in a file. Raises FileRejected with everything that is wrong with it."""
    records = _records(text)
    header = [cell.strip().casefold() for cell in next(records, (0, []))[1]]
    while header and not header[-1]:
        header.pop()
    wrong = list(_wrong_columns(header, checklist))
    if wrong:
        raise FileRejected(wrong)
    lines: list[FileLine] = []
    for number, cells in records:
        try:
            document = _document(header, cells, checklist)
            lines.append(FileLine(number, read_recalled(checklist, document, today)))
        except AnswersRejected as rejected:
            wrong += [_wrong_cell(number, problem) for problem in rejected.problems]
    if wrong:
        raise FileRejected(wrong)
    return tuple(lines)


def _questions(checklist: Checklist) -> Iterator[Question]:
    return (each for each in checklist.questions if each.kind not in OF_A_DAY)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-empty lines with their numbers; raises FileRejected."""
    first = next(filter(str.strip, io.StringIO(text, newline=None)), "").rstrip("\n")
    named = _NAMES_SEPARATOR.fullmatch(first)
    separator = named[1] if named else next((each for each in _SEPARATORS if each in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, has_begun = 1, named is None
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if has_begun:
                    yield number, cells
                has_begun = True
            number = reader.line_num + 1
    except csv.Error as error:
        problem = AnswerProblem("", "no_csv", {"why": str(error)})
        raise FileRejected([WrongCell(number, "", problem)]) from None


def _wrong_columns(header: Sequence[str], checklist: Checklist) -> Iterator[WrongCell]:
    known = columns(checklist)
    for place, name in enumerate(header):
        if name not in known:
            yield WrongCell(1, name, AnswerProblem(name, "unknown_column", {"known": known}))
        elif name in header[:place]:
            yield WrongCell(1, name, AnswerProblem(name, "column_twice"))
    for name in (NAME, "became"):
        if name not in header:
            yield WrongCell(1, name, AnswerProblem(name, "no_column"))


def _document(
    header: Sequence[str], cells: Sequence[str], checklist: Checklist
) -> dict[str, object]:
    """Return what a line says, by id. Raises AnswersRejected if it has more cells than columns."""
    if any(cell.strip() for cell in cells[len(header) :]):
        raise AnswersRejected([AnswerProblem("", "too_many_cells", {"columns": len(header)})])
    document: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        value = unguarded(cell).strip()
        if value and name in BESIDE:
            document[BESIDE[name]] = value.casefold()
        elif value:
            document[name] = value if name == NAME else _answer(checklist.question(name), value)
    return document


def _answer(question: Question, value: str) -> object:
    match question.kind:
        case Kind.ONE_OF:
            return value.casefold()
        case Kind.ANY_OF:
            return [each for each in _BETWEEN_OPTIONS.split(value.casefold()) if each]
        case Kind.TEXT | Kind.NUMBER | Kind.DATE:
            return value
        case _:
            assert_never(question.kind)


def _wrong_cell(number: int, problem: AnswerProblem) -> WrongCell:
    columns_of = {key: column for column, key in BESIDE.items()}
    return WrongCell(number, columns_of.get(problem.question, problem.question), problem)
