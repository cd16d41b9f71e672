"""No cell that leaves us is a formula, and each comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cells import guarded, unguarded

FORMULAS = ("=1+1", "+49 30 1234", "-5", "@SUM(A1)", "'=1", "'", "\t=1", "\r=1")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_gets_one_quote_in_front(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Acme GmbH", "1+1", " =1", "O'Neill", '"=1"'])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("cell", ["Acme", "'Acme", "=1", "", "O'Neill"])
def test_a_cell_that_we_never_wrote_stays_as_it_is(cell: str) -> None:
    assert unguarded(cell) == cell


@given(st.text() | st.from_regex(r"['=+@\t\r-]{1,4}\w*", fullmatch=True))
def test_every_text_comes_back(text: str) -> None:
    cell = guarded(text)

    assert unguarded(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
