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
    """Import past clients and refusals from FILE, or a whole export.

    FILE is CSV in UTF-8, with a first line that names its columns: docs/remembering.md lists them.
    Nothing is imported unless every line can be; all mistakes are listed by line and column. A name
    that was screened or entered before is listed and skipped. No one is reminded of them, and
    figures keep them apart from real screenings:

    \b
      walkaway import --template > clients.csv
      walkaway import clients.csv

    To move, import a whole export with --all, into a database that is migrated and empty. Nothing
    is posted for decided prospects; an open one gets a new card the next time something happens to
    it. Start Walkaway afterwards, with the same bot token as before:

    \b
      walkaway export --out moving        # where it was
      walkaway migrate                    # where it will be
      walkaway import --all moving
    """  # noqa: D301 - click reads the \b
    if (file is not None) + template + (folder is not None) != 1:
        raise click.UsageError("Give a FILE, --template, or --all DIR.")
    if folder is not None:
        take_in_all(folder)
    elif file is not None:
        take_in_file(file, workspace)
    else:
        print_template(workspace)
