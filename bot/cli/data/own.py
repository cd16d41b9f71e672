"""What the commands share that touch the data of the workspace to which our token belongs."""

import os
from collections.abc import Callable, Coroutine
from typing import Any

import click

from bot.cli.failures import run_on_database, wrong_settings
from bot.config import Config, ConfigError
from bot.slack.client.identity import MAY_PASS
from bot.wiring.commands import OwnData, own_data

NOTHING_DONE = "Nothing was done: {why}."


def run(work: Callable[[OwnData], Coroutine[Any, Any, None]]) -> None:
    """Ask Slack whose token we have, run it on that workspace, and put trouble into a sentence."""
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    run_on_database(_opened(config, work))


async def _opened(config: Config, work: Callable[[OwnData], Coroutine[Any, Any, None]]) -> None:
    async with own_data(config) as it:
        try:
            await it.workspace.ask()
        except MAY_PASS:
            raise click.ClickException(NOTHING_DONE.format(why=it.workspace.trouble)) from None
        await work(it)
