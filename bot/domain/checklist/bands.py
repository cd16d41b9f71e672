"""Numbers as coarse as the rules see them: what stays of an amount that is forgotten by its age.

Between two limits that the rules compare it with, every number is judged alike. So one of them can
stand for all, and tells no more about the amount than a chosen option would.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from math import floor

from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import NumberWithin, each_part
from bot.domain.checklist.scores import Bounds

_Cut = tuple[Decimal, bool]
"""A limit, and whether the limit itself belongs to the band below it."""

_MOST_DIGITS = 4
"""The most decimals of any compared number; every band holds a number with at most this many."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands into which the limits of rules divide the numbers."""

    cuts: tuple[_Cut, ...] = ()
    """In ascending order."""

    @classmethod
    def of(cls, limits: Iterable[Bounds]) -> "Bands":
        """Return the bands within each of which all these limits give the same result."""
        return cls(tuple(sorted({cut for each in limits for cut in _cuts(each)})))

    def stand_in(self, value: Decimal) -> Decimal:
        """Return the number that stands for every number in the same band."""
        passed = [cut for cut in self.cuts if _is_passed(cut, value)]
        end = next(iter(self.cuts[len(passed) :]), None)
        if not passed:
            return _lowest(end)
        low, is_below = passed[-1]
        return _above(low, end) if is_below else low


def bands_of(checklists: Iterable[Checklist]) -> Mapping[str, Bands]:
    """Return the bands of each number that one of these checklists reads or asks for, by question.

    They include those of the expected value, if a rule looks at it.
    """
    limits: dict[str, list[Bounds]] = defaultdict(list)
    for checklist in checklists:
        for question in checklist.questions:
            limits[question.id].append(Bounds(at_least=question.least, at_most=question.most))
        for compared in _compared(checklist):
            limits[compared.question].append(compared.bounds)
    return {question: Bands.of(each) for question, each in limits.items()}


def _compared(checklist: Checklist) -> Iterator[NumberWithin]:
    conditions = [each.asked_when for each in checklist.questions if each.asked_when is not None]
    for condition in (*conditions, *(rule.when for rule in checklist.rules)):
        for part in each_part(condition):
            if isinstance(part, NumberWithin):
                yield part


def _cuts(bounds: Bounds) -> Iterator[_Cut]:
    for limit, is_below in (
        (bounds.at_least, False),
        (bounds.below, False),
        (bounds.at_most, True),
        (bounds.above, True),
    ):
        if limit is not None:
            yield limit, is_below


def _is_passed(cut: _Cut, value: Decimal) -> bool:
    limit, is_below = cut
    return value > limit if is_below else value >= limit


def _lowest(end: _Cut | None) -> Decimal:
    """Return a number of the lowest band."""
    nothing = Decimal(0)
    return nothing if end is None or not _is_passed(end, nothing) else Decimal(floor(end[0]) - 1)


def _above(low: Decimal, end: _Cut | None) -> Decimal:
    """Return the shortest number above `low` that does not pass the band's end."""
    steps = (Decimal(1).scaleb(-digits) for digits in range(_MOST_DIGITS + 1))
    found = (low.quantize(step, ROUND_FLOOR) + step for step in steps)
    return next(each for each in found if end is None or not _is_passed(end, each))
