"""`walkaway forget`: erases one prospect."""

from collections.abc import Sequence

import click

from bot.cli.data.own import run
from bot.domain.prospects import ProspectId
from bot.domain.read_models import ForgetCandidate
from bot.wiring.commands import OwnData


@click.command()
@click.argument("name", metavar="NAME|ID")
@click.option("--yes", "is_sure", is_flag=True, help="Don't ask.")
def forget(name: str, *, is_sure: bool) -> None:
    """Delete one prospect, or a past client from memory, for good: name, texts and amounts.

    It's removed from the database and its files, even while Walkaway runs. The bot's messages about
    it are deleted, or rewritten where they name others: the running bot does that, or walkaway
    tick. Figures keep their counts, and the history keeps when it was deleted. What people wrote in
    Slack stays and is listed, since no bot may delete it. Backups and exports are out of reach.

    \b
      walkaway forget "Acme GmbH"
    """  # noqa: D301 - click reads the \b
    run(lambda it: _forget(it, name, is_sure=is_sure))


async def _forget(it: OwnData, name: str, *, is_sure: bool) -> None:
    found = _the_one(await it.forgetting.find(it.workspace_id, name), name)
    if not is_sure:
        click.confirm(f"Delete {found.name} ({found.id}, {_stage(found)}) for good?", abort=True)
    left = await it.forgetting.what_stays(it.workspace_id, ProspectId(found.id))
    if not await it.forgetting.forget_as_operator(it.workspace_id, found):
        raise click.ClickException(f"{name} is already gone: someone else was faster.")
    is_swept = await it.sweeper.sweep()
    click.echo(
        "Deleted. The running bot, or `walkaway tick`, removes it from Slack. Backups and CSV "
        "files that were handed out still have it."
    )
    if not is_swept:
        click.echo(await _still_there(it))
    for link in left.links:
        click.echo(f"Written by people, so it stays: {link}")
    if more := left.count - len(left.links):
        click.echo(f"Written by people, so it stays: {more} more in the same threads.")
    if left.is_hidden:
        click.echo("Slack doesn't let me read its threads. People may have written there.")


async def _still_there(it: OwnData) -> str:
    """Return why its bytes are still in the files, and what takes them out."""
    still = "Traces of it are still in the database's files"
    if await it.sweeper.may_sweep():
        return (
            f"{still}, because something else is reading them. The running bot removes them within "
            "a minute."
        )
    return (
        f"{still}: the role in DATABASE_URL isn't allowed to rewrite its tables. `walkaway "
        "doctor` says how to fix it."
    )


def _the_one(found: Sequence[ForgetCandidate], name: str) -> ForgetCandidate:
    match found:
        case []:
            raise click.ClickException(f"There's no prospect {name}.")
        case [only]:
            return only
        case _:
            each = "\n".join(f"  {it.id}  {it.name}, {_stage(it)}, of {it.owner}" for it in found)
            said = f"{name} matches several prospects. Give the id of one:"
            raise click.ClickException(f"{said}\n{each}")


def _stage(found: ForgetCandidate) -> str:
    return f"from memory: {found.stage}" if found.is_remembered else found.stage
