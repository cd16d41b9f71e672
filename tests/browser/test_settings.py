"""Managers set the workspace up page by page, in both languages, on a desk and on a phone."""

import pytest
from playwright.async_api import expect

from sandbox import Slack
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, JONAS, VERDICTS, SALES = "U0SABINE", "U0JONAS", "C0VERDICTS", "C0SALES"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SAVED = {"de": "Einstellungen gespeichert.", "en": "Settings saved."}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_page_opens_saves_and_leads_back(
    desk: Desk, slack: Slack, language: str
) -> None:
    slack.workspace.world.members[SABINE].locale = {"en": "en-US", "de": "de-DE"}[language]
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await expect(desk.block("words")).to_be_visible()
    await desk.show(f"settings-{language}-overview")

    for page in ("who", "when", "rules", "words"):
        await desk.press("settings_page", desk.block(page))
        await expect(desk.modal.get_by_test_id("modal-submit")).to_be_visible()
        for width, size in (("desk", DESK), ("phone", PHONE)):
            await desk.page.set_viewport_size(size)  # type: ignore[arg-type]
            await desk.show(f"settings-{language}-{page}-{width}")
        await desk.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        if page == "when":
            await desk.write(country="de-by", free_days="24.12., 31.12.")
        if page == "rules":
            await desk.write(nudges="many")
            await desk.submit()
            await expect(desk.page.get_by_test_id("error-nudges")).to_contain_text("1")
            await desk.show(f"settings-{language}-refused")
            await desk.write(nudges="4")
        await desk.submit()
        await expect(desk.block("words")).to_be_visible()
    await desk.show(f"settings-{language}-saved")
    await desk.press("settings_history", desk.block("history"))
    await expect(desk.block("words")).to_have_count(0)
    await desk.show(f"settings-{language}-history")

    await desk.page.get_by_test_id("modal-close").last.click()
    await desk.page.get_by_test_id("modal-close").last.click()
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("3 → 4")
    await desk.show(f"settings-{language}-channel")
