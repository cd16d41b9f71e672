"""Who one is and where one is: the picker, the channels, the address, App Home."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.scripted import (
    ScriptedSandbox,
    message,
    mrkdwn,
    plain_text,
    view,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_chosen_member_and_channel_survive_a_reload(page: Page) -> None:
    await page.get_by_test_id("member-U0EMMA").click()
    await page.get_by_test_id("channel-C0VERDICTS").click()

    await page.reload()

    await expect(page.get_by_test_id("member-U0EMMA")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_test_id("channel-C0VERDICTS")).to_have_attribute(
        "aria-current", "page"
    )
    assert "member=U0EMMA&channel=C0VERDICTS" in page.url


async def test_two_tabs_are_two_members(page: Page, sandbox: ScriptedSandbox) -> None:
    other = await page.context.new_page()
    await other.goto(f"{sandbox.url}/?member=U0SABINE")

    await other.get_by_test_id("composer").fill("Hello")
    await other.get_by_test_id("composer").press("Enter")

    assert (await sandbox.posted("say"))["member"] == "U0SABINE"
    await expect(page.get_by_test_id("member-U0JONAS")).to_have_attribute("aria-pressed", "true")


async def test_the_picker_says_role_and_language(page: Page) -> None:
    await expect(page.get_by_test_id("member-U0JONAS")).to_contain_text("Salesperson · Deutsch")
    await expect(page.get_by_test_id("member-U0GIL")).to_contain_text("Gast")
    await expect(page.get_by_test_id("member-U0WALKAWAY")).to_have_count(0)


async def test_another_member_stays_in_the_app_s_messages(page: Page) -> None:
    await page.get_by_test_id("channel-D0JONAS").click()

    await page.get_by_test_id("member-U0EMMA").click()

    await expect(page.get_by_test_id("channel-D0EMMA")).to_have_attribute("aria-current", "page")


async def test_reading_a_channel_is_told(page: Page, sandbox: ScriptedSandbox) -> None:
    await expect(page.get_by_test_id("channel-C0VERDICTS")).to_contain_text("2")

    await page.get_by_test_id("channel-C0VERDICTS").click()

    assert await sandbox.posted("read") == {"member": "U0JONAS", "channel": "C0VERDICTS"}


async def test_home_is_opened_for_the_app_and_drawn(page: Page, sandbox: ScriptedSandbox) -> None:
    await page.get_by_test_id("channel-home").click()
    assert await sandbox.posted("home") == {"member": "U0JONAS"}

    button = {"type": "button", "action_id": "open", "text": plain_text("Open"), "value": "7"}
    block = {"type": "section", "block_id": "mine", "text": mrkdwn("*Mine*"), "accessory": button}
    await sandbox.show(home=view("VHOME", [block], type="home"))
    await page.get_by_test_id("home").get_by_role("button", name="Open").click()

    act = await sandbox.posted("act")
    assert act["source"] == {"kind": "home"}
    assert (act["block_id"], act["action_id"], act["element"]["value"]) == ("mine", "open", "7")


async def test_the_connection_is_shown(page: Page, sandbox: ScriptedSandbox) -> None:
    await expect(page.get_by_test_id("connection")).to_have_text("App verbunden · Socket Mode")

    await sandbox.show(connected=False)

    await expect(page.get_by_test_id("connection")).to_have_text("App nicht verbunden")


async def test_a_permalink_leads_to_its_message_without_leaving_the_page(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    link = f"See <{sandbox.url}/archives/C0VERDICTS/p1796117400000100|the card>"
    cards = [message("1796117400.000100", text="The card")]
    messages = {"C0SALES": [message("1796117300.000100", text=link)], "C0VERDICTS": cards}
    await sandbox.show(messages=messages)

    await page.get_by_role("link", name="the card").click()

    await expect(page.get_by_test_id("message")).to_have_text("WWalkawayAPP10:30The card💬⋮")
    assert "channel=C0VERDICTS" in page.url


async def test_an_empty_channel_says_what_to_type(page: Page, sandbox: ScriptedSandbox) -> None:
    await expect(page.get_by_text("/qualify Acme GmbH")).to_be_visible()

    await sandbox.say(message("1796117400.000100", text="Hello"))

    await expect(page.get_by_text("/qualify Acme GmbH")).to_be_hidden()
