"""The report: every figure about one owner or about everybody, put together from facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.domain.checklist.rules import Rule
from bot.domain.figures.discipline import (
    Figures,
    Known,
    facts_in,
    first_figure_on,
    note_on,
    override_rate_by_rule,
)
from bot.domain.figures.evidence import Evidence, VerdictsRight, verdicts_and_evidence
from bot.domain.figures.facts import Facts
from bot.domain.figures.reports.advice import Advice, advice_on
from bot.domain.figures.reports.comparison import PeriodComparison, change_of
from bot.domain.figures.reports.cost import OverrideCost, cost_by_fear, override_cost
from bot.domain.figures.reports.parts import screened
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import Share
from bot.domain.people import MemberId

MOST_RULES = 3
"""How many rules are named: those overridden most often."""


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often the verdict of a rule is overridden."""

    rule: Rule
    rate: Share


@dataclass(frozen=True, slots=True)
class Report:
    """How well the standard is held, and whether it is the right one, as of a day."""

    owner: MemberId | None
    """Whose prospects it covers; None: everybody's."""
    on: date
    prospects: int
    """How many were first screened in its period."""
    right: VerdictsRight
    change: PeriodComparison
    evidence: tuple[Evidence, ...]
    """For each fear that was ever named, in the order of the fears."""
    noted: tuple[RuleRate, ...] = ()
    """The rules above a mark, the worst first; only in a report about everybody."""
    cost: OverrideCost | None = None
    """None unless the workspace has set what an hour costs."""
    cost_by_fear: Mapping[str, OverrideCost] = field(default_factory=dict)
    first_figure_on: date | None = None
    """The first day with a figure, as far as that is known yet."""

    @property
    def figures(self) -> Figures:
        """The figures of its period."""
        return self.change.now

    @property
    def has_any(self) -> bool:
        """Whether there is enough for any of its leading figures."""
        clients = self.right.clients
        shares = (clients.followed.not_again, clients.against.not_again, self.right.regretted.share)
        return self.change.has_any or any(each.is_enough for each in shares)

    @property
    def advice(self) -> Advice | None:
        """What to look at first; None if nothing stands out."""
        return advice_on(self.right, self.figures)


def report_of(
    known: Known,
    scope: Scope,
    rules: Iterable[Rule] = (),
    an_hour: Decimal | None = None,
) -> Report:
    """Return the report about one owner, or about everybody if the scope names none.

    `rules` come from today's checklist: an older rule can no longer be changed. `an_hour` is what
    an hour costs, if the workspace has set it.
    """
    told = facts_in(known, scope)
    right, evidence = verdicts_and_evidence(told, scope)
    return Report(
        owner=scope.owner,
        on=scope.today,
        prospects=screened(told, scope),
        right=right,
        change=change_of(told, scope),
        evidence=tuple(evidence.values()),
        noted=_noted(told, scope, rules) if scope.owner is None else (),
        cost=None if an_hour is None else override_cost(told, scope, an_hour),
        cost_by_fear={} if an_hour is None else cost_by_fear(told, scope, an_hour),
        first_figure_on=first_figure_on(told, scope),
    )


def _noted(facts: Facts, scope: Scope, rules: Iterable[Rule]) -> tuple[RuleRate, ...]:
    rates = override_rate_by_rule(facts, scope)
    noted = [RuleRate(rule, rates[rule.id]) for rule in rules if rule.id in rates]
    noted = [each for each in noted if note_on(each.rate) is not None]
    return tuple(sorted(noted, key=lambda each: each.rate.value or 0, reverse=True))[:MOST_RULES]
