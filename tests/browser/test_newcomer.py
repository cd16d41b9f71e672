"""What a newcomer does in the first minutes, and what they see."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

JONAS, EMMA, SABINE, GIL = "U0JONAS", "U0EMMA", "U0SABINE", "U0GIL"
SALES, VERDICTS = "C0SALES", "C0VERDICTS"


async def test_a_newcomer_goes_wrong_comes_back_and_decides(desk: Desk) -> None:
    await desk.become(EMMA)
    await desk.say("/qualify Acme GmbH")
    await desk.expect_step("The first question")
    await desk.show("1-first-step")

    await desk.submit()
    await expect(desk.page.get_by_test_id("error-offer")).to_be_visible()
    await desk.choose(offer="clear", numbers="partly")
    await desk.write(first_contact="2099-01-01", expected_value="12.000,50 €")
    await desk.submit()
    await expect(desk.page.get_by_test_id("error-first_contact")).to_contain_text(
        "Choose today or an earlier day"
    )
    await desk.show("2-field-error")
    await desk.write(first_contact="2026-11-02")
    await desk.submit()

    await expect(desk.block("willing")).to_be_visible()
    await desk.choose(willing="yes", able="yes")
    await desk.show("3-second-step")
    await desk.press("back", desk.modal)
    await expect(desk.block("offer").locator('input[value="clear"]')).to_be_checked()
    await expect(desk.block("expected_value").locator("input")).to_have_value("12,000.50")
    await desk.submit()
    await expect(desk.block("willing").locator('input[value="yes"]')).to_be_checked()
    await desk.choose(fire="unknown")
    await desk.submit()
    await expect(desk.block("value")).to_be_visible()

    await desk.modal.get_by_test_id("modal-x").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await desk.say("/qualify acme gmbh")
    await expect(desk.modal).to_contain_text("Anything after your last “Next” wasn't saved.")
    await desk.show("4-draft-offered")
    await desk.press("continue_draft", desk.modal)
    await expect(desk.block("value")).to_be_visible()
    await desk.choose(value="at_once", signs=["haggles"], niche="outside")
    await desk.submit()

    await expect(desk.modal).to_contain_text("Problem")
    await expect(desk.modal.locator("input, textarea")).to_have_count(0)
    await desk.show("5-verdict")
    await desk.modal.get_by_test_id("modal-close").click()

    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("🟡 Problem · Acme GmbH")
    await expect(desk.card).to_contain_text("€12,000.50")
    await desk.show("6-card")
    await desk.press("walk_away", desk.card)
    await expect(desk.card).to_contain_text("Emma Clarke walked away")
    await expect(desk.card.get_by_test_id("replies")).to_have_text(re.compile("1 reply"))
    await desk.show("7-walked-away")
    await desk.press("undo", desk.card)
    await expect(desk.card).not_to_contain_text("walked away on")
    await expect(desk.card.locator('[data-action-id="walk_away"]')).to_be_visible()
    await desk.card.get_by_test_id("replies").click()
    await desk.show("8-undone")


async def test_somebody_else_reads_in_their_own_language_and_may_not_decide(desk: Desk) -> None:
    await desk.become(EMMA)
    await desk.say("/qualify Acme GmbH")
    await desk.say_no_offer()
    await desk.submit()
    await expect(desk.modal).to_contain_text("The verdict")
    await desk.modal.get_by_test_id("modal-close").click()

    await desk.become(JONAS)
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("🔴 Walk away · Acme GmbH")
    await desk.pick("details", desk.card)
    await expect(desk.modal).to_contain_text("Absagen")
    await desk.modal.get_by_test_id("modal-close").click()
    await desk.press("walk_away", desk.card)
    await expect(desk.card).to_contain_text("Nur für dich sichtbar")
    await expect(desk.card).to_contain_text("Emma Clarke")
    await desk.show("somebody-else")


STORIES: dict[str, list[dict[str, Any]]] = {
    "pursue": [
        {"offer": "clear", "numbers": "ready", "numbers_given": "2.1 Mio., 18 % Marge"},
        {"value": "at_once", "margin": "healthy", "niche": "inside"},
    ],
    "condition": [
        {"offer": "vague", "numbers": "none"},
        {"willing": "yes", "able": "yes", "fire": "yes", "homework": "Zahlen für 2025"},
        {"value": "at_once", "margin": "thin"},
    ],
    "problem": [
        {"offer": "clear", "numbers": "ready", "numbers_given": "1.4 Mio."},
        {"value": "not_shown", "signs": ["haggles", "reschedules"]},
    ],
    "walk_away": [
        {"offer": "clear", "numbers": "ready", "numbers_given": "300k"},
        {"value": "talked_into", "margin": "loss"},
    ],
    "early": [{"offer": "none"}],
}
LAST = {"en": "Get the verdict", "de": "Zum Urteil"}
SAID = {
    ("pursue", "en"): "Pursue",
    ("condition", "en"): "Pursue",
    ("problem", "en"): "Problem",
    ("walk_away", "en"): "Walk away",
    ("early", "en"): "Walk away",
    ("pursue", "de"): "Dranbleiben",
    ("condition", "de"): "Dranbleiben",
    ("problem", "de"): "Problemfall",
    ("walk_away", "de"): "Absagen",
    ("early", "de"): "Absagen",
}


@pytest.mark.parametrize(("story", "language"), SAID)
async def test_each_verdict_is_reached_and_read(desk: Desk, story: str, language: str) -> None:
    await desk.become(JONAS if language == "de" else EMMA)
    await desk.say("/qualify Kolibri & Söhne <!channel>")

    for number, answers in enumerate(STORIES[story], start=1):
        await desk.block(next(iter(answers))).wait_for()
        texts = {key: answers[key] for key in ("numbers_given", "homework") if key in answers}
        await desk.choose(**{key: answers[key] for key in answers if key not in texts})
        await desk.write(**texts)
        if number == len(STORIES[story]):
            await expect(desk.modal.get_by_test_id("modal-submit")).to_have_text(LAST[language])
        await desk.show(f"{story}-{language}-step-{number}")
        await desk.submit()

    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await expect(desk.modal).to_contain_text(SAID[story, language])
    await desk.show(f"{story}-{language}-verdict")
    await desk.modal.get_by_test_id("modal-close").click()
    await desk.go_to(VERDICTS)
    headline = desk.card.get_by_role("heading").first
    await expect(headline).to_contain_text(SAID[story, "en"])
    await expect(headline).to_contain_text("Kolibri & Söhne <!channel>")
    await expect(desk.card.locator(".mention-channel")).to_have_count(0)
    await desk.show(f"{story}-{language}-card")


async def test_a_guest_is_told_why_they_cannot_screen(desk: Desk) -> None:
    await desk.become(GIL)
    await desk.say("/qualify Acme GmbH")

    await expect(desk.card).to_contain_text("You're a guest")
    await expect(desk.card).to_contain_text("Only visible to you")
    await desk.show("guest")


async def test_help_and_the_list_answer_privately(desk: Desk) -> None:
    await desk.become(JONAS)
    await desk.say("/qualify help")
    await expect(desk.card).to_contain_text("/qualify Acme GmbH")
    await desk.show("help-de")
    await desk.say("/qualify list")
    await expect(desk.card).to_contain_text("keine offenen Interessenten")
    await desk.show("list-de")
