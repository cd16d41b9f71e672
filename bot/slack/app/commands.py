"""The slash command: `/qualify`, and the words that it knows."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.slack.decisions import pending_listeners
from bot.slack.figures import report
from bot.slack.home import lists
from bot.slack.interaction.interaction import Interaction
from bot.slack.screening import listeners
from bot.slack.settings import listeners as settings_listeners


async def run_command(it: Interaction) -> None:
    """Do what was typed: one of the known words exactly, or else the name of a prospect."""
    text = str(it.body.get("text") or "").strip()
    await WORDS.get(text, begin_screening)(it)


async def begin_screening(it: Interaction) -> None:
    """Take what was typed as a name, and open the modal."""
    await listeners.begin(it, str(it.body.get("text") or "").strip())


async def help_(it: Interaction) -> None:
    """Say what there is."""
    await it.say(lists.help_text(await it.texts()))


async def list_(it: Interaction) -> None:
    """List the open prospects of who asks."""
    await it.person()
    listing = await it.surface.deciding.list_mine(it.caller)
    texts = await it.texts()
    await it.say(lists.prospect_list(listing.prospects, texts, is_cut=listing.is_cut))


async def report_(it: Interaction) -> None:
    """Show the figures: to managers those of everybody, and to everybody their own."""
    await it.person()
    texts = await it.texts()
    for made in await it.surface.reporting.reports(it.caller):
        await it.say(report.report(made, texts))


WORDS: Final[Mapping[str, Callable[[Interaction], Awaitable[None]]]] = {
    "help": help_,
    "list": list_,
    "pause": pending_listeners.ask_until_when,
    "report": report_,
    "settings": settings_listeners.ask,
}
"""Only these exact words are commands; anything else is a name."""
