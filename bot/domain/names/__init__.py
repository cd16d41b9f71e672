"""Names and other texts that people type: what is stored of them, and which names are alike.

`cleaning` decides what is stored. `keys` finds what all spellings of a name have in common, with
the help of `folding`, `words`, `legal_forms` and `web_addresses`; `similar` finds near misses, and
`pieces` says what to look up for that.
"""

from bot.domain.names.cleaning import NAME_LENGTH, UNSTORABLE, clean_name, clean_text
from bot.domain.names.keys import KEY_VERSION, let_names_go, name_key, name_words
from bot.domain.names.pieces import LONGEST_CUT, PER_LENGTH, pieces_near, pieces_of
from bot.domain.names.similar import SIMILAR_SHOWN, similar_lengths, similar_words

__all__ = [
    "KEY_VERSION",
    "LONGEST_CUT",
    "NAME_LENGTH",
    "PER_LENGTH",
    "SIMILAR_SHOWN",
    "UNSTORABLE",
    "clean_name",
    "clean_text",
    "let_names_go",
    "name_key",
    "name_words",
    "pieces_near",
    "pieces_of",
    "similar_lengths",
    "similar_words",
]
