"""What is kept of a name or a text that somebody typed."""

import re
import unicodedata

NAME_LENGTH = 80
"""Longest name of a prospect, in characters."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINERS = "\u200c\u200d"


def clean_name(text: str) -> str:
    """Return a name on one line, without characters that cannot be seen.

    Direction overrides go, since they could reorder the text around the name;
    the joiners inside emoji and Persian words stay.
    """
    is_plain = text.isascii() and text.isprintable()
    visible = text if is_plain else "".join(map(_visible, text))
    return " ".join(visible.split()).strip(_JOINERS + " ")


def clean_text(text: str) -> str:
    """Return a text of several lines without characters that cannot be kept."""
    return UNSTORABLE.sub("", text).strip()


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
