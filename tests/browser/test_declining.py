"""Saying no kindly: from the list of referrals to a letter that can be copied or mailed."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMMA, SABINE, VERDICTS, SALES = "U0EMMA", "U0SABINE", "C0VERDICTS", "C0SALES"
REFERRAL = "Petra Klein, Websites für kleine Läden"


def holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def message(desk: Desk) -> Locator:
    """The field with the draft."""
    return desk.modal.locator('[data-block-id^="decline_text."] textarea')


async def list_a_referral(desk: Desk) -> None:
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("settings_page", desk.block("words"))
    await desk.write(referrals=f"{REFERRAL}\n{'x' * 76}")
    await desk.submit()
    await expect(desk.page.get_by_test_id("error-referrals")).to_contain_text("Zeile 2")
    await desk.show("decline-1-settings")
    await desk.write(referrals=REFERRAL)
    await desk.submit()
    await expect(desk.modal).to_contain_text("Einstellungen gespeichert.")
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)


async def walk_away(desk: Desk) -> None:
    await desk.become(EMMA)
    await desk.go_to(SALES)
    await desk.screen_a_problem()
    await desk.go_to(VERDICTS)
    await desk.press("walk_away", desk.card)
    await expect(desk.card.locator('[data-action-id="decline_message"]')).to_be_visible()
    await desk.show("decline-2-card")


async def mail_of(desk: Desk) -> dict[str, list[str]]:
    link = await desk.modal.locator('a[data-action-id="decline_mail"]').get_attribute("href")
    assert link is not None
    assert link.startswith("mailto:?")
    return parse_qs(urlsplit(link).query, strict_parsing=True)


async def test_a_no_is_drafted_edited_and_drafted_anew(desk: Desk) -> None:
    await list_a_referral(desk)
    await walk_away(desk)

    await desk.press("decline_message", desk.card)
    await expect(message(desk)).to_have_value(holding("Hello [name],"))
    await desk.show("decline-3-short")
    await message(desk).fill("Dear Ann, let us talk about it.")
    await desk.choose(version="warm")
    await expect(message(desk)).to_have_value(holding("Please don't read this as a judgement"))
    await expect(desk.modal).to_contain_text("Your version:")
    await expect(desk.modal).to_contain_text("Dear Ann, let us talk about it.")
    await desk.block("referral").locator("select").select_option(label=REFERRAL)
    await expect(message(desk)).to_have_value(holding(f"in better hands here: {REFERRAL}."))
    await desk.show("decline-4-warm")
    await desk.choose(language="de")
    await expect(message(desk)).to_have_value(holding("Guten Tag [Anrede und Name],"))
    await desk.show("decline-5-german")

    mail = await mail_of(desk)
    drafted = await message(desk).input_value()
    assert mail["subject"] == ["Unsere Antwort zur Zusammenarbeit mit Acme GmbH"]
    assert mail["body"] == [drafted.replace("\n", "\r\n")]
    await desk.submit()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
