"""`walkaway run`, `web` and `worker`."""

import logging
import os
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import cast

import click

from bot.cli.failures import run_on_database, wrong_settings
from bot.cli.logs import log_to_stderr
from bot.cli.tempo import Tempo
from bot.config import Config, ConfigError
from bot.serving import CannotListen, PortTaken, ProcessPart, serve

log = logging.getLogger(__name__)

_READ_BY_BOLT = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""Bolt takes these from the environment by itself, and with them its file-based OAuth stores,
which can be made to delete files. The Config has what we need of them."""


@click.command()
@click.pass_obj
def run(tempo: Tempo | None) -> None:
    """Run everything in one process: Slack, the clock, delivery.

    Settings come from the environment or a .env file; .env.example explains them.
    """
    _serve(ProcessPart.WEB | ProcessPart.WORKER, tempo or Tempo())


@click.command()
@click.pass_obj
def web(tempo: Tempo | None) -> None:
    """Run only the half that talks to people in Slack. Any number can run, on PostgreSQL."""
    _serve(ProcessPart.WEB, tempo or Tempo())


@click.command()
@click.pass_obj
def worker(tempo: Tempo | None) -> None:
    """Run only the half that keeps time and delivers. Any number can run, on PostgreSQL."""
    _serve(ProcessPart.WORKER, tempo or Tempo())


def _serve(parts: ProcessPart, tempo: Tempo) -> None:
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    log_to_stderr(config.log_level, config.log_format)
    for warning in config.warnings:
        log.warning(warning)
    if parts != ProcessPart.WEB | ProcessPart.WORKER and config.database_url.startswith("sqlite"):
        raise click.ClickException(
            "web and worker share a database over the network: set DATABASE_URL to PostgreSQL, "
            "or use `walkaway run` with SQLite."
        )
    for name in _READ_BY_BOLT:
        os.environ.pop(name, None)
    try:
        once_ready = partial(_tell_what_is_wrong, config)
        hurry = tempo.hurry
        with _reporting(config.sentry_dsn):
            run_on_database(serve(config, parts, tempo.clock, hurry=hurry, once_ready=once_ready))
    except PortTaken as taken:
        host, port = taken.args
        raise click.ClickException(
            f"Port {port} on {host} is taken: stop the program that uses it, or set PORT."
        ) from None
    except CannotListen as refused:
        host, port, reason = refused.args
        raise click.ClickException(
            f"Can't listen on port {port} of {host} ({reason}): check HOST and PORT."
        ) from None


async def _tell_what_is_wrong(config: Config) -> None:
    """Let the doctor look at Slack; it is loaded only now that others are served."""
    doctor = import_module("bot.cli.operating.doctor")
    await doctor.tell_what_is_wrong(config)


def _reporting(dsn: str | None) -> AbstractContextManager[None]:
    """Return what tells Sentry of errors; its library is optional, and loaded only for that."""
    if dsn is None:
        return nullcontext()
    if find_spec("sentry_sdk") is None:
        raise click.ClickException(
            "SENTRY_DSN is set, but sentry-sdk isn't installed: install with "
            "REQUIREMENTS=sentry, as docs/operations.md says, or remove SENTRY_DSN."
        )
    reports = import_module("bot.cli.error_reports")
    return cast("AbstractContextManager[None]", reports.errors_reported(dsn))
