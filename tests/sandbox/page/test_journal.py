"""The panel "What just happened": live lines, what they hold, in both languages, on a phone too."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from sandbox import Slack
from sandbox.journal import BLACK
from tests.sandbox.conftest import Recorder
from tests.sandbox.page.conftest import PHONE, WIDE, Picture, watched_page
from tests.sandbox.page.scripted import EMMA, JONAS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOOKS = [
    pytest.param("en", WIDE, id="en-1280"),
    pytest.param("de", WIDE, id="de-1280"),
    pytest.param("en", PHONE, id="en-390"),
    pytest.param("de", PHONE, id="de-390"),
]
WHO = {"en": EMMA, "de": JONAS}


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, slack: Slack, bolt: Recorder) -> AsyncIterator[Page]:
    async with watched_page(browser, slack.page_url) as page:
        yield page


def lines(page: Page) -> Locator:
    return page.get_by_test_id("exchange")


@pytest.mark.parametrize(("language", "window"), LOOKS)
async def test_what_happens_is_listed_and_unfolds(
    browser: Browser,
    slack: Slack,
    bolt: Recorder,
    language: str,
    window: ViewportSize,
    picture: Picture,
) -> None:
    who = slack.member(WHO[language])
    async with watched_page(browser, slack.page_url, who.id, window) as page:
        await page.get_by_test_id("panel-journal").click()
        await expect(lines(page)).not_to_have_count(0)

        await who.command("/qualify", "Acme GmbH")
        await who.wait_for_view()

        await expect(lines(page).first).to_contain_text("views.open")
        sent = lines(page).filter(has_text="/qualify")
        await expect(sent).to_contain_text("Slack sent" if language == "en" else "Slack schickte")
        await expect(sent).to_contain_text("Acme GmbH")
        await expect(sent).to_contain_text(" ms")
        await sent.get_by_role("button").first.click()
        asked = json.loads(await sent.locator("pre").first.inner_text())
        assert asked["command"] == "/qualify"
        assert asked["token"] == BLACK
        assert asked["response_url"].endswith(f"/response/{BLACK}")
        await expect(page.get_by_test_id("modal")).to_be_visible()
        await picture(page, f"journal-{language}-{window['width']}")
        assert await page.evaluate("() => document.documentElement.scrollWidth") == window["width"]


async def test_a_kind_can_be_chosen_and_what_went_wrong(page: Page, bolt: Recorder) -> None:
    with pytest.raises(Exception, match="channel_not_found"):
        await bolt.client.chat_postMessage(channel="C0NOWHERE", text="Hi")
    await page.get_by_test_id("composer").fill("/qualify help")
    await page.get_by_test_id("composer").press("Enter")
    await page.get_by_test_id("panel-journal").click()
    choice = page.get_by_test_id("journal-filter")
    await expect(choice).to_be_focused()

    await choice.select_option("command")
    await expect(lines(page).filter(visible=True)).to_have_count(1)
    await expect(lines(page).filter(visible=True)).to_contain_text("/qualify")

    await choice.select_option("failed")
    await expect(lines(page).filter(visible=True)).to_have_count(1)
    await expect(lines(page).filter(visible=True)).to_contain_text("channel_not_found")


async def test_what_an_exchange_holds_can_be_copied(page: Page, bolt: Recorder) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_test_id("panel-journal").click()
    await bolt.client.chat_postMessage(channel="C0SALES", text="Hi")
    newest = lines(page).first
    await expect(newest).to_contain_text("chat.postMessage")
    await newest.get_by_role("button").first.click()

    await newest.get_by_role("button", name="Kopieren").first.click()

    await expect(newest.get_by_role("button", name="Kopiert")).to_be_visible()
    copied = json.loads(await page.evaluate("() => navigator.clipboard.readText()"))
    assert (copied["channel"], copied["text"]) == ("C0SALES", "Hi")


async def test_nothing_is_followed_while_it_is_closed(page: Page, slack: Slack) -> None:
    async with page.expect_websocket() as opened:
        await page.get_by_test_id("panel-journal").click()
    stream = await opened.value
    assert stream.url.endswith("/journal?")
    await expect(lines(page).first).to_be_visible()  # it is open by now: closing it is no error

    async with stream.expect_event("close"):
        await page.keyboard.press("Escape")

    await expect(page.get_by_test_id("journal")).to_be_hidden()
    await expect(page.get_by_test_id("panel-journal")).to_be_focused()
    await expect(lines(page)).to_have_count(0)


async def test_it_speaks_the_language_of_whoever_looks_next(page: Page) -> None:
    await page.get_by_test_id("panel-journal").click()
    heading = page.get_by_test_id("journal").get_by_role("heading").first
    await expect(heading).to_have_text("Gerade passiert")
    known = await lines(page).count()

    await page.get_by_test_id("member-U0EMMA").click()

    await expect(heading).to_have_text("What just happened")
    await expect(lines(page)).to_have_count(known)
