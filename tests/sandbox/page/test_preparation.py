"""While the demo's year is played, the page says how far it is, and then opens by itself."""

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from sandbox import Slack
from tests.sandbox.page.conftest import PHONE, WIDE, Picture, watched_page
from tests.sandbox.page.scripted import EMMA, JONAS, ScriptedSandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["390", "1280"])
@pytest.mark.parametrize(
    ("who", "day", "starting"),
    [(EMMA, "Day 121 of 245", "is starting"), (JONAS, "Tag 121 von 245", "startet")],
    ids=["en", "de"],
)
async def test_the_page_says_how_far_the_year_is_and_then_opens(
    browser: Browser,
    sandbox: ScriptedSandbox,
    who: str,
    day: str,
    starting: str,
    window: ViewportSize,
    picture: Picture,
) -> None:
    async with watched_page(browser, sandbox.url, who, window) as page:
        cover, bar = page.get_by_test_id("preparation"), page.get_by_test_id("preparation-bar")
        await sandbox.prepare(120, 245)
        await expect(page.get_by_test_id("preparation-day")).to_have_text(day)
        await expect(bar).to_have_js_property("value", 120)
        await expect(page.locator("#workspace")).to_have_js_property("inert", value=True)
        await picture(page, f"preparation-{day[:3]}-{window['width']}")
        await sandbox.prepare(245, 245)
        await expect(page.get_by_test_id("preparation-day")).to_contain_text(starting)

        await sandbox.show()

        await expect(cover).to_be_hidden()
        await page.get_by_test_id("composer").fill("in")


async def test_a_page_that_is_open_early_follows_the_real_sandbox(browser: Browser) -> None:
    async with Slack.serving() as slack:
        preparation = slack.workspace.preparation
        async with watched_page(browser, slack.page_url) as page:
            preparation.begin(3)
            await page.reload()
            await expect(page.get_by_test_id("preparation-day")).to_have_text("Tag 1 von 3")
            preparation.advance()
            await expect(page.get_by_test_id("preparation-day")).to_have_text("Tag 2 von 3")

            preparation.finish()

            await expect(page.get_by_test_id("composer")).to_be_visible()
