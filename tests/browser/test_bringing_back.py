"""A prospect that nobody decides comes back to its owner until it is walked away from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.config import Config
from bot.domain.settings.table import Page
from bot.slack.texts import Texts
from bot.storage.database import Database
from bot.wiring import wired
from sandbox import Slack
from tests.browser.conftest import Desk
from tests.office import GOOD, PATIENT, PROBLEM, Office, SetClock, environment
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EVERYBODY = ("U0EMMA", "U0JONAS", "U0SABINE", "U0GIL")
EMMA, EMMAS_MESSAGES = "U0EMMA", "D0EMMA"
HOUR, DAY, WEEK = "+1 hour", "+1 working day", "+5 working days"
MORNING = "Next working morning, 09:00"


@asynccontextmanager
async def opened(database: Path) -> AsyncIterator[Office]:
    """Open an office that goes by the clock of its Slack, which the page can move."""
    clock, url = SetClock(), f"sqlite:///{database}"
    async with Slack.serving(clock=clock, **PATIENT) as slack:
        config = Config.from_environment(environment(slack, url, "socket"))
        beside = Database.from_url(url, is_throwaway=True)
        async with wired(config, clock=slack.clock, hurried=True, patience=600) as bot:
            bot.start_slack()
            bot.jobs.start()
            await slack.wait_for(lambda: slack.connected)
            yield Office(slack, bot, clock, config, beside)
        await beside.close()
        assert slack.refusals == []


@pytest_asyncio.fixture(loop_scope="session")
async def office(database_file: Path) -> AsyncIterator[Office]:
    async with opened(database_file) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    browser: Browser, office: Office, request: pytest.FixtureRequest
) -> AsyncIterator[Desk]:
    """Emma's, in London, on Monday, 30 November 2026, at nine."""
    folder = request.config.getoption("--screenshots", default=None)
    async with watched_page(browser, office.slack.page_url) as page:
        desk = Desk(page, office.slack, None if folder is None else Path(folder))
        await desk.become(EMMA)
        yield desk


def nudges(desk: Desk) -> Locator:
    """What the bot told Emma privately."""
    return desk.page.get_by_test_id("messages").get_by_test_id("message")


async def wait(desk: Desk, office: Office, *moves: str) -> None:
    """Move time forward, and let the bot do all that is due by then."""
    for move in moves:
        await desk.move(move)
        await office.bot.tick()
        await office.delivered()


async def snooze(desk: Desk, nudge: Locator, days: str) -> None:
    await desk.pick("snooze", nudge)
    await expect(desk.modal).to_contain_text("Snooze Acme GmbH for how long?")
    await desk.choose(days=days)
    await desk.submit()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)


async def test_a_problem_comes_back_in_decent_doses_until_it_is_walked_away_from(
    desk: Desk, office: Office
) -> None:
    await desk.screen_a_problem()
    await desk.go_to(EMMAS_MESSAGES)

    await wait(desk, office, WEEK, HOUR)  # Monday, 7 December: the last day to decide
    await wait(desk, office, MORNING)  # nine o'clock in London, and ten in Berlin
    await expect(nudges(desk)).to_have_count(0)
    await wait(desk, office, HOUR)
    await expect(nudges(desk)).to_have_count(1)
    await expect(nudges(desk).last).to_contain_text("Was due Mon 7 Dec")
    await expect(nudges(desk).last).to_contain_text("Not chased yet.")
    await expect(nudges(desk).last).to_contain_text("We haven't shown them the value yet.")
    await expect(nudges(desk).last).to_contain_text("To settle it: Show them one result")
    await expect(nudges(desk).last.get_by_role("link", name="Open card")).to_be_visible()
    await expect(desk.page.get_by_test_id("panel-time")).to_contain_text("Tue 8 Dec 2026, 10:00")
    await desk.show("back-1-first-nudge")

    await snooze(desk, nudges(desk).last, days="1")
    await expect(nudges(desk).last).to_contain_text("Snoozed until Wed 9 Dec.")
    await wait(desk, office, DAY)
    await expect(nudges(desk)).to_have_count(2)
    await expect(nudges(desk).first).to_contain_text("Moved to a newer reminder, sent Wed 9 Dec")
    await expect(nudges(desk).first.locator("[data-action-id]")).to_have_count(0)
    newer = nudges(desk).first.get_by_role("link", name="Moved to a newer reminder")
    await expect(newer).to_be_visible()
    await desk.pick("chased", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("Chased once, no reply.")
    await desk.show("back-2-came-again")

    await wait(desk, office, DAY, DAY, DAY, DAY)
    await expect(nudges(desk)).to_have_count(2)
    await wait(desk, office, DAY)
    await expect(nudges(desk)).to_have_count(3)
    await desk.pick("chased", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("Chased 2 times, no reply.")
    await expect(nudges(desk).last).not_to_contain_text("talking them into it")

    await wait(desk, office, WEEK)
    await expect(nudges(desk)).to_have_count(4)
    await expect(nudges(desk).last).to_contain_text("Last reminder.")
    await desk.pick("chased", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text(
        "At this point you're talking them into it. Walk away."
    )
    await desk.show("back-3-last-nudge")

    await desk.press("walk_away", nudges(desk).last)
    for place in range(4):
        await expect(nudges(desk).nth(place)).to_contain_text("Nothing left to decide here")
    await desk.show("back-4-walked-away")
    await desk.press("undo", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("1 prospect needs a decision")
    await desk.press("walk_away", nudges(desk).last)
    await expect(nudges(desk).last).to_contain_text("Nothing left to decide here")
    await office.answered()
    await office.delivered()
    card, *digests = office.cards
    assert all(each["text"].startswith("Weekly digest") for each in digests)
    assert "Walked away · Acme GmbH" in card["text"]
    told = {each: office.slack.member(each).direct_messages for each in EVERYBODY}
    await wait(desk, office, *[DAY] * 30)

    await expect(desk.page.get_by_test_id("panel-time")).to_contain_text("Fri 5 Feb 2027, 10:00")
    # nothing more about deciding it: thirty days on she is asked what came of it, and that is all
    await expect(nudges(desk)).to_have_count(5)
    await expect(nudges(desk).last).to_contain_text("Do you regret letting them go?")
    await expect(nudges(desk).last).not_to_contain_text("Decide by")
    now = {each: office.slack.member(each).direct_messages for each in EVERYBODY}
    assert now | {EMMA: now[EMMA][:-1]} == told
    assert office.cards[0] == card
    await desk.show("back-5-six-weeks-later")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_what_is_overdue_and_what_is_still_open_share_a_message(
    desk: Desk, office: Office, language: str
) -> None:
    texts = Texts(language)
    office.slack.workspace.world.members[EMMA].locale = {"en": "en-GB", "de": "de-DE"}[language]
    assert not (await office.set(office.sabine, Page.RULES, ask_after="5")).errors
    await office.sabine.close(everything=True)
    await office.screen(office.emma, "Overdue AG", **PROBLEM)
    await office.screen(office.emma, "Quiet GmbH", **GOOD)

    await wait(desk, office, WEEK, HOUR, MORNING, HOUR)

    await desk.go_to(EMMAS_MESSAGES)
    await expect(nudges(desk)).to_have_count(1)
    await expect(nudges(desk)).to_contain_text(texts("And these?"))
    await expect(nudges(desk)).to_contain_text("Overdue AG")
    await expect(nudges(desk)).to_contain_text("Quiet GmbH")
    for width in (1280, 390):
        await desk.page.set_viewport_size({"width": width, "height": 900})
        await nudges(desk).scroll_into_view_if_needed()
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= width
        await desk.show(f"and-these-{language}-{width}")
