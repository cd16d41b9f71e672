"""A checklist of the team's own in English, on a phone and on a desk."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import Desk, at_work
from tests.browser.own_checklist import ENGLISH, of_a_checklist_of_their_own
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_it_is_brought_adopted_and_screened_by(
    browser: Browser, database_file: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.config.getoption("--screenshots", default=None)
    async with (
        at_work(database_file, managers=ENGLISH.manager) as slack,
        watched_page(browser, slack.page_url) as page,
    ):
        desk = Desk(page, slack, None if folder is None else Path(folder))
        await of_a_checklist_of_their_own(desk, ENGLISH)
