"""`walkaway checklist adopt`, `list`, `show` and `retire`: which checklists a workspace uses."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.cli.checklist import print_problems, usable
from bot.cli.failures import named_database, run_on_database
from bot.domain.checklist.model import Checklist
from bot.domain.errors import ChecklistRefusal, ChecklistRefused
from bot.domain.screening import ChecklistVersion
from bot.domain.settings.checklists import Adopted, named
from bot.domain.workspace import WorkspaceId
from bot.services.checklists import OperatorsChecklists
from bot.services.transaction.checklists import ChangingChecklists
from bot.wiring.commands import operators_checklists

_REFUSALS = {
    ChecklistRefusal.SHIPPED_ID: '"{id}" is the id of one of Walkaway\'s own checklists, and this '
    "file has a different content. Give it another id.",
    ChecklistRefusal.TOO_MANY: "{limit} checklists are already in use. Retire one first.",
    ChecklistRefusal.IS_DEFAULT: '"{id}" is the default. Adopt another one with --default first.',
    ChecklistRefusal.UNKNOWN: '"{id}" isn\'t in use. `walkaway checklist list` shows what is.',
    ChecklistRefusal.NEVER_USED: '"{id}" was never in use here, or not with this number. '
    "`walkaway checklist list` shows what is and was.",
}


class _Workspaces(Protocol):
    """What knows of every workspace."""

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return the workspaces that there are."""
        ...


of_workspace = click.option(
    "--workspace",
    metavar="ID",
    help="The Slack workspace, like T0123ABC. Needed only where there are several.",
)


@click.command()
@click.argument("checklist", metavar="FILE|ID")
@click.option("--default", "as_default", is_flag=True, help="Start new screenings with it.")
@of_workspace
def adopt(checklist: str, workspace: str | None, *, as_default: bool) -> None:
    """Adopt a checklist: a FILE of yours, or the ID of one that Walkaway comes with.

    It is proved first, as by `walkaway checklist check`. A file whose id is in use becomes its next
    version: drafts finish on the version they began with, and what was judged stays as it is. A
    line about it is posted to the channel. With the ID of a checklist in use and --default, that
    one becomes the default.

    \b
      walkaway checklist adopt my-checklist.yaml --default
    """  # noqa: D301 - click reads the \b
    content = found(checklist)
    run(lambda it: _adopt(it, workspace, content, as_default=as_default))


@click.command(name="list")
@of_workspace
def list_adopted(workspace: str | None) -> None:
    """Show which checklists are in use, the default first, and which of your own used to be."""
    run(lambda it: _list(it, workspace))


@click.command()
@click.argument("checklist_id", metavar="ID")
@click.option(
    "--number",
    type=click.IntRange(1, 999_999_999),
    metavar="N",
    help="A version other than the latest.",
)
@of_workspace
def show(checklist_id: str, workspace: str | None, number: int | None) -> None:
    """Print a checklist as a file, to read it, change it and adopt it again.

    It can be a retired checklist or an older version: the channel and `list` show the numbers.

    \b
      walkaway checklist show walk-away > ours.yaml
    """  # noqa: D301 - click reads the \b
    run(lambda it: _show(it, workspace, checklist_id, number))


@click.command()
@click.argument("checklist_id", metavar="ID")
@of_workspace
def retire(checklist_id: str, workspace: str | None) -> None:
    """Retire a checklist. Drafts can still be finished; the default can't be retired."""
    run(lambda it: _retire(it, workspace, checklist_id))


def run(work: Callable[[OperatorsChecklists], Coroutine[Any, Any, None]]) -> None:
    """Run it on the database, and turn what is refused into a sentence."""
    url = named_database()
    try:
        run_on_database(_opened(url, work))
    except ChecklistRefused as error:
        sentence = _REFUSALS[error.why].format(id=error.checklist_id, limit=error.limit)
        raise click.ClickException(sentence) from None


async def _opened(
    url: str, work: Callable[[OperatorsChecklists], Coroutine[Any, Any, None]]
) -> None:
    async with operators_checklists(url) as it:
        await work(it)


async def meant(it: _Workspaces, workspace: str | None) -> WorkspaceId:
    """Return the workspace that is meant: the only one, or the one that is named."""
    there = await it.workspaces()
    if not there:
        raise click.ClickException(
            "There's no workspace yet. Start the bot once, and let it connect to Slack."
        )
    if workspace is None and len(there) > 1:
        raise click.UsageError(f"Say which workspace with --workspace: {', '.join(there)}.")
    found = next((each for each in there if workspace in {None, each}), None)
    if found is None:
        raise click.UsageError(f"There's no workspace {workspace}, only {', '.join(there)}.")
    return found


@asynccontextmanager
async def _changing(
    it: OperatorsChecklists, workspace: str | None
) -> AsyncIterator[ChangingChecklists]:
    async with it.changing(await meant(it, workspace)) as changing:
        yield changing


async def _adopt(
    it: OperatorsChecklists, workspace: str | None, content: Checklist, *, as_default: bool
) -> None:
    async with _changing(it, workspace) as changing:
        try:
            adopted = await changing.adopt(content, as_default=as_default)
        except ChecklistRefused as refused:
            if refused.why is not ChecklistRefusal.SAME:
                raise
            adopted = named(changing.adopted, refused.checklist_id)
            if as_default and not adopted.is_default:
                await changing.make_default(refused.checklist_id)
                click.echo(f"{_line(adopted)}: now the default.")
                return
            click.echo(f"{_line(adopted)}: already in use.")
            return
    click.echo(f"{_line(adopted)}: adopted{', now the default' if as_default else ''}.")


def found(which: str) -> Checklist:
    """Return the checklist of a file, proven, or one of ours, which are proven in our tests."""
    path = Path(which)
    ours = checklists.shipped(which)
    if ours is not None and not path.is_file():
        return ours
    if not path.is_file():
        raise click.UsageError(
            f'There\'s no file "{which}", and no checklist of that id comes with Walkaway: '
            f"{', '.join(checklists.SHIPPED)}."
        )
    loaded = usable(path)
    print_problems(loaded.warnings, "Warning: ")
    return loaded.checklist


async def _list(it: OperatorsChecklists, workspace: str | None) -> None:
    async with _changing(it, workspace) as changing:
        for each in changing.adopted:
            marks = ["default"] if each.is_default else []
            marks += [f"since {each.at.date().isoformat()}"]
            click.echo(f"{_line(each)}: {', '.join(marks)}")
        for version in await changing.retired():
            click.echo(f"{_line_of(version)}: retired")


async def _show(
    it: OperatorsChecklists, workspace: str | None, checklist_id: str, number: int | None
) -> None:
    async with _changing(it, workspace) as changing:
        found = await changing.version(checklist_id, number)
    click.echo(f"# {_line_of(found)}")
    click.echo(as_yaml(found.checklist), nl=False)


async def _retire(it: OperatorsChecklists, workspace: str | None, checklist_id: str) -> None:
    async with _changing(it, workspace) as changing:
        found = await changing.retire(checklist_id)
    click.echo(f"{_line(found)}: retired.")


def _line(adopted: Adopted) -> str:
    return _line_of(adopted.version)


def _line_of(version: ChecklistVersion) -> str:
    found = version.checklist
    return f"{found.id}, version {version.number} ({found.short_version})"
