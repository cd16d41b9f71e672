from collections.abc import Mapping

import pytest

from bot.domain.errors import AnswersRejected
from bot.domain.workspace.referrals import LONGEST, MOST, key_of, parts_of, referrals_of

NOTHING: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", NOTHING),
        (" \n\n ", NOTHING),
        ("Petra Klein, small shops", ("Petra Klein, small shops",)),
        ("  A, a \r\n\r\n B,\tb ", ("A, a", "B, b")),
        ("A\nB\nA", ("A", "B")),
        ("A\u202e\x00\ud800B", ("A B",)),
        ("x" * LONGEST, ("x" * LONGEST,)),
        (f"{'x' * LONGEST}, {'y' * LONGEST}", (f"{'x' * LONGEST}, {'y' * LONGEST}",)),
        ("\n".join(map(str, range(MOST))), tuple(map(str, range(MOST)))),
    ],
)
def test_each_line_is_a_referral(typed: str, kept: tuple[str, ...]) -> None:
    assert referrals_of(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "detail"),
    [
        (
            "A\n\n" + "x" * (LONGEST + 1),
            "line_too_long",
            {"line": 3, "limit": LONGEST},
        ),
        (
            "x" * (LONGEST + 1) + ", y",
            "line_too_long",
            {"line": 1, "limit": LONGEST},
        ),
        (
            "x, " + "y" * (LONGEST + 1),
            "line_too_long",
            {"line": 1, "limit": LONGEST},
        ),
        (
            "\n".join(map(str, range(MOST + 1))),
            "too_many_lines",
            {"limit": MOST, "count": MOST + 1},
        ),
        (
            "\n".join(f"{n:03}".ljust(LONGEST, "x") + ", " + "y" * LONGEST for n in range(MOST)),
            "too_long",
            {"limit": 3000, "length": 3059},
        ),
    ],
)
def test_a_list_that_cannot_be_kept_is_refused_with_what_is_wrong(
    typed: str, code: str, detail: Mapping[str, int]
) -> None:
    with pytest.raises(AnswersRejected) as caught:
        referrals_of(typed)

    [problem] = caught.value.problems
    assert (problem.question, problem.code, problem.detail) == ("referrals", code, detail)


@pytest.mark.parametrize(
    ("referral", "parts"),
    [
        ("Petra Klein, small shops", ("Petra Klein", "small shops")),
        ("Petra Klein, shops, and figures", ("Petra Klein", "shops, and figures")),
        ("Petra Klein", ("Petra Klein", "")),
        (", shops", (", shops", "")),
    ],
)
def test_a_name_ends_at_the_first_comma(referral: str, parts: tuple[str, str]) -> None:
    assert parts_of(referral) == parts


def test_a_key_fits_into_a_menu_and_is_that_of_the_text() -> None:
    keys = {key_of(each) for each in ("A", "B", "ü" * LONGEST)}

    assert len(keys) == 3
    assert all(each.isascii() and len(each) == 16 for each in keys)
    assert key_of("A") == key_of("A")
