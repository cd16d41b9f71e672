"""What is stored of a name or a text that somebody typed."""

import re
import unicodedata

NAME_LENGTH = 80
"""The longest name of a prospect, in characters."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that look like a space: Hangul fillers, and Braille without a dot."""
_NEVER_SEEN = "\u034f\u17b4\u17b5"
"""Marks that nothing is drawn for: two names that differ by one look the same."""


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
    if category in {"Cc", "Zl", "Zp"} or character in _BLANKS:
        return " "
    if character in _NEVER_SEEN:
        return ""
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
