"""From `/qualify NAME` to the verdict: how many clicks it takes, and how each view looks."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMMA, JONAS = "U0EMMA", "U0JONAS"
COUNT = """() => {
  window.clicks = 0;
  addEventListener("pointerdown", () => window.clicks++, true);
}"""

STORIES: dict[str, tuple[int, list[dict[str, Any]]]] = {
    "no-offer": (3, [{"offer": "none"}]),
    "ready": (
        6,
        [
            {"offer": "clear", "numbers": "ready", "numbers_given": "2.1 Mio."},
            {"value": "at_once"},
        ],
    ),
    "weak-start": (
        9,
        [
            {"offer": "vague", "numbers": "partly"},
            {"willing": "yes", "able": "yes", "fire": "unknown"},
            {"value": "at_once"},
        ],
    ),
}
"""How many clicks it may take, and what is answered in each view."""
WHY = {
    "en": "A weak start. Three questions decide",
    "de": "Ein schwacher Anfang. Drei Fragen entscheiden",
}
LEFT = {"en": "margin, niche", "de": "Marge, Nische"}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("member", "language"), [(EMMA, "en"), (JONAS, "de")])
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_verdict_takes_few_clicks(
    desk: Desk, story: str, member: str, language: str, width: int
) -> None:
    most, views = STORIES[story]
    await desk.become(member)
    await desk.say("/qualify Acme GmbH")
    await desk.block("offer").wait_for()
    await desk.page.set_viewport_size({"width": width, "height": 844})
    await desk.page.evaluate(COUNT)

    for at, answers in enumerate(views, start=1):
        await desk.block(next(iter(answers))).wait_for()
        await desk.show(f"{story}-{language}-{width}-{at}-opened")
        for question, answer in answers.items():
            await _answer(desk, question, answer)
        await expect(desk.modal).to_contain_text(f"{at} {_of(language)} {len(views)}")
        await desk.show(f"{story}-{language}-{width}-{at}-answered")
        if "willing" in answers:
            await expect(desk.modal).to_contain_text(WHY[language])
        await desk.submit()

    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    assert await _clicks(desk.page) <= most
    left = expect(desk.modal)
    await (left.to_contain_text if len(views) > 1 else left.not_to_contain_text)(LEFT[language])
    await desk.show(f"{story}-{language}-{width}-verdict")


async def test_a_question_appears_and_goes_and_everything_typed_stays(desk: Desk) -> None:
    await desk.become(EMMA)
    await desk.say("/qualify Acme GmbH")
    await desk.write(expected_value="12k, or so")
    await desk.choose(numbers="ready")
    await expect(desk.block("numbers_given")).to_be_visible()
    await desk.write(numbers_given="2.1 million")

    await desk.choose(offer="none")
    await expect(desk.block("numbers")).to_have_count(0)
    await expect(desk.block("numbers_given")).to_have_count(0)
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_text("Get the verdict")

    await desk.choose(offer="clear")
    await expect(desk.block("numbers").locator('input[value="ready"]')).to_be_checked()
    await expect(desk.block("numbers_given").locator("textarea")).to_have_value("2.1 million")
    await expect(desk.block("expected_value").locator("input")).to_have_value("12k, or so")
    await expect(desk.block("name").locator("input")).to_have_value("Acme GmbH")


async def _answer(desk: Desk, question: str, answer: str) -> None:
    """Answer as a hand does: a click on the option, or a click into the field and typing."""
    await desk.block(question).wait_for()
    option = desk.block(question).locator(f'input[value="{answer}"]')
    if await option.count():
        await option.check()
    else:
        field = desk.block(question).locator("input, textarea").first
        await field.click()
        await desk.page.keyboard.type(answer)
        if await field.input_value() != answer:  # the page drew it anew while it was typed
            await field.fill(answer)


def _of(language: str) -> str:
    return {"en": "of", "de": "von"}[language]


async def _clicks(page: Page) -> int:
    return int(await page.evaluate("window.clicks"))
