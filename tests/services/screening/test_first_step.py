"""An amount, as salespeople write it."""

from decimal import Decimal

import pytest

from bot.services.screening.steps import read_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12000", "12000"),
        ("12.000", "12000"),
        ("12,000", "12000"),
        ("2.500", "2500"),
        ("12,50", "12.5"),
        ("12.50", "12.5"),
        ("12000,5", "12000.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12.000.000", "12000000"),
        ("-5", "-5"),
    ],
)
def test_german_and_english_amounts_are_read(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["12k", "1.2.3", "a lot", "NaN", "Infinity", "12.3456", ""])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert read_amount(text) is None
