"""What is done while nobody decides, through the real app: menu, dialogs, command."""

from typing import Any

from bot.storage.prospects.prospects import prospects
from sandbox.member import Member
from tests.office import CHANNEL, NO_OFFER, PROBLEM, Office
from tests.slack.decisions.test_listeners import choose
from tests.slack.reading import EN, told, words

Json = dict[str, Any]


async def overdue(office: Office, member: Member) -> Json:
    """Screen a prospect, and let its due date pass; the card is as it was."""
    card = await office.screen(member, **PROBLEM)
    office.clock.move(days=9)
    return card


async def choose_raw(office: Office, member: Member, action: str, card: Json) -> None:
    """Choose what the card, drawn before the due date, does not offer yet."""
    [prospect] = await office.rows(prospects)
    value = f"{action}.{prospect.prospect_id}.{prospect.revision}"
    menu = {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": value}}
    await member.click("more", channel=CHANNEL, message_ts=card["ts"], element=menu)
    await office.answered()


async def test_an_undo_from_the_menu_says_until_which_day_it_is_possible(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await choose(office, office.emma, "walk_away", card)

    await choose_raw(office, office.emma, "undo", card)

    assert office.emma.view is not None
    assert "You can undo the decision until the end of Tue 1 Dec." in words(office.emma.view)
    assert (await office.submit(office.emma)).closed
    [prospect] = await office.rows(prospects)
    assert prospect.stage == "open"


async def test_a_chase_is_counted_in_the_thread(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)

    await choose(office, office.emma, "chased", card)
    await office.delivered()
    await choose(office, office.emma, "chased", office.cards[0])
    lines = await office.delivered()

    assert "(1st time)" in lines[0]["text"]
    assert "(2nd time)" in lines[1]["text"]
    assert "(2nd time)" in office.cards[0]["text"]


async def test_a_sign_of_life_moves_the_due_date_on_the_card(office: Office) -> None:
    card = await overdue(office, office.emma)
    await choose(office, office.emma, "sign_of_life", card)

    empty = await office.submit(office.emma, sign="  ")
    assert set(empty.errors) == {"sign"}
    submission = await office.submit(office.emma, sign="sent <!here> numbers")
    [line] = await office.delivered()

    assert submission.closed
    assert "sent &lt;!here&gt; numbers" in line["text"]
    assert "· decide by Fri 18 Dec" in office.cards[0]["text"]


async def test_a_snooze_is_offered_for_one_three_or_five_days(office: Office) -> None:
    card = await overdue(office, office.emma)
    await choose_raw(office, office.emma, "snooze", card)

    nothing = await office.submit(office.emma)
    assert set(nothing.errors) == {"days"}
    submission = await office.submit(office.emma, days="3")
    [line] = await office.delivered()

    assert submission.closed
    assert "until Mon 14 Dec." in line["text"]


async def test_who_snoozed_twice_is_told_what_is_possible(office: Office) -> None:
    card = await overdue(office, office.emma)
    for _ in range(2):
        await choose_raw(office, office.emma, "snooze", card)
        await office.submit(office.emma, days="1")

    await choose_raw(office, office.emma, "snooze", card)

    assert "ask a manager to leave it" in told(office.emma)


async def test_what_is_not_overdue_is_not_snoozed(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)

    await choose_raw(office, office.emma, "snooze", card)

    assert "isn't overdue" in told(office.emma)


async def test_nobody_chases_whom_we_should_walk_away_from(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)

    await choose_raw(office, office.emma, "chased", card)

    assert "while Acme GmbH is an undecided problem" in told(office.emma)


async def test_a_new_owner_is_on_the_card_and_told_privately(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)
    await choose(office, office.emma, "hand_over", card)

    refused = await office.submit(office.emma, owner="U0GIL")
    assert set(refused.errors) == {"owner"}
    submission = await office.submit(office.emma, owner="U0JONAS")
    [line] = await office.delivered()

    assert submission.closed
    assert "<@U0JONAS>" in words(office.cards[0])
    assert "<@U0JONAS>" in words(line)
    assert "<@U0EMMA>" in words(office.jonas.direct_messages[-1])
    assert office.slack.refusals == []


async def test_a_pause_is_asked_for_and_said_back(office: Office) -> None:
    await office.emma.command("/qualify", "pause")
    view = await office.emma.wait_for_view()
    assert EN("When do you want reminders again?") in words(view)

    await office.submit(office.emma, until="2026-12-07")
    assert "Mon 7 Dec 2026" in told(office.emma)

    await office.emma.close(everything=True)
    await office.emma.command("/qualify", "pause")
    again = await office.emma.wait_for_view()
    assert again["blocks"][0]["element"]["initial_date"] == "2026-12-07"
    assert "dispatch_action" not in again["blocks"][0]  # nobody would listen


async def test_a_guest_has_no_pause(office: Office) -> None:
    await office.gil.command("/qualify", "pause")
    await office.answered()

    assert "You're a guest" in told(office.gil)
