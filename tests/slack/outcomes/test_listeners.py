"""Outcomes through the real app: asked in private, answered tap by tap, corrected, put off."""

from datetime import UTC, datetime
from typing import Any

from bot.storage.outcomes import outcome_answers
from sandbox.member import Member
from tests.office import CHANNEL, GOOD, NO_OFFER, PROBLEM, Office
from tests.slack.reading import DE, told, words

Json = dict[str, Any]
MONTH_LATER = datetime(2026, 12, 30, 11, 0, tzinfo=UTC)
"""Thirty days after Monday, 30 November; a Wednesday."""


async def won(office: Office, member: Member, name: str = "Acme GmbH") -> None:
    """Win a client on Monday, 30 November."""
    card = await office.screen(member, name, **GOOD)
    await member.click("won", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    assert (await office.submit(member, day="2026-11-30")).closed
    await office.delivered()


async def at(office: Office, now: datetime = MONTH_LATER) -> None:
    office.clock.now = now
    await office.bot.nudges.tick()
    await office.delivered()


async def asked(office: Office, member: Member) -> Json:
    """Let a member be asked about a client; return the message."""
    await won(office, member)
    await at(office)
    return newest(member)


def newest(member: Member) -> Json:
    return member.direct_messages[-1]


async def tap(office: Office, member: Member, ask: str, choice: str, view: Json) -> None:
    """Answer in a message or view as it stands there now."""
    block_id = next(
        block["block_id"]
        for block in view["blocks"]
        if str(block.get("block_id")).startswith(f"{ask}.")
    )
    where = {"message_ts": view["ts"]} if "ts" in view else {}
    await member.click(f"answer_outcome.{choice}", block_id=block_id, **where)
    await office.answered()
    await office.delivered()


async def click(office: Office, member: Member, action: str) -> None:
    await member.click(action, message_ts=newest(member)["ts"])
    await office.answered()
    await office.delivered()


async def test_four_taps_answer_and_each_rewrites_the_message(office: Office) -> None:
    message = await asked(office, office.jonas)
    assert DE("How did it turn out?") in message["text"]

    taps = (("paid", "not_due"), ("hours", "up_to_20"), ("again", "no"), ("respect", "mostly"))
    for ask, choice in taps:
        await tap(office, office.jonas, ask, choice, newest(office.jonas))

    [message] = office.jonas.direct_messages
    assert DE("Thank you. All answered.") in message["text"]
    assert f"{DE('Would you sign them again?')} {DE('No')}." in message["text"]
    rows = await office.rows(outcome_answers)
    assert [(row.ask, row.choice, row.by) for row in rows] == [
        ("paid", "not_due", "U0JONAS"),
        ("hours", "up_to_20", "U0JONAS"),
        ("again", "no", "U0JONAS"),
        ("respect", "mostly", "U0JONAS"),
    ]
    assert office.sabine.direct_messages == office.emma.direct_messages == []
    assert office.slack.refusals == []


async def test_another_tap_corrects_an_answer(office: Office) -> None:
    await asked(office, office.emma)
    await tap(office, office.emma, "paid", "yes", newest(office.emma))

    await tap(office, office.emma, "paid", "no", newest(office.emma))

    assert "Did they pay as agreed? No." in newest(office.emma)["text"]
    assert [row.choice for row in await office.rows(outcome_answers)] == ["yes", "no"]


async def test_the_details_take_a_correction_and_the_history_tells_it(office: Office) -> None:
    await asked(office, office.emma)
    taps = (("paid", "yes"), ("hours", "none"), ("again", "yes"), ("respect", "yes"))
    for ask, choice in taps:
        await tap(office, office.emma, ask, choice, newest(office.emma))
    await click(office, office.emma, "details")
    assert office.emma.view is not None

    await tap(office, office.emma, "again", "no", office.emma.view)

    shown = words(office.emma.view)
    assert "Would you sign them again? *No*" in shown
    assert "<@U0EMMA> answered “Would you sign them again?”: Yes." in shown
    assert "<@U0EMMA> answered “Would you sign them again?”: No." in shown
    assert "Would you sign them again? No." in newest(office.emma)["text"]
    assert office.slack.refusals == []


async def test_not_now_says_when_it_comes_again_and_never_says_that_it_does_not(
    office: Office,
) -> None:
    await asked(office, office.emma)

    await click(office, office.emma, "outcome_not_now")
    assert "I'll ask again on Thu 7 Jan 2027." in newest(office.emma)["text"]
    await at(office, MONTH_LATER.replace(year=2027, month=1, day=7))
    assert len(office.emma.direct_messages) == 2

    await click(office, office.emma, "outcome_never")
    for message in office.emma.direct_messages:
        assert "OK, I won't ask again." in message["text"]
    await at(office, datetime(2027, 3, 1, 11, 0, tzinfo=UTC))
    assert len(office.emma.direct_messages) == 2


async def test_a_walk_away_has_the_mirror_question_and_how_they_took_it(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    await at(office)

    await tap(office, office.emma, "regret", "yes", newest(office.emma))
    await tap(office, office.emma, "taken", "thanked", newest(office.emma))

    assert "Do you regret letting them go? Yes." in newest(office.emma)["text"]
    assert "How did they take it? Thanked us." in newest(office.emma)["text"]
    assert "Thank you." in newest(office.emma)["text"]


async def test_a_click_on_what_is_out_of_date_is_told_what_is_true(office: Office) -> None:
    message = await asked(office, office.emma)
    drawn = message["blocks"]
    await tap(office, office.emma, "paid", "yes", message)

    await as_drawn(office, "paid", "no", drawn)
    assert (
        "“Did they pay as agreed?” is already answered for Acme GmbH: Yes, by <@U0EMMA> on"
        in told(office.emma)
    )

    card = office.cards[0]
    await office.sabine.click("undo", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    assert "Ich habe schon gefragt, wie es mit Acme GmbH lief." in told(office.sabine)


async def test_beside_a_nudge_it_stands_in_the_same_message(office: Office) -> None:
    await won(office, office.emma)
    office.clock.now = datetime(2026, 12, 21, 9, tzinfo=UTC)
    await office.screen(office.emma, "Beta AG", **PROBLEM)
    await at(office)

    [message] = office.emma.direct_messages
    assert "1 prospect needs a decision" in message["text"]
    assert "How did it turn out?" in message["text"]

    await click(office, office.emma, "walk_away")
    await tap(office, office.emma, "paid", "yes", newest(office.emma))

    [message] = office.emma.direct_messages
    assert "Nothing left to decide here" in message["text"]
    assert "Did they pay as agreed? Yes." in message["text"]


async def as_drawn(office: Office, ask: str, choice: str, drawn: list[Json]) -> None:
    """Tap in Emma's message as it was drawn then, though it was rewritten meanwhile."""
    dm = office.slack.workspace.messages.find("D0EMMA", newest(office.emma)["ts"])
    assert dm is not None
    shown, dm.blocks = dm.blocks, drawn
    try:
        await tap(office, office.emma, ask, choice, {"blocks": drawn, "ts": dm.ts})
    finally:
        dm.blocks = shown
