"""A real Chromium, one fresh page per test, in front of a scripted sandbox."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from sandbox import Slack, counted_ids
from tests.sandbox.conftest import Recorder, over_socket_mode
from tests.sandbox.page.scripted import JONAS, ScriptedSandbox

CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
Picture = Callable[[Page, str], Awaitable[None]]
PATIENCE = 120_000
"""Milliseconds that something may take on a slow machine before a test fails."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if shutil.which(CHROMIUM) is None and not os.environ.get("CI"):
        pytest.skip("needs a Chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        context = await chromium.new_context()
        context.set_default_timeout(PATIENCE)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[ScriptedSandbox]:
    async with ScriptedSandbox.serving() as scripted:
        yield scripted


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: ScriptedSandbox) -> AsyncIterator[Page]:
    async with watched_page(browser, sandbox.url) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[Slack]:
    """The real one, for pages behind which an app is at work."""
    async with Slack.serving(new_id=counted_ids(), answer_within=60) as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def bolt(slack: Slack) -> AsyncIterator[Recorder]:
    async with over_socket_mode(slack) as recorder:
        yield recorder


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Picture:
    """Keep a picture for whoever looks, if they gave a folder."""
    folder = request.config.getoption("--screenshots")

    async def keep(page: Page, name: str) -> None:
        if folder is not None:
            await page.screenshot(path=Path(folder, f"{name}.png"), animations="disabled")

    return keep


@asynccontextmanager
async def watched_page(
    browser: Browser, url: str, member: str = JONAS, window: ViewportSize = WIDE
) -> AsyncIterator[Page]:
    """Open the page as a member; whatever it complains about in its console is a failure.

    All pages are of one context, since a new one costs Chromium more than a page does. They share
    nothing: each sandbox has a port of its own, and what the page keeps, it keeps for its tab.
    """
    (context,) = browser.contexts
    others = context.pages
    expect.set_options(timeout=PATIENCE)
    page = await context.new_page()
    await page.set_viewport_size(window)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{url}?member={member}")
    await page.get_by_test_id("composer").wait_for()
    try:
        yield page
    finally:
        await context.clear_permissions()
        for each in context.pages:
            if each not in others:
                await each.close()
    assert complaints == []
