"""The modals of the settings as they look, which Slack takes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot.domain.delivery.payloads import SettingsChanged
from bot.domain.people import MemberId
from bot.domain.settings.changes import RecordedChange, SettingChange
from bot.domain.settings.table import LONGEST_NICHE, Page, SettingId
from bot.domain.workspace import Settings
from bot.slack.kit.blocks import Block
from bot.slack.settings import pages
from bot.slack.settings.changes import settings_history, settings_line
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases
from tests.storage import samples

TODAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
SHIPPED = Settings("C0VERDICTS", ("U0SABINE",), country="DE")
LONGEST = replace(
    samples.CHOSEN,
    country="DE-BY",
    observed=frozenset({"catholic"}),
    niche="ü" * LONGEST_NICHE,
    referrals=tuple(f"{n:02} {'ü' * 70}, {'ö' * 70}" for n in range(20)),
)
HOSTILE = replace(SHIPPED, niche=cases.HOSTILE[:75], referrals=(cases.HOSTILE[:75],))
CHANGES = (
    SettingChange(SettingId.MANAGERS, ["U0SABINE", "S0BOSSES"], ["U0SABINE"]),
    SettingChange(SettingId.FREE_DAYS, [], ["12-24", "2027-01-02"]),
    SettingChange(SettingId.REFERRALS, [], [cases.HOSTILE]),
    SettingChange(SettingId.NICHE, "", cases.HOSTILE),
    SettingChange(SettingId.COUNTRY, "DE", None),
)
NOTED = [RecordedChange(each, MemberId("U0SABINE"), AT) for each in CHANGES]
BY_ENVIRONMENT = RecordedChange(SettingChange(SettingId.CURRENCY, "EUR", "CHF"), None, AT)

MODALS: Mapping[str, Callable[[Texts], Block]] = {
    "settings.overview": lambda texts: pages.overview_view(SHIPPED, TODAY, texts),
    "settings.overview_longest": lambda texts: pages.overview_view(
        LONGEST,
        TODAY,
        texts,
        notes=pages.saved_notes(
            is_changed=True, approves_alone=True, barred_until=TODAY, texts=texts
        ),
    ),
    "settings.overview_hostile": lambda texts: pages.overview_view(HOSTILE, TODAY, texts),
    "settings.set_up": lambda texts: pages.set_up_view(Settings(), TODAY, texts),
    "settings.history": lambda texts: settings_history([*NOTED, BY_ENVIRONMENT], SHIPPED, texts),
    "settings.history_empty": lambda texts: settings_history([], SHIPPED, texts),
    **{f"settings.{page}": partial(pages.page_view, page, SHIPPED, TODAY) for page in Page},
    **{f"settings.{page}_longest": partial(pages.page_view, page, LONGEST, TODAY) for page in Page},
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("modal", MODALS)
def test_modal_looks_as_it_did_and_slack_takes_it(
    modal: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MODALS[modal](Texts(language))

    assert list(view_problems(drawn)) == []
    golden(f"{modal}.{language}", drawn)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_line_in_the_channel_reads_as_it_did(
    language: str, golden: Callable[[str, Any], None]
) -> None:
    said = settings_line(SettingsChanged(CHANGES, MemberId("U0SABINE")), Texts(language))

    assert list(message_problems({"text": said.text, "blocks": said.blocks})) == []
    golden(f"settings_line.changed.{language}", {"text": said.text, "blocks": said.blocks})


@pytest.mark.parametrize(
    ("change", "english", "german"),
    [
        (
            SettingChange(SettingId.WALK_AWAY_WITHIN, 2, 3),
            "Time to walk away: 2 working days → 3 working days.",
            "Zeit zum Absagen: 2 Arbeitstage → 3 Arbeitstage.",
        ),
        (
            SettingChange(SettingId.WEEKDAYS, [0, 1, 2, 3, 4], [0, 1, 3]),
            "Working days: Monday to Friday → Monday, Tuesday, and Thursday.",
            "Arbeitstage: Montag bis Freitag → Montag, Dienstag und Donnerstag.",
        ),
        (
            SettingChange(SettingId.WEEKDAYS, [0, 1, 2, 6], [5]),
            "Working days: Monday, Tuesday, Wednesday, and Sunday → Saturday.",
            "Arbeitstage: Montag, Dienstag, Mittwoch und Sonntag → Samstag.",
        ),
        (
            SettingChange(SettingId.APPROVAL_FROM, None, "50000"),
            "Value that needs approval: not set → 50,000.",
            "Genehmigung ab Auftragswert: nicht festgelegt → 50.000.",
        ),
        (
            SettingChange(SettingId.REFERRALS, ["A", "B", "C", "D"], []),
            "Referrals: A, B, C, and 1 more → none.",
            "Empfehlungen: A, B, C und 1 weitere → keine.",
        ),
        (
            SettingChange(SettingId.OVERRIDE_APPROVAL, "none", "manager"),
            "Override approval: only repeated ones → every one.",
            "Ausnahmen: nur wiederholte → jede.",
        ),
        (
            SettingChange(SettingId.KILL_WITHIN, 60, 1),
            "Latest check-in date: 60 days ahead → 1 day ahead.",
            "Spätester Stichtag: in 60 Tagen → in 1 Tag.",
        ),
    ],
)
def test_a_changed_setting_reads_with_its_unit_and_as_one_sentence(
    change: SettingChange, english: str, german: str
) -> None:
    for language, told in (("en", english), ("de", german)):
        line = settings_line(SettingsChanged((change,), MemberId("U0SABINE")), Texts(language))
        assert line.text.endswith(told)
