"""Scores: points that the chosen options give, and the bounds that rules compare numbers with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds for a number; None is no bound."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    above: Decimal | None = None

    def __contains__(self, value: Decimal | int) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
            and (self.above is None or value > self.above)
        )

    @property
    def thresholds(self) -> frozenset[Decimal]:
        """The numbers at which the result changes."""
        bounds = (self.at_least, self.at_most, self.below, self.above)
        return frozenset(each for each in bounds if each is not None)

    @property
    def whole(self) -> tuple[int | None, int | None]:
        """The least and the greatest whole number within the bounds; None is no bound."""
        least = [] if self.at_least is None else [ceil(self.at_least)]
        least += [] if self.above is None else [floor(self.above) + 1]
        most = [] if self.at_most is None else [floor(self.at_most)]
        most += [] if self.below is None else [ceil(self.below) - 1]
        return max(least, default=None), min(most, default=None)


@dataclass(frozen=True, slots=True)
class Points:
    """What the options of one question are worth; unlisted ones are worth nothing."""

    question: str
    by_option: Mapping[str, int]
    adds_up: bool
    """Whether several options can be chosen, so that their points add up."""

    def of(self, answer: object) -> int:
        """Return the points of an answer."""
        if isinstance(answer, frozenset):
            return sum([self.by_option.get(each, 0) for each in answer])
        return self.by_option.get(answer, 0) if isinstance(answer, str) else 0

    @property
    def span(self) -> tuple[int, int]:
        """The least and the most points that any answer gives, including no answer."""
        worth = self.by_option.values()
        if self.adds_up:
            return sum(min(each, 0) for each in worth), sum(max(each, 0) for each in worth)
        return min(0, *worth), max(0, *worth)


@dataclass(frozen=True, slots=True)
class Score:
    """A named sum of points over answers."""

    id: str
    title: Mapping[str, str]
    points: tuple[Points, ...]

    def of(self, answers: Mapping[str, object]) -> int:
        """Return the sum; an unanswered question counts 0."""
        total = 0
        for each in self.points:
            if each.question in answers:
                total += each.of(answers[each.question])
        return total

    def most(self, asked: Collection[str]) -> int:
        """Return the highest sum that these questions could give."""
        return sum(each.span[1] for each in self.points if each.question in asked)

    @property
    def questions(self) -> frozenset[str]:
        """The questions that it counts."""
        return frozenset(each.question for each in self.points)
