"""The entry points: `/qualify` with its subcommands, and the shortcuts.

A message shortcut takes the name from the start of the message. It keeps the text that a reader
sees: the label of a link, the words of a date. It drops mentions and emoji, since no member,
channel or sign is a prospect.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.domain.names import NAME_LENGTH, clean_name
from bot.domain.settings.changes import gaps_of
from bot.domain.settings.table import SettingId
from bot.slack import kit
from bot.slack.decisions import listeners as decisions
from bot.slack.error_messages import parts
from bot.slack.figures import listeners as figures
from bot.slack.home import lists
from bot.slack.interaction import Interaction
from bot.slack.payloads import ids
from bot.slack.remembered import listeners as remembered
from bot.slack.screening import listeners as screening
from bot.slack.settings import listeners as settings

Command = Callable[[Interaction], Awaitable[None]]


async def run_command(it: Interaction) -> None:
    """Run a subcommand if it stands alone; take anything else as a prospect's name."""
    typed = _unescaped(str(it.body.get("text") or ""))
    command = command_in(typed)
    if command is None:
        await _screen(it, typed)
    else:
        await command(it)


def opens_modal(it: Interaction) -> bool:
    """Tell whether a command leads to a modal, which Slack only opens within three seconds."""
    return command_in(_unescaped(str(it.body.get("text") or ""))) not in _SAID


def command_in(typed: str) -> Command | None:
    """Return the subcommand in a text, ignoring case and surrounding spaces."""
    return WORDS.get(clean_name(typed).casefold())


async def _screen(it: Interaction, name: str) -> None:
    """Open the modal. Without a verdict channel, a manager is asked to name one first.

    If nobody is a manager yet, it says who can name one.
    """
    workspace = (await it.person()).workspace
    gaps = gaps_of(workspace.settings)
    if SettingId.VERDICT_CHANNEL in gaps and it.caller.member_id in workspace.manager_ids:
        await settings.ask(it)
        return
    await screening.begin(it, name)
    if gaps and it.body.get("response_url"):
        said = parts.not_set_up(gaps, workspace.settings.managers, await it.texts())
        await it.say(kit.message(said, kit.paragraphs([said])))


async def help_(it: Interaction) -> None:
    """Show the help."""
    await it.say(lists.help_text(await it.texts()))


async def list_(it: Interaction) -> None:
    """List the sender's open prospects."""
    listing = await it.surface.decisions.list_mine(it.caller)
    texts = await it.texts()
    await it.say(
        lists.prospect_list(
            listing.prospects,
            texts,
            today=listing.today,
            calendar=listing.calendar,
            is_cut=listing.is_cut,
            links=listing.links,
        )
    )


_COMMANDS: Mapping[Command, Sequence[str]] = {
    help_: ("help", "hilfe"),
    list_: ("list", "liste"),
    decisions.ask_until_when: ("pause",),
    figures.show: ("report", "bericht"),
    remembered.begin: ("remember", "erinnern"),
    settings.ask: ("settings", "einstellungen"),
}
_SAID = (help_, list_, figures.show)
"""What these answer is said, and can wait."""

WORDS: Mapping[str, Command] = MappingProxyType(
    {word: command for command, words in _COMMANDS.items() for word in words}
)
"""The commands by their words in both languages, which everybody can use in any case."""


async def screen_a_prospect(it: Interaction) -> None:
    """Open the modal without a name, or offer the existing drafts."""
    await _screen(it, "")


async def screen_this_prospect(it: Interaction) -> None:
    """Open the modal with the name at the start of the message."""
    message = it.body.get("message")
    text = message.get("text") if isinstance(message, Mapping) else ""
    await _screen(it, name_in(str(text or "")))


SHORTCUTS: Mapping[str, Callable[[Interaction], Coroutine[Any, Any, None]]] = {
    ids.SHORTCUT: screen_a_prospect,
    ids.MESSAGE_SHORTCUT: screen_this_prospect,
}
"""By callback_id."""


_LONGEST_LINE = 400
"""Characters of a line that are looked at: a name has 80, and a character at most five here."""

_TOKEN = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"[@#]|!(?!date\^)")
_BULLET = re.compile(r"^\s*(?:(?:&gt;|[•◦▪]|```)\s*)+")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?(?![\w:])")
_STYLED = re.compile(r"(?<!\w)([*_~`])(?!\s)(.+?)(?<!\s)\1(?!\w)")


def name_in(text: str) -> str:
    """Return the first line with text in it, as a name; empty if there is none."""
    names = (_read(line) for line in text.splitlines())
    return next((name for name in names if name), "")


def _read(line: str) -> str:
    line = _TOKEN.sub(_shown, line)[:_LONGEST_LINE]
    line = _EMOJI.sub("", _BULLET.sub("", line)).replace("```", "")
    return clean_name(_unescaped(_unstyled(line)))[:NAME_LENGTH].strip()


def _shown(token: re.Match[str]) -> str:
    """Return what a reader sees of `<...>`; empty for a mention."""
    target, _, label = token[1].partition("|")
    return "" if _MENTION.match(target) else label or target


def _unstyled(line: str) -> str:
    """Remove styles until none is left, since they can be nested."""
    while (plainer := _STYLED.sub(r"\2", line)) != line:
        line = plainer
    return line


def _unescaped(line: str) -> str:
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
