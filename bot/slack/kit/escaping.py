"""Makes typed text harmless: escaping and cutting.

In Slack's markup, a name could notify a whole channel, and a direction override could reorder the
sentence around it. Every text that isn't ours goes through ``escape`` on its way into markup. What
members typed goes through ``unstyled``, because Slack has no way to write the signs of its styles
literally.
"""

import re
import unicodedata

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_STYLES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
"""What makes bold, struck out and code, and what looks like it."""
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""At the edge of a word, where it makes italics."""
_QUOTE_SIGN = re.compile(r"^([ \t]*)>", re.MULTILINE)
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BROKEN_END = re.compile(r"&[a-z]{0,4}\Z|<[^>]*\Z")
_ELLIPSIS = "…"
_ISOLATE = ("\u2068", "\u2069")
_ZERO_WIDTH_JOINER = "\u200d"


def escape(text: str) -> str:
    """Return text for use inside markup."""
    return undirected(text).translate(_MARKUP)


def unstyled(text: str) -> str:
    """Return typed text for use inside markup, where it looks as typed."""
    return _without_styles(undirected(text))


def undirected(text: str) -> str:
    """Return the text without the invisible characters that reorder the text around it."""
    return text if text.isascii() else text.translate(_DIRECTIONS)


def plain_name(name: str) -> str:
    """Return a prospect's name for plain text, with its writing direction contained."""
    if name.isascii():
        return name
    name = undirected(name)
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in name):
        return name.join(_ISOLATE)
    return name


def markup_name(name: str) -> str:
    """Return a prospect's name for use inside markup."""
    return _without_styles(plain_name(name))


def bold(text: str) -> str:
    """Return markup in bold. It replaces asterisks, which would end the bold part early."""
    return f"*{text.replace('*', '∗')}*"


def cut(text: str, limit: int) -> str:
    """Return the text, shortened to the limit with an ellipsis, never within a character."""
    if len(text) <= limit:
        return text
    end = limit - len(_ELLIPSIS)
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end].rstrip() + _ELLIPSIS


def cut_markup(text: str, limit: int) -> str:
    """Return markup, shortened to the limit, never within an entity or a mention."""
    if len(text) <= limit:
        return text
    whole = _BROKEN_END.sub("", cut(text, limit).removesuffix(_ELLIPSIS))
    return whole.rstrip() + _ELLIPSIS


def _without_styles(text: str) -> str:
    text = _QUOTE_SIGN.sub("\\1\u203a", text)
    return _UNDERSCORE.sub("\u02cd", text.translate(_STYLES)).translate(_MARKUP)


def _continues(text: str, at: int) -> bool:
    """Tell whether the code point there belongs to the character before it."""
    character = text[at]
    return (
        unicodedata.combining(character) > 0
        or unicodedata.category(character) in {"Mn", "Me", "Mc", "Sk"}
        or _ZERO_WIDTH_JOINER in (character, text[at - 1])
    )
