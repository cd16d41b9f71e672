"""What Slack refused: it pops up, it is counted, it can be read again."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.scripted import ScriptedSandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def notice(id_: str, detail: str) -> dict[str, Any]:
    return {
        "id": id_,
        "at": "2026-12-01T09:30:01+00:00",
        "kind": "refused",
        "title": "invalid_blocks",
        "detail": detail,
        "method": "chat.postMessage",
    }


async def test_a_new_refusal_pops_up_with_its_reasons(page: Page, sandbox: ScriptedSandbox) -> None:
    await sandbox.show(notices=[notice("n1", "/blocks/3/text: must be less than 76 characters")])

    await expect(page.get_by_test_id("notice-toast")).to_contain_text("/blocks/3/text")
    await page.get_by_role("button", name="Was Slack abgelehnt hat", exact=True).click()

    await expect(page.get_by_test_id("notices")).to_be_visible()
    await expect(page.get_by_test_id("notice")).to_contain_text("chat.postMessage")


async def test_old_refusals_are_counted_but_do_not_pop_up(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(notices=[notice("n1", "/a: b"), notice("n2", "/c: d")])
    await page.reload()

    await expect(page.get_by_test_id("bell")).to_have_text("🔔2")
    await expect(page.get_by_test_id("notice-toast")).to_have_count(0)
    await page.get_by_test_id("bell").click()

    await expect(page.get_by_test_id("notice").first).to_contain_text("/c: d")
