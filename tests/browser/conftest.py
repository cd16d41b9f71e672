"""The whole product in a real Chromium: the wired bot, the pretend Slack, and its page."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.config import Config
from bot.services.ports import Clock
from bot.wiring import Wired, wired
from sandbox import Slack
from tests.office import PATIENT
from tests.sandbox.page.conftest import browser, watched_page

__all__ = ["browser"]

MOVES = {
    "+1 hour": "1-hour",
    "+4 hours": "4-hours",
    "Next working morning, 09:00": "morning",
    "+1 working day": "1-day",
    "+5 working days": "5-days",
}
"""The buttons of the sandbox's own bar by what they say in English, whoever looks."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The page as one person uses it."""

    page: Page
    slack: Slack | None
    """None when it runs in a process of its own."""
    screenshots: Path | None

    @property
    def modal(self) -> Locator:
        """The modal that is open."""
        return self.page.get_by_test_id("modal").last

    @property
    def card(self) -> Locator:
        """The newest message of the channel in view."""
        return self.page.get_by_test_id("messages").get_by_test_id("message").last

    async def become(self, member_id: str) -> None:
        """Be another person."""
        await self._in_the_sidebar(f"member-{member_id}")

    async def go_to(self, channel_id: str) -> None:
        """Look into a channel."""
        await self._in_the_sidebar(f"channel-{channel_id}")

    async def say(self, text: str) -> None:
        """Type a line and send it."""
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer").press("Enter")

    def block(self, block_id: str) -> Locator:
        """Find a block of the modal."""
        return self.modal.locator(f'[data-block-id="{block_id}"]').first

    async def choose(self, **options: str | list[str]) -> None:
        """Tick options by id, each under the question of its name."""
        for question, chosen in options.items():
            for option in [chosen] if isinstance(chosen, str) else chosen:
                await self.block(question).locator(f'input[value="{option}"]').check()

    async def say_no_offer(self) -> None:
        """Answer that they sell nothing, and wait until nothing else is asked."""
        await self.choose(offer="none")
        await expect(self.block("numbers")).to_have_count(0)

    async def write(self, **texts: str) -> None:
        """Fill in texts, each under the question of its name."""
        for question, text in texts.items():
            await self.block(question).locator("input, textarea").first.fill(text)

    async def submit(self) -> None:
        """Press the button that hands in the view."""
        await self.modal.get_by_test_id("modal-submit").click()

    async def close_both(self) -> None:
        """Close a modal and the one beneath it, which isn't shown before that one is gone."""
        for _ in range(2):
            top = await self.modal.element_handle()
            await self.modal.get_by_test_id("modal-close").click()
            await top.wait_for_element_state("hidden")

    async def expect_step(self, title: str) -> None:
        """Wait until the modal has this title."""
        await expect(self.modal.get_by_role("heading", level=1).first).to_have_text(title)

    async def press(self, action_id: str, within: Locator) -> None:
        """Press a button, and say yes if it asks."""
        await within.locator(f'[data-action-id="{action_id}"]').first.click()
        confirm = self.page.get_by_test_id("confirm-yes")
        if await confirm.count():
            await confirm.click()

    async def pick(self, action: str, within: Locator) -> None:
        """Choose an action from the menu behind the buttons."""
        await self.press("more", within)
        await self.page.locator(f'[role="menuitem"][data-value^="{action}."]').click()

    async def reach_a_problem(self) -> None:
        """Screen a prospect that has to be decided about in five working days, to its verdict."""
        await self.say("/qualify Acme GmbH")
        await self.choose(offer="clear", numbers="ready")
        await self.write(numbers_given="1 million, margin 30 %")
        await self.submit()
        await self.choose(value="not_shown")
        await self.submit()
        await expect(self.modal.get_by_test_id("modal-submit")).to_have_count(0)

    async def screen_a_problem(self) -> None:
        """The same, and close the verdict."""
        await self.reach_a_problem()
        await self.modal.get_by_test_id("modal-close").click()

    async def move(self, by: str) -> None:
        """Move time forward by a button of the sandbox's own bar, and wait until it says so."""
        said = self.page.get_by_test_id("panel-said")
        await said.evaluate("node => node.replaceChildren()")
        unfold = self.page.get_by_test_id("panel-moves")
        if await unfold.is_visible():  # on a phone
            await unfold.click()
        await self.page.get_by_test_id(f"move-{MOVES[by]}").click()
        await expect(said).not_to_be_empty()

    async def _in_the_sidebar(self, test_id: str) -> None:
        """Click on something in the sidebar, which a phone has behind a menu button."""
        menu = self.page.get_by_test_id("menu")
        if await menu.is_visible():
            await menu.click()
        await self.page.get_by_test_id(test_id).click()

    async def show(self, name: str) -> None:
        """Keep a screenshot for whoever looks, if they gave a folder."""
        if self.screenshots is not None:
            await self.page.screenshot(path=self.screenshots / f"{name}.png")


@asynccontextmanager
async def at_work(
    database: Path,
    clock: Clock = lambda: datetime.now(UTC),
    language: str = "en",
    met: Callable[[Wired], None] = lambda _: None,
    managers: str = "U0SABINE",
) -> AsyncIterator[Slack]:
    """Open the pretend Slack with the bot connected to it, on a migrated database.

    Who wants to do more with the bot than Slack does is `met` with it.
    """
    async with Slack.serving(clock=clock, **PATIENT) as serving:
        config = Config.from_environment(
            {
                "SLACK_BOT_TOKEN": serving.bot_token,
                "SLACK_APP_TOKEN": serving.app_token,
                "SLACK_API_URL": serving.api_url,
                "WEBHOOK_ALLOWED_HOSTS": "localhost",
                "DATABASE_URL": f"sqlite:///{database}",
                "VERDICT_CHANNEL": "C0VERDICTS",
                "MANAGERS": managers,
                "LANGUAGE": language,
                "COUNTRY": "DE",
                "TIMEZONE": "Europe/Berlin",
            }
        )
        async with wired(config, clock=serving.clock, hurried=True, patience=600) as bot:
            met(bot)
            bot.start_slack()
            bot.jobs.start()
            await serving.wait_for(lambda: serving.connected)
            yield serving
        assert serving.refusals == []


@pytest.fixture
def database_file(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A database with all tables and no rows, for the bot of one story."""
    return Path(shutil.copy(migrated_sqlite, tmp_path / "walkaway.db"))


@pytest_asyncio.fixture(loop_scope="session")
async def slack(database_file: Path) -> AsyncIterator[Slack]:
    """The pretend Slack, as every story here begins."""
    async with at_work(database_file) as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    browser: Browser,
    slack: Slack,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Desk]:
    """Somebody in front of the page."""
    folder = request.config.getoption("--screenshots", default=None)
    async with watched_page(browser, slack.page_url) as page:
        yield Desk(page, slack, None if folder is None else Path(folder))
