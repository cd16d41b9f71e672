"""The sandbox's own bar: the time moves on, for the bot's process too, and faults are switched."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from sandbox import Slack
from tests.browser.conftest import Desk
from tests.office import MONDAY
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
EMMA, EMMAS_MESSAGES, SALES, VERDICTS = "U0EMMA", "D0EMMA", "C0SALES", "C0VERDICTS"
PATIENCE = 120_000
"""Milliseconds for what the bot does in its own process, which looks at its clock each second."""


@pytest_asyncio.fixture(loop_scope="session")
async def alone(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """The page without an app, on Monday, 30 November 2026, at nine (UTC)."""
    folder = request.config.getoption("--screenshots", default=None)
    async with (
        Slack.serving(clock=lambda: MONDAY) as slack,
        watched_page(browser, slack.page_url) as page,
    ):
        yield Desk(page, slack, None if folder is None else Path(folder))


@asynccontextmanager
async def whole_sandbox(folder: Path) -> AsyncIterator[str]:
    """Run `python -m sandbox` with the real bot in its own process; yields the page's address."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--bot-port", "0"),
        *("--database", str(folder / "walkaway.db")),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    try:
        yield await _address(running.stdout)
    finally:
        running.send_signal(signal.SIGTERM)
        await running.communicate()


async def _address(printed: asyncio.StreamReader) -> str:
    async with asyncio.timeout(60):
        async for line in printed:
            if line.startswith(b"The sandbox is ready"):
                return line.decode().split()[5]
    raise AssertionError("it ended before it was ready")


def time(page: Page) -> Locator:
    return page.get_by_test_id("panel-time")


def switch(page: Page, kind: str, name: str) -> Locator:
    return page.get_by_test_id(f"switch-{kind}-{name}")


async def test_the_bots_own_process_goes_by_the_time_that_was_moved_to(
    browser: Browser, tmp_path: Path
) -> None:
    async with whole_sandbox(tmp_path) as url, watched_page(browser, url) as page:
        desk = Desk(page, None, None)
        await desk.become(EMMA)
        await desk.move("+5 working days")
        await desk.move("Next working morning, 09:00")

        await desk.screen_a_problem()

        await desk.go_to(VERDICTS)
        shown = (await time(page).inner_text()).partition(",")[0]
        day = datetime.strptime(shown, "%a %d %b %Y").replace(tzinfo=UTC)
        assert day.date() - datetime.now(UTC).date() >= timedelta(days=5)
        screened = f"on {day.day} {day:%b %Y} at 09:0"
        await expect(desk.card).to_contain_text(screened, timeout=PATIENCE)


async def test_the_bots_own_process_brings_a_problem_back_on_the_morning_that_was_moved_to(
    browser: Browser, tmp_path: Path
) -> None:
    async with whole_sandbox(tmp_path) as url, watched_page(browser, url) as page:
        desk = Desk(page, None, None)
        await desk.become(EMMA)
        await desk.move("Next working morning, 09:00")  # whatever the machine's clock says
        await desk.screen_a_problem()
        await desk.go_to(EMMAS_MESSAGES)
        messages = page.get_by_test_id("messages").get_by_test_id("message")
        await expect(messages).to_have_count(0)

        for by in ("+5 working days", "Next working morning, 09:00", "+1 hour"):
            await desk.move(by)

        await expect(messages).to_have_count(1, timeout=PATIENCE)
        await expect(messages).to_contain_text("1 working day ago")


async def test_the_time_is_shown_in_the_zone_of_whoever_looks_and_said_when_it_moves(
    alone: Desk,
) -> None:
    await expect(time(alone.page)).to_have_text("Mo., 30. Nov. 2026, 10:00 Europe/Berlin")

    await alone.move("+4 hours")
    await expect(time(alone.page)).to_have_text("Mo., 30. Nov. 2026, 14:00 Europe/Berlin")
    await alone.become(EMMA)
    await expect(time(alone.page)).to_have_text("Mon 30 Nov 2026, 13:00 Europe/London")
    await alone.move("Next working morning, 09:00")

    said = alone.page.get_by_test_id("panel-said")
    await expect(said).to_have_text("It's now Tuesday 1 December 2026, 09:00, Europe/London.")
    await expect(said).to_have_attribute("aria-live", "polite")
    await expect(time(alone.page)).to_have_text("Tue 1 Dec 2026, 09:00 Europe/London")


async def test_time_moves_while_nothing_is_known_yet_of_whoever_looks(alone: Desk) -> None:
    silent = re.compile(f"member={EMMA}")
    await alone.page.route_web_socket(silent, lambda _: None)
    await alone.page.reload()  # who doesn't listen yet is routed
    await alone.become(EMMA)
    await expect(alone.page.get_by_test_id("message")).to_have_count(0)

    await alone.move("Next working morning, 09:00")

    said = alone.page.get_by_test_id("panel-said")
    await expect(said).to_have_text("It's now Tuesday 1 December 2026, 09:00, Europe/London.")


async def test_time_runs_on_without_anything_happening(alone: Desk) -> None:
    await alone.page.clock.install()
    await alone.page.reload()
    await expect(time(alone.page)).to_contain_text("10:00")

    await alone.page.clock.run_for(61_000)

    await expect(time(alone.page)).to_contain_text("10:01")


async def test_switches_are_reached_by_keyboard_and_what_is_on_stays_in_sight(alone: Desk) -> None:
    page, on = alone.page, alone.page.get_by_test_id("panel-on")
    await page.get_by_test_id("move-5-days").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(switch(page, "fault", "slow")).to_be_focused()

    await page.keyboard.press("Space")
    await expect(on).to_have_text("Slack ist langsam")
    await expect(page.get_by_test_id("panel-said")).to_have_text("Slack ist langsam: an.")
    await expect(switch(page, "fault", "slow")).to_be_focused()
    await alone.show("panel-switches")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("switches")).to_be_hidden()
    await expect(page.get_by_role("button", name="Störungen: 1 an")).to_be_focused()
    await expect(on).to_have_text("Slack ist langsam")

    await page.get_by_test_id("panel-faults").click()
    await switch(page, "fault", "slow").uncheck()
    await expect(on).to_be_empty()


async def test_an_archived_channel_and_a_deactivated_member_are_seen_and_come_back(
    alone: Desk,
) -> None:
    page, on = alone.page, alone.page.get_by_test_id("panel-on")
    await page.get_by_test_id("panel-faults").click()
    await switch(page, "channel", SALES).check()
    await expect(on).to_have_text("#sales ist archiviert")
    await alone.say("Hello")
    await expect(page.get_by_test_id("composer-error")).to_contain_text("kannst du nicht schreiben")

    await switch(page, "channel", SALES).uncheck()
    await switch(page, "member", EMMA).check()
    await expect(on).to_have_text("Emma Clarke ist deaktiviert")
    await switch(page, "member", EMMA).uncheck()
    await expect(on).to_be_empty()
    await page.get_by_test_id("composer").press("Enter")
    await expect(alone.card).to_contain_text("Hello")


async def test_time_moves_while_a_modal_is_open(desk: Desk) -> None:
    await desk.say("/qualify Acme GmbH")
    await desk.choose(offer="clear")
    before = await time(desk.page).inner_text()

    await desk.move("+5 working days")

    await expect(time(desk.page)).not_to_have_text(before)
    await expect(desk.block("offer").locator('input[value="clear"]')).to_be_checked()


@pytest.mark.parametrize("width", [1280, 1040, 800])
async def test_the_bar_stands_above_slack_and_covers_nothing_of_it(alone: Desk, width: int) -> None:
    await alone.page.set_viewport_size({"width": width, "height": 800})

    bar = await alone.page.get_by_test_id("panel").bounding_box()
    slack = await alone.page.locator("#workspace").bounding_box()

    assert bar is not None
    assert slack is not None
    assert (bar["y"], bar["width"]) == (0, width)
    assert slack["y"] == bar["height"]
    assert slack["y"] + slack["height"] == 800
    assert width < 1280 or bar["height"] < 40
