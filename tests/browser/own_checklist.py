"""A manager brings a checklist of the team's own, and a salesperson screens by it, in German."""

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Desk, at_work
from tests.sandbox.page.conftest import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SABINE, JONAS, VERDICTS = "U0SABINE", "U0JONAS", "C0VERDICTS"
OURS: Final = """
id: ours
title: {en: Our own, de: Unsere eigene}
scores:
  fit:
    title: {en: Fit, de: Passung}
    points: {offer: {clear: 3, vague: 1}}
steps:
  - id: only
    title: {en: The offer, de: Das Angebot}
    questions:
      - id: offer
        kind: one_of
        required: true
        text: {en: "What do they sell?", de: "Was verkaufen sie?"}
        options:
          - {id: clear, text: {en: Something clear, de: Etwas Klares}}
          - {id: vague, text: {en: Something vague, de: Etwas Vages}}
      - id: budget
        kind: number
        unit: EUR
        min: 0
        text: {en: "What is the budget?", de: "Wie hoch ist das Budget?"}
rules:
  - id: small
    when: {number: budget, below: 5000}
    verdict: walk_away
    sentence: {en: "Only {budget}.", de: "Nur {budget}."}
  - id: fits
    when: {score: fit, at_least: 3}
    verdict: pursue
    sentence: {en: "Go for it, with {budget}.", de: "Leg los, mit {budget}."}
  - id: unclear
    when: otherwise
    verdict: problem
    decide_within: 3
    sentence: {en: Ask again., de: Frag nach.}
"""
BROKEN: Final = OURS.replace("offer: {clear: 3", "offers: {clear: 3")


async def upload(desk: Desk, content: str) -> None:
    chooser = desk.modal.locator('input[type="file"]')
    file = {"name": "ours.yaml", "mimeType": "text/yaml", "buffer": content.encode()}
    await chooser.set_input_files(file)  # type: ignore[arg-type]
    await expect(desk.modal.locator(".files li")).to_have_count(1)
    await desk.submit()


async def open_checklists(desk: Desk) -> None:
    await desk.become(SABINE)
    await desk.say("/qualify settings")
    await desk.press("checklists", desk.block("checklists"))
    await desk.expect_step("Checklisten")


async def test_a_team_screens_by_a_checklist_of_its_own(
    browser: Browser, database_file: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.config.getoption("--screenshots", default=None)
    async with (
        at_work(database_file, language="de") as slack,
        watched_page(browser, slack.page_url) as page,
    ):
        desk = Desk(page, slack, None if folder is None else Path(folder))
        await desk.become(JONAS)
        await desk.screen_a_problem()

        await open_checklists(desk)
        await desk.show("own-checklist-in-use")
        await desk.press("checklist_upload", desk.modal)
        await desk.expect_step("Checkliste hochladen")
        await upload(desk, BROKEN)
        await expect(desk.modal).to_contain_text("scores.fit.points.offers")
        await desk.show("own-checklist-wrong")
        await upload(desk, OURS)
        await desk.expect_step("Erst ansehen")
        await expect(desk.modal).to_contain_text("Problemfall → ")
        await desk.show("own-checklist-first-look")
        await desk.press("checklist_step", desk.modal)
        await desk.expect_step("Das Angebot")
        await expect(desk.block("budget")).to_contain_text("Wie hoch ist das Budget? (EUR)")
        await desk.show("own-checklist-preview")
        await desk.press("checklist_step_back", desk.modal)
        await desk.expect_step("Erst ansehen")
        await desk.choose(checklist_as_default="yes")
        await desk.submit()
        await expect(desk.modal).to_contain_text("„Unsere eigene“ ist jetzt in Gebrauch.")
        await desk.show("own-checklist-adopted")
        await desk.page.get_by_test_id("modal-x").last.click()

        await desk.become(JONAS)
        await desk.say("/qualify Beta GmbH")
        await desk.expect_step("Das Angebot")
        await desk.choose(offer="clear")
        await desk.write(budget="12000")
        await desk.show("own-checklist-asked")
        await desk.submit()
        await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
        await desk.page.get_by_test_id("modal-x").last.click()
        await desk.go_to(VERDICTS)
        await expect(desk.card).to_contain_text("Passung: 3 von 3")
        await expect(desk.card).to_contain_text("Leg los, mit 12.000 EUR.")
        await desk.show("own-checklist-card")

        await open_checklists(desk)
        await desk.press("checklist_default", desk.block("in_use.walk-away"))
        await expect(desk.modal).to_contain_text("Neue Prüfungen beginnen jetzt mit „Absagen?“.")
        await desk.press("checklist_send", desk.block("in_use.ours"))
        await expect(desk.modal).to_contain_text("ours.yaml")
        await desk.page.get_by_test_id("modal-x").last.click()
        await desk.page.get_by_test_id("channel-D0SABINE").click()
        await expect(desk.page.get_by_test_id("file")).to_have_text("📄 Unsere eigene, Version 1")
        await desk.show("own-checklist-file")
        async with desk.page.expect_download() as downloading:
            await desk.page.get_by_test_id("file").click()
        downloaded = await (await downloading.value).path()
        assert "id: ours" in downloaded.read_text("utf-8")
        await desk.go_to(VERDICTS)
        await expect(desk.card).to_contain_text("„Absagen?“ zur Standard-Checkliste gemacht")
