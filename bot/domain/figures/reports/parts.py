"""The figures of parts of a workspace: by quarter, by checklist, by person."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic, TypeVar

from bot.domain.figures.discipline import Figures, figures
from bot.domain.figures.evidence import VerdictsRight, verdicts_right
from bot.domain.figures.facts import Facts, FirstScreened
from bot.domain.figures.reports.cost import OverrideCost, override_cost
from bot.domain.figures.reports.trend import quarters
from bot.domain.figures.scope import Period, Scope
from bot.domain.people import MemberId

QUARTERS = 8
"""How many quarters are shown: the latest ones."""

PEOPLE = 10
"""How many people are shown: those with the most prospects."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ReportPart(Generic[Key]):
    """The figures of one part."""

    key: Key
    prospects: int
    """How many were screened in it for the first time."""
    right: VerdictsRight
    figures: Figures
    cost: OverrideCost | None = None
    """None unless the workspace has set what an hour costs."""


def by_quarter(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None
) -> tuple[ReportPart[Period], ...]:
    """Return the figures of each quarter from the first verdict to today, the latest first.

    The period of the scope is ignored.
    """
    latest = list(quarters(facts.first_day() or scope.today, scope.today))[-QUARTERS:]
    return tuple(
        _part(quarter, facts, replace(scope, period=quarter), an_hour)
        for quarter in reversed(latest)
    )


def by_checklist(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None
) -> tuple[ReportPart[str], ...]:
    """Return the figures by the id of the checklist that first judged a prospect.

    The checklist with the most prospects comes first.
    """
    ids = facts.checklists()
    parts = [_part(each, facts, replace(scope, checklist=each), an_hour) for each in ids]
    return tuple(sorted(parts, key=lambda each: (-each.prospects, each.key)))


def by_person(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None
) -> tuple[ReportPart[MemberId], ...]:
    """Return the figures of each owner for what was theirs then, the one with the most first."""
    counts = facts.screened_of(scope)
    most = sorted(counts, key=lambda owner: (-counts[owner], owner))[:PEOPLE]
    return tuple(_part(each, facts, replace(scope, owner=each), an_hour) for each in most)


def _part(key: Key, facts: Facts, scope: Scope, an_hour: Decimal | None) -> ReportPart[Key]:
    return ReportPart(
        key,
        prospects=screened(facts, scope),
        right=verdicts_right(facts, scope),
        figures=figures(facts, scope),
        cost=None if an_hour is None else override_cost(facts, scope, an_hour),
    )


def screened(facts: Facts, scope: Scope) -> int:
    """Return how many prospects were first screened in a scope."""
    return facts.count(FirstScreened, scope).total()
