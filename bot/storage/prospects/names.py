"""Searching prospects by name, exactly and approximately."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.names import (
    KEY_VERSION,
    LONGEST_CUT,
    name_key,
    name_words,
    pieces_near,
    similar_lengths,
    similar_words,
)
from bot.storage.prospects.pieces import LINE

VERSION_MARK = f"{KEY_VERSION}:"

_NEAREST = 50
"""So many different names are asked for; more would not be shown anyway."""


def stored_key(name: str) -> str:
    """Return a name's key as stored, after the version of the rules that made it.

    The version identifies keys of older rules, which an older process may write until it ends.
    """
    return VERSION_MARK + name_key(name)


def names_row(name: str) -> dict[str, Any]:
    """Return what is stored about a prospect's name besides the name itself."""
    return {"name_key": stored_key(name), "name_words": name_words(name)}


def all_words(words: sa.Column[str]) -> sa.Select[Any]:
    """Select the words of all names within these lengths.

    They come as one text, since reading 100,000 rows takes much longer.
    """
    together = sa.func.aggregate_strings(words, LINE).label("together")
    lengths = sa.bindparam("shortest", type_=sa.Integer), sa.bindparam("longest", type_=sa.Integer)
    return sa.select(together).where(sa.func.length(words).between(*lengths))


def lengths_near(name: str) -> dict[str, int] | None:
    """Return the shortest and longest similar length; None if no name can be similar."""
    lengths = similar_lengths(name_words(name))
    return None if lengths is None else dict(zip(("shortest", "longest"), lengths, strict=True))


def listed_pieces(name: str) -> str:
    """Return the pieces that similar names may have, as a JSON list."""
    return json.dumps(pieces_near(name_words(name)), ensure_ascii=False)


def not_cut(lengths: dict[str, int]) -> dict[str, int] | None:
    """Return which of these lengths are those of names that are not cut; None if none is."""
    shortest = max(lengths["shortest"], LONGEST_CUT + 1)
    return None if shortest > lengths["longest"] else {**lengths, "shortest": shortest}


def nearest(name: str, *found: str | None) -> Sequence[str]:
    """Return which of the found words are similar, nearest first, without repetition."""
    every = dict.fromkeys(each for some in found if some for each in some.split(LINE))
    return similar_words(name_words(name), list(every))[:_NEAREST]
