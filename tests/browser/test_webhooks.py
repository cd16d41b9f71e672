"""A manager sets up a webhook, in German, and sees what becomes of its deliveries."""

import pytest
from playwright.async_api import expect

from sandbox import Slack
from tests.browser.conftest import Desk
from tests.test_posting import answering, receiving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, EMMA, VERDICTS, SALES = "U0SABINE", "U0EMMA", "C0VERDICTS", "C0SALES"


async def test_a_manager_sets_up_a_webhook_and_sees_its_deliveries(
    desk: Desk, slack: Slack
) -> None:
    async with receiving(answering(200, "Danke, notiert")) as receiver:
        await desk.become(SABINE)
        await desk.go_to(VERDICTS)
        await desk.say("/qualify settings")
        await expect(desk.modal).to_contain_text("Verbindungen")
        await desk.block("connections").scroll_into_view_if_needed()
        await desk.show("webhooks-connections")
        await desk.press("webhooks", desk.block("connections"))
        await expect(desk.modal).to_contain_text("Ein Webhook meldet eurem CRM")
        await desk.press("webhook_add", desk.block("webhooks"))
        await desk.write(address="http://10.0.0.1/hook")
        await desk.submit()
        refused = desk.page.get_by_test_id("error-address")
        await expect(refused).to_contain_text("Fang mit https:// an.")
        await desk.show("webhooks-refused")
        await desk.write(address=receiver.address)
        await desk.submit()
        await expect(desk.modal).to_contain_text("whsec_")
        await desk.show("webhooks-secret")
        await desk.modal.get_by_test_id("modal-close").click()
        await expect(desk.modal).to_contain_text("localhost")
        await desk.show("webhooks-list")
        await desk.press("webhook_edit", desk.modal)
        await desk.block("events").locator('input[value="outcome.answered"]').uncheck()
        await desk.show("webhooks-edit")
        await desk.submit()
        await expect(desk.modal).to_contain_text("meldet jetzt: Geprüft, Entschieden und Ausnahme")
        await desk.show("webhooks-edited")
        await desk.press("webhook_test", desk.modal)
        await expect(desk.modal).to_contain_text("Ein Test ist unterwegs")
        await receiver.wait_for(1)
        await desk.close_both()
        await expect(desk.page.get_by_test_id("messages")).to_contain_text("added a webhook")
        await desk.show("webhooks-channel")

        await desk.become(EMMA)
        await desk.go_to(SALES)
        await desk.screen_a_problem()
        await receiver.wait_for(2)

        await desk.become(SABINE)
        await desk.say("/qualify settings")
        await desk.press("webhooks", desk.block("connections"))
        await desk.press("webhook_deliveries", desk.modal)
        await expect(desk.modal).to_contain_text("Geprüft")
        await expect(desk.modal).to_contain_text("Test")
        while await desk.modal.get_by_text("Unterwegs").count():
            await desk.press("webhook_refresh", desk.modal)
        await expect(desk.modal.get_by_text("Zugestellt")).to_have_count(2)
        await expect(desk.modal).to_contain_text("HTTP 200")
        await expect(desk.modal).to_contain_text("Danke, notiert")
        await desk.show("webhooks-deliveries")
    assert slack.refusals == []
