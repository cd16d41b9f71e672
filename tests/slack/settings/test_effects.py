"""Each rule that changes what is read has its effect there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.settings.table import Page
from bot.domain.workspace import Settings
from bot.slack.nudges import why_overdue
from bot.slack.texts import Texts
from bot.storage.prospects.prospects import prospects
from tests.office import NO_OFFER, PROBLEM, Office
from tests.slack import cases
from tests.slack.decisions.test_follow_up import choose_raw, overdue
from tests.slack.decisions.test_listeners import choose
from tests.slack.managers.test_dodges import THURSDAY, stay_silent, told_on
from tests.slack.reading import words


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where the rules say."""


async def rule(office: Office, page: Page = Page.RULES, **typed: Any) -> None:
    """Let the manager change settings in Slack."""
    submission = await office.set(office.sabine, page, **typed)
    assert not submission.errors
    await office.sabine.close(everything=True)
    await office.delivered()


@pytest.mark.parametrize(("least", "is_said"), [(1, True), (2, False)])
def test_it_is_talking_them_into_it_from_as_many_chases_as_the_rules_say(
    least: int, is_said: bool
) -> None:
    prospect = replace(cases.overview(cases.CASES["ordinary"]).prospect, chases=1)
    settings = Settings(talked_into_it_from=least)

    lines = list(why_overdue(prospect, date(2026, 12, 20), Texts("en"), settings))

    assert any("talking them into it" in line for line in lines) is is_said


async def test_managers_hear_again_after_as_many_days_as_they_chose(office: Office) -> None:
    office.clock.now = THURSDAY
    await rule(office, backstop_after="3", backstop_every="4")
    await office.screen(office.emma, **NO_OFFER)

    said = await told_on(office, date(2026, 12, 23), stay_silent)

    found = [date(2026, 12, 11), date(2026, 12, 17), date(2026, 12, 23)]
    assert [day for day, text in said.items() if "Zu lange unentschieden" in text] == found


@pytest.mark.parametrize(("long_pause", "is_told"), [("5", False), ("2", True)])
async def test_managers_hear_of_a_pause_as_long_as_they_chose(
    office: Office, long_pause: str, is_told: bool
) -> None:
    office.clock.now = THURSDAY
    await rule(office, long_pause=long_pause)

    async def pause_for_three_days(office: Office, day: date) -> None:
        if day == THURSDAY.date():
            await office.emma.command("/qualify", "pause")
            await office.emma.wait_for_view()
            await office.submit(office.emma, until="2026-12-09")
            await office.emma.close(everything=True)

    said = await told_on(office, date(2026, 12, 4), pause_for_three_days)

    assert [day for day, text in said.items() if "nicht da" in text] == (
        [date(2026, 12, 4)] if is_told else []
    )


@pytest.mark.parametrize(("counted_from", "is_said"), [("4", False), ("2", True)])
async def test_a_card_counts_from_as_many_as_they_chose(
    office: Office, counted_from: str, is_said: bool
) -> None:
    await rule(office, counted_from=counted_from)
    card = await office.screen(office.emma, **PROBLEM)

    for _ in range(2):
        await choose(office, office.emma, "chased", card)
        await office.delivered()
        card = office.cards[-1]

    assert ("2 chases" in words(card)) is is_said


async def test_an_owner_snoozes_for_as_long_as_they_chose(office: Office) -> None:
    await rule(office, snooze_choices="2; 7")
    card = await overdue(office, office.emma)
    await choose_raw(office, office.emma, "snooze", card)
    assert office.emma.view is not None
    [field] = [each for each in office.emma.view["blocks"] if each["type"] == "input"]
    assert [each["value"] for each in field["element"]["options"]] == ["2", "7"]

    submission = await office.submit(office.emma, days="7")

    assert submission.closed
    [prospect] = await office.rows(prospects)
    assert prospect.snoozed_until == date(2026, 12, 18)


@pytest.mark.parametrize("typed", ["", "1, 2, 3, 4, 5, 6", "1 x", "0", "21"])
async def test_what_cannot_be_snoozed_for_is_refused(office: Office, typed: str) -> None:
    submission = await office.set(office.sabine, Page.RULES, snooze_choices=typed)

    assert set(submission.errors) == {"snooze_choices"}
