"""The figures of a report as a plain list, each in the same shape."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.figures.reports.report import Report
from bot.domain.figures.shares import Difference, Share
from bot.domain.figures.survival import TimeToHalf


@dataclass(frozen=True, slots=True)
class Listed:
    """One figure; what it does not have is None. A difference has neither count nor n."""

    id: str
    count: int | None
    n: int
    low: float | None
    high: float | None
    median: float | None
    censored: int | None
    least_n: int
    shown: bool


def listed(report: Report) -> Iterator[Listed]:
    """Yield every figure of a report, by ids that stay."""
    found, clients = report.figures, report.right.clients
    yield share_listed("not_again_followed", clients.followed.not_again)
    yield share_listed("not_again_against", clients.against.not_again)
    yield difference_listed(
        clients.difference, clients.followed.not_again, clients.against.not_again
    )
    yield share_listed("regretted", report.right.regretted.share)
    yield _time("time_to_no", found.time_to_no.half)
    yield _time("time_to_next_client", found.next_client)
    yield share_listed("discipline", found.discipline.share)
    for verdict, share in found.overridden.items():
        yield share_listed(f"override_rate.{verdict}", share)
    yield share_listed("softened", found.softened)
    yield share_listed("answered", report.right.response)


def share_listed(name: str, share: Share) -> Listed:
    """Return a share as it is listed."""
    interval = share.interval
    return Listed(
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


def _time(name: str, time: TimeToHalf) -> Listed:
    return Listed(
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


def difference_listed(found: Difference | None, one: Share, other: Share) -> Listed:
    """Return the difference of two shares as it is listed; None: one of them has not enough."""
    low, high = (None, None) if found is None else (found.interval.low, found.interval.high)
    n = one.of + other.of
    name = "not_again_difference"
    return Listed(name, None, n, low, high, None, None, one.least, found is not None)
