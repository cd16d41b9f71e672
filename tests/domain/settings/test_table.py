"""Every setting stands in the table, and every one can be kept and read back."""

from dataclasses import fields, replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.backstop import DEFAULT as DEFAULT_BACKSTOP
from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.nudges import DEFAULT
from bot.domain.settings.table import Page, SettingId, on_page, stored, with_stored
from bot.domain.spans import DEFAULT_SPANS
from bot.domain.workspace import OverrideApproval, Settings

OTHER: dict[SettingId, Any] = {
    SettingId.VERDICT_CHANNEL: "C0OTHER",
    SettingId.MANAGERS: ("U0ANNA", "S0BOSSES"),
    SettingId.LANGUAGE: "de",
    SettingId.FORGET_AFTER: "12",
    SettingId.ZONE: ZoneInfo("Europe/Berlin"),
    SettingId.CURRENCY: "CHF",
    SettingId.WEEKDAYS: frozenset({6, 0}),
    SettingId.OPENING: time(8, 30),
    SettingId.CLOSING: time(16),
    SettingId.COUNTRY: "DE-BY",
    SettingId.OBSERVED: frozenset({"catholic"}),
    SettingId.FREE_DAYS: ListedDays(frozenset({date(2027, 1, 2)}), frozenset({DayOfYear(12, 24)})),
    SettingId.WORKED_DAYS: ListedDays(frozenset({date(2027, 5, 17)})),
    SettingId.OVERRIDE_APPROVAL: OverrideApproval.MANAGER,
    SettingId.APPROVAL_FROM: Decimal(50000),
    SettingId.SNOOZE_CHOICES: (2, 4),
    SettingId.FIGURES_PER_PERSON: True,
    SettingId.NICHE: "Online shops in Germany",
    SettingId.REFERRALS: ("Petra Klein, small shops",),
    SettingId.COST_OF_AN_HOUR: Decimal(120),
}
"""A value of each setting that is no number, and not the one that we ship."""


@pytest.fixture(params=SettingId)
def setting(request: pytest.FixtureRequest) -> SettingId:
    return SettingId(request.param)


def test_the_table_has_every_setting_and_no_other() -> None:
    assert {each.name for each in fields(Settings)} == set(SettingId)


def test_every_setting_stands_on_one_page() -> None:
    assert sorted(each for page in Page for each in on_page(page)) == sorted(SettingId)


def test_a_setting_comes_back_as_it_was_kept(setting: SettingId) -> None:
    number = getattr(Settings(), setting)
    value = OTHER.get(setting) or number + 1
    settings = replace(Settings(), **{setting: value})

    assert settings != Settings()
    assert with_stored(Settings(), {setting: stored(settings)[setting]}) == settings


def test_what_we_ship_is_what_the_rules_are_without_a_workspace() -> None:
    assert Settings().nudge_policy == DEFAULT
    assert Settings().spans == DEFAULT_SPANS
    assert Settings().backstop == DEFAULT_BACKSTOP
