"""`walkaway export`: all that a workspace has, as files."""

from pathlib import Path

import click

from bot.cli.data.own import run
from bot.clock import real_time
from bot.storage.data.folder import FolderRefused
from bot.wiring.commands import OwnData

_SHOWN = ("prospects", "qualifications", "decisions", "overrides", "outcomes", "history")


@click.command()
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder to write to: a new one, or an empty one.  "
    "[default: walkaway-export-YYYY-MM-DD]",
)
def export(folder: Path | None) -> None:
    """Write everything from the workspace into a folder, while Walkaway runs.

    A CSV file for each of: prospects, qualifications (a column for each question), decisions,
    overrides, outcomes, history, and what else a move needs; the checklists as YAML files; and
    settings.json, without secrets. Only you can read them.

    A cell that starts with = + - @ or ' gets a ' in front, so that no spreadsheet runs it.

    Only the workspace that SLACK_BOT_TOKEN belongs to is exported; Slack is asked which one it is.

    \b
      walkaway export --out /srv/walkaway-export
    """  # noqa: D301 - click reads the \b
    where = folder or Path(f"walkaway-export-{real_time().astimezone().date().isoformat()}")
    run(lambda it: _export(it, where))


async def _export(it: OwnData, folder: Path) -> None:
    try:
        counts = await it.exports.write(it.workspace_id, folder)
    except FolderRefused as refused:
        raise click.ClickException(str(refused)) from None
    said = ", ".join(f"{counts[each]:,} in {each}" for each in _SHOWN)
    click.echo(f"{folder} has everything from workspace {it.workspace_id}. Lines: {said}.")
