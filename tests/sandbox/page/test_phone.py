"""The page on a phone, 390 pixels wide, and in both languages."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from sandbox.reasons import reason
from tests.sandbox.page.conftest import PHONE, WIDE, Picture, watched_page
from tests.sandbox.page.gallery import CARD, DATA, STEP
from tests.sandbox.page.scripted import (
    EMMA,
    JONAS,
    SALES,
    ScriptedSandbox,
    message,
    plain_text,
    view,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TS = "1796117400.000100"
READERS = {"en": EMMA, "de": JONAS}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikationsgesellschaft & Söhne KG"
TOO_SMALL = """() => [...document.querySelectorAll(
    "button, a.button, select, textarea, input:not([type=radio], [type=checkbox]), label"
)].filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]"))
.map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
.filter(([, { width, height }]) => Math.min(width, height) < 36)
.map(([shown, { width, height }]) => `${width} x ${height}: ${shown}`)"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => (
    one.checkVisibility({ visibilityProperty: true })
    && !one.closest(".table-frame *, .block-carousel *, svg *")
    && one.getBoundingClientRect().right > innerWidth
)).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(params=READERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, sandbox: ScriptedSandbox, language: str) -> AsyncIterator[Page]:
    sandbox.snapshot |= {"messages": {SALES: [message(TS, blocks=[*CARD, *DATA])]}}
    async with watched_page(browser, sandbox.url, READERS[language], PHONE) as page:
        yield page


async def expect_it_fits(page: Page) -> None:
    """Nothing is wider than the page, and what can be touched can be hit."""
    assert await page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    assert await page.evaluate(TOO_WIDE) == []
    assert await page.evaluate(TOO_SMALL) == []


async def box(of: Locator) -> tuple[float, float, float, float]:
    found = await of.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


async def test_messages_fit_and_their_tables_scroll_inside(
    phone: Page, picture: Picture, language: str
) -> None:
    await expect(phone.locator(".block").first).to_be_attached()
    await expect_it_fits(phone)
    for number, top in enumerate((0, 700, 1400, 2100)):
        await phone.locator("#place-body").evaluate(f"node => node.scrollTop = {top}")
        await picture(phone, f"phone-{language}-messages-{number}")

    table = phone.locator(".block-table.table-frame, .block-table .table-frame").first
    assert await table.evaluate("node => getComputedStyle(node).overflowX") == "auto"


async def test_the_sidebar_folds_and_unfolds(phone: Page, picture: Picture, language: str) -> None:
    menu, place = phone.get_by_test_id("menu"), phone.get_by_test_id(f"channel-{SALES}")
    await expect(place).to_be_hidden()
    await menu.press("Enter")
    await expect(place).to_be_focused()
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-sidebar")

    await phone.keyboard.press("Escape")
    await expect(place).to_be_hidden()
    await expect(menu).to_be_focused()

    await menu.click()
    await phone.get_by_test_id("channel-C0VERDICTS").click()
    await expect(place).to_be_hidden()
    await expect(menu).to_be_focused()
    await expect(menu).to_have_attribute("aria-expanded", "false")

    await menu.click()
    await phone.get_by_test_id("scrim").click(position={"x": 380, "y": 400})
    await expect(place).to_be_hidden()
    await phone.get_by_test_id("composer").fill("/")
    await expect(phone.get_by_role("option")).to_have_count(2)
    await picture(phone, f"phone-{language}-empty")
    await expect_it_fits(phone)


async def test_the_sidebar_stays_where_there_is_room(phone: Page) -> None:
    await phone.get_by_test_id("menu").click()

    await phone.set_viewport_size(WIDE)

    await expect(phone.get_by_test_id("menu")).to_be_hidden()
    await expect(phone.get_by_test_id("scrim")).to_be_hidden()
    await expect(phone.get_by_test_id(f"channel-{SALES}")).to_be_visible()
    await phone.get_by_test_id("composer").fill("not inert")


async def test_a_modal_takes_the_whole_page(
    phone: Page, sandbox: ScriptedSandbox, picture: Picture, language: str
) -> None:
    await sandbox.show(views=[view("V1", STEP, title=plain_text("Screen a prospect"))])

    modal = phone.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    _, _, _, bar = await box(phone.get_by_test_id("panel"))
    assert await box(modal) == (0, bar, 390, 844 - bar)
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-modal")
    await phone.get_by_test_id("modal-submit").click()
    await picture(phone, f"phone-{language}-modal-errors")
    await expect_it_fits(phone)


async def test_a_question_before_a_button_fits(
    phone: Page, picture: Picture, language: str
) -> None:
    await phone.locator('[data-action-id="walk_away"]').first.click()
    await expect(phone.get_by_test_id("confirm")).to_be_visible()
    await picture(phone, f"phone-{language}-confirm")
    await expect_it_fits(phone)


async def test_a_thread_and_a_long_name_take_the_whole_page(
    phone: Page, sandbox: ScriptedSandbox, picture: Picture, language: str
) -> None:
    replies = [message("1796117500.000100", text=f"<@{JONAS}> {LONG}", thread_ts=TS)]
    await sandbox.say(message(TS, text=LONG, reply_count=1, edited=True), *replies)
    await phone.get_by_test_id("replies").click()

    thread = phone.get_by_test_id("thread")
    _, _, _, bar = await box(phone.get_by_test_id("panel"))
    assert await box(thread) == (0, bar, 390, 844 - bar)
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-thread")
    await phone.get_by_test_id("thread-close").click()
    await expect(thread).to_be_hidden()


async def test_the_bar_of_the_clock_is_one_line_and_unfolds(
    phone: Page, sandbox: ScriptedSandbox, picture: Picture, language: str
) -> None:
    there = {"now": "2026-12-08T09:30:00+00:00", "zone": "Europe/Berlin", "locale": language}
    sandbox.answers["clock"] = there
    assert (await box(phone.get_by_test_id("panel")))[3] < 50
    day = phone.get_by_test_id("move-1-day")
    await expect(day).to_be_hidden()
    await phone.get_by_test_id("panel-moves").click()
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-clock")

    await day.click()

    assert await sandbox.posted("clock") == {"member": READERS[language], "working_days": 1}
    await expect(day).to_be_hidden()


async def test_faults_unfold_and_stay_in_sight(
    phone: Page, sandbox: ScriptedSandbox, picture: Picture, language: str
) -> None:
    on = {"kind": "fault", "id": "slow", "label": "Slack is slow", "detail": "2 s", "on": True}
    await sandbox.show(switches=[on, on | {"id": "lost", "on": False}])
    await phone.get_by_test_id("panel-faults").click()

    await expect(phone.get_by_test_id("panel-on")).to_be_visible()
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-faults")


async def test_a_home_fits(
    phone: Page, sandbox: ScriptedSandbox, picture: Picture, language: str
) -> None:
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("channel-home").click()
    await sandbox.show(home=view("VHOME", [*CARD, *DATA], type="home"))

    await expect(phone.get_by_test_id("home").locator(".block").first).to_be_visible()
    await expect_it_fits(phone)
    await picture(phone, f"phone-{language}-home")


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
async def test_refusals_are_read_in_the_language_of_whoever_looks(
    browser: Browser,
    sandbox: ScriptedSandbox,
    language: str,
    window: ViewportSize,
    picture: Picture,
) -> None:
    place = "[json-pointer:/blocks/0/text/text]"
    refused = {
        "id": "N1",
        "at": "2026-12-01T09:30:00+00:00",
        "kind": "refused",
        "title": "chat.postMessage: invalid_blocks",
        "detail": [reason(f"must be less than 3001 characters {place}", language)],
        "method": "chat.postMessage",
    }
    async with watched_page(browser, sandbox.url, READERS[language], window) as page:
        await sandbox.show(notices=[refused])
        await page.get_by_test_id("bell").click()
        notice = page.get_by_test_id("notice")
        await expect(notice).to_contain_text("Refused" if language == "en" else "Abgelehnt")
        await expect(notice).to_contain_text("characters" if language == "en" else "kürzer als")
        await picture(page, f"refused-{language}-{window['width']}")
        if window is PHONE:
            await expect_it_fits(page)
