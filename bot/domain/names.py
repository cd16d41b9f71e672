"""Names and other texts that people type: what is kept of them, and when two names are alike."""

import re
import unicodedata
from functools import lru_cache

from cleanco import prepare_default_terms
from cleanco.clean import custom_basename

NAME_LENGTH = 80
"""Longest name of a prospect, in characters."""

_GERMAN_FORMS = [
    "ug haftungsbeschrankt",
    "partg mbb",
    "gemeinnutzige gmbh",
    "ggmbh",
    "ek",
    "e k",
    "ewiv",
    "gug",
    "partg",
    "ug",
]
"""Legal forms that the library does not know, as it writes them: without accents and dots."""

_LEGAL_FORMS = [
    *((len(form.split()), form.split()) for form in _GERMAN_FORMS),
    *prepare_default_terms(),
]
_BRACKETS = re.compile(r"[()\[\]]")
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


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return what the spellings of one name have in common: two names of one key may be the same.

    Case, punctuation, spaces and legal form (GmbH, Ltd...) do not count. A name of
    nothing else is its own key.
    """
    text = unicodedata.normalize("NFKC", clean_name(name)).casefold()
    base = custom_basename(_BRACKETS.sub(" ", text), _LEGAL_FORMS)
    return "".join(filter(_distinguishes, base)) or text


def _distinguishes(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMNS"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
