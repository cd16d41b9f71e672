"""What stays of an amount tells no rule from another, and nothing of the amount beyond that."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import checklists
from bot.domain.checklist.answers import read_number
from bot.domain.checklist.bands import Bands, bands_of
from bot.domain.checklist.scores import Bounds
from tests.checklists.test_other_checklists import FIT

numbers = st.decimals(-30, 30, places=4) | st.integers(-3, 3).map(Decimal)
limits = st.builds(
    Bounds,
    **dict.fromkeys(("at_least", "at_most", "below", "above"), st.none() | numbers),
)


BUDGETS = Bands.of([Bounds(at_least=Decimal(10000)), Bounds(below=Decimal(50000))])
ODD = Bands.of([Bounds(above=Decimal(5), below=Decimal("5.001")), Bounds(at_most=Decimal(7))])


@pytest.mark.parametrize(
    ("bands", "value", "left"),
    [
        (Bands(), "123456.78", "0"),
        (BUDGETS, "9999.99", "0"),
        (BUDGETS, "10000", "10000"),
        (BUDGETS, "49999.99", "10000"),
        (BUDGETS, "50000", "50000"),
        (BUDGETS, "1234567", "50000"),
        (ODD, "5", "0"),
        (ODD, "-3", "0"),
        (ODD, "5.0007", "5.0001"),
        (ODD, "6.2", "5.001"),
        (ODD, "7", "5.001"),
        (ODD, "8.5", "8"),
    ],
)
def test_all_amounts_of_a_band_leave_the_same(bands: Bands, value: str, left: str) -> None:
    assert bands.stand_in(Decimal(value)) == Decimal(left)


@given(st.lists(limits, max_size=4), numbers, numbers)
def test_no_limit_tells_what_is_left_from_the_amount_and_nothing_else_does(
    all_limits: list[Bounds], value: Decimal, other: Decimal
) -> None:
    bands = Bands.of(all_limits)

    left = bands.stand_in(value)

    assert [left in each for each in all_limits] == [value in each for each in all_limits]
    assert read_number(f"{left:f}") == left
    assert bands.stand_in(left) == left
    turns = sorted({turn for each in all_limits for turn in each.thresholds})
    if not any(min(value, other) <= turn <= max(value, other) for turn in turns):
        assert bands.stand_in(other) == left


def test_bands_are_those_of_every_checklist_that_reads_the_number() -> None:
    bands = bands_of([FIT.checklist, checklists.default()])

    spans = [bands["budget"].stand_in(Decimal(each)) for each in (0, 1, 9999, 10000, 9999999)]
    assert spans == [0, 0, 0, 10000, 10000]
    values = [bands["expected_value"].stand_in(Decimal(each)) for each in (1, 49999, 50000, 7e6)]
    assert values == [0, 0, 50000, 50000]
    assert "expected_value" not in bands_of([checklists.default()])
