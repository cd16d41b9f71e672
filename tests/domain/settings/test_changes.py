"""What a page of settings becomes when somebody saves it, also when others saved meanwhile."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.errors import AnswersRejected
from bot.domain.people import MemberId
from bot.domain.settings.changes import (
    SettingChange,
    changes,
    fitting,
    gaps_of,
    merged,
    removed_managers,
    shown,
)
from bot.domain.settings.table import SettingId, stored
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import OverrideApproval, Settings

TODAY = date(2026, 11, 28)
SHOWN = Settings("C0", referrals=("Petra Klein",))
WEEKEND: dict[str, Any] = {"weekdays": frozenset({5, 6})}
APPROVAL = {"override_approval": OverrideApproval.MANAGER}
REFERRALS = {"referrals": ("Petra Klein", "Zahlenwerk")}
NOTHING: dict[str, Any] = {}
CHRISTMAS_EVE = ListedDays(yearly=frozenset({DayOfYear(12, 24)}))


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
    wanted = stored(replace(SHOWN, **typed))

    after = merged(wanted, shown=shown(SHOWN), now=replace(SHOWN, **meanwhile))

    assert after == replace(SHOWN, **stands)


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
    wanted = stored(replace(SHOWN, **typed))

    with pytest.raises(AnswersRejected) as rejected:
        merged(wanted, shown=shown(SHOWN), now=replace(SHOWN, **meanwhile))

    assert [each.question for each in rejected.value.problems] == fields
    assert {each.code for each in rejected.value.problems} == {"changed_meanwhile"}


def test_what_was_not_on_the_page_stays_as_it_is() -> None:
    page = {SettingId.NUDGES: 4}

    after = merged(page, shown=shown(SHOWN), now=replace(SHOWN, **WEEKEND))

    assert after == replace(SHOWN, nudges=4, **WEEKEND)


@pytest.mark.parametrize(
    ("odd", "field", "code"),
    [
        ({"opening": time(17)}, "closing", "closes_too_early"),
        ({"opening": time(16, 30)}, "closing", "closes_too_early"),
        (
            {"free_days": CHRISTMAS_EVE, "worked_days": CHRISTMAS_EVE},
            "worked_days",
            "in_both_lists",
        ),
    ],
)
def test_settings_that_do_not_fit_each_other_are_refused(
    odd: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        fitting(replace(SHOWN, **odd), TODAY)

    assert [(each.question, each.code) for each in rejected.value.problems] == [(field, code)]


@pytest.mark.parametrize(
    ("country", "observed"), [("DE-BY", {"catholic"}), ("DE-BE", set()), (None, set())]
)
def test_what_only_another_region_observes_goes(country: str | None, observed: set[str]) -> None:
    settings = replace(SHOWN, country=country, observed=frozenset({"catholic"}))

    assert fitting(settings, TODAY).observed == observed


def test_changes_name_what_differs_as_it_is_kept() -> None:
    after = replace(SHOWN, nudges=4, **WEEKEND)

    assert changes(SHOWN, SHOWN) == ()
    assert changes(SHOWN, after) == (
        SettingChange(SettingId.WEEKDAYS, [0, 1, 2, 3, 4], [5, 6]),
        SettingChange(SettingId.NUDGES, 3, 4),
    )


@pytest.mark.parametrize(
    ("before", "after", "removed"),
    [
        (["U1", "U2"], ["U1"], {"U2"}),
        (["U1", "U2"], ["U2"], set()),
        (["U1"], ["U1", "U2"], set()),
        (["U1", "S1"], ["U1"], {"S1"}),
    ],
)
def test_who_steps_down_removes_nobody_else(
    before: list[str], after: list[str], removed: set[str]
) -> None:
    change = SettingChange(SettingId.MANAGERS, before, after)

    assert removed_managers(change, MemberId("U1")) == removed


@pytest.mark.parametrize(
    ("settings", "gaps"),
    [
        (Settings(), ["verdict_channel", "managers"]),
        (Settings("C0"), ["managers"]),
        (Settings(managers=("U1",)), ["verdict_channel"]),
        (Settings("C0", ("S1",)), []),
    ],
)
def test_a_channel_and_managers_must_be_named(settings: Settings, gaps: list[str]) -> None:
    assert list(gaps_of(settings)) == gaps


NAMED = frozenset({SettingId.CURRENCY, SettingId.OVERRIDE_APPROVAL})
CHF = Settings(currency="CHF", override_approval=OverrideApproval.MANAGER)


@pytest.mark.parametrize(
    ("seen", "stands"),
    [
        pytest.param(
            {"CURRENCY": "CHF", "OVERRIDE_APPROVAL": "manager"}, Settings(), id="nothing is new"
        ),
        pytest.param(
            {"CURRENCY": "USD", "OVERRIDE_APPROVAL": "manager"},
            Settings(currency="CHF"),
            id="a variable was changed",
        ),
        pytest.param(
            {"OVERRIDE_APPROVAL": "manager"}, Settings(currency="CHF"), id="a variable was added"
        ),
        pytest.param({}, Settings(currency="CHF"), id="an earlier version was here"),
    ],
)
def test_a_variable_wins_only_when_it_says_something_new(
    seen: dict[str, object], stands: Settings
) -> None:
    assert FirstValues(CHF, NAMED).adopted(Settings(), seen) == stands


def test_a_variable_that_is_gone_changes_nothing() -> None:
    assert FirstValues(Settings()).adopted(CHF, {"CURRENCY": "USD"}) == CHF
