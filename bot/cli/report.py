"""`walkaway report`: the figures of every workspace, for the operator."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import click

from bot.cli.failures import not_migrated, run_on_database, wrong_settings
from bot.cli.remembered import said
from bot.config import ConfigError, database_url
from bot.domain.figures.reports.listed import Listed, listed
from bot.domain.figures.scope import Span
from bot.domain.remembered.counted import FromMemory
from bot.domain.remembered.past import listed_from_memory
from bot.domain.workspace import WorkspaceId
from bot.wiring import NotMigrated, audit_service

_NAME = 36
"""Columns for the id of a figure."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of figures as JSON.")
@click.option(
    "--period",
    type=click.Choice([each.value for each in Span]),
    default=Span.ALL_TIME.value,
    show_default=True,
    help="Four weeks, twelve weeks, a year, or all time, up to today.",
)
def report(*, as_json: bool, period: str) -> None:
    """Show the figures of every workspace.

    Each with its count or median, its n, and where the truth lies in 95 of 100 cases;
    docs/figures.md says what they mean. With --json each figure is an object; with several
    workspaces it also names its workspace. Whom the team remembers stands apart, of whatever time.

    It reads DATABASE_URL, and changes nothing:

    \b
      walkaway report --period 12w
    """  # noqa: D301 - click reads the \b
    try:
        url = database_url(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    try:
        run_on_database(_report(url, Span(period), as_json=as_json))
    except NotMigrated as error:
        raise not_migrated(error.schema) from None


async def _report(url: str, span: Span, *, as_json: bool) -> None:
    async with audit_service(url) as it:
        found = [
            _Found(name, list(listed(made)), await it.from_memory(WorkspaceId(name)))
            async for name, made in it.reports(span)
        ]
    if not found:
        raise click.ClickException("There is no workspace yet: start the bot once.")
    if as_json:
        click.echo(json.dumps(list(_objects(found)), indent=2))
        return
    for each in found:
        if len(found) > 1:
            click.echo(f"Workspace {each.workspace}")
        for line in (*_table(each.figures), *_from_memory(each.memory)):
            click.echo(line)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of a workspace."""

    workspace: str
    figures: Sequence[Listed]
    memory: FromMemory


def _objects(found: Sequence[_Found]) -> Iterator[dict[str, object]]:
    for its in found:
        for each in (*its.figures, *listed_from_memory(its.memory)):
            named = {"workspace": its.workspace} if len(found) > 1 else {}
            yield {**named, **asdict(each)}


def _from_memory(memory: FromMemory) -> Iterator[str]:
    """Whom the team remembers, of whatever time: they have no days."""
    if memory.n:
        yield ""
        yield from said(memory)
        yield from _table(list(listed_from_memory(memory)))


def _table(figures: Sequence[Listed]) -> Iterator[str]:
    yield f"{'':<{_NAME}}{'figure':>14}{'n':>8}  {'95 of 100':<16}"
    for each in figures:
        yield f"{each.id:<{_NAME}}{_value(each):>14}{each.n:>8}  {_interval(each):<16}".rstrip()


def _value(figure: Listed) -> str:
    if not figure.shown:
        return f"needs {figure.least_n}"
    if figure.censored is not None:
        return "not reached" if figure.median is None else f"{figure.median:g} days"
    return "" if figure.count is None else str(figure.count)


def _interval(figure: Listed) -> str:
    if not figure.shown or figure.low is None:
        return ""
    if figure.censored is not None:
        return f"{figure.low:g}-{'' if figure.high is None else format(figure.high, 'g')} days"
    return f"{figure.low:.0%} to {figure.high:.0%}"
