"""Deciding on a card through the real app: buttons, menu, dialogs."""

import asyncio
from typing import Any

import pytest

from bot.storage.prospects.prospects import prospects
from sandbox.member import Member
from tests.office import CHANNEL, GOOD, HOMEWORK, NO_OFFER, PROBLEM, Office
from tests.slack.reading import DE, told, words

Json = dict[str, Any]


async def press(office: Office, member: Member, action: str, card: Json) -> None:
    """Use a button of a card as it was drawn then, be it rewritten meanwhile or not."""
    now = office.slack.workspace.messages.find(CHANNEL, card["ts"])
    assert now is not None
    shown, now.blocks = now.blocks, card["blocks"]
    try:
        await member.click(action, channel=CHANNEL, message_ts=card["ts"])
    finally:
        now.blocks = shown
    await office.answered()


async def choose(office: Office, member: Member, action: str, card: Json) -> None:
    """Choose an action of a card: by its button, from the menu, or in the details."""
    where = {"channel": CHANNEL, "message_ts": card["ts"]}
    now = next(each for each in office.cards if each["ts"] == card["ts"])
    *shown, menu = now["blocks"][-1]["elements"]
    behind = {each["value"].partition(".")[0]: each["value"] for each in menu["options"]}
    if action in {each["action_id"] for each in shown}:
        await member.click(action, **where)
    elif action in behind:
        await member.click("more", option=behind[action], **where)
    else:
        await member.click("more", option=behind["details"], **where)
        await office.answered()
        await member.click(action)
    await office.answered()


async def stage(office: Office) -> str:
    [prospect] = await office.rows(prospects)
    return str(prospect.stage)


@pytest.mark.parametrize("office", ["socket", "http"], indirect=True)
async def test_walking_away_rewrites_the_card_and_undo_brings_it_back(office: Office) -> None:
    card = await office.screen(office.jonas, **NO_OFFER)

    await press(office, office.jonas, "walk_away", card)
    await office.delivered()
    assert await stage(office) == "walked_away"
    [walked_away] = office.cards
    assert "walked away" in walked_away["text"]
    assert "You can undo the decision until the end of Tue 1 Dec." in str(walked_away["blocks"])

    await press(office, office.sabine, "undo", walked_away)
    lines = await office.delivered()
    assert await stage(office) == "open"
    assert len(lines) == 2
    assert "walked away" not in office.cards[0]["text"]
    assert office.slack.refusals == []


async def test_the_second_of_two_managers_is_told_who_decided_and_when(office: Office) -> None:
    office.clock.move(hours=1)
    card = await office.screen(office.jonas, **NO_OFFER)
    await press(office, office.jonas, "walk_away", card)

    await press(office, office.sabine, "walk_away", card)

    sentence = told(office.sabine)
    assert "<@U0JONAS>" in sentence
    assert "11:00" in sentence  # in Berlin
    assert DE("This button is out of date: something has changed since.") in sentence


async def test_whoever_clicks_twice_is_told_what_was_done(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    for _ in range(2):
        await press(office, office.emma, "walk_away", card)

    sentence = told(office.emma)
    assert sentence.startswith("That's done already. ")
    assert "<@U0EMMA>" in sentence
    assert "out of date" not in sentence
    assert len(await office.delivered()) == 1


async def test_of_two_clicks_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    card = await office.screen(office.jonas, **NO_OFFER)

    await asyncio.gather(
        press(office, office.jonas, "walk_away", card),
        press(office, office.sabine, "walk_away", card),
    )

    ephemerals = office.jonas.ephemerals + office.sabine.ephemerals
    assert len(ephemerals) == 1
    assert len(await office.delivered()) == 1


async def test_who_may_not_is_told_whom_to_talk_to(office: Office) -> None:
    card = await office.screen(office.jonas, **NO_OFFER)

    await press(office, office.emma, "walk_away", card)

    assert "Only <@U0JONAS> and the managers" in told(office.emma)
    assert await stage(office) == "open"


async def test_a_guest_and_a_stranger_who_see_the_card_can_do_nothing(office: Office) -> None:
    card = await office.screen(office.jonas, **NO_OFFER)
    stranger = office.slack.add_member("U0ALIEN", "Al Ien", team_id="T0ELSEWHERE")
    office.slack.workspace.world.channels[CHANNEL].members.append("U0GIL")

    for member, reason in ((office.gil, "You're a guest"), (stranger, "another organisation")):
        for action in ("walk_away", "requalify"):
            await press(office, member, action, card)
            assert reason in told(member)

    assert await stage(office) == "open"


async def test_a_client_is_won_on_the_day_that_is_given(office: Office) -> None:
    card = await office.screen(office.emma, **GOOD)
    await press(office, office.emma, "won", card)

    refused = await office.submit(office.emma, day="2026-12-01")
    assert "today or an earlier day" in refused.errors["day"]
    submission = await office.submit(office.emma, day="2026-11-27")
    await office.delivered()

    assert submission.closed
    assert await stage(office) == "won"
    assert "Won on Fri 27 Nov" in office.cards[0]["text"]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (PROBLEM, "Before you mark Acme GmbH as won despite the verdict, say why."),
        (HOMEWORK, "Acme GmbH hasn't met the condition yet."),
    ],
)
async def test_won_against_the_verdict_asks_for_an_override_and_says_why_first(
    office: Office, answers: Json, why: str
) -> None:
    card = await office.screen(office.emma, **answers)

    await choose(office, office.emma, "won", card)

    asked = await office.emma.wait_for_view()
    assert asked["callback_id"] == "override"
    assert why in asked["blocks"][0]["text"]["text"]
    assert await stage(office) == "open"


async def test_a_condition_is_met_and_the_client_won(office: Office) -> None:
    card = await office.screen(office.emma, **HOMEWORK)
    await press(office, office.emma, "condition_met", card)
    assert "last year's figures" in words(office.emma.view or {})

    spaces = await office.submit(office.emma, brought="   ")
    assert set(spaces.errors) == {"brought"}
    await office.submit(office.emma, brought="the whole ledger")
    [line] = await office.delivered()
    assert "the whole ledger" in line["text"]

    await press(office, office.emma, "won", office.cards[0])
    await office.submit(office.emma, day="2026-11-30")
    assert await stage(office) == "won"


async def test_a_prospect_is_lost_with_who_ended_it_and_why(office: Office) -> None:
    card = await office.screen(office.emma, **GOOD)
    await choose(office, office.emma, "lost", card)

    submission = await office.submit(office.emma, ended_by="them", sentence="no <!here> budget")
    [line] = await office.delivered()

    assert submission.closed
    assert await stage(office) == "lost"
    assert "no &lt;!here&gt; budget" in line["text"]


async def test_a_dialog_that_comes_late_says_what_is_true_and_changes_nothing(
    office: Office,
) -> None:
    card = await office.screen(office.emma, **GOOD)
    await press(office, office.emma, "won", card)
    await press(office, office.sabine, "walk_away", card)

    await office.submit(office.emma, day="2026-11-30")

    assert "<@U0SABINE> walked away" in told(office.emma)
    assert await stage(office) == "walked_away"


async def test_undo_after_its_time_says_until_when_it_was_possible(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await press(office, office.emma, "walk_away", card)
    await office.delivered()
    office.clock.move(days=3)

    await press(office, office.emma, "undo", office.cards[0])

    assert "Too late to undo" in told(office.emma)


async def test_details_show_the_answers_and_the_history(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)

    await choose(office, office.jonas, "details", card)

    view = await office.jonas.wait_for_view()
    assert view["title"]["text"] == DE("Details")
    assert "1 million, margin 30 %" in words(view)
    assert office.slack.refusals == []


async def test_details_of_an_old_card_show_what_is_true_now(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)
    old = f"details.{(await office.rows(prospects))[0].prospect_id}.1"
    await press(office, office.emma, "walk_away", card)
    menu = {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": old}}

    await office.jonas.click("more", channel=CHANNEL, message_ts=card["ts"], element=menu)

    assert "<@U0EMMA>" in words(await office.jonas.wait_for_view())


async def test_what_was_mistyped_is_corrected_from_the_details(office: Office) -> None:
    card = await office.screen(office.emma, "Acem GmbH", **PROBLEM)
    await office.emma.command("/qualify", "list")
    await office.answered()
    await office.emma.click("details", message_ts=office.emma.ephemerals[-1]["ts"])
    await office.emma.wait_for_view()
    await office.emma.click("correct")
    await office.answered()
    dialog = office.emma.view
    assert dialog is not None
    assert dialog["callback_id"] == "correct"

    refused = await office.submit(office.emma, name=" ", expected_value="12.5.6")
    assert set(refused.errors) == {"name", "expected_value"}
    submission = await office.submit(office.emma, name="Acme GmbH", expected_value="12k")
    await office.answered()
    lines = await office.delivered()

    assert submission.closed
    assert office.emma.views == []
    assert "Acme GmbH" in office.cards[0]["text"]
    assert "“Acem GmbH” → “Acme GmbH”" in lines[-1]["text"]
    assert card["ts"] == office.cards[0]["ts"]
    assert office.slack.refusals == []


async def test_what_was_mistyped_is_corrected_from_the_menu_of_its_card(office: Office) -> None:
    card = await office.screen(office.emma, "Acem GmbH", **GOOD)
    await choose(office, office.emma, "correct", card)
    await office.emma.wait_for_view()

    submission = await office.submit(office.emma, name="Acme GmbH")
    await office.answered()
    await office.delivered()

    assert submission.closed
    assert office.emma.views == []
    assert "Acme GmbH" in office.cards[0]["text"]
    assert office.slack.refusals == []
