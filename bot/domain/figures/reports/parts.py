"""The figures of parts of a workspace: quarter by quarter, by checklist, by person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic, TypeVar

from bot.domain.figures.discipline import Figures, figures
from bot.domain.figures.evidence import VerdictsRight, verdicts_right
from bot.domain.figures.reports.cost import OverrideCost, override_cost
from bot.domain.figures.reports.course import quarters
from bot.domain.figures.scope import Period, Scope
from bot.domain.figures.timeline import Timeline, timelines_of
from bot.domain.people import MemberId

QUARTERS = 8
"""The latest ones are told of."""

PEOPLE = 10
"""Those with the most prospects are told of."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Part(Generic[Key]):
    """The figures of one part."""

    key: Key
    prospects: int
    """How many were screened in it for the first time."""
    right: VerdictsRight
    figures: Figures
    cost: OverrideCost | None = None
    """None unless the workspace said what an hour costs."""


def by_quarter(
    timelines: Iterable[Timeline], scope: Scope, an_hour: Decimal | None = None
) -> tuple[Part[Period], ...]:
    """Return the figures of each quarter from the first verdict to today, the latest first.

    Whatever the period of the scope is.
    """
    own = _own(timelines, scope)
    first = min((each.history[0].on for each in own if each.screenings), default=scope.today)
    latest = list(quarters(first, scope.today))[-QUARTERS:]
    return tuple(
        _part(quarter, own, replace(scope, period=quarter), own, an_hour)
        for quarter in reversed(latest)
    )


def by_checklist(
    timelines: Iterable[Timeline], scope: Scope, an_hour: Decimal | None = None
) -> tuple[Part[str], ...]:
    """Return the figures by the id of the checklist that judged a prospect first.

    The checklist of the most prospects comes first.
    """
    own = _own(timelines, scope)
    judged: dict[str, list[Timeline]] = {}
    for timeline in own:
        if timeline.screenings:
            judged.setdefault(timeline.screenings[0].checklist, []).append(timeline)
    parts = [_part(key, group, scope, own, an_hour) for key, group in judged.items()]
    return tuple(sorted(parts, key=lambda each: (-each.prospects, each.key)))


def by_person(
    timelines: Iterable[Timeline], scope: Scope, an_hour: Decimal | None = None
) -> tuple[Part[MemberId], ...]:
    """Return the figures of each owner, of what was theirs then, the one with the most first."""
    known = list(timelines)
    owners = {owner for timeline in known for owner in timeline.owners}
    parts = []
    for owner in owners:
        own = timelines_of(owner, known)
        parts.append(_part(owner, own, replace(scope, owner=owner), known, an_hour))
    parts.sort(key=lambda each: (-each.prospects, each.key))
    return tuple(each for each in parts if each.prospects)[:PEOPLE]


def _part(
    key: Key,
    timelines: Iterable[Timeline],
    scope: Scope,
    everybody: Iterable[Timeline],
    an_hour: Decimal | None,
) -> Part[Key]:
    known = list(timelines)
    return Part(
        key,
        prospects=screened(known, scope),
        right=verdicts_right(known, scope),
        figures=figures(known, scope, everybody),
        cost=None if an_hour is None else override_cost(known, scope, an_hour),
    )


def screened(timelines: Iterable[Timeline], scope: Scope) -> int:
    """Return how many prospects were screened for the first time in a scope."""
    return sum(
        bool(each.screenings) and scope.has(each.history[0].on, each.owner) for each in timelines
    )


def _own(timelines: Iterable[Timeline], scope: Scope) -> list[Timeline]:
    return list(timelines) if scope.owner is None else timelines_of(scope.owner, timelines)
