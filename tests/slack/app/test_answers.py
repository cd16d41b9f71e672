"""The answer to Slack: given when all is kept, and not a moment later (D2)."""

import asyncio

import pytest

from bot.domain.settings.table import Page
from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts
from sandbox import Fault
from tests.office import CHANNEL, GOOD, NO_OFFER, Office

BOTH_WAYS = pytest.mark.parametrize("office", ["socket", "http"], indirect=True)


@BOTH_WAYS
async def test_d2_what_was_decided_is_kept_before_slack_gets_its_answer(office: Office) -> None:
    card = await office.screen(office.jonas, **NO_OFFER)

    await office.jonas.click("walk_away", channel=CHANNEL, message_ts=card["ts"])

    [prospect] = await office.rows(prospects)
    assert prospect.stage == "walked_away"


@BOTH_WAYS
async def test_d2_a_step_is_kept_before_slack_gets_its_answer(office: Office) -> None:
    await office.begin(office.emma)

    await office.submit(office.emma, **GOOD)

    [draft] = await office.rows(drafts)
    assert draft.answers["offer"] == "clear"


@BOTH_WAYS
async def test_d2_no_answer_waits_for_the_web_api(office: Office) -> None:
    card = await office.screen(office.jonas, **GOOD)
    view = await office.begin(office.emma)
    offer = next(block for block in view["blocks"] if block["block_id"] == "offer")
    all_is_answered = asyncio.Event()
    office.slack.faults = lambda _: Fault(until=all_is_answered)

    async with asyncio.timeout(60):
        await office.emma.click(offer["element"]["action_id"], "offer", option=NO_OFFER["offer"])
        await office.hand_in(office.emma, **NO_OFFER)
        for action in ("won", "requalify", "walk_away"):
            await office.jonas.click(action, channel=CHANNEL, message_ts=card["ts"])

    all_is_answered.set()
    office.slack.faults = None
    await office.answered()


async def test_a_modal_that_opens_too_late_is_explained(office: Office) -> None:
    card = await office.screen(office.jonas, **GOOD)
    expired = Fault(body={"ok": False, "error": "expired_trigger_id"})
    office.slack.faults = lambda call: expired if call.method == "views.open" else None

    await office.jonas.click("won", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    assert len(office.jonas.ephemerals) == 1


async def test_a_modal_that_was_closed_meanwhile_is_no_error(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A page of the settings was to stand on top of the list of pages."""
    await office.sabine.command("/qualify", "settings")
    await office.sabine.wait_for_view()
    closed = Fault(body={"ok": False, "error": "not_found"})
    office.slack.faults = lambda call: closed if call.method == "views.push" else None

    await office.sabine.click(ids.SETTINGS_PAGE, Page.RULES)
    await office.answered()

    assert "views.push" in [call.method for call in office.slack.calls]
    assert "unexpected error" not in caplog.text
    assert office.sabine.ephemerals == []
