"""The name of a prospect in a message that somebody wrote.

Kept of the markup is what a reader sees: of a link its label, of a date its words. Mentions
go, since a member or channel is no prospect, and so do emoji and the signs of bold and the like.
"""

import re
from typing import Final

from bot.domain.names import NAME_LENGTH, clean_name

_LONGEST_LINE: Final = 400
"""Characters of a line that are looked at: a name has 80, and a character at most five here."""

_TOKEN: Final = re.compile(r"<([^<>]*)>")
_MENTION: Final = re.compile(r"[@#]|!(?!date\^)")
_BULLET: Final = re.compile(r"^\s*(?:(?:&gt;|[•◦▪]|```)\s*)+")
_EMOJI: Final = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?(?![\w:])")
_STYLED: Final = re.compile(r"(?<!\w)([*_~`])(?!\s)(.+?)(?<!\s)\1(?!\w)")


def name_in(text: str) -> str:
    """Return the first line that says something, as a name; empty if none does."""
    names = (_read(line) for line in text.splitlines())
    return next((name for name in names if name), "")


def _read(line: str) -> str:
    line = _TOKEN.sub(_shown, line)[:_LONGEST_LINE]
    line = _EMOJI.sub("", _BULLET.sub("", line)).replace("```", "")
    return clean_name(_unescaped(_unstyled(line)))[:NAME_LENGTH].strip()


def _shown(token: re.Match[str]) -> str:
    """What a reader sees of `<...>`; nothing of a mention."""
    target, _, label = token[1].partition("|")
    return "" if _MENTION.match(target) else label or target


def _unstyled(line: str) -> str:
    """Styles may stand inside each other, so it goes on as long as one is found."""
    while (plainer := _STYLED.sub(r"\2", line)) != line:
        line = plainer
    return line


def _unescaped(line: str) -> str:
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
