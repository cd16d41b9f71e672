"""The figures of a report as a plain list, each in the same shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.figures.discipline import TimeToNo
from bot.domain.figures.reports.cost import OverrideCost
from bot.domain.figures.reports.parts import ReportPart
from bot.domain.figures.reports.report import Report
from bot.domain.figures.shares import LEAST, Difference, Share
from bot.domain.figures.survival import TimeToHalf


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """One figure; what it lacks is None. A difference has no count, and the n of both shares."""

    id: str
    count: int | None
    n: int
    low: float | None
    high: float | None
    median: float | None
    censored: int | None
    least_n: int
    shown: bool


OVERRIDE_COST = "override_cost"
"""The id of a cost from low to high; for one fear, a dot and the fear follow."""


def listed(report: Report | ReportPart[Any]) -> Iterator[ReportedFigure]:
    """Yield every figure of a report, or of a part of one, under stable ids."""
    found, clients = report.figures, report.right.clients
    yield share_listed("not_again_followed", clients.followed.not_again)
    yield share_listed("not_again_against", clients.against.not_again)
    yield difference_listed(
        clients.difference, clients.followed.not_again, clients.against.not_again
    )
    yield share_listed("regretted", report.right.regretted.share)
    yield from _time_to_no(found.time_to_no)
    yield _time("time_to_next_client", found.next_client)
    yield share_listed("discipline", found.discipline.share)
    yield share_listed("discipline.as_missed", found.discipline.at_worst)
    yield share_listed("discipline.back_and_won", found.discipline.came_back)
    for verdict, share in found.overridden.items():
        yield share_listed(f"override_rate.{verdict}", share)
    yield share_listed("softened", found.softened)
    yield share_listed("softened.screened_again", found.screened_again)
    yield share_listed("answered", report.right.response)
    yield _cost(OVERRIDE_COST, report.cost)
    if isinstance(report, Report):
        for fear, cost in report.cost_by_fear.items():
            yield _cost(f"{OVERRIDE_COST}.{fear}", cost)


def share_listed(name: str, share: Share) -> ReportedFigure:
    """Return a share in its listed form."""
    interval = share.interval
    return ReportedFigure(
        name,
        share.count,
        share.of,
        None if interval is None else interval.low,
        None if interval is None else interval.high,
        None,
        None,
        share.least,
        share.is_enough,
    )


def _time_to_no(found: TimeToNo) -> Iterator[ReportedFigure]:
    """Yield the time, and below its id what became of those without a no."""
    yield _time("time_to_no", found.half)
    still = found.open_for
    around = still.interval
    yield ReportedFigure(
        "time_to_no.open_for",
        None,
        still.n,
        None if around is None else around.low,
        None if around is None else around.high,
        still.value,
        None,
        still.least,
        still.value is not None,
    )
    for name, share in zip(("won", "dropped_out"), found.otherwise, strict=True):
        yield share_listed(f"time_to_no.{name}", share)


def _time(name: str, time: TimeToHalf) -> ReportedFigure:
    return ReportedFigure(
        name,
        None,
        time.n,
        time.low,
        time.high,
        time.day,
        time.still,
        time.least,
        time.is_enough,
    )


def _cost(name: str, cost: OverrideCost | None) -> ReportedFigure:
    """Return a cost in its listed form: no amounts if it isn't shown, n 0 if no hour has a cost."""
    if cost is None:
        return ReportedFigure(name, None, 0, None, None, None, None, LEAST, shown=False)
    low = float(cost.low) if cost.is_enough else None
    high = float(cost.high) if cost.is_enough and cost.high is not None else None
    return ReportedFigure(name, None, cost.n, low, high, None, None, cost.least, cost.is_enough)


def difference_listed(found: Difference | None, one: Share, other: Share) -> ReportedFigure:
    """Return the difference of two shares in its listed form; `found` is None if one lacks data."""
    low, high = (None, None) if found is None else (found.interval.low, found.interval.high)
    n = one.of + other.of
    name = "not_again_difference"
    return ReportedFigure(name, None, n, low, high, None, None, one.least, found is not None)
