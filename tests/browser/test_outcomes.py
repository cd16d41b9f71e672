"""What came of a client and of a walk-away: asked a month later, answered in the page."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Desk
from tests.browser.test_bringing_back import (
    DAY,
    EMMAS_MESSAGES,
    HOUR,
    WEEK,
    desk,
    nudges,
    office,
    wait,
)
from tests.office import CHANNEL, GOOD, NO_OFFER, Office

__all__ = ["desk", "office"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MONTH = (WEEK, WEEK, WEEK, WEEK, DAY)
"""From Monday, 30 November, to Wednesday, 30 December 2026: 25 December is a holiday."""


async def end(office: Office, action: str, **answers: str) -> None:
    """Let Emma screen a prospect, and win it or walk away from it, on Monday, 30 November."""
    card = await office.screen(office.emma, **answers)
    await office.emma.click(action, channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    if action == "won":
        await office.submit(office.emma, day="2026-11-30")
    await office.delivered()


async def answer(desk: Desk, ask: str, choice: str, within: Locator | None = None) -> None:
    place = within or nudges(desk).last
    row = place.locator(f'[data-block-id^="{ask}."]').first
    await desk.press(f"answer_outcome.{choice}", row)


async def test_a_client_is_asked_about_a_month_later_and_answered_in_four_taps(
    desk: Desk, office: Office
) -> None:
    await end(office, "won", **GOOD)
    await desk.go_to(EMMAS_MESSAGES)
    await wait(desk, office, *MONTH)
    await expect(nudges(desk)).to_have_count(0)

    await wait(desk, office, HOUR)  # ten in London
    await expect(nudges(desk)).to_have_count(1)
    await expect(nudges(desk).last).to_contain_text("won on Mon 30 Nov 2026")
    await desk.show("outcome-1-asked")
    await desk.press("outcome_not_now", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("I'll ask again on Thu 7 Jan 2027.")

    await wait(desk, office, DAY, DAY, DAY, DAY)
    await expect(nudges(desk)).to_have_count(1)
    await wait(desk, office, DAY)
    await expect(nudges(desk)).to_have_count(2)
    await answer(desk, "paid", "yes")
    await expect(nudges(desk).last).to_contain_text("Did they pay as agreed? Yes")
    await answer(desk, "paid", "no")
    await expect(nudges(desk).last).to_contain_text("Did they pay as agreed? No")
    await desk.show("outcome-2-corrected")
    await answer(desk, "hours", "up_to_60")
    await answer(desk, "again", "yes")
    await answer(desk, "respect", "mostly")
    await expect(nudges(desk).last).to_contain_text("Thank you. All answered.")

    await office.delivered()
    await desk.press("details", nudges(desk).last)
    await expect(desk.modal).to_contain_text("How it turned out")
    await answer(desk, "again", "no", desk.modal)
    await expect(desk.modal).to_contain_text("Would you sign them again? No")
    await desk.show("outcome-3-details")
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(nudges(desk).last).to_contain_text("Would you sign them again? No.")
    assert office.slack.refusals == []


async def test_a_walk_away_has_the_mirror_question_and_never_is_for_good(
    desk: Desk, office: Office
) -> None:
    await end(office, "walk_away", **NO_OFFER)
    await desk.go_to(EMMAS_MESSAGES)
    await wait(desk, office, *MONTH, HOUR)
    await expect(nudges(desk).last).to_contain_text("we walked away on Mon 30 Nov 2026")
    await expect(nudges(desk).last).to_contain_text("Do you regret letting them go?")
    await desk.show("outcome-4-walk-away")

    await desk.press("outcome_never", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("OK, I won't ask again.")

    await wait(desk, office, *[WEEK] * 9)
    await expect(desk.page.get_by_test_id("panel-time")).to_contain_text("Mar 2027")
    await expect(nudges(desk)).to_have_count(1)
