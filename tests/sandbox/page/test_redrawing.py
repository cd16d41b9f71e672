"""What arrives while somebody is clicking: the click counts all the same."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.scripted import ScriptedSandbox, message, plain_text, view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TS = "1796117400.000100"
DETAILS = {
    "type": "actions",
    "block_id": "actions",
    "elements": [{"type": "button", "action_id": "details", "text": plain_text("Details")}],
}


async def press_while(
    page: Page, button_name: str, sandbox: ScriptedSandbox, **arriving: object
) -> None:
    """Press the mouse on a button, let it go only when a changed snapshot has reached the page."""
    async with page.expect_websocket() as opened:
        await page.reload()
    stream = await opened.value
    box = await page.get_by_role("button", name=button_name, exact=True).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    async with stream.expect_event("framereceived"):
        await sandbox.show(**arriving)
    await page.evaluate("() => new Promise(requestAnimationFrame)")
    await page.mouse.up()


async def test_a_message_rewritten_under_the_mouse_takes_the_click(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    card = message(TS, text="Acme", blocks=[DETAILS])
    await sandbox.say(card)

    rewritten = {"C0SALES": [card | {"edited": True}]}
    await press_while(page, "Details", sandbox, messages=rewritten)

    assert (await sandbox.posted("act"))["action_id"] == "details"
    await expect(page.get_by_test_id("message")).to_contain_text("(bearbeitet)")


async def test_a_modal_drawn_anew_under_the_mouse_is_closed(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", [DETAILS])])

    await press_while(
        page, "Schließen", sandbox, views=[view("V1", [DETAILS, DETAILS | {"block_id": "more"}])]
    )

    assert await sandbox.posted("close") == {"member": "U0JONAS", "view_id": "V1", "all": True}
