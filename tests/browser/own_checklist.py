"""A manager brings a checklist of the team's own after a year, and Jonas screens by it in German.

It is a story of `test_report`, which plays the demo's year: that takes a minute, so once.
"""

import re
from typing import Final

from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.slack.reading import DE

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
          - {id: vague, text: {en: Something vague, de: Etwas Vages}, evidence: required}
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
    await desk.go_to(VERDICTS)
    await desk.say("/qualify settings")
    await desk.press("checklists", desk.block("checklists"))
    await desk.expect_step("Checklisten")


async def of_a_checklist_of_their_own(desk: Desk) -> None:
    """Upload it, see its steps and what it would have said of the year, adopt it, screen by it."""
    await open_checklists(desk)
    await desk.press("checklist_upload", desk.modal)
    await desk.expect_step("Checkliste hochladen")
    await upload(desk, BROKEN)
    await expect(desk.modal).to_contain_text("scores.fit.points.offers")
    await expect(desk.modal).to_contain_text(
        DE("There's no question “{name}”. Did you mean “{close}”?", name="offers", close="offer")
    )
    await desk.show("own-checklist-wrong")
    await upload(desk, OURS)
    await it_is_looked_at(desk)
    await desk.choose(checklist_as_default="yes")
    await desk.submit()
    await expect(desk.modal).to_contain_text("„Unsere eigene“ ist jetzt in Gebrauch.")
    await desk.show("own-checklist-adopted")
    await desk.page.get_by_test_id("modal-x").last.click()
    await it_is_screened_by(desk)
    await the_default_is_changed_back(desk)


async def it_is_looked_at(desk: Desk) -> None:
    await desk.expect_step("Erst ansehen")
    await expect(desk.modal).to_contain_text(re.compile(r"\b1\d\d beurteilt"))
    await expect(desk.modal).to_contain_text("🟡 Problemfall → 🟢 Dranbleiben: ")
    await desk.show("own-checklist-first-look")
    await desk.press("checklist_step", desk.modal)
    await desk.expect_step("Das Angebot")
    await expect(desk.block("budget")).to_contain_text("Wie hoch ist das Budget? (EUR)")
    await desk.show("own-checklist-preview")
    await desk.press("checklist_step", desk.modal)
    await desk.expect_step(DE("Evidence"))
    await expect(desk.block("offer_evidence")).to_contain_text("Etwas Vages")
    await desk.show("own-checklist-evidence")
    await desk.press("checklist_step_back", desk.modal)
    await desk.expect_step("Das Angebot")
    await desk.press("checklist_step_back", desk.modal)
    await desk.expect_step("Erst ansehen")


async def it_is_screened_by(desk: Desk) -> None:
    await desk.become(JONAS)
    await desk.go_to(VERDICTS)
    await desk.say("/qualify Eigenbau GmbH")
    await desk.expect_step("Das Angebot")
    await desk.choose(offer="clear")
    await desk.write(budget="12000")
    await desk.show("own-checklist-asked")
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await expect(desk.modal).to_contain_text("Leg los, mit 12.000 EUR.")
    await desk.page.get_by_test_id("modal-x").last.click()
    await expect(desk.card).to_contain_text("Eigenbau GmbH")
    await expect(desk.card).to_contain_text("Fit 3 of 3")
    await expect(desk.card).to_contain_text("Go for it, with 12,000 EUR.")
    await desk.show("own-checklist-card")


async def the_default_is_changed_back(desk: Desk) -> None:
    await open_checklists(desk)
    await desk.press("checklist_default", desk.block("in_use.walk-away"))
    await expect(desk.modal).to_contain_text("Neue Prüfungen beginnen jetzt mit „Absagen?“.")
    await desk.show("own-checklist-in-use")
    await desk.press("checklist_send", desk.block("in_use.ours"))
    await expect(desk.modal).to_contain_text("ours.yaml")
    await desk.page.get_by_test_id("modal-x").last.click()
    await desk.page.get_by_test_id("channel-D0SABINE").click()
    sent = desk.page.get_by_test_id("file").last
    await expect(sent).to_have_text("📄 Unsere eigene, Version 1")
    async with desk.page.expect_download() as downloading:
        await sent.click()
    downloaded = await (await downloading.value).path()
    assert "id: ours" in downloaded.read_text("utf-8")
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("made “Walk away?” the default checklist")
