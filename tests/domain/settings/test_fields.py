"""What managers type into a field, and what becomes of it."""

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.errors import AnswersRejected
from bot.domain.settings.changes import read
from bot.domain.settings.fields import InvalidValue, Typed
from bot.domain.settings.table import SettingId

TAKEN: list[tuple[SettingId, Typed, Any]] = [
    (SettingId.NICHE, None, ""),
    (SettingId.NICHE, "  Online\n shops ", "Online shops"),
    (SettingId.NUDGES, " 4 ", 4),
    (SettingId.LANGUAGE, "de", "de"),
    (SettingId.WEEKDAYS, ["6", "0"], frozenset({0, 6})),
    (SettingId.OBSERVED, None, frozenset()),
    (
        SettingId.FREE_DAYS,
        "24.12., 2 Jan 2027",
        ListedDays(frozenset({date(2027, 1, 2)}), frozenset({DayOfYear(12, 24)})),
    ),
    (SettingId.FREE_DAYS, None, ListedDays()),
    (SettingId.OPENING, "08:30", time(8, 30)),
    (SettingId.COUNTRY, "de-by", "DE-BY"),
    (SettingId.COUNTRY, "  ", None),
    (SettingId.COUNTRY, None, None),
    (SettingId.ZONE, "europe/berlin", ZoneInfo("Europe/Berlin")),
    (SettingId.ZONE, "America/New York", ZoneInfo("America/New_York")),
    (SettingId.CURRENCY, "chf", "CHF"),
    (SettingId.VERDICT_CHANNEL, "C0VERDICTS", "C0VERDICTS"),
    (SettingId.MANAGERS, "S0BOSSES, U0ANNA U0BEN U0ANNA", ("U0ANNA", "U0BEN", "S0BOSSES")),
    (SettingId.MANAGERS, ["U0ANNA"], ("U0ANNA",)),
]
ODD: list[tuple[SettingId, Typed, str]] = [
    (SettingId.NICHE, "x" * 76, "too_long"),
    (SettingId.NUDGES, "0", "not_in_range"),
    (SettingId.NUDGES, "11", "not_in_range"),
    (SettingId.NUDGES, "three", "not_in_range"),
    (SettingId.NUDGES, "3.5", "not_in_range"),
    (SettingId.NUDGES, "٣", "not_in_range"),
    (SettingId.NUDGES, None, "not_in_range"),
    (SettingId.NUDGES, "9" * 5000, "not_in_range"),
    (SettingId.LANGUAGE, "fr", "unknown_option"),
    (SettingId.LANGUAGE, None, "unknown_option"),
    (SettingId.OVERRIDE_APPROVAL, "everybody", "unknown_option"),
    (SettingId.WEEKDAYS, [], "no_weekday"),
    (SettingId.WEEKDAYS, None, "no_weekday"),
    (SettingId.WEEKDAYS, ["7"], "unknown_option"),
    (SettingId.FREE_DAYS, "Christmas", "unreadable_day"),
    (SettingId.FREE_DAYS, ", ".join(f"{1 + n % 28}.{1 + n // 28}." for n in range(61)), "too_many"),
    (SettingId.OPENING, "late", "unknown_option"),
    (SettingId.COUNTRY, "Germany", "unknown_country"),
    (SettingId.COUNTRY, "DE-XX", "unknown_region"),
    (SettingId.ZONE, "Berlin", "unknown_zone"),
    (SettingId.ZONE, "../../etc/passwd", "unknown_zone"),
    (SettingId.CURRENCY, "€", "unknown_currency"),
    (SettingId.VERDICT_CHANNEL, None, "missing"),
    (SettingId.VERDICT_CHANNEL, "D0DIRECT", "missing"),
    (SettingId.MANAGERS, None, "no_manager"),
    (SettingId.MANAGERS, "sabine", "unknown_manager"),
]


@pytest.mark.parametrize(("setting", "typed", "value"), TAKEN)
def test_what_is_typed_is_read(setting: SettingId, typed: Typed, value: object) -> None:
    assert setting.setting.field.read(typed) == value


@pytest.mark.parametrize(("setting", "typed", "code"), ODD)
def test_what_is_odd_is_refused(setting: SettingId, typed: Typed, code: str) -> None:
    with pytest.raises(InvalidValue) as odd:
        setting.setting.field.read(typed)

    assert odd.value.code == code


def test_everything_odd_on_a_page_is_named_at_once() -> None:
    with pytest.raises(AnswersRejected) as rejected:
        read({SettingId.NUDGES: "0", SettingId.NUDGE_EVERY: "5", SettingId.KILL_WITHIN: ""})

    assert [each.question for each in rejected.value.problems] == ["nudges", "kill_within"]
