"""The whole way: going on out of a fear, being held to one's own words, and what the fear came to.

Emma, who reads English, asks for an override; Sabine, her manager, reads German and approves it.
The clients whose outcomes answer the fear were taken on by Jonas before, without the page.
"""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Desk
from tests.browser.test_bringing_back import (
    DAY,
    EMMA,
    EMMAS_MESSAGES,
    HOUR,
    WEEK,
    desk,
    nudges,
    office,
    wait,
)
from tests.browser.test_outcomes import answer
from tests.office import CHANNEL, NO_OFFER, Office
from tests.slack.outcomes.test_listeners import newest, tap
from tests.slack.overrides.test_listeners import let_managers_approve

__all__ = ["desk", "office"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, SABINES_MESSAGES, SALES = "U0SABINE", "D0SABINE", "C0SALES"
CLIENTS = ("Birke", "Eiche", "Fichte", "Linde", "Ulme")
FEAR, ANGST = "No other client will come", "Es kommt kein anderer Kunde"
NEW_YEAR = datetime(2027, 1, 4, 9, tzinfo=UTC)
"""A Monday, nine in London: Emma's story begins."""
KILL_CRITERION = "no signed offer by Friday"
HISTORY = (
    "Mon 4 Jan at 09:00 · @Emma Clarke screened Acme GmbH. The verdict: walk away.",
    "Mon 4 Jan at 09:00 · @Emma Clarke asked to pursue Acme GmbH anyway.",
    "Mon 4 Jan at 09:00 · @Sabine Vogt approved @Emma Clarke's override for Acme GmbH",
    "Mon 18 Jan at 10:00 · @Emma Clarke walked away from Acme GmbH.",
    "Wed 17 Feb at 10:00 · @Emma Clarke answered “Do you regret letting them go?”: No.",
)
"""Who did what and when, as Emma reads it in the details."""
THREAD = (
    "asked to pursue Acme GmbH anyway. Fear: No other client will come.",
    "override for Acme GmbH",
    f"The plan was to stop if: “{KILL_CRITERION}”",
    "walked away from Acme GmbH.",
)
"""What the thread of the card says, in the language of the workspace."""


async def take_on(office: Office, name: str) -> None:
    """Let Jonas win a client whose verdict was to walk away, out of the fear of the story."""
    card = await office.screen(office.jonas, name, **NO_OFFER)
    await office.jonas.click("override", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    grounds = {"reason": "The year is thin.", "kill_criterion": "they do not pay"}
    await office.submit(office.jonas, fear="no_other_client", kill_on="2026-12-15", **grounds)
    await office.delivered()
    await office.jonas.click("won", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    assert (await office.submit(office.jonas, day="2026-11-30")).closed
    await office.delivered()


async def regret(office: Office) -> None:
    """Let Jonas answer for the first client in his newest message that he did not answer for."""
    for ask, choice in (
        ("paid", "no"),
        ("hours", "up_to_60"),
        ("again", "no"),
        ("respect", "no"),
    ):
        await tap(office, office.jonas, ask, choice, newest(office.jonas))


async def earlier(office: Office) -> None:
    """Play the weeks in which Jonas took on five clients, and answered for four of them.

    He is asked for three on Wednesday, 30 December, and for the rest on the day after.
    """
    for name in CLIENTS:
        await take_on(office, name)
    for day, answered in ((30, 3), (31, 1)):
        office.clock.now = datetime(2026, 12, day, 11, tzinfo=UTC)
        await office.bot.tick()
        await office.delivered()
        for _ in range(answered):
            await regret(office)
    await let_managers_approve(office)
    office.clock.now = NEW_YEAR
    await office.bot.tick()
    await office.delivered()  # the digest of that Monday, before the story goes on in the channel


def thread(desk: Desk) -> Locator:
    """The card with the replies to it, once its thread is open."""
    return desk.page.get_by_test_id("replies-list").get_by_test_id("message")


async def screen_a_walk_away(desk: Desk, name: str) -> None:
    await desk.go_to(SALES)
    await desk.say(f"/qualify {name}")
    await desk.say_no_offer()
    await desk.submit()
    await expect(desk.modal).to_contain_text("Walk away")
    await desk.show("standard-1-verdict")
    await desk.modal.get_by_test_id("modal-close").click()
    await desk.go_to(CHANNEL)
    await expect(desk.card).to_contain_text(f"🔴 Walk away · {name}")


async def name_the_fear(desk: Desk, label: str, shown: str) -> None:
    """Open the dialog of the newest card, and choose the fear in it."""
    await desk.press("override", desk.card)
    await desk.block("fear").locator("select").select_option(label=label)
    await expect(desk.modal).to_contain_text(shown)


async def ask_for_an_override(desk: Desk, office: Office) -> None:
    await name_the_fear(desk, FEAR, "Shown once there are 5 outcomes. So far: 4.")
    await desk.write(
        reason="Their new boss wants to do it properly.",
        kill_criterion=KILL_CRITERION,
        kill_on="2027-01-15",
    )
    await desk.show("standard-2-asked-out-of-a-fear")
    await desk.submit()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await office.bot.tick()
    await office.delivered()
    await expect(desk.card).to_contain_text("asks for an override")
    await desk.show("standard-3-card-asks")


async def approve(desk: Desk, office: Office) -> None:
    await desk.become(SABINE)
    await desk.go_to(SABINES_MESSAGES)
    await expect(desk.card).to_contain_text(f"Angst: {ANGST}.")
    await expect(desk.card).to_contain_text(f"„{KILL_CRITERION}“")
    await desk.show("standard-4-manager-is-asked")
    await desk.press("approve_override", desk.card)
    await office.answered()
    await office.delivered()
    await expect(desk.card).to_contain_text("Antrag erledigt: Ausnahme für Acme GmbH")
    await expect(desk.card).to_contain_text("@Sabine Vogt hat sie am Mo., 4. Jan. 2027")
    await expect(desk.card.locator("[data-action-id]")).to_have_count(0)
    await desk.show("standard-5-manager-approved")
    await desk.go_to(CHANNEL)
    await expect(desk.card).to_contain_text("pursued anyway · Acme GmbH")
    await desk.page.get_by_test_id("messages").get_by_test_id("replies").last.click()
    await expect(thread(desk).last).to_contain_text("approved")
    await desk.show("standard-6-thread")
    await desk.page.get_by_test_id("thread-close").click()


async def be_held_to_it(desk: Desk, office: Office) -> None:
    await desk.become(EMMA)
    await desk.go_to(EMMAS_MESSAGES)
    await expect(nudges(desk).last).to_contain_text("approved")
    await expect(nudges(desk)).to_have_count(1)
    await desk.show("standard-7-emma-is-told")

    await wait(desk, office, WEEK, DAY, DAY, DAY, DAY, HOUR)  # Friday, 15 January: the kill date
    await expect(nudges(desk)).to_have_count(1)
    await wait(desk, office, DAY)  # Monday, ten in London
    await expect(nudges(desk)).to_have_count(2)
    await expect(nudges(desk).last).to_contain_text(
        f"You said you'd stop on Fri 15 Jan if: “{KILL_CRITERION}”"
    )
    await desk.show("standard-8-comes-back")


async def walk_away_kindly(desk: Desk, office: Office) -> None:
    await desk.press("walk_away", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("Walked away · Acme GmbH")
    await desk.show("standard-9-walked-away")
    await desk.press("decline_message", nudges(desk).last)
    draft = desk.modal.locator('[data-block-id^="decline_text."] textarea')
    await expect(draft).to_have_value(re.compile(r"Hello \[name\],"))
    await desk.show("standard-10-declined")
    await desk.submit()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)


async def answer_a_month_later(desk: Desk, office: Office) -> None:
    before = await nudges(desk).count()
    await wait(desk, office, *[WEEK] * 4, DAY)
    await expect(nudges(desk)).to_have_count(before)
    await wait(desk, office, DAY)
    await expect(nudges(desk)).to_have_count(before + 1)
    await expect(nudges(desk).last).to_contain_text("we walked away on Mon 18 Jan 2027")
    await expect(nudges(desk).last).to_contain_text("Do you regret letting them go?")
    await desk.show("standard-11-outcome-asked")
    await answer(desk, "regret", "no")
    await answer(desk, "taken", "thanked")
    await expect(nudges(desk).last).to_contain_text("Thank you. All answered.")
    await office.delivered()
    await desk.press("details", nudges(desk).last)
    await expect(desk.modal).to_contain_text("How it turned out")
    await desk.show("standard-12-details")
    for told in HISTORY:
        await expect(desk.modal).to_contain_text(told)
    await desk.modal.get_by_text(HISTORY[0]).scroll_into_view_if_needed()
    await desk.show("standard-13-history")
    await desk.modal.get_by_test_id("modal-close").click()


async def read_the_thread(desk: Desk) -> None:
    await desk.go_to(CHANNEL)
    await desk.page.get_by_test_id("messages").get_by_test_id("replies").last.click()
    for place, said in enumerate(THREAD, 1):
        await expect(thread(desk).nth(place)).to_contain_text(said)
    await desk.show("standard-14-thread")
    await desk.page.get_by_test_id("thread-close").click()


async def test_a_fear_is_held_to_its_words_and_answered_the_next_time(
    desk: Desk, office: Office
) -> None:
    await earlier(office)

    await screen_a_walk_away(desk, "Acme GmbH")
    await ask_for_an_override(desk, office)
    await approve(desk, office)
    await be_held_to_it(desk, office)
    await walk_away_kindly(desk, office)
    await regret(office)
    await answer_a_month_later(desk, office)
    await read_the_thread(desk)

    await screen_a_walk_away(desk, "Beta GmbH")
    told = "Wouldn't sign again: 5 of 5 (57–100 %) with an override, needs 5 more without."
    await name_the_fear(desk, FEAR, told)
    await desk.show("standard-15-evidence")
    await desk.modal.get_by_test_id("modal-close").click()
    await let_managers_approve(office, SABINE, EMMA)  # or nobody could approve what she asks for
    await desk.become(SABINE)
    await name_the_fear(desk, ANGST, "5 von 5")
    await desk.show("standard-16-evidence-in-german")
    assert office.slack.refusals == []
