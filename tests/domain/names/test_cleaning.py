"""What is kept of a name that somebody typed."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.names import clean_name, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Acme \t\n GmbH ", "Acme GmbH"),
        ("Acme\x00GmbH", "Acme GmbH"),
        ("Acme\u2028GmbH", "Acme GmbH"),
        ("\u202eHbmG\u202c", "HbmG"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ud800lone", "lone"),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("می‌خواهم", "می‌خواهم"),
        ("<!channel> & *co*", "<!channel> & *co*"),
        ("\u200d \u200c", ""),
        ("Acme\u3164GmbH", "Acme GmbH"),
        ("\u3164\u2800\u034f", ""),
        (" ", ""),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text())
@example("\u200d a \u200d")
def test_a_clean_name_stays_as_it_is_and_hides_nothing(typed: str) -> None:
    name = clean_name(typed)

    assert clean_name(name) == name
    assert name == name.strip()
    hidden = {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert not hidden
    name.encode()


@given(st.text())
def test_a_text_can_be_kept_and_stays_as_it_is(typed: str) -> None:
    text = clean_text(typed)

    assert clean_text(text) == text
    assert "\x00" not in text
    text.encode()
