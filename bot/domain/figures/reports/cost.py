"""What overrides cost: the hours that nobody planned for, and what was not paid.

A range, as hours are asked in bands and nobody is asked how much was not paid. The workspace says
what an hour costs; there is no figure unless it does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.figures.ends import Client, clients
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import LEAST, Claim
from bot.domain.figures.timeline import Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, NO_ANSWER, Outcome, Paid
from bot.domain.prospects import Fear

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class OverrideCost(Claim):
    """What clients who were won against their verdict cost beyond what was planned."""

    low: Decimal
    high: Decimal | None
    """None where an answer has no upper end: more than 60 hours, or an unknown value unpaid."""
    n: int
    """Clients whose unplanned hours are known."""
    clients: int
    """All who were won against their verdict."""
    least: int = LEAST


def override_cost(
    timelines: Iterable[Timeline], scope: Scope, an_hour: Decimal, fear: str | None = None
) -> OverrideCost:
    """Return what the overrides of a scope cost, or those for one fear.

    A client belongs to the day on which it was won. Its latest answers count, as hours are asked
    for in all. Of who did not pay as agreed, anything up to the expected value may be missing.
    """
    won = [
        each
        for each in clients(timelines, scope.calendar)
        if each.fear is not None
        and fear in {None, each.fear}
        and scope.has(each.end.on, each.end.owner)
    ]
    known = [(each, outcome) for each in won if (outcome := _latest(each)).hours is not None]
    costs = [_cost(each, outcome, an_hour) for each, outcome in known]
    highs = [high for _, high in costs if high is not None]
    return OverrideCost(
        low=sum((low for low, _ in costs), _NOTHING),
        high=sum(highs, _NOTHING) if len(highs) == len(costs) else None,
        n=len(known),
        clients=len(won),
    )


def cost_by_fear(
    timelines: Iterable[Timeline], scope: Scope, an_hour: Decimal
) -> Mapping[str, OverrideCost]:
    """Return what the overrides for each fear cost, of those with which a client was won."""
    known = list(timelines)
    by_fear = {str(fear): override_cost(known, scope, an_hour, fear) for fear in Fear}
    return {fear: cost for fear, cost in by_fear.items() if cost.clients}


def _latest(client: Client) -> Outcome:
    """What was answered last, and where nothing was, what was answered before."""
    outcome = NO_ANSWER
    for after in sorted(ASKED_AFTER, reverse=True):
        asked = client.asked(after)
        outcome = outcome if asked is None else outcome.filled_from(asked.outcome)
    return outcome


def _cost(client: Client, outcome: Outcome, an_hour: Decimal) -> tuple[Decimal, Decimal | None]:
    assert outcome.hours is not None  # noqa: S101 - the others are left out
    least, most = outcome.hours.bounds
    unpaid = client.timeline.value if outcome.paid is Paid.NO else _NOTHING
    high = None if most is None or unpaid is None else most * an_hour + unpaid
    return least * an_hour, high
