import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.card.wording import quote_line_markup, quote_markup
from bot.slack.kit.escaping import cut, cut_markup, escape, markup_name, plain_name, unstyled
from tests.slack.cases import HOSTILE

PIECES = [*"<>&!@#|*_~`a\n", "\u202e", "\u2067", "\u200b", "א", "ع", "👩🏽‍🚀", "e\u0301"]
NASTY = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.text() | NASTY)
@example("<!channel>")
@example("<@U1>")
@example("<https://x.example|hi>")
@example(HOSTILE)
def test_what_is_typed_never_becomes_markup(typed: str) -> None:
    for made in (
        escape(typed),
        unstyled(typed),
        markup_name(typed),
        quote_markup(typed),
        quote_line_markup(typed),
    ):
        assert "<" not in made
        assert ">" not in made
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", made, re.DOTALL)


@given(st.text() | NASTY)
@example("*a* _a_ __a_b__ ~a~ `a` ```a``` _*a*_")
@example("a\n > a")
def test_what_is_typed_is_never_styled(typed: str) -> None:
    for made in (unstyled(typed), markup_name(typed), quote_markup(typed)):
        assert not re.search("[*~`]", made)
        assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", made)
        assert not re.search(r"^[ \t]*&gt;", made, re.MULTILINE)


def test_what_is_typed_keeps_its_lines_unless_there_is_room_for_one() -> None:
    assert quote_markup("a  b\n\n c\r\nd\n") == "a b\nc\nd"
    assert quote_line_markup("a  b\n\n c") == "a b c"
    assert unstyled("snake_case & 2 < 3") == "snake_case &amp; 2 &lt; 3"


@given(st.text() | NASTY)
def test_what_is_typed_never_reorders_what_stands_around_it(typed: str) -> None:
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", escape(typed))
    assert not re.search("[\u202a-\u202e\u2066\u2067]", plain_name(typed))
    assert plain_name(typed).count("\u2068") == plain_name(typed).count("\u2069") <= 1


def test_only_names_of_another_direction_are_isolated() -> None:
    assert plain_name("Acme GmbH") == "Acme GmbH"
    assert plain_name("שלום") == "\u2068שלום\u2069"


@given(st.text() | NASTY, st.integers(1, 30))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
    assert len(cut_markup(text, limit)) <= limit


@given(st.text(st.sampled_from("<>&a")), st.integers(1, 30))
def test_cutting_markup_leaves_no_half_entity(text: str, limit: int) -> None:
    made = cut_markup(escape(text), limit).removesuffix("…")

    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", made, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "limit", "made"),
    [
        ("Acme", 4, "Acme"),
        ("Acme GmbH", 6, "Acme…"),
        ("ab👩🏽‍🚀", 5, "ab…"),
        ("abe\u0301f", 4, "ab…"),
    ],
)
def test_nothing_is_cut_inside_a_character(text: str, limit: int, made: str) -> None:
    assert cut(text, limit) == made


def test_half_a_mention_at_the_end_is_left_out() -> None:
    assert cut_markup("Ask <@U0ANNA> now", 10) == "Ask…"
