"""`walkaway import`: takes in what was written elsewhere."""

from pathlib import Path

import click

from bot.cli.data.arrive import take_in_all


@click.command(name="import")
@click.option(
    "--all",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that `walkaway export` wrote.",
)
def import_(folder: Path) -> None:
    """Take in a whole export, into a database that is migrated and empty: to move house.

    Nothing is posted for what was decided. What is open gets a new card with what happens to it
    next. Start Walkaway afterwards, with the same bot token as before.

    \b
      walkaway export --out moving        # where it was
      walkaway migrate                    # where it will be
      walkaway import --all moving
    """  # noqa: D301 - click reads the \b
    take_in_all(folder)
