from collections.abc import Mapping

import pytest

from bot.domain.settings.fields import LONGEST_REFERRAL, MOST_REFERRALS, InvalidValue, Referrals
from bot.domain.workspace import referral_key, referral_parts

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
        ("x" * LONGEST_REFERRAL, ("x" * LONGEST_REFERRAL,)),
        (
            f"{'x' * LONGEST_REFERRAL}, {'y' * LONGEST_REFERRAL}",
            (f"{'x' * LONGEST_REFERRAL}, {'y' * LONGEST_REFERRAL}",),
        ),
        ("\n".join(map(str, range(MOST_REFERRALS))), tuple(map(str, range(MOST_REFERRALS)))),
    ],
)
def test_each_line_is_a_referral(typed: str, kept: tuple[str, ...]) -> None:
    assert Referrals().read(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "detail"),
    [
        (
            "A\n\n" + "x" * (LONGEST_REFERRAL + 1),
            "line_too_long",
            {"line": 3, "limit": LONGEST_REFERRAL},
        ),
        (
            "x" * (LONGEST_REFERRAL + 1) + ", y",
            "line_too_long",
            {"line": 1, "limit": LONGEST_REFERRAL},
        ),
        (
            "x, " + "y" * (LONGEST_REFERRAL + 1),
            "line_too_long",
            {"line": 1, "limit": LONGEST_REFERRAL},
        ),
        (
            "\n".join(map(str, range(MOST_REFERRALS + 1))),
            "too_many_lines",
            {"limit": MOST_REFERRALS, "count": MOST_REFERRALS + 1},
        ),
        (
            "\n".join(
                f"{n:03}".ljust(LONGEST_REFERRAL, "x") + ", " + "y" * LONGEST_REFERRAL
                for n in range(MOST_REFERRALS)
            ),
            "too_long",
            {"limit": 3000, "length": 3059},
        ),
    ],
)
def test_a_list_that_cannot_be_kept_is_refused_with_what_is_wrong(
    typed: str, code: str, detail: Mapping[str, int]
) -> None:
    with pytest.raises(InvalidValue) as caught:
        Referrals().read(typed)

    assert (caught.value.code, caught.value.detail) == (code, detail)


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
    assert referral_parts(referral) == parts


def test_a_key_fits_into_a_menu_and_is_that_of_the_text() -> None:
    keys = {referral_key(each) for each in ("A", "B", "ü" * LONGEST_REFERRAL)}

    assert len(keys) == 3
    assert all(each.isascii() and len(each) == 16 for each in keys)
    assert referral_key("A") == referral_key("A")
