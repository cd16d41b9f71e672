"""`walkaway backup`: a whole copy of a SQLite database that is in use."""

import os
from pathlib import Path

import click
from sqlalchemy import make_url

from bot.cli.failures import wrong_settings
from bot.config import ConfigError, database_url
from bot.storage.backup import BackupError, back_up


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the whole SQLite database to FILE while Walkaway runs.

    Copying the file by hand would miss what SQLite keeps beside it. A backup doesn't hold anything
    up, and it's checked before FILE appears. For PostgreSQL, use pg_dump.

    To restore one, stop Walkaway, remove the old database with the files beside it (-wal, -shm),
    put FILE in its place, run walkaway migrate --restored, and start again.
    """
    try:
        url = make_url(database_url(os.environ))
    except ConfigError as error:
        raise wrong_settings(error) from None
    if url.drivername != "sqlite" or url.database is None:
        raise click.ClickException(
            "DATABASE_URL is a PostgreSQL server. Back it up with pg_dump --format=custom."
        )
    try:
        size = back_up(Path(url.database), file)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file} has everything, {_size(size)}, checked.")


def _size(size: int) -> str:
    """Write a number of bytes as people do."""
    kilobytes = size / 1024
    return f"{kilobytes:.0f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"
