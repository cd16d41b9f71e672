"""The figures of a period beside those of the one before, and the four figures that lead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Figures, Known, facts_in, figures
from bot.domain.figures.scope import ALL_TIME, Scope
from bot.domain.figures.shares import Share
from bot.domain.figures.survival import TimeToHalf


class Four(StrEnum):
    """The four leading figures of the report, the App Home and the digest, in their order."""

    DISCIPLINE = "discipline"
    TIME_TO_NO = "time_to_no"
    OVERRIDE_RATE = "override_rate"
    """For *walk away* verdicts."""
    NEXT_CLIENT = "next_client"


def four(found: Figures) -> Mapping[Four, Share | TimeToHalf]:
    """Return the four leading figures."""
    return {
        Four.DISCIPLINE: found.discipline.share,
        Four.TIME_TO_NO: found.time_to_no.half,
        Four.OVERRIDE_RATE: found.overridden[Verdict.WALK_AWAY],
        Four.NEXT_CLIENT: found.next_client,
    }


@dataclass(frozen=True, slots=True)
class PeriodComparison:
    """The figures of a period, and of the equally long one right before it."""

    now: Figures
    before: Figures | None = None
    """None for all time: nothing lies before it."""

    @property
    def has_any(self) -> bool:
        """Whether any of the four has enough to say something."""
        return any(each.is_enough for each in four(self.now).values())


def change_of(known: Known, scope: Scope) -> PeriodComparison:
    """Return the figures of a scope beside those of the period before.

    If the scope names an owner, they are about that owner alone.
    """
    told = facts_in(known, scope)
    now = figures(told, scope)
    if scope.period == ALL_TIME:
        return PeriodComparison(now)
    return PeriodComparison(now, figures(told, replace(scope, period=scope.period.before)))
