"""Amounts as people write them; `amounts.tsv` and `more-amounts.tsv` are the tables."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import read_amount

CASES = Path(__file__).parents[1] / "cases"


def rows() -> Iterator[tuple[str, str, str]]:
    for table in ("amounts.tsv", "more-amounts.tsv"):
        with (CASES / table).open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from ((language, typed, read) for language, typed, read in rows)


@pytest.mark.parametrize(("language", "typed", "read"), [*rows()])
def test_an_amount_is_read_as_the_table_says(language: str, typed: str, read: str) -> None:
    amount = read_amount(typed, language)

    if read:
        assert amount == Decimal(read)
    else:
        assert amount is None or amount < 0


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("en", "12.000,50 €", "12000.5"),
        ("de", "12,000.50", "12000.5"),
        ("en", "1.200.000", "1200000"),
        ("de", "1,200,000", "1200000"),
        ("de", "1.234.567,89 Euro", "1234567.89"),
        ("de", "CHF 10’000.–", "10000"),
        ("de", "1,5 Millionen", "1500000"),
        ("de", "12 Tsd. €", "12000"),
        ("de", "2 Mrd", "2000000000"),
        ("en", "USD 12k", "12000"),
        ("en", "$1.25M", "1250000"),
        ("en", "1,250.5k", "1250500"),
        ("en", "12\u00a0000", "12000"),
        ("en", "10 000.50", "10000.5"),
        ("de", "12", "12"),
        ("en", "12000", "12000"),
        ("de", "2.500", "2500"),
        ("de", "12,50", "12.5"),
        ("en", "12.50", "12.5"),
        ("de", "12000,5", "12000.5"),
        ("en", "12000,5", "12000.5"),
        ("de", "12000.5", "12000.5"),
        ("de", "1.234,56", "1234.56"),
        ("en", "1,234.56", "1234.56"),
        ("de", "12.000.000", "12000000"),
        ("en", "-5", "-5"),
        ("de", "12,5", "12.5"),
        ("de", "TEUR 12", "12000"),
        ("de", "1.500 TEUR", "1500000"),
        ("de", "12TEUR", "12000"),
        ("en", "12T€", "12000"),
        ("de", "12 TEUR", "12000"),
        ("de", "1,5 T€", "1500"),
        ("de", "ca. 12.000 €", "12000"),
        ("de", "rund 12k", "12000"),
        ("de", "1.5 Mio", "1500000"),
        ("de", "1,5 Mill.", "1500000"),
        ("de", "12 000 zł", "12000"),
        ("en", "US$ 12,000", "12000"),
        ("en", "A$5k", "5000"),
        ("en", "EUR12,000", "12000"),
        ("en", "12,000EUR", "12000"),
        ("en", "kr 12 000", "12000"),
        ("en", "₹500,000", "500000"),
        ("en", "~12k", "12000"),
        ("en", "about 12k", "12000"),
        ("en", "1,5m", "1500000"),
        ("en", "1.5 mil", "1500000"),
        ("de", "12 kEUR", "12000"),
        ("de", "KEUR 12", "12000"),
        ("de", "1,5 M€", "1500000"),
        ("de", "MEUR 1,5", "1500000"),
        ("en", "CHF12k", "12000"),
        ("de", "SFr. 12'000.-", "12000"),
        ("en", "AED 12,000", "12000"),
        ("en", "12,000 MXN", "12000"),
        ("de", "R$ 12.000", "12000"),
        ("en", "S$12k", "12000"),
        ("en", "₹1,00,000", "100000"),
        ("en", "Rs. 12,34,567.50", "1234567.5"),
        ("de", "rd. 12.000", "12000"),
        ("de", "ungefähr 12.000", "12000"),
        ("en", "approximately 12,000", "12000"),
        ("en", "c. $12k", "12000"),
        ("de", "12.000 € ca.", "12000"),
        ("en", "$12,000 (approx.)", "12000"),
        ("de", "12.000 EUR netto", "12000"),
        ("de", "12.000 € zzgl. MwSt.", "12000"),
        ("en", "£12k plus VAT", "12000"),
        ("en", "12k + VAT", "12000"),
        ("de", "１２．０００", "12000"),
        ("en", '"12,000"', "12000"),
        ("de", "10\u00a0000 €", "10000"),
        ("de", "10\u202f000", "10000"),
        ("de", "12.000\u200b €", "12000"),
        ("de", "\u202a12.000 €\u202c", "12000"),
        ("en", "\ufeff12k ", "12000"),
    ],
)
def test_other_ways_to_write_an_amount_are_read(language: str, typed: str, read: str) -> None:
    assert read_amount(typed, language) == Decimal(read)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "12.000"),
        ("de", "12,000"),
        ("de", "12.0000"),
        ("de", "1.2000,5"),
        ("en", "12,34,567"),
        ("en", "12 34"),
        ("en", "12.345"),
        ("en", "0.005"),
        ("de", "1,000000001 Mio"),
        ("en", "1 m 2"),
        ("en", "12 k TEUR"),
        ("en", "1.500 T€"),
        ("en", "1,500 TEUR"),
        ("en", "1,500m2"),
        ("de", "krumm"),
        ("de", "5 m"),
        ("en", "5 Tsd"),
        ("en", "1.2.3"),
        ("en", "12.3456"),
        ("en", "NaN"),
        ("en", "Infinity"),
        ("en", "1_000"),
        ("en", "٣"),
        ("en", "k"),
        ("en", "€"),
        ("en", "12 or 13"),
        ("en", "10-12k"),
        ("en", ""),
        ("en", "12 0000"),
        ("de", "12 0000 €"),
        ("en", "1,00,000"),
        ("en", "₹1,0,000"),
        ("de", "12.000 € brutto"),
        ("en", "up to 12k"),
        ("de", "bis 12.000"),
        ("de", "mind. 12.000"),
        ("de", "10.000–12.000"),
        ("de", "12 %"),
        ("en", "12k a month"),
        ("de", "12.000 p.a."),
        ("en", "fifty thousand"),
        ("de", "zwölftausend"),
        ("de", "M 1,5"),
    ],
)
def test_what_cannot_be_read_for_sure_is_refused(language: str, typed: str) -> None:
    assert read_amount(typed, language) is None


@given(st.decimals("0", "999999999999.99", places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_is_read_as_either_language_prints_it(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.replace(",", " ").replace(".", ",").replace(" ", ".")

    assert read_amount(english, "en") == amount
    assert read_amount(german, "de") == amount


@given(
    st.integers(0, 999),
    st.sampled_from(["€", " € ", "k€ ", " TEUR ", " USD", "$", " US$ ", "Rs.", " kr. ", "zł "]),
    st.sampled_from(["0", "50", "500", "500 €", "000", "500.000", "500k"]),
    st.sampled_from(["en", "de"]),
)
def test_two_numbers_around_a_currency_are_never_read_as_one(
    first: int, currency: str, second: str, language: str
) -> None:
    assert read_amount(f"{first}{currency}{second}", language) is None


@given(st.text(max_size=30), st.sampled_from(["en", "de"]))
def test_whatever_is_typed_there_is_an_answer(typed: str, language: str) -> None:
    amount = read_amount(typed, language)

    assert amount is None or amount.is_finite()
