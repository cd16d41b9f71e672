"""The composer: messages, commands with their suggestions, shortcuts, refusals."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.scripted import SALES, ScriptedSandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_command_is_suggested_completed_and_sent(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    composer = page.get_by_test_id("composer")

    await composer.press_sequentially("/qua")
    await expect(page.get_by_role("option")).to_have_text("/qualify [name]Screen a prospect")
    await composer.press("Tab")
    await composer.press_sequentially("Acme GmbH")
    await composer.press("Enter")

    said = await sandbox.posted("say")
    assert said == {"member": "U0JONAS", "channel": SALES, "text": "/qualify Acme GmbH"}
    await expect(composer).to_have_value("")


async def test_a_whole_command_is_sent_by_enter(page: Page, sandbox: ScriptedSandbox) -> None:
    await page.get_by_test_id("composer").fill("/qualify")
    await page.get_by_test_id("composer").press("Enter")

    assert (await sandbox.posted("say"))["text"] == "/qualify"


async def test_a_refused_text_stays_with_its_reason(page: Page, sandbox: ScriptedSandbox) -> None:
    sandbox.answers["say"] = {"error": "There is no such command."}

    await page.get_by_test_id("composer").fill("/nonsense")
    await page.get_by_test_id("composer").press("Enter")

    await expect(page.get_by_text("There is no such command.")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("/nonsense")


async def test_what_was_typed_is_kept_per_channel_and_outlives_snapshots(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await page.get_by_test_id("composer").fill("half a sent")
    await sandbox.show(connected=False)
    await page.get_by_test_id("channel-C0VERDICTS").click()
    await expect(page.get_by_test_id("composer")).to_have_value("")

    await page.get_by_test_id("channel-C0SALES").click()

    await expect(page.get_by_test_id("composer")).to_have_value("half a sent")


async def test_a_global_shortcut_is_behind_the_plus(page: Page, sandbox: ScriptedSandbox) -> None:
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Screen a prospect").click()

    assert await sandbox.posted("shortcut") == {"member": "U0JONAS", "callback_id": "qualify"}
