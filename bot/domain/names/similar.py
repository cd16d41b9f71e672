"""Finds names that differ by a typing mistake or by the order of their words."""

import math
from collections.abc import Sequence

from rapidfuzz import fuzz, process

SIMILAR_SHOWN = 5
"""The most similar prospects that are shown."""

_LEAST = 88
"""How alike two names must be, of 100."""
TOO_SHORT = 4
"""Names with this many characters or fewer have no similar ones: one letter makes another name."""


def similar_lengths(words: str) -> tuple[int, int] | None:
    """Return the shortest and the greatest length of similar names' words; None if there are none.

    Each additional character is already a difference.
    """
    if _is_short(words):
        return None
    shortest = math.ceil(len(words) * _LEAST / (200 - _LEAST))
    return shortest, math.floor(len(words) * (200 - _LEAST) / _LEAST)


def most_apart(length: int, other: int) -> int:
    """Return by how many letters two similar names of these lengths differ at most.

    A letter that only one of them has counts once, a letter that is another one twice.
    """
    return (length + other) * (100 - _LEAST) // 100


def similar_words(words: str, others: Sequence[str]) -> list[str]:
    """Return the other names that are similar, the nearest first, and of these the shortest.

    All are given as `name_words` returns them. With sorted words, `ratio` gives what
    `token_sort_ratio` would, and does not have to sort each of 100,000 names again.
    """
    if _is_short(words):
        return []
    found = process.extract(
        words, others, scorer=fuzz.ratio, processor=None, score_cutoff=_LEAST, limit=None
    )
    found.sort(key=lambda each: (-each[1], len(each[0]), each[0]))
    return [other for other, _, _ in found if not _is_short(other)]


def _is_short(words: str) -> bool:
    return len(words) - words.count(" ") <= TOO_SHORT
