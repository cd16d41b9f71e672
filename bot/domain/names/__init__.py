"""Names and other texts that people type: what is stored of them, and which names are alike.

`cleaning` decides what is stored. `keys` finds what all spellings of a name have in common, with
the help of `folding`, `words`, `legal_forms` and `web_addresses`; `similar` finds near misses.
"""

from bot.domain.names.cleaning import NAME_LENGTH, UNSTORABLE, clean_name, clean_text
from bot.domain.names.keys import KEY_VERSION, let_names_go, name_key, name_words
from bot.domain.names.similar import SIMILAR_SHOWN, similar_lengths, similar_words

__all__ = [
    "KEY_VERSION",
    "NAME_LENGTH",
    "SIMILAR_SHOWN",
    "UNSTORABLE",
    "clean_name",
    "clean_text",
    "let_names_go",
    "name_key",
    "name_words",
    "similar_lengths",
    "similar_words",
]
