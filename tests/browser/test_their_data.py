"""A manager exports everything, and forgets a prospect for good, in German."""

import pytest
from playwright.async_api import expect

from sandbox import Slack
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, EMMA, VERDICTS, SALES = "U0SABINE", "U0EMMA", "C0VERDICTS", "C0SALES"


async def test_a_manager_exports_and_forgets(desk: Desk, slack: Slack) -> None:
    await desk.become(EMMA)
    await desk.go_to(SALES)
    await desk.screen_a_problem()
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("settings_page", desk.block("data"))
    await expect(desk.modal).to_contain_text("Nie")
    await desk.show("data-page")
    await desk.press("export", desk.block("export"))
    await expect(desk.modal).to_contain_text("ZIP-Datei")
    await desk.show("data-export")
    sabine = slack.member(SABINE)
    await slack.wait_for(lambda: any(each.get("files") for each in sabine.direct_messages))

    await desk.modal.get_by_test_id("modal-x").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("Acme GmbH")
    await desk.pick("details", desk.card)
    await desk.press("forget", desk.block("forget"))
    await desk.write(confirm="Somebody else")
    await desk.submit()
    await expect(desk.page.get_by_test_id("error-confirm")).to_contain_text("Das passt nicht")
    await desk.show("data-forget")
    await desk.write(confirm="Acme GmbH")
    await desk.submit()
    await expect(desk.modal).to_contain_text("Der Eintrag ist hier gelöscht.")
    await desk.show("data-forgotten")
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.modal).to_contain_text("Dieser Interessent wurde gelöscht.")
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.page.get_by_test_id("messages")).not_to_contain_text("Acme GmbH")
    await desk.show("data-channel")


async def test_a_manager_finds_what_to_forget_without_its_card(desk: Desk, slack: Slack) -> None:
    await desk.become(EMMA)
    await desk.go_to(SALES)
    await desk.screen_a_problem()
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("settings_page", desk.block("data"))
    await desk.press("forget", desk.block("forget"))
    await desk.show("data-search")
    await desk.write(sought="acme")
    await desk.submit()
    await expect(desk.modal).to_contain_text("Acme GmbH")
    await desk.show("data-found")
    await desk.modal.get_by_role("button", name="Löschen").first.click()
    await desk.write(confirm_found="Acme GmbH")
    await desk.show("data-forget-found")
    await desk.submit()
    await expect(desk.modal).to_contain_text("Der Eintrag ist hier gelöscht.")
