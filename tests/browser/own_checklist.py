"""A manager brings a checklist of the team's own, and somebody screens by it, in either language.

`test_report` tells it after the demo's year, in German; `test_own_checklist` in English.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.slack.reading import DE, EN

VERDICTS: Final = "C0VERDICTS"
WIDTHS: Final = (390, 1280)
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


@dataclass(frozen=True, slots=True)
class Readers:
    """Who tells the story, and the words that they read."""

    language: str
    manager: str
    salesperson: str
    say: Callable[..., str]
    title: str
    step: str
    question: str
    vague: str
    verdict: str
    walk_away: str


GERMAN: Final = Readers(
    "de",
    "U0SABINE",
    "U0JONAS",
    DE,
    title="Unsere eigene",
    step="Das Angebot",
    question="Wie hoch ist das Budget? (EUR)",
    vague="Etwas Vages",
    verdict="Leg los, mit 12.000 EUR.",
    walk_away="Absagen?",
)
ENGLISH: Final = Readers(
    "en",
    "U0EMMA",
    "U0EMMA",
    EN,
    title="Our own",
    step="The offer",
    question="What is the budget? (EUR)",
    vague="Something vague",
    verdict="Go for it, with 12,000 EUR.",
    walk_away="Walk away?",
)


async def of_a_checklist_of_their_own(
    desk: Desk, they: Readers, judged: Sequence[str | re.Pattern[str]] = ()
) -> None:
    """Upload it, see its steps and what it would have said of the past, adopt it, screen by it.

    `judged` is what is seen of the past.
    """
    await open_checklists(desk, they)
    await desk.press("checklist_upload", desk.modal)
    await desk.expect_step(they.say("Upload a checklist"))
    await upload(desk, BROKEN)
    await expect(desk.modal).to_contain_text("scores.fit.points.offers")
    await expect(desk.modal).to_contain_text(
        they.say(
            "There's no question “{name}”. Did you mean “{close}”?", name="offers", close="offer"
        )
    )
    await look(desk, they, "wrong")
    await upload(desk, OURS)
    await it_is_looked_at(desk, they, judged)
    await desk.choose(checklist_as_default="yes")
    await desk.submit()
    await expect(desk.modal).to_contain_text(they.say("“{title}” is in use now.", title=they.title))
    await look(desk, they, "adopted")
    await desk.page.get_by_test_id("modal-x").last.click()
    await it_is_screened_by(desk, they)
    await the_default_is_changed_back(desk, they)
    await it_is_retired_and_had_again(desk, they)


async def look(desk: Desk, they: Readers, name: str) -> None:
    """See that nothing is wider than a phone or a desk, and keep pictures for whoever looks."""
    for width in WIDTHS:
        await desk.page.set_viewport_size({"width": width, "height": 844})
        if not await desk.page.get_by_test_id("modal").count():
            await desk.card.scroll_into_view_if_needed()
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= width
        await desk.show(f"own-checklist-{name}-{they.language}-{width}")


async def upload(desk: Desk, content: str) -> None:
    chooser = desk.modal.locator('input[type="file"]')
    file = {"name": "ours.yaml", "mimeType": "text/yaml", "buffer": content.encode()}
    await chooser.set_input_files(file)  # type: ignore[arg-type]
    await expect(desk.modal.locator(".files li")).to_have_count(1)
    await desk.submit()


async def open_checklists(desk: Desk, they: Readers) -> None:
    await desk.become(they.manager)
    await desk.go_to(VERDICTS)
    await desk.say("/qualify settings")
    await desk.press("checklists", desk.block("checklists"))
    await desk.expect_step(they.say("Checklists"))


async def it_is_looked_at(
    desk: Desk, they: Readers, judged: Sequence[str | re.Pattern[str]]
) -> None:
    first = they.say("Preview")
    await desk.expect_step(first)
    for each in judged:
        await expect(desk.modal).to_contain_text(each)
    await look(desk, they, "first-look")
    await desk.press("checklist_step", desk.modal)
    await desk.expect_step(they.step)
    await expect(desk.block("budget")).to_contain_text(they.question)
    await look(desk, they, "preview")
    await desk.press("checklist_step", desk.modal)
    await desk.expect_step(they.say("Evidence"))
    await expect(desk.block("offer_evidence")).to_contain_text(they.vague)
    await look(desk, they, "evidence")
    await desk.press("checklist_step_back", desk.modal)
    await desk.expect_step(they.step)
    await desk.press("checklist_step_back", desk.modal)
    await desk.expect_step(first)


async def it_is_screened_by(desk: Desk, they: Readers) -> None:
    await desk.become(they.salesperson)
    await desk.go_to(VERDICTS)
    await desk.say("/qualify Eigenbau GmbH")
    await desk.expect_step(they.step)
    await desk.choose(offer="clear")
    await desk.write(budget="12000")
    await look(desk, they, "asked")
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await expect(desk.modal).to_contain_text(they.verdict)
    await look(desk, they, "verdict")
    await desk.page.get_by_test_id("modal-x").last.click()
    await expect(desk.card).to_contain_text("Eigenbau GmbH")
    await expect(desk.card).to_contain_text("Fit 3 of 3")
    await expect(desk.card).to_contain_text("Go for it, with 12,000 EUR.")
    await look(desk, they, "card")


async def the_default_is_changed_back(desk: Desk, they: Readers) -> None:
    await open_checklists(desk, they)
    await desk.press("checklist_default", desk.block("in_use.walk-away"))
    begun = they.say("New screenings begin with “{title}” now.", title=they.walk_away)
    await expect(desk.modal).to_contain_text(begun)
    await look(desk, they, "in-use")
    await desk.press("checklist_send", desk.block("in_use.ours"))
    await expect(desk.modal).to_contain_text("ours.yaml")
    await desk.page.get_by_test_id("modal-x").last.click()
    await desk.go_to(f"D{they.manager.removeprefix('U')}")
    sent = desk.page.get_by_test_id("file").last
    named = they.say("{title}, version {number}", title=they.title, number=1)
    await expect(sent).to_have_text(f"📄 {named}")
    async with desk.page.expect_download() as downloading:
        await sent.click()
    downloaded = await (await downloading.value).path()
    assert "id: ours" in downloaded.read_text("utf-8")
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("made “Walk away?” the default checklist")


async def it_is_retired_and_had_again(desk: Desk, they: Readers) -> None:
    await open_checklists(desk, they)
    await desk.press("checklist_retire", desk.block("in_use.ours"))
    await expect(desk.modal).to_contain_text(they.say("“{title}” is retired.", title=they.title))
    await expect(desk.modal).to_contain_text(they.say("Retired"))
    await look(desk, they, "retired")
    await desk.press("checklist_history", desk.block("history"))
    await desk.expect_step(they.say("Changes"))
    await look(desk, they, "history")
    await desk.page.locator('[data-action-id="checklist_send_version"]').first.click()
    await expect(desk.modal).to_contain_text("ours.yaml")
    await desk.page.get_by_test_id("modal-x").last.click()
