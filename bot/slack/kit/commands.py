"""The commands in the reader's language. Each works in any language."""

from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked

HELP = marked("{command} help")
LIST = marked("{command} list")
PAUSE = marked("{command} pause")
REPORT = marked("{command} report")
REMEMBER = marked("{command} remember")
SETTINGS = marked("{command} settings")
"""Each word is one of `bot.slack.app.commands`."""


def typed(command: str, texts: Texts) -> str:
    """Return the command as plain text."""
    return texts(command, command=ids.COMMAND)


def shown(command: str, texts: Texts) -> str:
    """Return the command as markup."""
    return f"`{typed(command, texts)}`"
