"""The names of prospects as they are looked for: exactly, and nearly."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.names import KEY_VERSION, name_key, name_words, similar_lengths, similar_words

VERSION_MARK = f"{KEY_VERSION}:"

_LINE = "\n"
"""Parts the names that the database hands over as one text; no name has it."""
_NEAREST = 50
"""So many different names are asked for; more would not be shown anyway."""


def stored_key(name: str) -> str:
    """Return the key of a name as it is stored: behind the version of the rules that made it.

    Keys of an older version, which an older process may write to the end, are known by that.
    """
    return VERSION_MARK + name_key(name)


def names_row(name: str) -> dict[str, Any]:
    """Return what is stored of a prospect's name beside the name itself."""
    return {"name_key": stored_key(name), "name_words": name_words(name)}


def all_words(words: sa.Column[str]) -> sa.Select[Any]:
    """Select the words of all names that are at least so long, and at most.

    They come as one text, since 100,000 rows take much longer.
    """
    together = sa.func.aggregate_strings(words, _LINE).label("together")
    lengths = sa.bindparam("shortest", type_=sa.Integer), sa.bindparam("longest", type_=sa.Integer)
    return sa.select(together).where(sa.func.length(words).between(*lengths))


def lengths_near(name: str) -> dict[str, int] | None:
    """Return between which lengths names are similar to this one; None: nothing is similar."""
    lengths = similar_lengths(name_words(name))
    return None if lengths is None else dict(zip(("shortest", "longest"), lengths, strict=True))


def nearest(name: str, found: str | None) -> Sequence[str]:
    """Return which of the words found are similar, the nearest first, each once."""
    near = similar_words(name_words(name), found.split(_LINE)) if found else []
    return list(dict.fromkeys(near))[:_NEAREST]
