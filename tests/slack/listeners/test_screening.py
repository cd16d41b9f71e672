"""Screening through the real app: from the command to the card."""

import pytest

from tests.office import GOOD, Office

BOTH_WAYS = pytest.mark.parametrize("office", ["socket", "http"], indirect=True)


@BOTH_WAYS
async def test_a_command_leads_to_a_card(office: Office) -> None:
    card = await office.screen(office.jonas, "Acme GmbH", **GOOD)

    assert "Acme GmbH" in card["text"]
    assert office.slack.refusals == []


@BOTH_WAYS
async def test_walking_away_rewrites_the_card_and_adds_a_line(office: Office) -> None:
    card = await office.screen(office.jonas, **GOOD)

    await office.jonas.click("walk_away", channel="C0VERDICTS", message_ts=card["ts"])
    lines = await office.delivered()

    assert len(lines) == 1
    assert office.cards[0]["text"] != card["text"]
    assert office.slack.refusals == []
