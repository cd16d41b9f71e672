"""What stops a command from working, as sentences for the operator."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.config import ConfigError, database_url
from bot.storage.schema.standing import NotMigrated, Schema
from bot.storage.trouble import in_words

log = logging.getLogger(__name__)

_NOT_MIGRATED = (
    "The database doesn't have the schema of this version: run `walkaway migrate` first."
)
BEYOND = (
    "The database belongs to a newer version of Walkaway: install that version again, or restore "
    "the backup from before the update."
)


def run_on_database(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`; a database that does not answer, or is not ours, ends it with a sentence."""
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(_to_its_end(work))
    except NotMigrated as error:
        raise not_migrated(error.schema) from None
    except (SQLAlchemyError, OSError) as error:
        log.debug("no database", exc_info=True)
        raise click.ClickException(f"The database {in_words(error)}") from None


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Keep the loop until SQLite's driver has no thread of this work left that speaks to it.

    One that could not open its file does so without being waited for, and would print a trace.
    """
    of_others = set(threading.enumerate())
    try:
        await work
    finally:
        for thread in set(threading.enumerate()) - of_others:
            if "_connection_worker_thread" in thread.name:
                await asyncio.to_thread(thread.join, 1)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the maker of uvloop's event loop; None, asyncio's own, where there is none."""
    if find_spec("uvloop") is None:
        return None
    return import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


def named_database() -> str:
    """Return the address of the database that the environment names, for what needs no Slack."""
    try:
        return database_url(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None


def wrong_settings(error: ConfigError) -> click.ClickException:
    """Return what ends a command whose settings cannot be used; it names all that is wrong."""
    lines = [f"  {problem.variable} {problem.sentence}" for problem in error.problems]
    return click.ClickException("The settings can't be used:\n" + "\n".join(lines))


def not_migrated(schema: Schema) -> click.ClickException:
    """Return what ends a command that cannot work with the database."""
    return click.ClickException(BEYOND if schema is Schema.BEYOND else _NOT_MIGRATED)
