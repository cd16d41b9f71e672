"""Pieces of names: what is looked up finds whatever a comparison of all names would find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import LONGEST_CUT, pieces_near, pieces_of, similar_words

LETTERS = st.sampled_from("abcde ")


@st.composite
def two_names(draw: st.DrawFn) -> tuple[str, str]:
    """Return two texts, of which the second is the first with some letters changed."""
    first = draw(st.text(LETTERS, min_size=3, max_size=LONGEST_CUT + 8))
    second = list(first)
    for at in draw(st.lists(st.integers(0, len(first)), max_size=6)):
        place = min(at, len(second))
        second[place : place + draw(st.integers(0, 1))] = draw(st.text(LETTERS, max_size=2))
    return first, "".join(second)


@given(two_names())
def test_a_similar_name_has_a_piece_that_is_looked_up(names: tuple[str, str]) -> None:
    words, other = names

    if similar_words(words, [other]) and len(other) <= LONGEST_CUT:
        assert set(pieces_near(words)) & set(pieces_of(other))


@pytest.mark.parametrize("length", range(5, LONGEST_CUT + 1))
@pytest.mark.parametrize("at", [0, 3, 10, 20, 39])
def test_a_letter_less_or_more_anywhere_finds_the_other(length: int, at: int) -> None:
    words = "".join(chr(0x100 + each) for each in range(length))
    longer = words[:at] + "x" + words[at:]

    for one, other in ((words, longer), (longer, words)):
        if similar_words(one, [other]) and len(other) <= LONGEST_CUT:
            assert set(pieces_near(one)) & set(pieces_of(other))


@given(st.text(LETTERS, max_size=LONGEST_CUT + 5))
def test_pieces_put_together_are_the_name(words: str) -> None:
    pieces = pieces_of(words)

    if pieces:
        assert "".join(each.split(".", 2)[2] for each in pieces) == words


@pytest.mark.parametrize("words", ["", "acme", "a b c d", "ä" * (LONGEST_CUT + 1)])
def test_short_and_long_names_are_not_cut(words: str) -> None:
    assert pieces_of(words) == []


def test_so_many_pieces_are_looked_up_at_most() -> None:
    """With other numbers of pieces it would be more, or the pieces shorter."""
    found = [len(pieces_near("".join(map(chr, range(0x100, 0x100 + n))))) for n in range(52)]

    assert found[8] == 10
    assert found[20] == 245
    assert max(found) < 1800
