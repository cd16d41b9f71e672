"""When an override needs another manager."""

from decimal import Decimal

import pytest

from bot.domain.decisions import acts
from bot.domain.decisions.approvals import needs_approval, values_named
from bot.domain.decisions.history import HistoryEntry
from bot.domain.workspace import OverrideApproval, Settings
from tests.slack import cases

BY_DEFAULT = Settings("C0")
FROM_TEN_THOUSAND = Settings("C0", approval_from=Decimal(10_000))
ALWAYS = Settings("C0", override_approval=OverrideApproval.MANAGER)


@pytest.mark.parametrize(
    ("settings", "number", "values", "needs"),
    [
        (BY_DEFAULT, 1, [], False),
        (BY_DEFAULT, 1, ["999999"], False),
        (BY_DEFAULT, 2, [], True),
        (BY_DEFAULT, 3, [], True),
        (ALWAYS, 1, [], True),
        (FROM_TEN_THOUSAND, 1, [], False),
        (FROM_TEN_THOUSAND, 1, ["9999.99"], False),
        (FROM_TEN_THOUSAND, 1, ["10000"], True),
        (FROM_TEN_THOUSAND, 1, ["1", "20000", "2"], True),
    ],
)
def test_a_manager_approves_later_overrides_and_dear_ones(
    settings: Settings, number: int, values: list[str], *, needs: bool
) -> None:
    assert needs_approval(number, map(Decimal, values), settings) is needs


def test_a_value_that_was_corrected_was_named_all_the_same() -> None:
    prospect = cases.overview(cases.CASES["ordinary"]).prospect
    act = acts.Corrected(expected_value=acts.CorrectedValue(Decimal(50_000), Decimal(12_000)))
    entry = HistoryEntry(prospect.id, act, cases.ANNA, cases.LATER, 2)

    assert Decimal(50_000) in values_named(prospect, [entry], [])
