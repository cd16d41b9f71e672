"""Shares, differences of shares and medians, and what may be claimed of them.

Each carries its n, its 95 % interval and its least n, below which it says nothing. The formulas
are the published ones; `docs/figures.md` names the sources.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import comb, fsum, isqrt, sqrt
from statistics import NormalDist
from typing import Self

CONFIDENCE = 0.95
"""How often an interval contains the true value."""

LEAST = 5
"""The least n of a figure; below it, nothing is shown."""

_AS_LIKELY = 1e-7
"""By how much two tables that are equally likely may differ for being counted in fractions."""

_AS_GOOD_AS_EQUAL = 1e-9
"""By how much a chance and the confidence may differ for fractions to say which is greater."""

FALSE_DISCOVERIES = 0.1
"""The share of false ones that is accepted among all differences named together."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The range in which a share, or the difference of two, may lie."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Share:
    """`count` out of `of`."""

    count: int
    of: int
    """The n of this figure."""
    least: int = LEAST
    """The smallest n for which it says anything."""

    @classmethod
    def among(cls, cases: Iterable[bool]) -> Self:
        """Return the share of these that are true."""
        known = list(cases)
        return cls(sum(known), len(known))

    @classmethod
    def counted(cls, cases: Iterable[tuple[bool, int]]) -> Self:
        """Return the share that is true, given each case and how often it occurs."""
        known = list(cases)
        return cls(sum(n for is_true, n in known if is_true), sum(n for _, n in known))

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything."""
        return self.of >= self.least

    @property
    def missing(self) -> int:
        """How many more are needed to say anything."""
        return max(0, self.least - self.of)

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None if there is not enough."""
        return self.count / self.of if self.is_enough else None

    @property
    def interval(self) -> Interval | None:
        """Where the true share lies in 95 of 100 cases; None if there is not enough."""
        return wilson(self.count, self.of) if self.is_enough else None

    def is_surely_above(self, percent: int) -> bool:
        """Tell whether even the lower end of the interval is above this percentage."""
        return self.interval is not None and self.interval.low * 100 > percent

    def less(self, other: "Share") -> "Difference | None":
        """Return how much greater it is than another share; None unless both have enough."""
        if not (self.is_enough and other.is_enough):
            return None
        interval = difference_of_shares(self.count, self.of, other.count, other.of)
        return Difference(self.count / self.of - other.count / other.of, interval)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much greater one share is than another, from -1 to 1."""

    value: float
    interval: Interval

    @property
    def is_one(self) -> bool:
        """Whether the interval rules out that there is no difference."""
        return 0 not in self.interval


class Claim:
    """Something that is claimed only from a least n on."""

    __slots__ = ()

    n: int
    least: int

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything."""
        return self.n >= self.least

    @property
    def missing(self) -> int:
        """How many more are needed to say anything."""
        return max(0, self.least - self.n)


@dataclass(frozen=True, slots=True)
class Median(Claim):
    """The middle value; if n is even, the mean of the two in the middle."""

    value: float | None
    """In the unit of the values; None if there is not enough."""
    n: int
    least: int = LEAST
    """The smallest n for which it says anything; at least 1."""
    interval: Interval | None = None
    """By order statistics; None if there are too few values to reach the confidence."""

    @classmethod
    def of(cls, values: Iterable[float], least: int = LEAST) -> Self:
        """Return the median of these values, whatever their order."""
        return cls.counted(Counter(values), least)

    @classmethod
    def counted(cls, values: Mapping[float, int], least: int = LEAST) -> Self:
        """Return the median of these values, given how often each occurs."""
        in_order = sorted(values)
        places = list(accumulate(values[each] for each in in_order))
        n = places[-1] if places else 0
        if n < least:
            return cls(None, n, least)

        def at(rank: int) -> float:
            return in_order[bisect_right(places, rank)]

        rank = _rank_around_median(n)
        interval = None if rank is None else Interval(at(rank), at(n - 1 - rank))
        middle = at(n // 2) if n % 2 else (at(n // 2 - 1) + at(n // 2)) / 2
        return cls(middle, n, least, interval)


def wilson(count: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval for one share, without correction for continuity."""
    z = _quantile(confidence)
    share = count / n
    middle = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(n * share * (1 - share) + z * z / 4)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def difference_of_shares(
    count: int, n: int, other_count: int, other_n: int, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval for `count / n - other_count / other_n`.

    Newcombe's hybrid score interval, built on Wilson's for each share: method 10 in R. G.
    Newcombe, Interval estimation for the difference between independent proportions, Statistics
    in Medicine 17 (1998), 873-890. It needs no large n and never leaves -1 to 1.
    """
    share, other = count / n, other_count / other_n
    own, others = wilson(count, n, confidence), wilson(other_count, other_n, confidence)
    below = sqrt((share - own.low) ** 2 + (others.high - other) ** 2)
    above = sqrt((own.high - share) ** 2 + (other - others.low) ** 2)
    difference = share - other
    return Interval(max(difference - below, -1.0), min(difference + above, 1.0))


def fisher(count: int, n: int, other_count: int, other_n: int) -> float:
    """Return how likely it is that two shares differ at least this much by chance alone.

    Fisher's exact test with two sides: tables that are no likelier than the one at hand. Each table
    follows from the one beside it, beginning with the likeliest, so that thousands take no longer
    than a few would with whole numbers.
    """
    in_all = count + other_count
    first, last = max(0, in_all - other_n), min(n, in_all)
    likeliest = min(max((n + 1) * (in_all + 1) // (n + other_n + 2), first), last)
    weights = {likeliest: 1.0}
    for at in range(likeliest, last):
        more = (n - at) * (in_all - at) / ((at + 1) * (other_n - in_all + at + 1))
        weights[at + 1] = weights[at] * more
    for at in range(likeliest, first, -1):
        less = at * (other_n - in_all + at) / ((n - at + 1) * (in_all - at + 1))
        weights[at - 1] = weights[at] * less
    here = weights[count] * (1 + _AS_LIKELY)
    return sum(each for each in weights.values() if each <= here) / sum(weights.values())


def discoveries(chances: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Tell which of many comparisons stand, given how likely each is by chance.

    Of those that stand, at most this share is false on average: the step-up procedure of Y.
    Benjamini and Y. Hochberg, Controlling the false discovery rate, Journal of the Royal
    Statistical Society B 57 (1995), 289-300.
    """
    ordered = sorted(chances)
    small = [
        chance
        for rank, chance in enumerate(ordered, start=1)
        if chance <= rank / len(ordered) * rate
    ]
    return [bool(small) and chance <= small[-1] for chance in chances]


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


@lru_cache(maxsize=4096)
def _rank_around_median(n: int) -> int | None:
    """Return how far from either end the pair of values stands that holds the median of n.

    It is the narrowest symmetric pair; None if none is sure. Whole numbers of n digits take a
    second for some 300,000 values, so they are left to the cases that fractions can't decide.
    """
    found = None
    for rank, missed in _missed_beyond(n):
        if abs(1 - missed - CONFIDENCE) < _AS_GOOD_AS_EQUAL:
            return _rank_by_whole_numbers(n)
        if 1 - missed < CONFIDENCE:
            break
        found = rank
    return found


def _missed_beyond(n: int) -> Iterator[tuple[int, float]]:
    """Yield each rank with the chance that the median lies beyond the pair that it stands for."""
    first = _first_rank(n)
    ways = [1.0]  # comb(n, rank) by comb(n, n // 2), each from the one after
    for rank in range(n // 2, first, -1):
        ways.append(ways[-1] * rank / (n - rank + 1))
    middle = 1.0 if n % 2 else 0.5  # of an even number, the middle one has no counterpart
    half = fsum([middle, *ways[1:]])
    beyond = accumulate(reversed(ways[1:]))
    return ((rank, each / half) for rank, each in enumerate(beyond, start=first))


def _rank_by_whole_numbers(n: int) -> int | None:
    first = _first_rank(n)
    beyond, found = 0, None
    ways, all_ways = comb(n, first), 2**n  # comb(n, rank), each computed from the one before
    for rank in range(first, n // 2):
        beyond += ways
        if 1 - 2 * beyond / all_ways < CONFIDENCE:
            break
        found = rank
        ways = ways * (n - rank) // (rank + 1)
    return found


def _first_rank(n: int) -> int:
    return max(0, n // 2 - 5 * isqrt(n))  # ten standard deviations below: the rest weighs 1e-22
