"""What overrides cost: the hours that nobody planned for, and what was not paid.

The cost is a range: hours are asked for in bands, and nobody is asked how much was not paid. The
workspace sets what an hour costs; without that there is no figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.figures.discipline import Known, facts_in
from bot.domain.figures.facts import WonFact, latest
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import LEAST, Claim
from bot.domain.outcomes.outcome import PaidAsAgreed
from bot.domain.prospects import Fear

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class OverrideCost(Claim):
    """What clients who were won against their verdict cost beyond the plan."""

    low: Decimal
    high: Decimal | None
    """None if an answer has no upper end: over 60 hours, or unpaid without an expected value."""
    n: int
    """Clients whose unplanned hours are known."""
    clients: int
    """All clients won against their verdict."""
    least: int = LEAST


def override_cost(
    known: Known, scope: Scope, an_hour: Decimal, fear: str | None = None
) -> OverrideCost:
    """Return what the overrides of a scope cost, or only those for one fear.

    A client belongs to the day on which it was won. Its latest answers count, because hours are
    asked for as a total. If a client did not pay as agreed, anything up to its expected value may
    be missing.
    """
    won = [
        (each, n)
        for each, n in facts_in(known, scope).count(WonFact, scope).items()
        if each.fear is not None and fear in {None, each.fear}
    ]
    costs = [(cost, n) for each, n in won if (cost := _cost(each, an_hour)) is not None]
    highs = [high * n for (_, high), n in costs if high is not None]
    return OverrideCost(
        low=sum((low * n for (low, _), n in costs), _NOTHING),
        high=sum(highs, _NOTHING) if len(highs) == len(costs) else None,
        n=sum(n for _, n in costs),
        clients=sum(n for _, n in won),
    )


def cost_by_fear(known: Known, scope: Scope, an_hour: Decimal) -> Mapping[str, OverrideCost]:
    """Return what the overrides cost, for each fear under which a client was won."""
    told = facts_in(known, scope)
    by_fear = {str(fear): override_cost(told, scope, an_hour, fear) for fear in Fear}
    return {fear: cost for fear, cost in by_fear.items() if cost.clients}


def _cost(client: WonFact, an_hour: Decimal) -> tuple[Decimal, Decimal | None] | None:
    """Return the least and the greatest cost; None if nobody said how many hours it took."""
    outcome = latest(client)
    if outcome.hours is None:
        return None
    least, most = outcome.hours.bounds
    unpaid = client.value if outcome.paid is PaidAsAgreed.NO else _NOTHING
    high = None if most is None or unpaid is None else most * an_hour + unpaid
    return least * an_hour, high
