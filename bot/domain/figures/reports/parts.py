"""The figures of parts of a workspace: by quarter, by checklist, by person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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

CHECKLISTS = PEOPLE = 10
"""How many of them are shown: those with the most prospects."""

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


@dataclass(frozen=True, slots=True)
class Parts(Generic[Key]):
    """The parts of a workspace, as many as are shown."""

    shown: tuple[ReportPart[Key], ...] = ()
    left_out: int = 0
    """How many more there are."""

    def __iter__(self) -> Iterator[ReportPart[Key]]:
        """Return those that are shown."""
        return iter(self.shown)


def by_quarter(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None, most: int | None = None
) -> Parts[Period]:
    """Return the figures of each quarter from the first verdict to today, the latest first.

    The period of the scope is ignored.
    """
    every = list(quarters(facts.first_day() or scope.today, scope.today))[::-1]
    return _parts(
        every, most, lambda each: _part(each, facts, replace(scope, period=each), an_hour)
    )


def by_checklist(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None, most: int | None = None
) -> Parts[str]:
    """Return the figures by the id of the checklist that first judged a prospect.

    The checklist with the most prospects comes first.
    """
    within = {each: replace(scope, checklist=each) for each in facts.checklists()}
    counts = {each: screened(facts, its) for each, its in within.items()}
    return _parts(_by_size(counts), most, lambda each: _part(each, facts, within[each], an_hour))


def by_person(
    facts: Facts, scope: Scope, an_hour: Decimal | None = None, most: int | None = None
) -> Parts[MemberId]:
    """Return the figures of each owner for what was theirs then, the one with the most first."""
    people = _by_size(facts.screened_of(scope))
    return _parts(
        people, most, lambda each: _part(each, facts, replace(scope, owner=each), an_hour)
    )


def _by_size(counts: Mapping[Key, int]) -> list[Key]:
    return sorted(counts, key=lambda each: (-counts[each], str(each)))


def _parts(
    keys: Sequence[Key], most: int | None, part_of: Callable[[Key], ReportPart[Key]]
) -> Parts[Key]:
    shown = tuple(part_of(each) for each in keys[:most])
    return Parts(shown, len(keys) - len(shown))


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
