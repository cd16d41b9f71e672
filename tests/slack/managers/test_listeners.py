"""The managers' message through the real app: it arrives, its buttons work, it is rewritten."""

from datetime import UTC, datetime
from typing import Any

from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from tests.office import GOOD, PROBLEM, Office
from tests.slack.nudges.test_actions import at
from tests.slack.reading import DE, EN, told, words

Json = dict[str, Any]
NUDGES = [datetime(2026, 12, day, 11, tzinfo=UTC) for day in (8, 15, 22)]
MANAGERS_MORNING = datetime(2026, 12, 23, 11, tzinfo=UTC)


async def morning_of_managers(office: Office, now: datetime) -> Json:
    """Let the clock show this time; return the latest message to the manager."""
    await at(office, now)
    await office.bot.managers.tick()
    await office.delivered()
    newest: Json = office.sabine.direct_messages[-1]
    return newest


async def test_a_manager_is_told_in_their_language_and_walks_away_there(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)
    for now in NUDGES:
        await at(office, now)

    message = await morning_of_managers(office, MANAGERS_MORNING)
    assert message["text"].startswith("Mein Vorschlag: Absage an 1 Interessenten.")
    assert "<@U0EMMA>" in words(message)
    assert DE("Discussed: leave it") in words(message)

    await office.sabine.click("walk_away", message_ts=message["ts"])
    await office.answered()
    await office.delivered()

    [message] = office.sabine.direct_messages
    assert DE("Nothing left to decide here") in words(message)
    assert "Walked away" in office.cards[0]["text"]
    assert EN("Nothing left to decide here") in words(office.emma.direct_messages[-1])
    assert office.slack.refusals == []


async def test_a_manager_leaves_it_for_as_long_as_they_say(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)
    for now in NUDGES:
        await at(office, now)
    message = await morning_of_managers(office, MANAGERS_MORNING)

    await office.sabine.click("snooze", message_ts=message["ts"])
    await office.answered()
    submission = await office.submit(office.sabine, days="20")
    await office.delivered()

    assert submission.closed
    [message] = office.sabine.direct_messages
    assert "22. Jan. 2027" in words(message)


async def test_what_a_gone_owner_left_is_handed_over_in_one_go(office: Office) -> None:
    await office.screen(office.emma, "Acme", **PROBLEM)
    await office.screen(office.emma, "Beta", **GOOD)
    await office.leave("U0EMMA")
    message = await morning_of_managers(office, datetime(2026, 12, 1, 11, tzinfo=UTC))
    assert "|Acme>, <" in words(message)
    assert "|Beta>" in words(message)

    await office.sabine.click(ids.HAND_ALL_OVER, message_ts=message["ts"])
    await office.answered()
    refused = await office.submit(office.sabine, owner="U0GIL")
    assert set(refused.errors) == {"owner"}
    submission = await office.submit(office.sabine, owner="U0JONAS")
    lines = await office.delivered()

    assert submission.closed
    assert {row.owner for row in await office.rows(prospects)} == {"U0JONAS"}
    assert all("<@U0JONAS>" in words(card) for card in office.cards)
    assert "<@U0JONAS>" in words(lines[-1])
    [told_once] = office.jonas.direct_messages
    assert "2 Interessenten" in words(told_once)
    [message] = office.sabine.direct_messages
    assert ids.HAND_ALL_OVER not in str(message["blocks"])
    assert office.slack.refusals == []


async def test_who_comes_back_while_the_dialog_is_open_keeps_their_prospects(
    office: Office,
) -> None:
    await office.screen(office.emma, "Acme", **PROBLEM)
    await office.leave("U0EMMA")
    message = await morning_of_managers(office, datetime(2026, 12, 1, 11, tzinfo=UTC))
    await office.sabine.click(ids.HAND_ALL_OVER, message_ts=message["ts"])
    await office.answered()
    await office.come_back("U0EMMA")

    await office.submit(office.sabine, owner="U0JONAS")

    assert "ist wieder da" in told(office.sabine)
    assert {row.owner for row in await office.rows(prospects)} == {"U0EMMA"}
