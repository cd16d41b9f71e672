"""The figures of a time beside those of as long a time right before it, and the four that lead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Figures, Known, figures, told_in
from bot.domain.figures.scope import ALL_TIME, Scope
from bot.domain.figures.shares import Share
from bot.domain.figures.survival import TimeToHalf


class Four(StrEnum):
    """The four figures of report, App Home and digest, in their order."""

    DISCIPLINE = "discipline"
    TIME_TO_NO = "time_to_no"
    OVERRIDE_RATE = "override_rate"
    """Of *walk away* verdicts."""
    NEXT_CLIENT = "next_client"


def four(found: Figures) -> Mapping[Four, Share | TimeToHalf]:
    """Return the four figures among all."""
    return {
        Four.DISCIPLINE: found.discipline.share,
        Four.TIME_TO_NO: found.time_to_no.half,
        Four.OVERRIDE_RATE: found.overridden[Verdict.WALK_AWAY],
        Four.NEXT_CLIENT: found.next_client,
    }


@dataclass(frozen=True, slots=True)
class Change:
    """The figures of a time, and of as many days right before it."""

    now: Figures
    before: Figures | None = None
    """None for all time: nothing lies before it."""

    @property
    def has_any(self) -> bool:
        """Whether any of the four has enough to say something."""
        return any(each.is_enough for each in four(self.now).values())


def change_of(known: Known, scope: Scope) -> Change:
    """Return the figures of a scope beside those of the time before.

    About one owner if the scope names one: a walk-away finds its next client among everybody's.
    """
    told = told_in(known, scope)
    now = figures(told, scope)
    if scope.period == ALL_TIME:
        return Change(now)
    return Change(now, figures(told, replace(scope, period=scope.period.before)))
