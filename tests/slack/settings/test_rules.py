"""Each rule and each day that a manager changes in Slack has its effect in Slack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.settings.table import Page
from tests.office import GOOD, NO_OFFER, PROBLEM, Office
from tests.slack.app.test_ways_in import home_of
from tests.slack.decisions.test_follow_up import choose_raw, overdue
from tests.slack.decisions.test_listeners import choose
from tests.slack.nudges.test_actions import at
from tests.slack.overrides.test_listeners import asked, overridden, state
from tests.slack.reading import told, words
from tests.slack.settings.test_effects import rule

ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where the rules say."""


def card_of(office: Office) -> dict[str, Any]:
    """Return the newest card: the channel reads of changed settings, too."""
    return next(each for each in reversed(office.cards) if each["text"][0] in "🔴🟡🟢")


def eleven(day: int) -> datetime:
    """Return that time of a day in December."""
    return datetime(2026, 12, day, 11, tzinfo=UTC)


async def mornings(office: Office, *days: int) -> list[str]:
    """Let these days come; return what Emma was sent."""
    for day in days:
        await at(office, eleven(day))
    return [words(each) for each in office.emma.direct_messages]


@pytest.mark.parametrize(
    ("page", "typed", "answers", "due"),
    [
        (Page.RULES, {}, NO_OFFER, "decide by Wed 2 Dec"),
        (Page.RULES, {"walk_away_within": "4"}, NO_OFFER, "decide by Fri 4 Dec"),
        (Page.WHEN, {}, PROBLEM, "decide by Mon 7 Dec"),
        (Page.WHEN, {"weekdays": ["0", "1", "2"]}, PROBLEM, "decide by Wed 9 Dec"),
        (Page.WHEN, {"free_days": "2.12."}, PROBLEM, "decide by Tue 8 Dec"),
    ],
)
async def test_a_due_date_is_counted_as_they_chose(
    office: Office, page: Page, typed: dict[str, Any], answers: dict[str, Any], due: str
) -> None:
    await rule(office, page, **typed)

    card = await office.screen(office.emma, **answers)

    assert due in card["text"]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ({}, "decide by Wed 9 Dec"),
        ({"country": "AT"}, "decide by Thu 10 Dec"),
        ({"country": "AT", "worked_days": "8 Dec"}, "decide by Wed 9 Dec"),
    ],
)
async def test_holidays_count_as_they_chose(
    office: Office, typed: dict[str, str], due: str
) -> None:
    office.clock.now += 2 * ONE_DAY
    await rule(office, Page.WHEN, **typed)

    card = await office.screen(office.emma, **PROBLEM)

    assert due in card["text"]


async def test_a_sign_of_life_gives_as_many_days_as_they_chose(office: Office) -> None:
    await rule(office, sign_of_life_gives="8")
    card = await office.screen(office.emma, **PROBLEM)

    await choose(office, office.emma, "sign_of_life", card)
    assert (await office.submit(office.emma, sign="they called")).closed
    await office.delivered()

    assert "decide by Thu 10 Dec" in card_of(office)["text"]


async def test_a_request_lapses_after_as_many_days_as_they_chose(office: Office) -> None:
    await rule(office, request_lapses_after="1")

    await asked(office, office.emma)

    assert "answer by Tue 1 Dec" in card_of(office)["text"]


@pytest.mark.parametrize(("days", "requests"), [("1", 2), ("3", 1)])
async def test_managers_are_asked_again_after_as_many_days_as_they_chose(
    office: Office, days: str, requests: int
) -> None:
    await rule(office, request_again_after=days)
    await asked(office, office.emma)

    await at(office, eleven(1))

    assert len(office.sabine.direct_messages) == requests


async def test_a_check_in_date_is_as_far_ahead_as_they_chose(office: Office) -> None:
    await rule(office, kill_within="7")
    card = await office.screen(office.emma, **NO_OFFER)

    submission = await overridden(office, office.emma, card)

    assert submission.errors == {"kill_on": "Choose a day within 7 days: Mon 7 Dec at the latest."}


@pytest.mark.parametrize(("value", "stands"), [("49999", "standing"), ("50000", "asked")])
async def test_an_override_waits_from_the_value_that_they_chose(
    office: Office, value: str, stands: str
) -> None:
    await rule(office, approval_from="50k")
    card = await office.screen(office.emma, expected_value=value, **NO_OFFER)

    assert (await overridden(office, office.emma, card)).closed

    assert await state(office) == stands


@pytest.mark.parametrize(("row", "stands"), [("2", "asked"), ("3", "standing")])
async def test_another_manager_approves_from_the_override_that_they_chose(
    office: Office, row: str, stands: str
) -> None:
    await rule(office, overrides_from=row)
    card = await office.screen(office.emma, **NO_OFFER)
    assert (await overridden(office, office.emma, card)).closed
    await office.delivered()
    await choose(office, office.emma, "requalify", card_of(office))
    again = await office.finish(office.emma, **NO_OFFER)

    assert (await overridden(office, office.emma, again)).closed

    assert await state(office) == stands


@pytest.mark.parametrize(
    ("rules", "days", "messages"),
    [
        ({"nudges": "1"}, (8, 15, 16), 1),
        ({"nudge_every": "2"}, (8, 9, 10), 2),
        ({"nudge_every": "1"}, (8, 9, 10), 3),
        ({"nudge_every": "1", "messages_a_week": "1"}, (8, 9, 10), 1),
    ],
)
async def test_reminders_come_as_often_as_they_chose(
    office: Office, rules: dict[str, Any], days: tuple[int, ...], messages: int
) -> None:
    await rule(office, **rules)
    await office.screen(office.emma, **PROBLEM)

    assert len(await mornings(office, *days)) == messages


async def test_a_reminder_names_as_many_prospects_as_they_chose(office: Office) -> None:
    await rule(office, prospects_in_one="1")
    for name in ("First AG", "Second AG"):
        await office.screen(office.emma, name, **PROBLEM)

    [first] = await mornings(office, 8)
    _, second = await mornings(office, 9)

    assert ("First AG" in first) is not ("Second AG" in first)
    assert ("First AG" in first) is ("Second AG" in second)


@pytest.mark.parametrize(("opening", "messages"), [("08:00", 1), ("13:00", 0)])
async def test_reminders_come_after_the_hour_that_they_chose(
    office: Office, opening: str, messages: int
) -> None:
    await rule(office, Page.WHEN, opening=opening)
    await office.screen(office.emma, **PROBLEM)

    assert len(await mornings(office, 8)) == messages


async def test_no_reminder_comes_after_the_end_of_work_that_they_chose(office: Office) -> None:
    await rule(office, Page.WHEN, opening="08:00", closing="10:00")
    await office.screen(office.emma, **PROBLEM)

    assert await mornings(office, 8) == []


async def test_an_owner_snoozes_as_often_as_they_chose(office: Office) -> None:
    await rule(office, snoozes="0")
    card = await overdue(office, office.emma)

    await choose_raw(office, office.emma, "snooze", card)

    assert "ask a manager to leave it" in told(office.emma)


async def test_a_manager_lets_it_wait_for_as_long_as_they_chose(office: Office) -> None:
    await rule(office, longest_snooze="33")
    card = await overdue(office, office.emma)

    await choose_raw(office, office.sabine, "snooze", card)

    assert "33 Arbeitstage" in words(office.sabine.view or {})


async def test_an_open_pursue_is_asked_about_when_they_chose(office: Office) -> None:
    await rule(office, ask_after="5", asked_in_one="1", asked_in_vain="1")
    for name in ("First AG", "Second AG"):
        await office.screen(office.emma, name, **GOOD)

    [first] = await mornings(office, 8)
    await office.bot.managers.tick()
    await office.delivered()

    assert ("First AG" in first) is not ("Second AG" in first)
    assert await mornings(office, 9)
    assert len(office.emma.direct_messages) == 2


@pytest.mark.parametrize(("currency", "sign"), [("EUR", "€"), ("GBP", "£")])
async def test_amounts_are_in_the_currency_that_they_chose(
    office: Office, currency: str, sign: str
) -> None:
    await rule(office, Page.WHO, currency=currency)

    card = await office.screen(office.emma, expected_value="12k", **NO_OFFER)

    assert f"{sign}12,000" in card["text"]


async def test_the_channel_reads_the_language_that_they_chose(office: Office) -> None:
    await rule(office, Page.WHO, language="de")

    card = await office.screen(office.emma, **NO_OFFER)

    assert card["text"].startswith("🔴 Absagen")


async def test_the_digest_lists_as_many_as_they_chose(office: Office) -> None:
    await rule(office, digest_rows="1")
    for name in ("First AG", "Second AG"):
        await office.screen(office.emma, name, **NO_OFFER)

    office.clock.now = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
    await office.bot.tick()
    await office.delivered()

    digest = words(office.cards[-1])
    assert "Weekly digest" in digest
    assert ("First AG" in digest) is not ("Second AG" in digest)


async def test_home_and_list_show_what_the_rules_made_of_a_day(office: Office) -> None:
    await rule(office, walk_away_within="4")
    await office.screen(office.emma, **NO_OFFER)

    assert "by Fri 4 Dec" in await home_of(office, office.emma)
