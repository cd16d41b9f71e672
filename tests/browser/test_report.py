"""After a year of the demo's team: the report in both languages, and a checklist of their own."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from sandbox.demo.cases import read_memories
from tests.browser.conftest import Desk
from tests.browser.own_checklist import GERMAN, of_a_checklist_of_their_own
from tests.sandbox.page.conftest import watched_page
from tests.slack.reading import DE, EN
from tests.test_demo import CLAIMS, Played, played

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MANAGER, EMMA, VERDICTS = "U0SABINE", "U0EMMA", "C0VERDICTS"
WIDTHS = (1280, 390)
TALLEST = {1280: 1000, 390: 1480}
"""Pixels that the first page takes at most, with some room for other fonts; it was 1370 and 1750.

Half of the lower one is charts and buttons. How tall Slack draws a chart is not known.
"""


async def test_a_whole_year_as_played_and_on_one_screen(
    browser: Browser,
    migrated_sqlite: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    subtests: pytest.Subtests,
) -> None:
    """Look at the year from every side, as `tests/test_demo.py` does where no Chromium is there."""
    folder = request.config.getoption("--screenshots", default=None)
    file = shutil.copy(migrated_sqlite, tmp_path / "year.db")
    async with (
        played(Path(file), memories=read_memories(), METRICS_PORT="1") as year,
        watched_page(browser, year.slack.page_url) as page,
    ):
        for claim in CLAIMS:
            with subtests.test(claim.__name__):
                claim(year)
        desk = Desk(page, year.slack, None if folder is None else Path(folder))
        await of_the_team_in_german(desk, year)
        await of_her_own_in_english(desk, year)
        await of_the_week_in_the_channel(desk)
        judged = (re.compile(r"\b1\d\d beurteilt"), "🟡 Problemfall → 🟢 Dranbleiben: ")
        await of_a_checklist_of_their_own(desk, GERMAN, judged)


async def of_the_team_in_german(desk: Desk, year: Played) -> None:
    report = await asked_for(desk, MANAGER)
    await expect(report).to_contain_text(DE("The team's report: {span}", span=DE("12 months")))
    await expect(report).to_contain_text(DE("Were the verdicts right?"))
    await expect(report.locator("figure svg")).to_have_count(2)
    assert year.report.right.clients.difference is not None
    await look(desk, report, "report-de", TALLEST)

    for view, title in {
        "by_fear": DE("Overrides by fear"),
        "by_checklist": DE("By checklist"),
        "by_quarter": DE("By quarter"),
    }.items():
        await report.locator(f'[data-action-id^="report.{view}."]').click()
        await expect(titled(report, title)).to_be_visible()
        await look(desk, report, f"report-{view}-de")
    await expect(report.locator("table").first).to_contain_text("Q4 2026")


async def of_her_own_in_english(desk: Desk, year: Played) -> None:
    report = await asked_for(desk, EMMA)
    await expect(report).to_contain_text(EN("Your report: {span}", span=EN("12 months")))
    await report.locator('[data-action-id^="report.overview.12w."]').click()
    await expect(report).to_contain_text(EN("Your report: {span}", span=EN("12 weeks")))
    await look(desk, report, "report-en", TALLEST)
    await report.locator('[data-action-id^="report.by_fear."]').click()
    await expect(titled(report, EN("Overrides by fear"))).to_be_visible()
    assert len(year.slack.member(EMMA).direct_messages) >= 1


async def of_the_week_in_the_channel(desk: Desk) -> None:
    await desk.go_to(VERDICTS)
    digest = desk.page.get_by_test_id("message").filter(has_text=EN("Last 12 weeks")).last
    await expect(digest.locator("figure svg")).to_have_count(1)
    await look(desk, digest, "report-digest-en")


async def asked_for(desk: Desk, member_id: str) -> Locator:
    """Type `/qualify report`, and find the message that it sends."""
    await desk.become(member_id)
    await desk.go_to(VERDICTS)
    await desk.say("/qualify report")
    await desk.go_to(f"D{member_id.removeprefix('U')}")
    report = desk.page.get_by_test_id("message").filter(
        has=desk.page.locator('[data-block-id="report_views"]')
    )
    await expect(report.last).to_be_visible()
    return report.last


def titled(report: Locator, title: str) -> Locator:
    """Find what a page breaks down, below its heading or in a table that has it as its caption."""
    heading = report.get_by_role("heading", name=title)
    return heading.or_(report.get_by_role("table", name=title)).first


async def look(
    desk: Desk, message: Locator, name: str, tallest: Mapping[int, int] | None = None
) -> None:
    """See that nothing is wider than the page, or taller than it may be, and keep pictures."""
    for width in WIDTHS:
        await desk.page.set_viewport_size({"width": width, "height": 1000})
        await message.scroll_into_view_if_needed()
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        box = await message.bounding_box()
        assert box is not None
        assert tallest is None or box["height"] <= tallest[width]
        await desk.show(f"{name}-{width}")
    await desk.page.set_viewport_size({"width": WIDTHS[0], "height": 800})
