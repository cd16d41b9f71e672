"""`walkaway report`: the figures of every workspace, for the operator."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass

import click

from bot.cli.failures import named_database, run_on_database
from bot.cli.remembered import said
from bot.domain.figures.discipline import Figures
from bot.domain.figures.reports.listed import OVERRIDE_COST, ReportedFigure, listed
from bot.domain.figures.reports.memory import FromMemory
from bot.domain.figures.reports.past import listed_from_memory
from bot.domain.figures.scope import Period, Span
from bot.domain.workspace import WorkspaceId
from bot.services.figures.audit import AuditService
from bot.wiring.commands import audit_service

QUARTER, CHECKLIST = "quarter", "checklist"
"""By what the figures can be had."""
_NAME = 36
"""Columns for the id of a figure."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of figures as JSON.")
@click.option(
    "--period",
    type=click.Choice([each.value for each in Span]),
    help="Four weeks, twelve weeks, a year, or all time (the default), up to today.",
)
@click.option(
    "--by",
    type=click.Choice([QUARTER, CHECKLIST]),
    help="One report per quarter (not with --period) or per checklist.",
)
def report(*, as_json: bool, period: str | None, by: str | None) -> None:
    """Show the figures of every workspace.

    Each with its count or median, its n, and the range that holds the true value in 95 of 100
    cases; docs/figures.md says what they mean. With --json each figure is an object; with several
    workspaces it also names its workspace, with --by its quarter or checklist. Past clients from
    memory are shown apart, for all time.

    It reads DATABASE_URL, and writes only to bring the stored figures up to date:

    \b
      walkaway report --period 12w
      walkaway report --by quarter
    """  # noqa: D301 - click reads the \b
    if by == QUARTER and period is not None:
        raise click.UsageError("Leave out --period or --by quarter: a quarter is a period.")
    url = named_database()
    run_on_database(_report(url, Span(period or Span.ALL_TIME), by, as_json=as_json))


async def _report(url: str, span: Span, by: str | None, *, as_json: bool) -> None:
    async with audit_service(url) as it:
        found = [each async for each in _found(it, span, by)]
    if not found:
        raise click.ClickException("There's no workspace yet: start the bot once.")
    workspaces = {each.workspace for each in found}
    if as_json:
        names_it = len(workspaces) > 1
        click.echo(json.dumps(list(_objects(found, by, names_it=names_it)), indent=2))
        return
    for each in found:
        told = [f"Workspace {each.workspace}"] if len(workspaces) > 1 else []
        told += [] if each.part is None else [f"{str(by).capitalize()} {each.part}"]
        table = (*_table(each.figures), *_beside(each.counted))
        for line in (*told, *table, *_from_memory(each.memory)):
            click.echo(line)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of a workspace, or of a part of one."""

    workspace: str
    part: str | None
    """The quarter as "2026-Q4", or the id of the checklist."""
    figures: Sequence[ReportedFigure]
    counted: Figures
    memory: FromMemory | None = None
    """Whom a team remembers belongs to no part."""


async def _found(it: AuditService, span: Span, by: str | None) -> AsyncIterator[_Found]:
    if by == QUARTER:
        async for name, quarters in it.by_quarter():
            for quarter in quarters:
                yield _Found(name, _quarter(quarter.key), list(listed(quarter)), quarter.figures)
    elif by == CHECKLIST:
        async for name, checklists in it.by_checklist(span):
            for checklist in checklists:
                yield _Found(name, checklist.key, list(listed(checklist)), checklist.figures)
    else:
        async for name, made in it.reports(span):
            memory = await it.from_memory(WorkspaceId(name))
            yield _Found(name, None, list(listed(made)), made.figures, memory)


def _quarter(period: Period) -> str:
    return f"{period.first.year}-Q{(period.first.month + 2) // 3}"


def _objects(
    found: Sequence[_Found], by: str | None, *, names_it: bool
) -> Iterator[dict[str, object]]:
    for its in found:
        named = {"workspace": its.workspace} if names_it else {}
        part = {str(by): its.part} if its.part is not None else {}
        memory = () if its.memory is None else listed_from_memory(its.memory)
        for each in (*its.figures, *memory):
            yield {**named, **part, **asdict(each)}


def _from_memory(memory: FromMemory | None) -> Iterator[str]:
    """Whom the team remembers, of whatever time: they have no days."""
    if memory is not None and memory.n:
        yield ""
        yield from said(memory)
        yield from _table(list(listed_from_memory(memory)))


def _table(figures: Sequence[ReportedFigure]) -> Iterator[str]:
    yield f"{'':<{_NAME}}{'figure':>14}{'n':>8}  {'95 of 100':<16}"
    for each in figures:
        if each.id == OVERRIDE_COST and not each.n:
            continue  # nobody said what an hour costs, or there is nothing to count
        yield f"{each.id:<{_NAME}}{_value(each):>14}{each.n:>8}  {_interval(each):<16}".rstrip()


def _beside(found: Figures) -> Iterator[str]:
    """Yield what would show that discipline or a time was dressed up."""
    held, no, following = found.discipline, found.time_to_no, found.next_client
    if held.left_out:
        at_worst = f"{held.at_worst.count} of {held.at_worst.of}"
        yield f"discipline: {held.left_out} dropped out, so not counted ({at_worst} as missed)"
    if held.back_and_won:
        yield f"discipline: {held.back_and_won} screened again later and won"
    if no.half.n:
        days = "" if no.open_for.value is None else f" (median {no.open_for.value:g} days)"
        yield f"time_to_no: {no.half.still} open{days}, {no.won} won, {no.left} dropped out"
    if found.softened.of:
        again = found.screened_again
        yield f"softened: {again.count} of {again.of} verdicts came within a week of a severe one"
    if following.n:
        yield f"time_to_next_client: {following.still} still waiting"


def _value(figure: ReportedFigure) -> str:
    if not figure.shown:
        return f"needs {figure.least_n}"
    if _is_time(figure):
        return "not reached" if figure.median is None else f"{figure.median:g} days"
    return "" if figure.count is None else str(figure.count)


def _is_time(figure: ReportedFigure) -> bool:
    return figure.censored is not None or figure.median is not None


def _interval(figure: ReportedFigure) -> str:
    if not figure.shown or figure.low is None:
        return ""
    if figure.id.startswith(OVERRIDE_COST):
        return f"{figure.low:,.0f} {'or more' if figure.high is None else f'to {figure.high:,.0f}'}"
    if _is_time(figure):
        return f"{figure.low:g}-{'' if figure.high is None else format(figure.high, 'g')} days"
    return f"{figure.low:.0%} to {figure.high:.0%}"
