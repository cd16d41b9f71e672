"""A share and a median that carry their n, and say nothing when it is too small.

What is counted, and how much is enough for it, is said where each figure is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Self

from bot.domain.figures.timeline import Fulfilled, Overridden, Screening, Timeline
from bot.domain.outcomes.outcome import Again, Paid, Regret
from bot.domain.prospects import Stage


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


LEAST_OUTCOMES = 5
"""Outcomes below which the evidence says only that there is not enough yet."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the overrides for one fear came to.

    An outcome is one in which the owner said whether they would take them again. The other taps
    can be missing, so each figure has its own n, and says nothing below five.
    """

    fear: str
    """Its id, or `new_fact`."""
    overrides: int
    """How many took effect; two for one prospect are two."""
    won: int
    """Prospects that were won while such an override stood."""
    not_again: Share
    """Of those whose owner answered: who would not be taken again."""
    not_paid: Share
    """The clients who did not pay as agreed, of those who owed something."""
    hours: Median
    """Unplanned hours for each client, from the middles of the bands."""

    @property
    def outcomes(self) -> int:
        """How many were answered: the owner said whether they would take them again."""
        return self.not_again.of

    @property
    def is_enough(self) -> bool:
        """Whether there are enough outcomes to say anything about them."""
        return self.not_again.is_enough


def evidence_for(fear: str, timelines: Iterable[Timeline]) -> Evidence:
    """Return what the overrides that named this fear came to, in these timelines."""
    known = list(timelines)
    won = [timeline.outcome for timeline in known if fear_at_win(timeline) == fear]
    outcomes = [each for each in won if each.again is not None]
    paid = [each.paid for each in outcomes if each.paid in (Paid.YES, Paid.NO)]
    return Evidence(
        fear=fear,
        overrides=sum(each.fear == fear for timeline in known for each in timeline.overrides),
        won=len(won),
        not_again=Share(
            sum(each.again is Again.NO for each in outcomes), len(outcomes), LEAST_OUTCOMES
        ),
        not_paid=Share(paid.count(Paid.NO), len(paid), LEAST_OUTCOMES),
        hours=Median.of((each.hours.midpoint for each in outcomes if each.hours), LEAST_OUTCOMES),
    )


def evidence_by_fear(timelines: Iterable[Timeline]) -> dict[str, Evidence]:
    """Return the evidence for each fear that was ever named, in the order of their ids."""
    known = list(timelines)
    fears = {each.fear for timeline in known for each in timeline.overrides}
    return {fear: evidence_for(fear, known) for fear in sorted(fears)}


def fear_at_win(timeline: Timeline) -> str | None:
    """Return the fear of the override under which a client was won; None if none stood.

    A later verdict ends an override, a later override takes the place of an earlier one, and the
    condition of a *pursue* that is met leaves none. The stages between do not matter: an end that
    was undone gave back the override that stood. Once its kill date has passed none stands.
    """
    if timeline.won_on is None:
        return None
    decisions = [
        each for each in timeline.history if isinstance(each, Screening | Overridden | Fulfilled)
    ]
    last = decisions[-1] if decisions else None
    return last.fear if isinstance(last, Overridden) and timeline.won_on <= last.until else None


def regret(timelines: Iterable[Timeline]) -> Share:
    """Return how many walk-aways that stand are regretted, of those whose owner answered."""
    answered = [
        timeline.outcome.regret
        for timeline in timelines
        if timeline.stage is Stage.WALKED_AWAY and timeline.outcome.regret is not None
    ]
    return Share(answered.count(Regret.YES), len(answered), LEAST_OUTCOMES)
