"""A draft comes in by the door, and its owner finishes it, in German."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.wiring import Wired
from sandbox import Slack
from tests.browser.conftest import Desk, at_work
from tests.test_intake import FORM, request

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, EMMA, VERDICTS = "U0SABINE", "U0EMMA", "C0VERDICTS"
SABINES_MESSAGES, EMMAS_MESSAGES = "D0SABINE", "D0EMMA"
LEAD = {
    "name": "Nordwind GmbH",
    "expected_value": "12500",
    "answers": {"offer": "clear", "numbers": "ready"},
}


@pytest.fixture
def bots() -> list[Wired]:
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def slack(database_file: Path, bots: list[Wired]) -> AsyncIterator[Slack]:
    async with at_work(database_file, language="de", met=bots.append) as serving:
        yield serving


async def test_what_came_in_is_finished_by_its_owner(
    desk: Desk, slack: Slack, bots: list[Wired]
) -> None:
    sabine = slack.workspace.world.members[SABINE]
    sabine.locale = "de-DE"
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("intake", desk.block("connections"))
    await expect(desk.modal).to_contain_text("nie ein Urteil")
    await desk.press("intake_renew", desk.block("intake"))
    await expect(desk.modal).to_contain_text("Kopiere sie jetzt")
    await desk.show("intake-address")
    address = await desk.modal.locator("code").first.inner_text()
    await desk.close_both()

    lead = {**LEAD, "owner": sabine.email}
    status, answer, _ = await request(bots[0].hooks, address, lead)
    assert (status, answer["not_taken"]) == (201, [])

    await desk.go_to(SABINES_MESSAGES)
    await expect(desk.card).to_contain_text("Nordwind GmbH kam über euer Formular")
    await desk.show("intake-message")
    await desk.press("intake_continue", desk.card)
    await expect(desk.block("name").locator("input")).to_have_value("Nordwind GmbH")
    await expect(desk.block("offer").locator('input[value="clear"]')).to_be_checked()
    await desk.show("intake-first-step")
    await desk.write(numbers_given="1 Million, Marge 30 %")
    await desk.submit()
    await desk.choose(value="at_once", margin="healthy", niche="inside")
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await desk.show("intake-verdict")
    await desk.modal.get_by_test_id("modal-close").click()

    await expect(desk.card).to_contain_text("Hier ist nichts mehr zu tun.")
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("Nordwind GmbH")
    await desk.show("intake-card")


async def test_a_manager_gives_away_what_nobody_owns(
    desk: Desk, slack: Slack, bots: list[Wired]
) -> None:
    slack.workspace.world.members[SABINE].locale = "de-DE"
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("intake", desk.block("connections"))
    await desk.press("intake_renew", desk.block("intake"))
    await expect(desk.modal).to_contain_text("Kopiere sie jetzt")
    address = await desk.modal.locator("code").first.inner_text()
    await desk.close_both()
    form = urlencode({"name": "Nordwind GmbH", "offer": "vague"}).encode()
    _, answer, _ = await request(bots[0].hooks, address, form, FORM)
    assert answer["told"] == "managers"

    await desk.go_to(SABINES_MESSAGES)
    await expect(desk.card).to_contain_text("Noch ist niemand zuständig.")
    await desk.show("intake-of-nobody")
    await desk.press("assign_draft", desk.card)
    await desk.block("owner").locator("select, input").first.select_option(EMMA)
    await desk.show("intake-assign")
    await desk.submit()
    await expect(desk.card).to_contain_text("Zuständig")
    await desk.become(EMMA)
    await desk.go_to(EMMAS_MESSAGES)
    await expect(desk.card).to_contain_text("Nordwind GmbH")
    await desk.show("intake-given")
