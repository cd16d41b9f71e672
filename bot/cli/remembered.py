"""Whom a team remembers: taken in from a CSV file, and what is said of them."""

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import click

from bot.cli.checklists.adopt import meant
from bot.cli.failures import named_database, run_on_database
from bot.domain.checklist.wording import what_is_wrong
from bot.domain.errors import AnswerProblem
from bot.domain.figures.reports.memory import FromMemory, RecallSummary
from bot.domain.remembered.file import FileRejected, WrongCell, template
from bot.services.remembered.importing import ImportResult, ImportService, SkippedLine
from bot.wiring.commands import import_service


def take_in_file(file: Path, workspace: str | None) -> None:
    """Take in everybody in a file, and say what the checklist would have said of them."""
    text = _read(file)
    try:
        _run(lambda it: _take_in(it, workspace, text))
    except FileRejected as rejected:
        for cell in rejected.problems:
            click.echo(_place(cell), err=True)
        raise click.ClickException(f"Nothing was imported: {file} has mistakes.") from None


def print_template(workspace: str | None) -> None:
    """Print the columns of a file, and a line that shows how to fill them."""
    _run(lambda it: _print_template(it, workspace))


def _run(work: Callable[[ImportService], Coroutine[Any, Any, None]]) -> None:
    url = named_database()
    run_on_database(_opened(url, work))


async def _opened(url: str, work: Callable[[ImportService], Coroutine[Any, Any, None]]) -> None:
    async with import_service(url) as it:
        await work(it)


async def _take_in(it: ImportService, workspace: str | None, text: str) -> None:
    for line in _told(await it.take_in(await meant(it, workspace), text)):
        click.echo(line)


async def _print_template(it: ImportService, workspace: str | None) -> None:
    click.echo(template(await it.checklist(await meant(it, workspace))), nl=False)


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise click.ClickException(
            f"{file} isn't in UTF-8, see line {line}. Save it as “CSV UTF-8”."
        ) from None


def _told(result: ImportResult) -> Iterator[str]:
    yield f"{result.taken} imported, {len(result.skipped)} skipped."
    for each in result.skipped:
        yield f"  line {each.line}: {_known(each)}"
    yield from said(result.so_far)


def _known(each: SkippedLine) -> str:
    before = each.problem.detail["name"]
    known = "was entered before" if each.problem.code == "remembered_before" else "was screened"
    return f"{each.name} is already known: {before} {known}."


def said(so_far: FromMemory) -> Iterator[str]:
    """Yield what the checklist would have said of them, in plain counts."""
    if so_far.missing:
        yield (
            f"{so_far.n} from memory. {so_far.missing} more, and you'll see what the checklist "
            "would have said."
        )
        return
    yield f"{so_far.n} from memory:"
    for some, which, done in ((so_far.worst, "worst", "caught"), (so_far.best, "best", "refused")):
        if some.of:
            yield f"  of your {_counts(some, which, done)}"


def _counts(some: RecallSummary, which: str, done: str) -> str:
    return (
        f"{some.of} {which}, the checklist would have {done} {some.walk_away} "
        f"and called {some.problem} a problem."
    )


def _place(cell: WrongCell) -> str:
    column = f", column {cell.column}" if cell.column else ""
    return f"line {cell.line}{column}: {_sentence(cell.problem)}"


SENTENCES_OF_FILES = {
    "no_csv": "This isn't CSV: {why}.",
    "unknown_column": "There's no such column. Use one of {known}.",
    "column_twice": "This column appears twice.",
    "no_column": "This column is missing.",
    "too_many_cells": "There are more cells than the {columns} columns.",
}
"""What is wrong with a file rather than with what it says of somebody, by code."""


def _sentence(problem: AnswerProblem) -> str:
    if problem.code not in SENTENCES_OF_FILES:
        return what_is_wrong(problem)
    words = {
        key: ", ".join(value) if isinstance(value, tuple) else str(value)
        for key, value in problem.detail.items()
    }
    return SENTENCES_OF_FILES[problem.code].format(**words)
