"""The ways in besides the command: shortcuts, and App Home, as one sees them."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from bot.storage.database import Database
from sandbox import Slack
from tests.browser.conftest import Desk
from tests.many import multiply

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

JONAS, EMMA, SABINE = "U0JONAS", "U0EMMA", "U0SABINE"
SALES, VERDICTS, HOME = "C0SALES", "C0VERDICTS", "home"
NAMES = {EMMA: "Acme GmbH", JONAS: "Müller & Söhne"}


def home(desk: Desk) -> Locator:
    return desk.page.get_by_test_id("home")


async def use_shortcut_of(desk: Desk, message: Locator, callback_id: str) -> None:
    """Open the menu of a message, and choose from it."""
    await message.hover()
    await message.get_by_test_id("message-more").click()
    await desk.page.locator(f'[role="menuitem"][data-value="{callback_id}"]').click()


async def use_global_shortcut(desk: Desk) -> None:
    await desk.page.get_by_test_id("shortcuts").first.click()
    await desk.show("ways-global-shortcut-menu")
    await desk.page.locator('[role="menuitem"][data-value="qualify"]').click()


async def screen(desk: Desk, **answers: str) -> None:
    """Go through the modal that is open, to the verdict, and close it."""
    await desk.choose(offer="clear", numbers="ready")
    await desk.write(numbers_given="1 Mio.")
    await desk.submit()
    await desk.choose(value="not_shown", **answers)
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)


async def test_a_message_becomes_a_prospect_in_its_channel_and_in_a_thread(desk: Desk) -> None:
    await desk.become(EMMA)
    await desk.go_to(SALES)
    await desk.say("*Acme GmbH*\nwould like a new website")
    await desk.card.hover()
    await desk.card.get_by_test_id("message-more").click()
    await desk.show("ways-message-shortcut-menu")
    await desk.page.keyboard.press("Escape")
    await use_shortcut_of(desk, desk.card, "qualify_message")

    await expect(desk.block("name").locator("input")).to_have_value("Acme GmbH")
    await desk.show("ways-message-shortcut")
    await desk.modal.get_by_test_id("modal-x").click()

    await desk.card.hover()
    await desk.card.get_by_test_id("message-reply").click()
    await desk.page.get_by_test_id("thread-composer").fill("Bolt AG <x> asked as well")
    await desk.page.get_by_test_id("thread-composer").press("Enter")
    reply = desk.page.get_by_test_id("thread").get_by_test_id("message").last
    await expect(reply).to_contain_text("Bolt AG")
    await use_shortcut_of(desk, reply, "qualify_message")
    await expect(desk.block("name").locator("input")).to_have_value("Bolt AG <x> asked as well")
    await screen(desk)
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("🟡 Problem · Bolt AG <x> asked as well")


async def test_the_global_shortcut_opens_the_modal(desk: Desk) -> None:
    await desk.become(JONAS)
    await desk.go_to(SALES)
    await use_global_shortcut(desk)

    await expect(desk.block("name").locator("input")).to_have_value("")


@pytest.mark.parametrize(("member", "language"), [(EMMA, "en"), (JONAS, "de")])
async def test_home_greets_lists_and_lets_one_decide(
    desk: Desk, member: str, language: str
) -> None:
    await desk.become(member)
    await desk.go_to(HOME)
    await expect(home(desk)).to_contain_text("Hello, Emma" if language == "en" else "Hallo Jonas")
    await desk.show(f"home-newcomer-{language}")

    await desk.press("qualify", home(desk))
    await desk.write(name=NAMES[member])
    await desk.choose(offer="clear", numbers="ready")
    await desk.write(numbers_given="1 Mio.")
    await desk.submit()
    await desk.block("value").wait_for()
    await desk.modal.get_by_test_id("modal-x").click()
    await expect(home(desk).locator('[data-action-id="continue_draft"]')).to_be_visible()
    await desk.show(f"home-draft-{language}")

    await desk.press("continue_draft", home(desk))
    await desk.choose(value="not_shown")
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await expect(home(desk)).to_contain_text(NAMES[member])
    await expect(home(desk).locator('[data-action-id="continue_draft"]')).to_have_count(0)
    await desk.show(f"home-one-{language}")

    await desk.pick("details", home(desk))
    await expect(desk.modal).to_contain_text(NAMES[member])
    await desk.show(f"home-details-{language}")
    await desk.modal.get_by_test_id("modal-close").click()
    await desk.press("walk_away", home(desk))
    await expect(home(desk).locator('[data-action-id="walk_away"]')).to_have_count(0)
    await desk.show(f"home-decided-{language}")


@pytest.mark.parametrize(("member", "language"), [(EMMA, "en"), (JONAS, "de")])
async def test_a_draft_is_discarded_in_home_and_where_it_is_offered(
    desk: Desk, member: str, language: str
) -> None:
    await desk.become(member)
    for name in ("Acme GmbH", "Bolt AG"):
        await desk.say(f"/qualify {name}")
        await expect(desk.block("name").locator("input")).to_have_value(name)
        await desk.choose(offer="vague", numbers="none")
        await desk.submit()
        await desk.block("willing").wait_for()
        await desk.modal.get_by_test_id("modal-x").click()
    await desk.say("/qualify")
    discard = desk.modal.locator('[data-action-id="discard_draft"]')
    await expect(discard).to_have_count(2)
    await desk.show(f"drafts-offered-{language}")
    await discard.first.click()
    await desk.show(f"drafts-discard-asked-{language}")
    await desk.page.get_by_test_id("confirm-yes").click()
    await expect(discard).to_have_count(1)
    await desk.show(f"drafts-one-left-{language}")
    await desk.modal.get_by_test_id("modal-x").click()

    await desk.go_to(HOME)
    await expect(home(desk)).to_contain_text("Acme GmbH")
    await expect(home(desk)).not_to_contain_text("Bolt AG")
    await desk.show(f"home-draft-to-discard-{language}")
    await desk.press("discard_draft", home(desk))
    await expect(home(desk)).to_contain_text("Hello, Emma" if language == "en" else "Hallo Jonas")


async def test_home_turns_its_pages_with_five_thousand(desk: Desk, tmp_path: Path) -> None:
    await desk.become(EMMA)
    await desk.say("/qualify Acme GmbH")
    await screen(desk)
    database = Database.from_url(f"sqlite:///{tmp_path}/walkaway.db")
    await multiply(database, 5_000)
    await database.close()

    await desk.go_to(HOME)
    await expect(home(desk)).to_contain_text("5,000 open prospects")
    await expect(home(desk)).to_contain_text("Page 1 of 500")
    await desk.show("home-many")
    await desk.press("home_page_later", home(desk))
    await expect(home(desk)).to_contain_text("Page 2 of 500")
    await expect(home(desk).locator('[data-action-id="more"]')).to_have_count(10)
    await home(desk).locator('[data-action-id="home_page_later"]').scroll_into_view_if_needed()
    await desk.show("home-page-2")

    first = home(desk).locator('[data-action-id="walk_away"]').first
    await desk.press("walk_away", home(desk))
    await expect(home(desk)).to_contain_text("4,999 open prospects")
    await expect(home(desk)).to_contain_text("Page 2 of 500")
    await expect(first).to_be_visible()
    await desk.press("home_page_earlier", home(desk))
    await expect(home(desk)).to_contain_text("Page 1 of 500")
    await desk.become(JONAS)
    await expect(home(desk)).to_contain_text("Hallo Jonas")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_manager_reads_the_whole_in_three_orders(
    desk: Desk, slack: Slack, language: str
) -> None:
    for member, name in ((EMMA, "Acme GmbH"), (JONAS, "Bolt AG")):
        await desk.become(member)
        await desk.say(f"/qualify {name}")
        await screen(desk)
    await desk.move("+5 working days")
    await desk.move("+1 working day")
    await desk.say("/qualify Core KG")
    await screen(desk)
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("Core KG")
    await desk.press("walk_away", desk.card)

    slack.workspace.world.members[SABINE].locale = {"en": "en-US", "de": "de-DE"}[language]
    await desk.become(SABINE)
    await desk.go_to(HOME)
    undecided, decided = {
        "en": ("Undecided", "Recently decided"),
        "de": ("Unentschieden", "Zuletzt entschieden"),
    }[language]
    await expect(home(desk)).to_contain_text(undecided)
    await expect(home(desk)).to_contain_text(decided)
    await desk.show(f"home-whole-{language}")
    for order in ("home_by_owner", "home_by_verdict", "home_by_due"):
        await desk.press(order, home(desk))
        await expect(home(desk).locator(f'[data-action-id="{order}"]')).to_have_count(0)
        await desk.show(f"home-{order}-{language}")
