"""The report: every figure about one owner or about everybody, put together from timelines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Rule
from bot.domain.figures.discipline import Figures, OverrideRate, figures, override_rate_by_rule
from bot.domain.figures.evidence import Evidence, Share, evidence_by_fear, regret
from bot.domain.figures.timeline import Timeline, timelines_of
from bot.domain.people import MemberId
from bot.domain.prospects import Fear

MOST_RULES = 3
"""How many rules are named, those overridden most often."""


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often what a rule says is overridden."""

    rule: Rule
    rate: OverrideRate


@dataclass(frozen=True, slots=True)
class Report:
    """How the standard is held, as of a day."""

    owner: MemberId | None
    """Whose prospects it is about; None: everybody's."""
    on: date
    prospects: int
    """How many timelines it was made from."""
    figures: Figures
    evidence: tuple[Evidence, ...]
    """For each fear that was ever named, in the order of the fears."""
    regret: Share
    noted: tuple[RuleRate, ...] = ()
    """The rules above a mark, the worst first; told of everybody's prospects only."""


def report_of(
    timelines: Iterable[Timeline],
    *,
    owner: MemberId | None,
    today: date,
    calendar: WorkingCalendar,
    rules: Iterable[Rule] = (),
) -> Report:
    """Return the report about one owner, or about everybody if there is none.

    ``rules`` come from today's checklist: an older rule can no longer be changed.
    """
    known = list(timelines) if owner is None else timelines_of(owner, timelines)
    by_fear = evidence_by_fear(known)
    return Report(
        owner=owner,
        on=today,
        prospects=len(known),
        figures=figures(known, today=today, calendar=calendar),
        evidence=tuple(by_fear[fear] for fear in Fear if fear in by_fear),
        regret=regret(known),
        noted=_noted(known, rules) if owner is None else (),
    )


def _noted(timelines: Iterable[Timeline], rules: Iterable[Rule]) -> tuple[RuleRate, ...]:
    rates = override_rate_by_rule(timelines)
    noted = [RuleRate(rule, rates[rule.id]) for rule in rules if rule.id in rates]
    noted = [each for each in noted if each.rate.note is not None]
    return tuple(sorted(noted, key=lambda each: each.rate.share.value or 0, reverse=True))[
        :MOST_RULES
    ]
