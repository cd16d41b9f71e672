"""The modals of the settings as they look, which Slack takes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot.domain.delivery.payloads import SettingsChanged
from bot.domain.people import MemberId
from bot.domain.settings.changes import Change, NotedChange
from bot.domain.settings.table import Page, SettingId
from bot.domain.workspace import Settings
from bot.slack.kit.blocks import Block
from bot.slack.settings import pages
from bot.slack.settings.line import settings_line
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
    referrals=tuple(f"{n:02} {'ü' * 70}, {'ö' * 70}" for n in range(20)),
)
HOSTILE = replace(SHIPPED, referrals=(cases.HOSTILE[:75],))
CHANGES = (
    Change(SettingId.MANAGERS, ["U0SABINE", "S0BOSSES"], ["U0SABINE"]),
    Change(SettingId.FREE_DAYS, [], ["12-24", "2027-01-02"]),
    Change(SettingId.REFERRALS, [], [cases.HOSTILE]),
    Change(SettingId.COUNTRY, "DE", None),
)
NOTED = [NotedChange(each, MemberId("U0SABINE"), AT) for each in CHANGES]
BY_ENVIRONMENT = NotedChange(Change(SettingId.CURRENCY, "EUR", "CHF"), None, AT)

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
    "settings.history": lambda texts: pages.history_view([*NOTED, BY_ENVIRONMENT], SHIPPED, texts),
    "settings.history_empty": lambda texts: pages.history_view([], SHIPPED, texts),
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
