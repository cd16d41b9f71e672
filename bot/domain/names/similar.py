"""Finds names that differ by a typing mistake or by the order of their words."""

import math
from collections.abc import Sequence

from rapidfuzz import fuzz, process

SIMILAR_SHOWN = 5
"""So many similar prospects are shown at most."""

_LEAST = 88
"""How alike two names are at least, of 100."""
_TOO_SHORT = 4
"""Names of so many characters or fewer are similar to none: one letter makes another name."""


def similar_lengths(words: str) -> tuple[int, int] | None:
    """Return between which lengths the words of similar names are; None: there are none.

    Each character that one has more is a difference already.
    """
    if _is_short(words):
        return None
    shortest = math.ceil(len(words) * _LEAST / (200 - _LEAST))
    return shortest, math.floor(len(words) * (200 - _LEAST) / _LEAST)


def similar_words(words: str, others: Sequence[str]) -> list[str]:
    """Return those of other names that are similar, the nearest first.

    All are given as `name_words` returns them: with sorted words, `ratio` is what
    `token_sort_ratio` returns, and need not sort each of 100,000 names again.
    """
    if _is_short(words):
        return []
    found = process.extract(
        words, others, scorer=fuzz.ratio, processor=None, score_cutoff=_LEAST, limit=None
    )
    return [other for other, _, _ in found if not _is_short(other)]


def _is_short(words: str) -> bool:
    return len(words) - words.count(" ") <= _TOO_SHORT
