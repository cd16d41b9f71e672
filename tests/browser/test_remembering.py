"""From `/qualify remember` to the first figure: how many clicks each takes, and how it looks."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_two_views import COUNT, EMMA, JONAS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BECAME, AGAIN = "remembered.became", "remembered.again"
READY = {"offer": "clear", "numbers": "ready", "value": "at_once", "margin": "healthy"}
READY |= {"niche": "inside", BECAME: "won", AGAIN: "yes"}
WEAK = {"offer": "clear", "numbers": "partly", "willing": "yes", "able": "no", "fire": "unknown"}
WEAK |= {"value": "at_once", "margin": "thin", "niche": "near", BECAME: "ended", AGAIN: "no"}
BAD = READY | {"margin": "loss", BECAME: "ended", AGAIN: "no"}
SAID = {
    "en": "Of your 3 worst clients, the checklist would have caught 2.",
    "de": "Von euren 3 schlechtesten Kunden hätte die Checkliste 2 erwischt.",
}


REMOVED = {"en": "Removed: {name}.", "de": "Entfernt: {name}."}


@pytest.mark.parametrize(("member", "language"), [(EMMA, "en"), (JONAS, "de")])
@pytest.mark.parametrize("width", [1280, 390])
async def test_five_past_clients_give_the_first_figure(
    desk: Desk, member: str, language: str, width: int
) -> None:
    await desk.become(member)
    await desk.say("/qualify remember" if language == "en" else "/qualify erinnern")
    await desk.block("offer").wait_for()
    await desk.page.set_viewport_size({"width": width, "height": 844})
    await desk.page.evaluate(COUNT)
    await desk.show(f"remember-{language}-{width}-opened")

    assert await remember(desk, "Acme GmbH", READY) == 8
    await desk.show(f"remember-{language}-{width}-saved")
    assert await remember(desk, "Globex Ltd", WEAK) == 11
    for name, answers in (("Initech", BAD), ("Hooli", BAD), ("Umbrella", READY)):
        await remember(desk, name, answers)

    await expect(desk.modal).to_contain_text(SAID[language])
    await desk.show(f"remember-{language}-{width}-said")
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await take_back(desk, "Initech", language, width)


async def take_back(desk: Desk, name: str, language: str, width: int) -> None:
    """Open the form anew, and take back one of those that were entered before."""
    await desk.say("/qualify remember" if language == "en" else "/qualify erinnern")
    await desk.block("offer").wait_for()
    await desk.show(f"remember-{language}-{width}-menu")
    await desk.modal.locator("select").select_option(label=name)
    await desk.show(f"remember-{language}-{width}-sure")
    await desk.page.get_by_test_id("confirm-yes").click()
    await expect(desk.modal).to_contain_text(REMOVED[language].format(name=name))
    await desk.show(f"remember-{language}-{width}-removed")


async def remember(desk: Desk, name: str, answers: dict[str, str]) -> int:
    """Enter somebody, save them, and return how many clicks that took; a name is typed."""
    await desk.write(name=name)
    before = await desk.page.evaluate("window.clicks")
    for question, option in answers.items():
        await desk.block(question).locator(f'input[value="{option}"]').check()
    await desk.show(f"remember-{name}")
    await desk.submit()
    await expect(desk.modal).to_contain_text(name)
    await expect(desk.block("name").locator("input")).to_have_value("")
    clicks: int = await desk.page.evaluate("window.clicks")
    return clicks - int(before)
