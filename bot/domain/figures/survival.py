"""How long it takes until something happens, if to many it has not happened yet.

Those still waiting are not left out: they have waited at least this long. Whatever else ends the
waiting competes. Days are whole; an event on a day comes before the observation ends on that day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from statistics import NormalDist

from bot.domain.figures.shares import CONFIDENCE, LEAST, Claim

_HALF = 0.5
_ROUNDING = 1e-9


class WaitEnd(StrEnum):
    """How a wait ended, as far as is known."""

    HAPPENED = "happened"
    OTHERWISE = "otherwise"
    """By something after which the event can no longer happen."""
    STILL = "still"


@dataclass(frozen=True, slots=True)
class Wait:
    """How many days a wait has lasted, and how it ended."""

    days: int
    end: WaitEnd


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The share to which it has happened by the end of a day, with its confidence band."""

    day: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TimeToHalf(Claim):
    """The first day by which it had happened to half of all; "not reached" is an answer, too."""

    n: int
    still: int
    """How many are still waiting; they count for as long as they have waited."""
    day: int | None = None
    """None: half is not reached yet, or there is not enough."""
    low: int | None = None
    high: int | None = None
    """None where the band does not reach half."""
    least: int = LEAST


@dataclass(frozen=True, slots=True)
class _Day:
    """What is known of one day: who was still waiting, and what happened."""

    day: int
    waiting: int
    happened: int
    otherwise: int


def kaplan_meier(waits: Iterable[Wait], confidence: float = CONFIDENCE) -> list[CurvePoint]:
    """Return the share to which it has happened, day by day, if nothing competes.

    The product-limit estimate with Greenwood's variance, and the interval that is linear in
    log(-log S): J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time
    Data, 2nd ed. (2002), section 1.4.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    left, spread, least, most = 1.0, 0.0, 0.0, 1.0
    reached = []
    for each in _days(waits):
        if not each.happened:
            continue
        left *= 1 - each.happened / each.waiting
        if each.happened < each.waiting:
            spread += each.happened / (each.waiting * (each.waiting - each.happened))
            least, most = _log_log(left, sqrt(spread) * left, z)
        else:  # nobody is left: without a variance, the upper bound of the day before stays
            left, least = 0.0, 0.0
        reached.append(CurvePoint(each.day, 1 - left, 1 - most, 1 - least))
    return reached


def aalen_johansen(waits: Iterable[Wait], confidence: float = CONFIDENCE) -> list[CurvePoint]:
    """Return the share to which it has happened, day by day, while other ends compete.

    The cumulative incidence with the variance by the delta method, and the interval that is
    linear in log(-log F): E. Marubini and M. G. Valsecchi, Analysing Survival Data from Clinical
    Trials and Observational Studies (1995), section 10.2.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    left, share, sums, reached = 1.0, 0.0, _Sums(), []
    for each in _days(waits):
        share += left * each.happened / each.waiting
        sums.add(each, left, share)
        left *= 1 - (each.happened + each.otherwise) / each.waiting
        if each.happened:
            low, high = _log_log(share, sqrt(max(sums.variance(share), 0.0)), z)
            reached.append(CurvePoint(each.day, share, low, high))
    return reached


def time_to_half(waits: Iterable[Wait]) -> TimeToHalf:
    """Return the first day by which it had happened to half, with an interval from the band.

    Here and above, waits may also be a Counter, which says how often each occurs.
    """
    known = Counter(waits)
    n = known.total()
    still = sum(many for each, many in known.items() if each.end is WaitEnd.STILL)
    if n < LEAST:
        return TimeToHalf(n, still)
    competes = any(each.end is WaitEnd.OTHERWISE for each in known)
    reached = aalen_johansen(known) if competes else kaplan_meier(known)
    return TimeToHalf(
        n,
        still,
        day=_first(reached, (each.share for each in reached)),
        low=_first(reached, (each.high for each in reached)),
        high=_first(reached, (each.low for each in reached)),
    )


@dataclass(slots=True)
class _Sums:
    """Running sums, day by day, that make up the variance of a cumulative incidence."""

    hazard: float = 0.0
    hazard_by_share: float = 0.0
    hazard_by_square: float = 0.0
    own: float = 0.0
    both: float = 0.0
    both_by_share: float = 0.0

    def add(self, each: _Day, left: float, share: float) -> None:
        """Add a day, with the share still waiting before it and the incidence at its end."""
        n, ends = each.waiting, each.happened + each.otherwise
        if ends < n:
            hazard = ends / (n * (n - ends))
            self.hazard += hazard
            self.hazard_by_share += hazard * share
            self.hazard_by_square += hazard * share**2
        self.own += left**2 * each.happened * (n - each.happened) / n**3
        self.both += left * each.happened / n**2
        self.both_by_share += share * left * each.happened / n**2

    def variance(self, share: float) -> float:
        """Return the variance of the share on the latest day."""
        ended = self.hazard * share**2 - 2 * share * self.hazard_by_share + self.hazard_by_square
        return ended + self.own - 2 * (share * self.both - self.both_by_share)


def _days(waits: Iterable[Wait]) -> Iterator[_Day]:
    known: Counter[tuple[int, WaitEnd]] = Counter()
    for each, n in Counter(waits).items():
        known[each.days, each.end] += n
    waiting = known.total()
    for day in sorted({day for day, _ in known}):
        happened, otherwise = known[day, WaitEnd.HAPPENED], known[day, WaitEnd.OTHERWISE]
        if happened or otherwise:
            yield _Day(day, waiting, happened, otherwise)
        waiting -= happened + otherwise + known[day, WaitEnd.STILL]


def _log_log(share: float, deviation: float, z: float) -> tuple[float, float]:
    """Return the lower and the upper end around a share, linear in log(-log share)."""
    if not 0 < share < 1:
        return share, share
    width = exp(z * deviation / (share * -log(share)))
    return share**width, share ** (1 / width)


def _first(reached: Iterable[CurvePoint], shares: Iterable[float]) -> int | None:
    pairs = zip(reached, shares, strict=True)
    return next((each.day for each, share in pairs if share >= _HALF - _ROUNDING), None)
