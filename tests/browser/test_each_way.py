"""Each way that a prospect can go, as Emma reads it in English and Jonas in German.

On a desk and on a phone. The ways to a verdict are in `test_two_views.py`.
"""

import re
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.conftest import Desk
from tests.browser.test_bringing_back import HOUR, MORNING, WEEK, desk, nudges, office, wait
from tests.office import CHANNEL, Office

__all__ = ["desk", "office"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEIGHT = 844


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what tells their language."""

    member: str
    messages: str
    language: str
    walk_away: str
    settle: str
    letter: str
    was_due: str


READERS = {
    "en": Reader(
        "U0EMMA",
        "D0EMMA",
        "en",
        walk_away="Walk away: say no, kindly and soon",
        settle="Show them one result of a client like them",
        letter="Hello [name],",
        was_due="Was due Mon 7 Dec",
    ),
    "de": Reader(
        "U0JONAS",
        "D0JONAS",
        "de",
        walk_away="Absagen: Sag Nein, freundlich und bald",
        settle="Zeig ihnen ein Ergebnis",
        letter="Guten Tag [Anrede und Name],",
        was_due="Fällig war Mo., 7. Dez.",
    ),
}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


@pytest.fixture(params=[1280, 390])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def seat(desk: Desk, reader: Reader, width: int) -> Desk:
    """The desk as this reader has it."""
    await desk.become(reader.member)
    await desk.page.set_viewport_size({"width": width, "height": HEIGHT})
    return desk


async def show(desk: Desk, reader: Reader, width: int, name: str) -> None:
    await desk.show(f"way-{name}-{reader.language}-{width}")


def in_verdict(desk: Desk) -> Locator:
    return desk.modal.get_by_test_id("modal-submit")


async def test_no_offer_is_walked_away_from_and_declined_in_the_same_window(
    seat: Desk, reader: Reader, width: int
) -> None:
    await seat.say("/qualify Acme GmbH")
    await seat.say_no_offer()
    await seat.submit()
    await expect(seat.modal).to_contain_text(reader.walk_away)

    await seat.press("walk_away", seat.modal)
    text = seat.modal.locator('[data-block-id^="decline_text."] textarea')
    await expect(text).to_have_value(re.compile(re.escape(reader.letter)))
    assert await text.evaluate("it => it.scrollHeight <= it.clientHeight + 1")
    await show(seat, reader, width, "no-offer-1-decline")
    await seat.submit()
    await expect(seat.page.get_by_test_id("modal")).to_have_count(0)
    await seat.go_to(CHANNEL)
    await expect(seat.card).to_contain_text("Walked away · Acme GmbH")
    await show(seat, reader, width, "no-offer-2-card")


async def test_a_problem_names_what_would_settle_it_and_is_screened_again(
    seat: Desk, reader: Reader, width: int
) -> None:
    await seat.reach_a_problem()
    await expect(seat.modal).to_contain_text(reader.settle)
    await expect(seat.modal.locator('[data-action-id="open_card"]')).to_be_visible()
    await show(seat, reader, width, "problem-1-verdict")
    await seat.modal.get_by_test_id("modal-close").click()
    await seat.go_to(CHANNEL)
    await expect(seat.card).to_contain_text("Problem · Acme GmbH")
    await show(seat, reader, width, "problem-2-card")

    await seat.press("requalify", seat.card)
    await expect(seat.block("numbers").locator('input[value="ready"]')).to_be_checked()
    await show(seat, reader, width, "again-1-first-step")
    await seat.submit()
    await seat.choose(value="at_once")
    await seat.submit()
    await expect(in_verdict(seat)).to_have_count(0)
    await show(seat, reader, width, "again-2-verdict")
    await seat.modal.get_by_test_id("modal-close").click()
    await expect(seat.card).to_contain_text("Pursue · Acme GmbH")
    await show(seat, reader, width, "again-3-card")


async def test_a_problem_that_nobody_decides_is_brought_back(
    seat: Desk, office: Office, reader: Reader, width: int
) -> None:
    await seat.screen_a_problem()
    await seat.go_to(reader.messages)

    await wait(seat, office, WEEK, HOUR)
    await wait(seat, office, MORNING, HOUR)

    await expect(nudges(seat)).to_have_count(1)
    await expect(nudges(seat).last).to_contain_text(reader.was_due)
    await expect(nudges(seat).last).to_contain_text(reader.settle)
    await show(seat, reader, width, "nudge")
