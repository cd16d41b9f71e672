"""Cuts names into pieces, so that similar names can be looked up instead of compared one by one.

The words of a name are cut into a number of pieces that depends on their length alone. Two similar
names differ by at most D letters: of one, at most B are not in the other, and of the other, at most
A. There are more pieces than B, so at least one of them has all of its letters in the other name,
in order and near the same place; and of these, one has at most A divided by their number of other
letters in between, which is one at most. These are what is looked up.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from bot.domain.names.similar import most_apart, similar_lengths

LONGEST_CUT: Final = 40
"""Longer names are not cut: they are few, and too many pieces would have to be looked up."""
PER_LENGTH: Final = (3, 14)
"""A name of n characters has n * 3 / 14 pieces, rounded down, and one more.

A similar name that is as short as can be lacks 24 letters of 112; this is one piece more.
"""


class _Cutting(NamedTuple):
    """Where a piece of a similar name may stand in a name."""

    mark: str
    """Of what length the similar name is, and which of its pieces this one is."""
    start: int
    other: int
    """Where the name has another letter in between; its end, if there is none."""
    rest: int
    """Where it goes on after that."""
    end: int


def pieces_of(words: str) -> list[str]:
    """Return the pieces of a name; the database cuts the same ones."""
    length = len(words)
    if length > LONGEST_CUT or similar_lengths(words) is None:
        return []
    return [f"{_mark(length, at)}{words[start:end]}" for at, (start, end) in _places(length)]


def pieces_near(words: str) -> list[str]:
    """Return which pieces names may have that are similar to this one, and are cut.

    Each of them has at least one of these.
    """
    if similar_lengths(words) is None:
        return []
    cuttings = _cuttings(len(words))
    return list({mark + words[at:other] + words[on:end] for mark, at, other, on, end in cuttings})


def _mark(length: int, at: int) -> str:
    return f"{length}.{at}."


def _places(length: int) -> Iterator[tuple[int, tuple[int, int]]]:
    many, of = PER_LENGTH
    count = length * many // of + 1
    for at in range(count):
        yield at, (at * length // count, (at + 1) * length // count)


@cache
def _cuttings(length: int) -> tuple[_Cutting, ...]:
    """Return what is to be looked up for a name of this length: at most 1,800 pieces."""
    lengths = similar_lengths("x" * length)
    assert lengths is not None  # noqa: S101 - the caller looked
    shortest, longest = lengths
    cut = range(shortest, min(longest, LONGEST_CUT) + 1)
    return tuple(each for other in cut for each in _cuttings_for(length, other))


def _cuttings_for(length: int, other: int) -> Iterator[_Cutting]:
    """Yield where pieces of a similar name of the length `other` may stand.

    It is enough to find the first piece that qualifies. Each one before it costs at least one
    letter, and so does each place by which this one, or the end of the name, is shifted.
    """
    longer = length - other
    apart = most_apart(length, other)
    apart -= (apart - longer) % 2
    lacking, added = (apart - longer) // 2, (apart + longer) // 2
    places = list(_places(other))
    most_between = added // (len(places) - lacking)
    for at, (start, end) in places[: apart + 1]:
        for between in range(min(most_between, apart - at) + 1):
            size = end - start + between
            for shift in range(-start, length - size - start + 1):
                rest = abs(longer - between - shift)
                if rest + between <= apart - max(at, abs(shift)):
                    first, last = start + shift, start + shift + size
                    for letter in range(first + 1, last - 1) if between else (last,):
                        yield _Cutting(_mark(other, at), first, letter, letter + between, last)
