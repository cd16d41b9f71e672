"""Blocks: each is drawn, tables sort and turn pages, charts say their numbers."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.page.gallery import CARD, DATA, STEP
from tests.sandbox.page.scripted import SALES, ScriptedSandbox, message, plain_text, view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TS = "1796117400.000100"


async def first_column(table: Locator) -> list[str]:
    return await table.locator("tbody th").all_inner_texts()


async def test_every_block_the_app_may_send_can_be_drawn(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(
        messages={SALES: [message(TS, blocks=[*CARD, *DATA])]}, views=[view("V1", STEP)]
    )

    await expect(page.locator(".block")).to_have_count(len(CARD) + 1 + len(DATA) + len(STEP))
    await expect(page.locator(".unknown")).to_have_count(0)


async def test_a_data_table_sorts_numbers_by_size_and_turns_pages(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, blocks=DATA[:1]))
    table = page.locator("[data-block-id=stalled]")
    await expect(table.locator("tbody tr")).to_have_count(2)

    await table.get_by_role("button", name="Days").click()
    assert await first_column(table) == ["Acme GmbH", "Beta AG"]
    await table.get_by_role("button", name="Weiter").click()
    assert await first_column(table) == ["Čapek Ltd"]
    await table.get_by_role("button", name="Prospect").click()

    assert await first_column(table) == ["Acme GmbH", "Beta AG"]


async def test_a_chart_says_its_numbers_in_words(page: Page, sandbox: ScriptedSandbox) -> None:
    await sandbox.say(message(TS, blocks=DATA))

    await expect(page.locator("[data-block-id=mix]")).to_contain_text("Walk away: Oct 7, Nov 3")
    await expect(page.locator("[data-block-id=pie]")).to_contain_text("Reputation: 1")


async def test_nothing_is_loaded_from_elsewhere(page: Page, sandbox: ScriptedSandbox) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await sandbox.say(message(TS, blocks=DATA))

    await expect(page.get_by_role("img", name="A donkey")).to_be_visible()
    assert [url for url in asked if not url.startswith(sandbox.url)] == []


async def test_plain_text_is_shown_as_it_is(page: Page, sandbox: ScriptedSandbox) -> None:
    typed = "*A* <b>&amp; <!channel> שלום"
    await sandbox.say(message(TS, blocks=[{"type": "header", "text": plain_text(typed)}]))

    await expect(page.get_by_role("heading", name=typed)).to_have_text(typed)


async def test_an_unknown_block_is_named_and_spoils_nothing(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, blocks=[{"type": "hologram"}, CARD[0]]))

    await expect(page.get_by_text("keinen Block „hologram“")).to_be_visible()
    await expect(page.get_by_role("heading", name="Walk away: Acme GmbH")).to_be_visible()
