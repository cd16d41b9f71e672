"""Whether a prospect was screened before: the same name and similar ones, in both languages."""

import pytest
from playwright.async_api import expect

from bot.slack.texts import Texts
from sandbox import Slack
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMMA, VERDICTS = "U0EMMA", "C0VERDICTS"
SIZES = {1280: 800, 390: 844}
NAMES = ("Henkel AG & Co. KGaA", "Henkell GmbH", "Henkels KG")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_same_and_similar_names_are_told_apart(
    desk: Desk, slack: Slack, language: str
) -> None:
    texts = Texts(language)
    slack.workspace.world.members[EMMA].locale = {"en": "en-GB", "de": "de-DE"}[language]
    await desk.become(EMMA)
    for name in NAMES:
        await begin(desk, name)
        await desk.say_no_offer()
        await desk.submit()
        if name != NAMES[0]:
            await desk.expect_step(texts("Already screened?"))
            await desk.press("another_one", desk.modal)
        await expect(desk.modal).to_contain_text(texts("Walk away: say no, kindly and soon"))
        await desk.page.get_by_test_id("modal-x").last.click()

    await begin(desk, "Henkel")
    await desk.say_no_offer()
    await desk.submit()
    await desk.expect_step(texts("Already screened?"))
    await expect(desk.modal).to_contain_text(texts("Similar names"))
    await expect(desk.modal).to_contain_text(NAMES[0])
    await expect(desk.modal).to_contain_text(NAMES[1])
    for width, height in SIZES.items():
        await desk.page.set_viewport_size({"width": width, "height": height})
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        await desk.show(f"same-name-{language}-{width}")
    await desk.page.set_viewport_size({"width": 1280, "height": 800})
    await desk.press("another_one", desk.modal)
    await expect(desk.modal).to_contain_text(texts("Walk away: say no, kindly and soon"))
    await desk.page.get_by_test_id("modal-x").last.click()
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("different prospect with this name")


async def begin(desk: Desk, name: str) -> None:
    await desk.go_to(VERDICTS)
    await desk.say(f"/qualify {name}")
    await expect(desk.block("offer")).to_be_visible()
