"""The year played with the app in a process of its own, while whoever waits sees how far it is."""

import asyncio
from contextlib import suppress
from typing import Final

import click

from sandbox.bot_process import BotProcess
from sandbox.demo.playing import Stuck, days_until, play, read_everything
from sandbox.server import Slack

LOOKS_WITHIN: Final = 60.0
"""Seconds for what takes milliseconds on an idle machine."""
_LABEL: Final = "Playing a year of prospects"


async def played(slack: Slack, bot: BotProcess) -> int:
    """Play until today, and return 0; or the exit code of an app that ended meanwhile."""
    ending = asyncio.ensure_future(bot.ended())
    playing = asyncio.ensure_future(_play(slack, bot))
    try:
        await asyncio.wait((ending, playing), return_when=asyncio.FIRST_COMPLETED)
        return await (playing if playing.done() else ending)
    finally:
        for each in (ending, playing):
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def _play(slack: Slack, bot: BotProcess) -> int:
    await slack.wait_for(lambda: slack.connected, timeout=30)
    days = days_until(slack.clock.real())
    with click.progressbar(length=len(days), label=_LABEL) as bar:

        async def look() -> None:
            bar.update(1)
            slack.workspace.preparation.advance()
            await _looked(bot)

        try:
            await play(slack, days, look)
            await _looked(bot)
        except Stuck as problem:
            click.echo(f"\nThe year could not be played to its end: {problem}", err=True)
            return 1
    read_everything(slack)
    return 0


async def _looked(bot: BotProcess) -> None:
    try:
        async with asyncio.timeout(LOOKS_WITHIN):
            await bot.look()
    except TimeoutError:
        raise Stuck("the app doesn't look at its clock") from None
