"""The button with which a manager has sent again what a channel did not take."""

from typing import Any

from tests.office import CHANNEL, NO_OFFER, Office
from tests.slack.reading import DE

Json = dict[str, Any]


async def test_a_manager_mends_a_channel_and_the_card_comes(office: Office) -> None:
    told = await not_taken(office)
    office.slack.workspace.world.channels[CHANNEL].is_archived = False

    await office.sabine.click("send_again", message_ts=told["ts"])
    await office.answered()
    await office.delivered()

    [card] = office.cards
    assert "Acme" in card["text"]
    answer = office.sabine.ephemerals[-1]["text"]
    assert answer.startswith(
        DE.plural(
            "{n} message is on its way to {place} again. I'll tell you if it doesn't arrive.",
            "{n} messages are on their way to {place} again. I'll tell you if one doesn't arrive.",
            1,
            place=f"<#{CHANNEL}>",
        )
    )


async def test_the_second_click_finds_nothing_more(office: Office) -> None:
    told = await not_taken(office)
    office.slack.workspace.world.channels[CHANNEL].is_archived = False

    for _ in range(2):
        await office.sabine.click("send_again", message_ts=told["ts"])
        await office.answered()
        await office.delivered()

    assert len(office.cards) == 1
    nothing = DE("Nothing is waiting for {place} any more.", place=f"<#{CHANNEL}>")
    assert office.sabine.ephemerals[-1]["text"] == nothing


async def not_taken(office: Office) -> Json:
    """Screen a prospect whose card finds its channel archived; return what Sabine is told."""
    office.slack.archive(CHANNEL)
    await office.begin(office.jonas)
    await office.submit(office.jonas, **NO_OFFER)
    await office.delivered()
    [told] = office.sabine.direct_messages
    return told
