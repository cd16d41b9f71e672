"""`walkaway migrate`."""

import click

from bot.cli.failures import named_database, not_migrated, run_on_database
from bot.storage.database import Database
from bot.storage.name_keys import renew_name_keys
from bot.storage.schema.migrations import schema_of, upgrade
from bot.storage.schema.standing import Schema


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema. You can run it as often as you like."""
    url = named_database()
    run_on_database(_upgrade(url))


async def _upgrade(url: str) -> None:
    """Migrate, and write anew what the migrations cannot: the keys of names."""
    database = Database.from_url(url)
    try:
        schema = await schema_of(database)
        if schema is Schema.BEYOND:
            raise not_migrated(schema)
        if schema is Schema.AHEAD:
            click.echo("The database has what a newer version added to it. It works with this one.")
            return
        await upgrade(url)
        await renew_name_keys(database)
    finally:
        await database.close()
    click.echo("The database has the newest schema.")
