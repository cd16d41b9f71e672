"""Waiting, held against lifelines and statsmodels on random data.

Both take a second to load: only the process that runs such a test loads them.
"""

import random
import warnings
from collections import Counter
from collections.abc import Iterator
from math import inf

import pytest

from bot.domain.figures.survival import (
    Wait,
    WaitEnd,
    aalen_johansen,
    kaplan_meier,
    time_to_half,
)

CODES = {WaitEnd.STILL: 0, WaitEnd.HAPPENED: 1, WaitEnd.OTHERWISE: 2}


def samples(seed: int, ends: list[WaitEnd], *, ties: bool, n: int = 40) -> Iterator[list[Wait]]:
    chance = random.Random(seed)
    for _ in range(n):
        size = chance.randint(5, 60)
        days = (
            [chance.randint(0, 15) + 1 for _ in range(size)]
            if ties
            else chance.sample(range(1, 400), size)
        )
        yield [Wait(day, chance.choice(ends)) for day in days]


def columns(waits: list[Wait]) -> tuple[list[int], list[int]]:
    return [each.days for each in waits], [CODES[each.end] for each in waits]


@pytest.mark.parametrize("ties", [False, True])
def test_the_curve_and_its_band_are_kaplans_and_meiers(*, ties: bool) -> None:
    from lifelines import KaplanMeierFitter

    for waits in samples(1, [WaitEnd.HAPPENED, WaitEnd.HAPPENED, WaitEnd.STILL], ties=ties):
        days, codes = columns(waits)
        fitted = KaplanMeierFitter().fit(days, codes)
        band = fitted.confidence_interval_
        for each in kaplan_meier(waits):
            left = fitted.survival_function_.loc[each.day].iloc[0]
            assert 1 - each.share == pytest.approx(left, abs=1e-9)
            if left > 1e-9:  # with nobody left there is no variance
                assert 1 - each.high == pytest.approx(band.loc[each.day].iloc[0], abs=1e-7)
                assert 1 - each.low == pytest.approx(band.loc[each.day].iloc[1], abs=1e-7)


def test_the_median_and_its_interval_are_those_of_the_curve() -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    for waits in samples(2, [WaitEnd.HAPPENED, WaitEnd.HAPPENED, WaitEnd.STILL], ties=True):
        days, codes = columns(waits)
        fitted = KaplanMeierFitter().fit(days, codes)
        ours = time_to_half(waits)
        assert (ours.day if ours.day is not None else inf) == fitted.median_survival_time_
        ends = median_survival_times(fitted.confidence_interval_).to_numpy()[0]
        assert (ours.low if ours.low is not None else inf) == ends[0]


@pytest.mark.parametrize("ties", [False, True])
def test_the_share_is_aalens_and_johansens(*, ties: bool) -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight

    for waits in samples(3, list(WaitEnd), ties=ties):
        days, codes = columns(waits)
        fitted = CumIncidenceRight(days, codes)
        theirs = dict(zip(fitted.times, fitted.cinc[0], strict=True))
        for each in aalen_johansen(waits):
            assert each.share == pytest.approx(theirs[each.day], abs=1e-9)


def test_the_band_of_the_share_is_that_of_lifelines() -> None:
    from lifelines import AalenJohansenFitter

    for waits in samples(4, list(WaitEnd), ties=False):
        days, codes = columns(waits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = AalenJohansenFitter(calculate_variance=True).fit(days, codes, 1)
        band = fitted.confidence_interval_
        for each in aalen_johansen(waits):
            if band.loc[each.day].isna().any():  # theirs gives up where nobody is left
                continue
            assert each.low == pytest.approx(band.loc[each.day].iloc[0], abs=1e-7)
            assert each.high == pytest.approx(band.loc[each.day].iloc[1], abs=1e-7)


def test_without_another_end_both_curves_are_one() -> None:
    for waits in samples(5, [WaitEnd.HAPPENED, WaitEnd.STILL], ties=True):
        shares = [each.share for each in kaplan_meier(waits)]
        assert [each.share for each in aalen_johansen(waits)] == pytest.approx(shares)


def test_half_that_is_not_reached_is_an_answer() -> None:
    waits = [Wait(3, WaitEnd.HAPPENED), *([Wait(90, WaitEnd.STILL)] * 9)]
    found = time_to_half(waits)
    assert (found.n, found.still, found.day, found.high) == (10, 9, None, None)
    assert found.is_enough


def test_waits_may_be_counted_instead_of_listed() -> None:
    counts = Counter({Wait(3, WaitEnd.HAPPENED): 4, Wait(5, WaitEnd.OTHERWISE): 2})
    counts[Wait(9, WaitEnd.STILL)] = 3

    assert time_to_half(counts) == time_to_half(list(counts.elements()))
    for curve in (aalen_johansen, kaplan_meier):
        assert curve(counts) == curve(list(counts.elements()))


def test_too_few_say_nothing() -> None:
    found = time_to_half([Wait(3, WaitEnd.HAPPENED)] * 4)
    assert (found.is_enough, found.day, found.missing) == (False, None, 1)


def test_what_ends_otherwise_is_not_left_out() -> None:
    """Two in three are won before they can be walked away from: half never get their no."""
    waits = [Wait(2, WaitEnd.HAPPENED)] * 10 + [Wait(5, WaitEnd.OTHERWISE)] * 20
    assert time_to_half(waits).day is None


@pytest.mark.parametrize("n", [20, 60])
def test_the_interval_of_a_waiting_time_holds_the_truth(n: int) -> None:
    """The true median is 40 days; half of all still wait when they are asked."""
    chance, held, rounds = random.Random(n), 0, 400
    for _ in range(rounds):
        waits = []
        for _ in range(n):
            due, seen = chance.expovariate(0.6931 / 40), chance.uniform(0, 120)
            end = WaitEnd.HAPPENED if due <= seen else WaitEnd.STILL
            waits.append(Wait(int(min(due, seen)), end))
        found = time_to_half(waits)
        low, high = found.low or 0, found.high
        held += low <= 40 and (high is None or high >= 39)
    assert held / rounds > 0.92, held / rounds


def test_leaving_out_who_still_waits_misses_the_truth() -> None:
    """The old way: the median of those to whom it happened, with a true one of 40 days."""
    chance, found = random.Random(9), []
    for _ in range(200):
        spans = [(chance.expovariate(0.6931 / 40), chance.uniform(0, 120)) for _ in range(40)]
        came = sorted(due for due, seen in spans if due <= seen)
        found.append(came[len(came) // 2])
    assert sum(found) / len(found) < 27
