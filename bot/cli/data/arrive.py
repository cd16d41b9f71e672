"""`walkaway import --all`: takes in a whole export."""

from pathlib import Path

import click

from bot.cli.data.own import run
from bot.services.data.arrival import ArrivalRefused
from bot.wiring.commands import OwnData


def take_in_all(folder: Path) -> None:
    """Take in a folder that `walkaway export` wrote, all of it or nothing."""
    run(lambda it: _take_in(it, folder))


async def _take_in(it: OwnData, folder: Path) -> None:
    try:
        counts = await it.arrivals.take_in(it.workspace_id, folder)
    except ArrivalRefused as refused:
        raise click.ClickException(f"{refused} Nothing was imported.") from None
    said = ", ".join(f"{each}: {counts[each]:,}" for each in ("prospects", "qualifications"))
    click.echo(f"Workspace {it.workspace_id} has everything from {folder}: {said}.")
