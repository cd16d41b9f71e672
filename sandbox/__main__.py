"""`python -m sandbox`: a pretend Slack with the real bot in it, until Ctrl-C."""

import asyncio
import errno
import os
import random
import signal
import socket
import sys
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from sandbox import demo
from sandbox.bot_process import CLOCK_ENDING, BotProcess, Setup, bot_environment
from sandbox.server import Slack

_EPILOG = """
Open the printed address in a browser, pick who you are, and type:

    /qualify Acme GmbH

Nothing leaves this machine. What the bot records stays in the database file and is
there next time; the pretend Slack's messages are gone when it stops.
"""


_PORT = click.IntRange(0, 65535)


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--port",
    type=_PORT,
    default=3900,
    show_default=True,
    help="The page's port; 0 picks a free one.",
)
@click.option("--http", "over_http", is_flag=True, help="Signed HTTP instead of Socket Mode.")
@click.option(
    "--bot-port",
    type=_PORT,
    default=3901,
    show_default=True,
    help="The bot's own port; 0 picks a free one.",
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The bot's SQLite file: var/sandbox.db, or var/demo.db with --demo.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="Start with a year of made-up prospects, played while you wait; the database is emptied.",
)
@click.option("--fresh", is_flag=True, help="Start with an empty database.")
@click.option(
    "--language",
    type=click.Choice(["en", "de"]),
    default="en",
    show_default=True,
    help="The workspace's language, in which cards are posted.",
)
@click.option(
    "--seed",
    type=int,
    help="Repeat the ids and the bad weather of the last run with this number.",
)
def main(**chosen: Any) -> None:
    """Start a pretend Slack on loopback and the real bot against it."""
    usual = Path("var/demo.db" if chosen["demo"] else "var/sandbox.db")
    chosen["database"] = (chosen["database"] or usual).resolve()
    chosen["fresh"] = chosen["fresh"] or chosen["demo"]
    chosen["bot_port"] = chosen["bot_port"] or _free_port()
    sys.exit(asyncio.run(run(Setup(**chosen))))


async def run(setup: Setup) -> int:
    """Serve until a signal comes or the bot ends; return the exit code."""
    stopping = _stop_on_signals()
    delivery = "http" if setup.over_http else "socket"
    request_url = setup.request_url if setup.over_http else None
    chance = None if setup.seed is None else random.Random(setup.seed)  # noqa: S311
    serving = Slack.serving(
        port=setup.port, delivery=delivery, request_url=request_url, chance=chance
    )
    try:
        async with serving as slack:
            if obstacle := _obstacle(setup):
                _complain(obstacle)
                return 1
            return await _run_bot(slack, setup, stopping)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _complain(f"Port {setup.port} is taken. Stop what uses it, or choose another with --port.")
        return 1


def _obstacle(setup: Setup) -> str | None:
    """Prepare what the bot needs; say what stands in its way.

    The ports come first: a database is emptied only when no other sandbox is using it.
    """
    if _is_taken(setup.bot_port):
        taken = f"Port {setup.bot_port}, meant for the bot, is taken."
        return f"{taken} Stop what uses it, or choose another with --bot-port."
    try:
        _prepare_database(setup)
    except OSError as error:
        return f"The database {setup.database} can't be used: {error.strerror}."
    return None


async def _run_bot(slack: Slack, setup: Setup, stopping: asyncio.Event) -> int:
    environment = bot_environment(os.environ, slack, setup)
    slack.clock.keep_in(setup.clock_file)
    if setup.demo:
        slack.clock.begin(demo.beginning(slack.clock.real()))
        slack.workspace.preparation.begin(demo.DAYS)
        click.echo(
            f"A year is played through first; it takes about a minute. Watch it at {slack.page_url}"
        )
    migrating = await BotProcess.start("migrate", environment, setup.clock_file)
    code = await _first(migrating, migrating.ended(), stopping)
    if code != 0 or stopping.is_set():
        return _verdict("couldn't prepare its database", code, stopping)
    if setup.demo:
        code = await _play_year(slack, environment, setup, stopping)
        if code != 0 or stopping.is_set():
            return _verdict("didn't get through the year", code, stopping)
    bot = await BotProcess.start("run", environment, setup.clock_file)
    return _verdict("stopped by itself", await _first(bot, _served(slack, bot), stopping), stopping)


async def _play_year(
    slack: Slack, environment: dict[str, str], setup: Setup, stopping: asyncio.Event
) -> int:
    """Let the year pass with a hurried bot of its own; afterwards it is now."""
    quiet = {"LOG_LEVEL": "WARNING"} | environment
    bot = await BotProcess.start("run", quiet, setup.clock_file, hurried=True)
    connecting = asyncio.ensure_future(_connected(slack))
    code = await _first(bot, demo.played(slack, bot), stopping)
    connecting.cancel()
    slack.clock.return_to_present()
    return code


async def _served(slack: Slack, bot: BotProcess) -> int:
    """Announce the address as soon as the bot is there, then wait for the bot's end."""
    ending = asyncio.ensure_future(bot.ended())
    connecting = asyncio.ensure_future(_connected(slack))
    await asyncio.wait((ending, connecting), return_when=asyncio.FIRST_COMPLETED)
    if not ending.done():
        slack.workspace.preparation.finish()
        click.echo(f"The sandbox is ready. Open {slack.page_url} (Ctrl-C ends it)")
    connecting.cancel()
    return await ending


async def _connected(slack: Slack) -> None:
    while not slack.connected:
        if slack.request_url is None:
            await slack.workspace.changes.after(slack.workspace.changes.count)
        elif not await slack.verify_request_url():
            await asyncio.sleep(0.2)


async def _first(bot: BotProcess, work: Awaitable[int], stopping: asyncio.Event) -> int:
    """Wait for the work or a signal; either way the bot is gone afterwards."""
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else 0
    finally:
        working.cancel()
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await bot.stop()


def _verdict(what: str, code: int, stopping: asyncio.Event) -> int:
    if stopping.is_set():
        click.echo("The sandbox has stopped.")
        return 0
    _complain(f"The bot {what} (exit code {code}). Its last words are above.")
    return 1


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _prepare_database(setup: Setup) -> None:
    setup.database.parent.mkdir(parents=True, exist_ok=True)
    if setup.fresh:
        for ending in ("", "-wal", "-shm", "-journal", CLOCK_ENDING):
            setup.database.with_name(setup.database.name + ending).unlink(missing_ok=True)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _complain(sentence: str) -> None:
    click.echo(sentence, err=True)


if __name__ == "__main__":
    main()
