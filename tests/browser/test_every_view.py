"""The other views of the main ways, in both languages, on a desk and on a phone.

Each is drawn as its reader finds it, fits the width, and is kept as a picture for whoever looks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.domain.settings.table import Page
from bot.slack.texts import Texts
from tests.browser.conftest import Desk
from tests.browser.test_bringing_back import desk, office
from tests.office import CHANNEL, GOOD, HOMEWORK, NO_OFFER, PROBLEM, Office

__all__ = ["desk", "office"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMMA, SABINE = "U0EMMA", "U0SABINE"
WIDTHS = (390, 1280)
HEIGHT = 1500
"""So high that nearly everything is in one picture."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in front of the page, with a bot that speaks a language."""

    desk: Desk
    office: Office
    texts: Texts

    async def sit(self, member: str, channel: str | None = None) -> None:
        """Be somebody, and look at a channel, or at what the bot told them in private."""
        await self.desk.become(member)
        await self.desk.go_to(channel or f"D{member.removeprefix('U')}")

    async def shown(self, name: str, what: Locator, *words: str) -> None:
        """Wait until it says this; see that nothing is cut off at either width, and keep pictures.

        It stays as wide as on a desk.
        """
        for each in words:
            await expect(what).to_contain_text(each)
        for width in WIDTHS:
            await self.resize(width)
            assert await self.desk.page.evaluate("document.documentElement.scrollWidth") <= width
            assert await what.evaluate("it => it.scrollWidth <= it.clientWidth + 1")
            await self.desk.show(f"view-{name}-{self.texts.language}-{width}")

    async def resize(self, width: int) -> None:
        """Look at the page as wide as this."""
        await self.desk.page.set_viewport_size({"width": width, "height": HEIGHT})

    async def closed(self) -> None:
        """Close every modal."""
        modals = self.desk.page.get_by_test_id("modal")
        while open_ones := await modals.count():
            await self.desk.page.get_by_test_id("modal-x").last.click()
            await expect(modals).to_have_count(open_ones - 1)

    async def until(self, day: int, hour: int = 11, month: int = 12) -> None:
        """Let a time come, and let the bot do all that is due by then."""
        self.office.clock.now = datetime(2026, month, day, hour, tzinfo=UTC)
        await self.office.settled()


@pytest_asyncio.fixture(loop_scope="session", params=["en", "de"])
async def seat(desk: Desk, office: Office, request: pytest.FixtureRequest) -> Seat:
    """Emma and Sabine read the language, and so does the channel."""
    language = str(request.param)
    for each in (EMMA, SABINE):
        office.slack.workspace.world.members[each].locale = {"en": "en-GB", "de": "de-DE"}[language]
    await office.set(office.sabine, Page.WHO, language=language)
    await office.sabine.close(everything=True)
    await office.delivered()
    await desk.page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    return Seat(desk, office, Texts(language))


def last(desk: Desk) -> Locator:
    """The newest message that is in sight."""
    return desk.page.get_by_test_id("messages").get_by_test_id("message").last


async def test_from_the_command_to_lists_and_details(seat: Seat) -> None:
    desk = seat.desk
    await seat.sit(EMMA, CHANNEL)
    await desk.say("/qualify Nordwind AG")
    await desk.choose(offer="vague", numbers="none")
    await seat.shown("step-1-weak", desk.modal)
    await desk.submit()
    await expect(desk.block("willing")).to_be_visible()
    await seat.shown("step-2-exception", desk.modal)
    await seat.closed()
    for name, answers in (("Weiß & Söhne", PROBLEM), ("Kolibri Reisen", GOOD), ("Acme", HOMEWORK)):
        await seat.office.screen(seat.office.emma, name, expected_value="12k", **answers)
    await seat.office.screen(seat.office.jonas, "Linde GmbH", **NO_OFFER)
    await seat.office.delivered()

    await desk.say("/qualify")
    await seat.shown("drafts", desk.modal, "Nordwind AG")
    await seat.closed()
    await desk.say("/qualify list")
    await seat.shown("list", last(desk), "Kolibri Reisen")
    await desk.press("details", last(desk))
    await seat.shown("details", desk.modal)
    await seat.closed()
    await desk.say("/qualify help")
    await seat.shown(
        "help",
        last(desk),
        seat.texts("Everyone except guests can screen prospects and see their details."),
    )
    await desk.go_to("home")
    home = desk.page.get_by_test_id("home")
    await seat.shown("home-owner", home, "Kolibri Reisen", "Nordwind AG")
    await desk.become(SABINE)
    await desk.go_to("home")
    await seat.shown("home-manager", home, "Linde GmbH")


async def test_the_card_with_its_menu_and_what_opens_from_it(seat: Seat) -> None:
    desk = seat.desk
    for name, answers in (("Kolibri", GOOD), ("Acme", HOMEWORK), ("Weiß & Söhne", PROBLEM)):
        await seat.office.screen(seat.office.emma, name, expected_value="12k", **answers)
    await seat.sit(EMMA, CHANNEL)
    await seat.shown("cards", desk.page.get_by_test_id("messages"), "Kolibri", "Weiß & Söhne")
    for width in WIDTHS:
        await seat.resize(width)
        await desk.press("more", desk.card)
        await expect(desk.page.get_by_role("menuitem")).to_have_count(5)
        await expect(desk.page.get_by_role("menuitem").last).to_be_in_viewport(ratio=1)
        await desk.show(f"view-menu-{seat.texts.language}-{width}")
        await desk.page.keyboard.press("Escape")
    for action in ("sign_of_life", "lost", "hand_over"):
        await desk.pick(action, desk.card)
        await seat.shown(f"dialog-{action}", desk.modal, "Weiß & Söhne")
        await seat.closed()
    await desk.pick("details", desk.card)
    for action in ("won", "correct"):
        await desk.press(action, desk.modal)
        await seat.shown(f"dialog-{action}", desk.modal)
        await desk.modal.get_by_test_id("modal-close").click()


async def test_an_override_is_asked_for_and_answered(seat: Seat) -> None:
    desk, office, texts = seat.desk, seat.office, seat.texts
    await office.set(office.sabine, Page.RULES, override_approval="manager")
    await office.sabine.close(everything=True)
    await office.screen(office.emma, expected_value="20k", **NO_OFFER)
    await seat.sit(EMMA, CHANNEL)
    await desk.press("override", desk.card)
    await (
        desk.block("fear").locator("select").select_option(label=texts("No other client will come"))
    )
    await expect(desk.block("reason")).to_be_visible()
    await desk.write(
        reason="Their new boss wants it.", kill_criterion="nothing signed", kill_on="2026-12-11"
    )
    await seat.shown("override-dialog", desk.modal)
    await desk.submit()
    await expect(desk.page.get_by_test_id("modal")).to_have_count(0)
    await office.settled()
    await seat.shown("override-card", desk.card)
    await seat.sit(SABINE)
    await seat.shown("override-request", last(desk), "Acme GmbH")
    await desk.press("deny_override", last(desk))
    await seat.shown("override-deny", desk.modal)
    await seat.closed()


async def test_what_comes_by_itself(seat: Seat) -> None:
    desk, office = seat.desk, seat.office
    for name, answers in (("Weiß & Söhne", PROBLEM), ("Linde GmbH", NO_OFFER), ("Kolibri", GOOD)):
        await office.screen(office.emma, name, expected_value="12k", **answers)
    for day in (7, 8, 9, 14, 15, 16, 17, 18, 21, 22, 23):
        await seat.until(day)
        if day == 9:
            await seat.sit(EMMA)
            await seat.shown("nudge", last(desk), "Weiß & Söhne")
        if day == 14:
            await seat.sit(EMMA, CHANNEL)
            await last(desk).scroll_into_view_if_needed()
            await seat.shown("digest", last(desk))
    await seat.sit(SABINE)
    await seat.shown("managers", desk.page.get_by_test_id("messages"), "Weiß & Söhne")
    await seat.until(31)
    await seat.sit(EMMA)
    await seat.shown("nudges-and-these", desk.page.get_by_test_id("messages"), "Kolibri")


async def test_the_settings(seat: Seat) -> None:
    desk = seat.desk
    await seat.sit(SABINE, CHANNEL)
    await desk.say("/qualify settings")
    await expect(desk.block("words")).to_be_visible()
    await seat.shown("settings", desk.modal)
    for page in Page:
        await desk.press("settings_page", desk.block(page))
        await expect(desk.modal.get_by_test_id("modal-submit")).to_be_visible()
        await seat.shown(f"settings-{page}", desk.modal)
        await desk.submit()
        await expect(desk.block("words")).to_be_visible()
    await seat.closed()
