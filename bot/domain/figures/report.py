"""The report: every figure about one owner or about everybody, put together from timelines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.checklist.rules import Rule
from bot.domain.figures.discipline import Figures, figures, note_on, override_rate_by_rule
from bot.domain.figures.evidence import Evidence, VerdictsRight, evidence_by_fear, verdicts_right
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import Share
from bot.domain.figures.timeline import Timeline, timelines_of
from bot.domain.people import MemberId

MOST_RULES = 3
"""How many rules are named, those overridden most often."""


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often what a rule says is overridden."""

    rule: Rule
    rate: Share


@dataclass(frozen=True, slots=True)
class Report:
    """How the standard is held, and whether it is the right one, as of a day."""

    owner: MemberId | None
    """Whose prospects it is about; None: everybody's."""
    on: date
    prospects: int
    """How many were screened in its time."""
    right: VerdictsRight
    figures: Figures
    evidence: tuple[Evidence, ...]
    """For each fear that was ever named, in the order of the fears."""
    noted: tuple[RuleRate, ...] = ()
    """The rules above a mark, the worst first; told of everybody's prospects only."""


def report_of(timelines: Iterable[Timeline], scope: Scope, rules: Iterable[Rule] = ()) -> Report:
    """Return the report about one owner, or about everybody if the scope names none.

    ``rules`` come from today's checklist: an older rule can no longer be changed.
    """
    known = list(timelines)
    own = known if scope.owner is None else timelines_of(scope.owner, known)
    by_fear = evidence_by_fear(own, scope)
    return Report(
        owner=scope.owner,
        on=scope.today,
        prospects=sum(
            bool(each.screenings) and scope.has(each.history[0].on, each.owner) for each in own
        ),
        right=verdicts_right(own, scope),
        figures=figures(own, scope, known),
        evidence=tuple(by_fear.values()),
        noted=_noted(own, scope, rules) if scope.owner is None else (),
    )


def _noted(
    timelines: Iterable[Timeline], scope: Scope, rules: Iterable[Rule]
) -> tuple[RuleRate, ...]:
    rates = override_rate_by_rule(timelines, scope)
    noted = [RuleRate(rule, rates[rule.id]) for rule in rules if rule.id in rates]
    noted = [each for each in noted if note_on(each.rate) is not None]
    return tuple(sorted(noted, key=lambda each: each.rate.value or 0, reverse=True))[:MOST_RULES]
