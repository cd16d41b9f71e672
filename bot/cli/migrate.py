"""`walkaway migrate`."""

import click

from bot.cli.failures import named_database, not_migrated, run_on_database
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.figures.counted import recount_all
from bot.storage.name_keys import cut_names, renew_name_keys
from bot.storage.schema.migrations import PATIENCE, schema_of, upgrade
from bot.storage.schema.standing import Schema


@click.command()
@click.option(
    "--restored",
    is_flag=True,
    help="After restoring a backup: look in Slack for what was waiting in it before sending it.",
)
@click.option(
    "--recount",
    is_flag=True,
    help="Recount everything for the figures, from the history.",
)
def migrate(*, restored: bool, recount: bool) -> None:
    """Bring the database to the newest schema. You can run it as often as you like."""
    url = named_database()
    run_on_database(_upgrade(url, is_restored=restored, is_recounted=recount))


async def _upgrade(url: str, *, is_restored: bool, is_recounted: bool) -> None:
    """Migrate, and write anew what the migrations cannot: the keys of names."""
    database = Database.from_url(url, patience=PATIENCE)
    try:
        await _migrate(database, url)
        if is_restored:
            waiting = await OutboxDesk(database).look_first()
            click.echo(
                f"Messages waiting in the backup: {waiting}. "
                "Each is looked for in Slack before it's sent."
            )
        if is_recounted:
            await recount_all(database)
            click.echo("The figures will be recounted within ten minutes.")
    finally:
        await database.close()


async def _migrate(database: Database, url: str) -> None:
    schema = await schema_of(database)
    if schema is Schema.BEYOND:
        raise not_migrated(schema)
    if schema is Schema.AHEAD:
        click.echo("A newer version has added to this database. It still works with this one.")
        return
    await upgrade(url)
    await renew_name_keys(database)
    await cut_names(database)
    click.echo("The database has the newest schema.")
