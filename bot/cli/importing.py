"""`walkaway import`: takes in what was written elsewhere."""

from pathlib import Path

import click

from bot.cli.checklists.adopt import of_workspace
from bot.cli.data.arrive import take_in_all
from bot.cli.remembered import print_template, take_in_file


@click.command(name="import")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--template", is_flag=True, help="Print the columns of FILE, and an example.")
@click.option(
    "--all",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that `walkaway export` wrote, into an empty database.",
)
@of_workspace
def import_(
    file: Path | None, folder: Path | None, workspace: str | None, *, template: bool
) -> None:
    """Take in past clients and refusals from FILE, or a whole export.

    FILE is CSV in UTF-8, with a first line that names its columns: docs/remembering.md lists them.
    Nothing is taken in unless every line can be; all that is wrong is named by line and column. A
    name that was screened or remembered before is named and passed over. Nobody is reminded of
    them, and no figure mixes them with what was lived:

    \b
      walkaway import --template > clients.csv
      walkaway import clients.csv

    With --all it takes in a whole export, into a database that is migrated and empty: to move
    house. Nothing is posted for what was decided. What is open gets a new card with what happens
    to it next. Start Walkaway afterwards, with the same bot token as before:

    \b
      walkaway export --out moving        # where it was
      walkaway migrate                    # where it will be
      walkaway import --all moving
    """  # noqa: D301 - click reads the \b
    if (file is not None) + template + (folder is not None) != 1:
        raise click.UsageError("Name a FILE, or say --template, or --all DIR.")
    if folder is not None:
        take_in_all(folder)
    elif file is not None:
        take_in_file(file, workspace)
    else:
        print_template(workspace)
