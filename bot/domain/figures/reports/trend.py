"""How often each verdict was given, step by step: what a chart shows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Known, facts_in
from bot.domain.figures.scope import Period, Scope, quarter_of

MOST = 20
"""The most points that a chart in Slack can show."""

_WEEK = timedelta(days=7)
_ONE_DAY = timedelta(days=1)


class TimeStep(StrEnum):
    """How much time one point of a chart covers."""

    WEEK = "week"
    """Seven days, counted back from the last day of the period."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How often each verdict was given in a period."""

    period: Period
    verdicts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many verdicts were given in all."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """The verdicts of a period, in steps of the same length, the earliest first."""

    step: TimeStep
    given: tuple[VerdictCounts, ...]


def trend(known: Known, scope: Scope) -> Trend:
    """Return the verdicts of a scope, in steps that fit a chart.

    For all time, the course begins with the first verdict. It ends today at the latest.
    """
    found = _verdicts(known, scope)
    days = (day for day, _ in found)
    first = max(scope.period.first, min(days, default=scope.today))
    last = min(scope.period.last, scope.today)
    begins = first if scope.period.first == date.min else scope.period.first
    step = _step(begins, last)
    periods = list(_cut(begins, last, step))[-MOST:]
    return Trend(step, _given(found, periods))


def verdicts_given(
    known: Known, scope: Scope, periods: Sequence[Period]
) -> tuple[VerdictCounts, ...]:
    """Return how often each verdict was given in each of some periods that do not overlap."""
    return _given(_verdicts(known, scope), periods)


def _verdicts(known: Known, scope: Scope) -> Counter[tuple[date, Verdict]]:
    """How often each verdict was given in a scope, day by day."""
    found: Counter[tuple[date, Verdict]] = Counter()
    for (day, judged), n in facts_in(known, scope).judged(scope).items():
        found[day, judged.verdict] += n
    return found


def _given(
    days: Counter[tuple[date, Verdict]], periods: Sequence[Period]
) -> tuple[VerdictCounts, ...]:
    found: Counter[tuple[Period, Verdict]] = Counter()
    for (day, verdict), n in days.items():
        period = next((period for period in periods if day in period), None)
        if period is not None:
            found[period, verdict] += n
    return tuple(
        VerdictCounts(period, {verdict: found[period, verdict] for verdict in Verdict})
        for period in periods
    )


def quarters(first: date, last: date) -> Iterator[Period]:
    """Yield the quarters from that of `first` to that of `last`, the earliest first."""
    quarter = quarter_of(first)
    while quarter.first <= last:
        yield quarter
        quarter = quarter_of(quarter.last + _ONE_DAY)


def _step(first: date, last: date) -> TimeStep:
    """Return the shortest step by which a chart can show all days between two."""
    if last - first < 12 * _WEEK:
        return TimeStep.WEEK
    longer = (TimeStep.MONTH, TimeStep.QUARTER)
    fitting = (each for each in longer if len(list(_cut(first, last, each))) <= MOST)
    return next(fitting, TimeStep.YEAR)


def _cut(first: date, last: date, step: TimeStep) -> Iterator[Period]:
    begins = list(takewhile(lambda day: day <= last, _begins(first, last, step)))
    ends = [day - _ONE_DAY for day in begins[1:]]
    yield from (Period(begin, end) for begin, end in zip(begins, [*ends, last], strict=True))


def _begins(first: date, last: date, step: TimeStep) -> Iterator[date]:
    """Yield the first days of the steps between two days."""
    match step:
        case TimeStep.WEEK:
            day = last + _ONE_DAY - ((last - first + _ONE_DAY) // _WEEK) * _WEEK
            yield from [first] if day > first else []
            while day <= last:
                yield day
                day += _WEEK
        case TimeStep.MONTH:
            yield first
            for months in range(1, _months(first, last) + 1):
                yield _month_after(first, months)
        case TimeStep.QUARTER:
            yield first
            yield from (each.first for each in quarters(first, last) if each.first > first)
        case TimeStep.YEAR:
            yield first
            yield from (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
        case _:
            assert_never(step)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _month_after(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    return date(first.year + year, month + 1, 1)
