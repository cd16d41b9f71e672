"""The page in front of the real sandbox, with a small Bolt app behind it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox import Slack
from tests.sandbox.conftest import Recorder, button, drawn_step
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, slack: Slack, bolt: Recorder) -> AsyncIterator[Page]:
    async with watched_page(browser, slack.page_url) as page:
        yield page


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


async def test_a_command_opens_a_modal_whose_answers_reach_the_app(
    page: Page, bolt: Recorder
) -> None:
    await say(page, "/qualify Acme GmbH")
    await page.get_by_label("Name").fill("Acme GmbH")
    await page.get_by_label("Offer").get_by_label("clear").check()
    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("modal")).to_have_count(0)
    values = bolt.last["view"]["state"]["values"]
    assert values["name"]["answer"]["value"] == "Acme GmbH"
    assert values["offer"]["answer"]["selected_option"]["value"] == "clear"
    assert values["signs"]["answer"]["selected_options"] == []


async def test_errors_and_the_next_step_come_from_the_app(page: Page, bolt: Recorder) -> None:
    bolt.answer = {"response_action": "errors", "errors": {"name": "We know that one."}}
    await say(page, "/qualify")
    await page.get_by_label("Name").fill("Acme")
    await page.get_by_label("Offer").get_by_label("clear").check()
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("error-name")).to_have_text("We know that one.")

    bolt.answer = {"response_action": "update", "view": drawn_step("Step 2")}
    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_role("dialog", name="Step 2")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value("Acme")


async def test_typed_text_is_still_there_after_a_button_and_a_look_at_somebody_else(
    page: Page, bolt: Recorder
) -> None:
    await say(page, "/qualify")
    await page.get_by_label("Name").fill("Acme")
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_role("button", name="Back")).not_to_have_attribute("aria-busy", "true")

    await page.get_by_test_id("member-U0EMMA").evaluate("node => node.click()")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await page.get_by_test_id("member-U0JONAS").click()

    await expect(page.get_by_label("Name")).to_have_value("Acme")


async def test_a_reload_closes_modals_unheard_and_keeps_the_thread_and_drafts(
    page: Page, slack: Slack, bolt: Recorder
) -> None:
    await page.get_by_test_id("composer").fill("for later")
    await bolt.client.chat_postMessage(channel="C0SALES", text="Card")
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("message-reply").click()
    await page.get_by_test_id("thread-composer").fill("here too")
    await slack.member("U0JONAS").command("/qualify")
    await page.get_by_label("Name").fill("Acme")
    heard = len(bolt.bodies)

    await page.reload()

    await expect(page.get_by_test_id("composer")).to_have_value("for later")
    await expect(page.get_by_test_id("thread-composer")).to_have_value("here too")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    assert slack.member("U0JONAS").views == []
    assert len(bolt.bodies) == heard


async def test_a_modal_stands_in_the_tab_that_asked_for_it_alone(page: Page, slack: Slack) -> None:
    await say(page, "/qualify")
    await page.get_by_label("Name").fill("Acme")

    other = await page.context.new_page()
    await other.goto(f"{slack.page_url}?member=U0JONAS")
    await say(other, "/qualify")
    await other.get_by_label("Name").fill("Other")
    await other.get_by_test_id("modal-x").click()
    await expect(other.get_by_test_id("modal")).to_have_count(0)

    await expect(page.get_by_label("Name")).to_have_value("Acme")


async def test_a_button_of_a_message_reaches_the_app_and_a_refusal_reaches_the_page(
    page: Page, slack: Slack, bolt: Recorder
) -> None:
    blocks: list[dict[str, Any]] = [{"type": "actions", "elements": [button("walk_away")]}]
    await bolt.client.chat_postMessage(channel="C0SALES", text="Card", blocks=blocks)
    await page.get_by_role("button", name="Walk_Away").click()
    await slack.wait_for(lambda: bool(bolt.bodies))
    assert bolt.last["actions"][0]["value"] == "7.1"

    with pytest.raises(Exception, match="invalid_blocks"):
        await bolt.client.chat_postMessage(
            channel="C0SALES", text="Card", blocks=[{"type": "header", "text": {}}]
        )

    await expect(page.get_by_test_id("notice-toast")).to_contain_text("/blocks/0")


async def test_an_unknown_command_is_answered_as_slack_does(page: Page) -> None:
    await say(page, "/nonsense")

    await expect(page.get_by_test_id("composer-error")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("/nonsense")


async def test_an_unknown_member_in_the_address_becomes_the_first(page: Page, slack: Slack) -> None:
    other = await page.context.new_page()

    await other.goto(f"{slack.page_url}?member=U0NOBODY")

    await expect(other.get_by_test_id("member-U0EMMA")).to_have_attribute("aria-pressed", "true")


async def test_the_page_opens_as_emma(page: Page, slack: Slack) -> None:
    other = await page.context.new_page()

    await other.goto(slack.page_url)

    await expect(other.get_by_test_id("member-U0EMMA")).to_have_attribute("aria-pressed", "true")


async def test_nobody_can_write_to_the_app_itself(page: Page, slack: Slack) -> None:
    await page.get_by_test_id("channel-D0JONAS").click()

    await expect(page.get_by_test_id("composer-off")).to_contain_text("wurde deaktiviert")
    await expect(page.get_by_test_id("composer")).to_have_count(0)
