"""The weekly digest as the channel sees it: what became of the week, a chart, and who is late."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Desk, at_work
from tests.office import MONDAY, SetClock
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VERDICTS, EMMA = "C0VERDICTS", "U0EMMA"
MORNINGS = (
    datetime(2026, 12, 7, 8, 0, 30, tzinfo=UTC),
    datetime(2026, 12, 14, 8, 0, 30, tzinfo=UTC),
)
"""Half a minute past nine in Berlin, on the Mondays after the screening."""
PATIENCE = 120_000
TITLE = {"en": "Weekly digest", "de": "Wochenrückblick"}
TOLD = {"en": "1 screening. Problem: 1", "de": "1 Prüfung. Problemfall: 1"}
LEFT = {"en": "Undecided: 1", "de": "Unentschieden: 1"}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_channel_reads_its_week_and_who_is_late(
    browser: Browser, database_file: Path, language: str, request: pytest.FixtureRequest
) -> None:
    folder, clock = request.config.getoption("--screenshots", default=None), SetClock(MONDAY)
    async with (
        at_work(database_file, clock, language) as slack,
        watched_page(browser, slack.page_url) as page,
    ):
        desk = Desk(page, slack, None if folder is None else Path(folder))
        await desk.become(EMMA)
        await desk.screen_a_problem()
        await desk.go_to(VERDICTS)
        await expect(desk.card).to_contain_text("Acme GmbH")

        clock.now = MORNINGS[0]
        await expect(desk.card).to_contain_text(TITLE[language], timeout=PATIENCE)
        await expect(desk.card).to_contain_text(TOLD[language])
        clock.now = MORNINGS[1]
        await expect(desk.card).to_contain_text(LEFT[language], timeout=PATIENCE)

        table = desk.card.locator("table").last
        await expect(table).to_contain_text("Acme GmbH")
        await expect(table).to_contain_text("Emma")
        card = slack.messages(VERDICTS)[0]["ts"].replace(".", "")
        link = table.get_by_role("link", name="Acme GmbH")
        await expect(link).to_have_attribute("href", re.compile(f"{VERDICTS}.*{card}"))
        await expect(desk.card.locator("figure svg")).to_be_visible()
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 1000})
            await desk.card.scroll_into_view_if_needed()
            await desk.show(f"digest-{language}-{width}")
