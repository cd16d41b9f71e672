"""A nudge through the real app: it arrives in private, its buttons work, and it is rewritten."""

from datetime import UTC, datetime
from typing import Any

from tests.office import HOMEWORK, PROBLEM, Office
from tests.slack.reading import DE, words

Json = dict[str, Any]
MORNING = datetime(2026, 12, 8, 11, 0, tzinfo=UTC)


async def at(office: Office, now: datetime) -> None:
    """Let the clock show this time, tick, and deliver what came of it."""
    office.clock.now = now
    await office.bot.nudges.tick()
    await office.delivered()


def in_menu(message: dict[str, Any], action: str) -> str:
    """The value of an action in the menu of a message."""
    menu = message["blocks"][-1]["elements"][-1]
    values: list[str] = [option["value"] for option in menu["options"]]
    return next(each for each in values if each.startswith(f"{action}."))


async def test_a_nudge_arrives_in_the_language_of_its_owner_and_is_decided_there(
    office: Office,
) -> None:
    await office.screen(office.jonas, **PROBLEM)
    await at(office, MORNING)
    [nudge] = office.jonas.direct_messages
    assert DE("Not chased yet.") in words(nudge)
    assert office.emma.direct_messages == []

    await office.jonas.click("more", message_ts=nudge["ts"], option=in_menu(nudge, "chased"))
    await office.answered()
    await office.delivered()
    [nudge] = office.jonas.direct_messages
    assert DE("Not chased yet.") not in words(nudge)

    await office.jonas.click("walk_away", message_ts=nudge["ts"])
    await office.answered()
    await office.delivered()

    [nudge] = office.jonas.direct_messages
    assert DE("Nothing left to decide here") in words(nudge)
    assert "Walked away" in office.cards[0]["text"]
    await office.jonas.click("decline_message", message_ts=nudge["ts"])
    await office.answered()
    assert office.jonas.view is not None
    assert DE("Decline message") in words(office.jonas.view)
    assert office.slack.refusals == []


async def test_a_snooze_from_the_menu_of_a_nudge_brings_it_again(office: Office) -> None:
    await office.screen(office.jonas, **PROBLEM)
    await at(office, MORNING)
    [nudge] = office.jonas.direct_messages

    await office.jonas.click("more", message_ts=nudge["ts"], option=in_menu(nudge, "snooze"))
    await office.answered()
    submission = await office.submit(office.jonas, days="1")
    await office.delivered()
    assert submission.closed
    assert "9. Dez." in words(office.jonas.direct_messages[0])

    await at(office, MORNING.replace(day=9))
    assert len(office.jonas.direct_messages) == 2


async def test_a_lapsed_condition_is_seen_on_the_card_and_in_its_thread(office: Office) -> None:
    await office.screen(office.emma, **HOMEWORK)
    office.clock.now = datetime(2026, 12, 9, 0, 30, tzinfo=UTC)

    await office.bot.nudges.tick()
    [line] = await office.delivered()

    assert "The condition lapsed" in line["text"]
    assert "🟡 Problem, condition lapsed · Acme GmbH" in office.cards[0]["text"]
    assert office.emma.direct_messages == []


async def test_the_last_nudge_proposes_to_close_in_the_thread(office: Office) -> None:
    await office.screen(office.emma, **PROBLEM)

    for day in (8, 15, 22):
        await at(office, MORNING.replace(day=day))
    lines = await office.delivered()

    assert len(office.emma.direct_messages) == 3
    assert "I suggest walking away" in lines[-1]["text"]
    assert "Last reminder." in words(office.emma.direct_messages[-1])
