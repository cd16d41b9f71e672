from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import AnswersRejected
from bot.domain.workspace import ChosenSettings, OverrideApproval, merged

SHOWN = ChosenSettings(("Petra Klein",), frozenset(range(5)), OverrideApproval.NONE)
WEEKEND = {"weekdays": frozenset({5, 6})}
APPROVAL = {"approval": OverrideApproval.MANAGER}
REFERRALS = {"referrals": ("Petra Klein", "Zahlenwerk")}
NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("typed", "meanwhile", "stands"),
    [
        pytest.param(NOTHING, NOTHING, NOTHING, id="nobody changes anything"),
        pytest.param(APPROVAL, NOTHING, APPROVAL, id="one changes something"),
        pytest.param(NOTHING, APPROVAL, APPROVAL, id="the other one did"),
        pytest.param(REFERRALS, APPROVAL, REFERRALS | APPROVAL, id="both, each another field"),
        pytest.param(WEEKEND, REFERRALS, WEEKEND | REFERRALS, id="both, and the list is the other"),
        pytest.param(APPROVAL, APPROVAL | WEEKEND, APPROVAL | WEEKEND, id="both alike"),
        pytest.param(REFERRALS, REFERRALS, REFERRALS, id="both list the same"),
    ],
)
def test_what_was_left_as_shown_stays_as_others_made_it(
    typed: dict[str, Any], meanwhile: dict[str, Any], stands: dict[str, Any]
) -> None:
    kept = replace(SHOWN, **meanwhile)

    chosen = merged(replace(SHOWN, **typed), shown=SHOWN.shown, kept=kept)

    assert chosen == replace(SHOWN, **stands)


@pytest.mark.parametrize(
    ("typed", "meanwhile", "fields"),
    [
        (WEEKEND, {"weekdays": frozenset({0})}, ["weekdays"]),
        (REFERRALS, {"referrals": ()}, ["referrals"]),
        ({"referrals": ()}, REFERRALS | APPROVAL, ["referrals"]),
        (
            WEEKEND | REFERRALS,
            {"weekdays": frozenset({0}), "referrals": ()},
            [*WEEKEND, *REFERRALS],
        ),
    ],
)
def test_what_both_changed_each_in_another_way_is_refused(
    typed: dict[str, Any], meanwhile: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        merged(replace(SHOWN, **typed), shown=SHOWN.shown, kept=replace(SHOWN, **meanwhile))

    assert [each.question for each in rejected.value.problems] == fields
    assert {each.code for each in rejected.value.problems} == {"changed_meanwhile"}
