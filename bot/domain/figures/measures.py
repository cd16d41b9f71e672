"""A share and a median that carry their n, and say nothing when it is too small.

What is counted, and how much is enough for it, is said where each figure is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int
    """The n of this figure."""
    least: int
    """The smallest n from which on it says something."""

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything."""
        return self.of >= self.least

    @property
    def missing(self) -> int:
        """How many more it takes to say anything."""
        return max(0, self.least - self.of)

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None when there is not enough."""
        return self.count / self.of if self.is_enough else None

    def is_above(self, percent: int) -> bool:
        """Whether it is greater than so many percent; never when there is not enough."""
        return self.is_enough and self.count * 100 > percent * self.of


@dataclass(frozen=True, slots=True)
class Median:
    """What half of the values do not exceed; between the two in the middle, their mean."""

    value: float | None
    """In the unit of the values; None when there is not enough."""
    n: int
    least: int
    """The smallest n from which on it says something; at least 1."""

    @property
    def missing(self) -> int:
        """How many more it takes to say anything."""
        return max(0, self.least - self.n)

    @classmethod
    def of(cls, values: Iterable[float], least: int) -> Self:
        """Return the median of these values, whatever their order."""
        known = list(values)
        return cls(median(known) if len(known) >= least else None, len(known), least)
