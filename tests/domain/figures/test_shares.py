"""Shares and differences, held against statsmodels and scipy on random numbers.

Both take a second to load: only the process that runs such a test loads them.
"""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from math import comb, isclose
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.figures import shares
from bot.domain.figures.shares import (
    CONFIDENCE,
    LEAST,
    Interval,
    Median,
    Share,
    difference_of_shares,
    discoveries,
    fisher,
    wilson,
)


def groups(seed: int, how_many: int = 200) -> Iterator[tuple[int, int, int, int]]:
    chance = random.Random(seed)
    for _ in range(how_many):
        n, other_n = chance.randint(1, 60), chance.randint(1, 60)
        yield chance.randint(0, n), n, chance.randint(0, other_n), other_n


def test_the_interval_of_a_share_is_wilsons() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for count, n, _, _ in groups(1):
        low, high = proportion_confint(count, n, method="wilson")
        ours = wilson(count, n)
        assert isclose(ours.low, low, abs_tol=1e-9), (count, n)
        assert isclose(ours.high, high, abs_tol=1e-9), (count, n)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for count, n, other, other_n in groups(2):
        low, high = confint_proportions_2indep(
            count, n, other, other_n, method="newcomb", compare="diff", alpha=0.05
        )
        ours = difference_of_shares(count, n, other, other_n)
        assert isclose(ours.low, low, abs_tol=1e-9), (count, n, other, other_n)
        assert isclose(ours.high, high, abs_tol=1e-9), (count, n, other, other_n)


def test_the_chance_of_a_difference_is_fishers() -> None:
    from scipy.stats import fisher_exact

    for count, n, other, other_n in groups(3):
        table = [[count, n - count], [other, other_n - other]]
        assert isclose(
            fisher(count, n, other, other_n), fisher_exact(table).pvalue, rel_tol=1e-6
        ), table


def test_what_stands_of_many_comparisons_is_benjaminis_and_hochbergs() -> None:
    from scipy.stats import false_discovery_control

    chance = random.Random(4)
    for _ in range(200):
        chances = [chance.random() ** 3 for _ in range(chance.randint(1, 30))]
        corrected = false_discovery_control(chances, method="bh")
        assert discoveries(chances) == [bool(each <= 0.1) for each in corrected]


def test_of_no_comparison_nothing_stands() -> None:
    assert discoveries([]) == []


def test_of_what_is_by_chance_one_in_ten_audits_finds_something_at_most() -> None:
    """With nothing behind any line, a false discovery is any discovery at all."""
    chance = random.Random(5)
    found = sum(any(discoveries([chance.random() for _ in range(25)])) for _ in range(2000))
    assert found / 2000 < 0.12


def test_without_the_correction_most_audits_find_something() -> None:
    chance = random.Random(5)
    found = sum(any(chance.random() <= 0.05 for _ in range(25)) for _ in range(2000))
    assert found / 2000 > 0.6


@pytest.mark.parametrize("truth", [0.02, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("n", [5, 20, 60])
def test_the_interval_of_a_share_holds_the_truth(truth: float, n: int) -> None:
    """Exactly: the chance of every count, times whether its interval holds the truth."""
    chances = [comb(n, k) * truth**k * (1 - truth) ** (n - k) for k in range(n + 1)]
    held = sum(each for k, each in enumerate(chances) if truth in wilson(k, n))
    assert held > 0.88, held


def test_the_interval_of_a_median_holds_the_truth() -> None:
    chance, held, rounds = random.Random(6), 0, 2000
    for _ in range(rounds):
        interval = Median.of(chance.expovariate(1) for _ in range(15)).interval
        assert interval is not None
        held += 0.6931 in interval
    assert held / rounds > 0.94


@pytest.mark.parametrize(("n", "has_one"), [(4, False), (5, False), (6, True)])
def test_five_values_hold_the_median_too_rarely(n: int, *, has_one: bool) -> None:
    assert (Median.of(range(n)).interval is not None) == has_one


def test_a_share_says_nothing_below_its_least_n() -> None:
    share = Share(2, LEAST - 1)
    assert (share.value, share.interval, share.missing) == (None, None, 1)
    assert not Share(LEAST - 1, LEAST - 1).is_surely_above(0)


def test_a_difference_needs_both_sides() -> None:
    assert Share(3, 5).less(Share(1, 4)) is None
    difference = Share(5, 6).less(Share(1, 8))
    assert difference is not None
    assert difference.is_one
    assert difference.value == pytest.approx(5 / 6 - 1 / 8)


@pytest.mark.parametrize(
    ("count", "n", "is_above"), [(1, 5, False), (3, 20, False), (6, 20, True), (20, 20, True)]
)
def test_above_a_mark_is_only_what_is_surely_above(count: int, n: int, *, is_above: bool) -> None:
    assert Share(count, n).is_surely_above(10) == is_above


@pytest.mark.parametrize("n", [*range(5, 120), 500, 2001])
def test_the_pair_around_a_median_is_the_one_that_all_ways_together_give(n: int) -> None:
    beyond = accumulate(comb(n, rank) for rank in range(n // 2))
    sure = [rank for rank, ways in enumerate(beyond) if 1 - 2 * ways / 2**n >= CONFIDENCE]

    found = Median.of([float(each) for each in range(n)], 1).interval

    assert (None if found is None else found.low) == (float(sure[-1]) if sure else None)


@pytest.mark.parametrize("n", [10_000, 30_001])
def test_of_many_values_the_pair_is_the_same_as_by_whole_numbers(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = dict.fromkeys(map(float, range(n)), 1)
    by_fractions = Median.counted(values)

    shares._rank_around_median.cache_clear()
    monkeypatch.setattr(shares, "_AS_GOOD_AS_EQUAL", 1)  # so that no fraction is trusted

    assert Median.counted(values) == by_fractions


@given(st.lists(st.integers(0, 9)))
def test_a_median_of_counts_is_that_of_the_values(values: list[int]) -> None:
    found = Median.counted(Counter(map(float, values)), least=1)

    assert found == Median.of(values, least=1)
    assert found.n == len(values)
    assert found.value == (median(values) if values else None)
    in_order = sorted(values)
    if found.interval is not None:
        rank = shares._rank_around_median(len(values)) or 0
        assert found.interval == Interval(in_order[rank], in_order[-1 - rank])


def test_the_chance_of_a_difference_among_tens_of_thousands_is_fishers_too() -> None:
    from scipy.stats import fisher_exact

    for count, n, other, other_n in ((5000, 20_000, 5200, 20_100), (1, 20_000, 19_000, 20_000)):
        table = [[count, n - count], [other, other_n - other]]
        expected = fisher_exact(table).pvalue
        assert isclose(fisher(count, n, other, other_n), expected, rel_tol=1e-6, abs_tol=1e-300)
