"""Which names are similar: a typing mistake away, or the same words in another order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot.domain.names import name_words, similar_lengths, similar_words


def is_similar(one: str, other: str) -> bool:
    return similar_words(name_words(one), [name_words(other)]) == [name_words(other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Henkel", "Henkell AG"),
        ("Acme Tools", "Tools Acme GmbH"),
        ("Bertelsmann", "Bertelsman SE & Co. KGaA"),
        ("Müller & Söhne", "Müller Söhne"),
        ("Siemens Energy", "Siemens Enrgy"),
    ],
)
def test_a_typing_mistake_makes_a_similar_name(one: str, other: str) -> None:
    assert is_similar(one, other)
    assert is_similar(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acma"),
        ("Acme", "Acmes"),
        ("Bayer AG", "Beyer AG"),
        ("Acme Berlin", "Acme Hamburg"),
        ("Acme", "Acme Tools"),
        ("H & M", "H & N"),
        ("🚀", "🦄"),
    ],
)
def test_a_short_name_or_another_word_makes_another_name(one: str, other: str) -> None:
    assert not is_similar(one, other)
    assert not is_similar(other, one)


def test_the_nearest_comes_first() -> None:
    others = [name_words(each) for each in ("Bertelsmanns", "Bertelsmann", "Bertlsmans", "Otto")]

    assert similar_words(name_words("Bertelsmann"), others)[:2] == ["bertelsmann", "bertelsmanns"]


@given(st.text("abc ", min_size=5, max_size=12), st.text("abc ", min_size=5, max_size=12))
def test_words_are_compared_as_token_sort_ratio_does(one: str, other: str) -> None:
    mine, its = name_words(one), name_words(other)
    is_long = min(len(mine.replace(" ", "")), len(its.replace(" ", ""))) > 4

    assert bool(similar_words(mine, [its])) == (is_long and fuzz.token_sort_ratio(mine, its) >= 88)


@given(st.text("ab ", min_size=1, max_size=40), st.text("ab ", max_size=9), st.integers(0, 40))
def test_a_similar_name_has_one_of_the_lengths(one: str, more: str, at: int) -> None:
    words, other = name_words(one), name_words(one[:at] + more + one[at:])
    lengths = similar_lengths(words)

    if similar_words(words, [other]):
        assert lengths is not None
        assert lengths[0] <= len(other) <= lengths[1]
