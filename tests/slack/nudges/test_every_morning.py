"""All that shows a prospect says the same of it each morning, whatever time has passed.

Card, list, details, the owner's Home and the manager's, nudge, managers' message and digest.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.backstop import BackstopPolicy
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.workspace import Settings
from tests.office import HOMEWORK, NO_OFFER, PROBLEM, Office
from tests.slack.app.test_ways_in import home_of
from tests.slack.overrides.test_listeners import overridden
from tests.slack.reading import told, words

Json = dict[str, Any]
ONE_DAY = timedelta(days=1)


def mornings(last: date) -> Iterator[datetime]:
    """Half past midnight of the days around the last one in time, a weekend among them."""
    day = last - ONE_DAY
    while day <= last + 7 * ONE_DAY:
        yield datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        day += ONE_DAY


@pytest.fixture(autouse=True)
def far_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a manager hear on each working day of what is undecided since the day before."""
    policy = BackstopPolicy(after=0, every=1)
    monkeypatch.setattr(Settings, "backstop", property(lambda _: policy))


def count_beyond_its_owner(office: Office) -> tuple[int, int]:
    """How many messages the manager has, and how many the channel."""
    return len(office.sabine.direct_messages), len(office.cards)


async def beyond_its_owner(office: Office, had: tuple[int, int]) -> tuple[list[str], list[str]]:
    """What the manager was sent since, and which digest the channel got, in plain words.

    The bot's own clock may have come first.
    """
    await office.bot.tick()
    await office.delivered()
    messages = office.sabine.direct_messages[had[0] :], office.cards[had[1] :]
    to_manager, to_channel = ([str(each["text"]) for each in sent] for sent in messages)
    return to_manager, to_channel


async def surfaces(office: Office) -> dict[str, str]:
    """What each of them says now, as plain words."""
    await office.emma.command("/qualify", "list")
    await office.answered()
    listed = told(office.emma)
    await office.emma.click("details", message_ts=office.emma.ephemerals[-1]["ts"])
    details = words(await office.emma.wait_for_view())
    await office.emma.close(everything=True)
    return {
        "list": listed,
        "details": details,
        "home": await home_of(office, office.emma),
        "the manager's home": await home_of(office, office.sabine),
    }


@pytest.mark.parametrize(
    ("answers", "is_overridden", "last", "before", "title"),
    [
        (PROBLEM, False, date(2026, 12, 7), "ecide by Mon 7 Dec", "🟡 Problem · Acme GmbH"),
        (
            HOMEWORK,
            False,
            date(2026, 12, 8),
            "ondition due Tue 8 Dec",
            "🟡 Problem, condition lapsed · Acme GmbH",
        ),
        (
            NO_OFFER,
            True,
            date(2026, 12, 15),
            "Tue 15 Dec",
            "🔴 Walk away, check-in date passed · Acme GmbH",
        ),
    ],
)
async def test_all_surfaces_say_the_same_each_morning(
    office: Office, answers: Json, is_overridden: bool, last: date, before: str, title: str
) -> None:
    office.slack.workspace.world.members["U0SABINE"].locale = "en-GB"
    card = await office.screen(office.emma, **answers)
    if is_overridden:
        await overridden(office, office.emma, card)
        await office.delivered()
    for now in mornings(last):
        office.clock.now = now
        await office.bot.nudges.tick()
        await office.delivered()
        today, card = now.date(), office.cards[0]
        seen = await surfaces(office)
        if today <= last:
            assert before in card["text"]
            assert all(before in each for each in seen.values()), seen
            assert "as due" not in card["text"] + "".join(seen.values())
            continue
        was_due = f"as due {last:%a} {last.day} Dec"
        ago = MONDAY_TO_FRIDAY.working_days_between(last, today)
        span = f", {ago} working day{'s' if ago > 1 else ''} ago." if ago else "."
        assert was_due in card["text"]
        assert "ago" not in card["text"].split("\n")[1]
        assert all(was_due + span in each for each in seen.values()), seen
        assert all(title in each for each in (card["text"], *seen.values()))
        told_before, had = len(office.emma.direct_messages), count_beyond_its_owner(office)
        office.clock.now = now + timedelta(hours=11)
        await office.bot.nudges.tick()
        await office.delivered()
        for nudge in office.emma.direct_messages[told_before:]:
            assert was_due + span in nudge["text"]
            assert title in nudge["text"]
        since = date(2026, 12, 2) if is_overridden else last
        days = MONDAY_TO_FRIDAY.working_days_between(since, today)
        to_manager, to_channel = await beyond_its_owner(office, had)
        assert len(to_manager) == MONDAY_TO_FRIDAY.is_working_day(today)
        assert len(to_channel) == (today.weekday() == 0)
        for message in to_manager:
            assert f"{title}\n" in message
            assert f"Due since {since:%a} {since.day} Dec" in message
        for digest in to_channel:
            assert f"• Acme GmbH · Emma Clarke · {days} working day" in digest
    assert office.emma.direct_messages


async def test_what_time_alone_changes_rewrites_a_card_once(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)
    await office.delivered()
    before = len(office.slack.calls)
    office.clock.now = datetime(2026, 12, 8, 0, 0, 30, tzinfo=UTC)

    for _ in range(2):
        await office.bot.nudges.tick()
        await office.delivered()

    methods = [each.method for each in office.slack.calls[before:]]
    assert [each for each in methods if each.startswith("chat.")] == ["chat.update"]
    assert "was due Mon 7 Dec" in office.cards[0]["text"]
    assert office.emma.direct_messages == []
