"""What is stored of a name or a text that somebody typed."""

import re
import unicodedata

NAME_LENGTH = 80
"""The longest name of a prospect, in characters."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINERS = "\u200c\u200d"


def clean_name(text: str) -> str:
    """Return a name on one line, without invisible characters.

    Direction overrides are removed, since they could reorder the text around the name; the joiners
    inside emoji and Persian words stay.
    """
    is_plain = text.isascii() and text.isprintable()
    visible = text if is_plain else "".join(map(_visible, text))
    return " ".join(visible.split()).strip(_JOINERS + " ")


def clean_text(text: str) -> str:
    """Return a text, which may have several lines, without characters that can't be stored."""
    return UNSTORABLE.sub("", text).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
