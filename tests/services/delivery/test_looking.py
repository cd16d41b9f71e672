"""What may be out is looked for before it is sent again, and what follows from what is seen."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.domain.delivery import (
    Absent,
    Claimed,
    Hidden,
    Postponed,
    Sent,
    Sight,
    Unknown,
)
from bot.services.delivery import deliver
from bot.storage.delivery.tables import outbox
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import OTHER, OWNER, A
from tests.services.delivery.posting import CHANNEL, Post, decided

HIDDEN = Hidden("missing_scope")
LOST = Unknown("TimeoutError")
"""Slack's answer was lost on its way."""
FOUND = Sent(CHANNEL, "7.7")


async def test_a_first_attempt_looks_for_nothing(post: Post) -> None:
    await decided(post.agency)

    await post.deliver()

    assert post.messenger.looked_for == []


async def test_what_is_found_is_not_sent_again(post: Post) -> None:
    post.messenger.answers["card"] = [LOST]
    post.messenger.sights = [FOUND]
    prospect = await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert post.messenger.kinds == ["card"]
    assert await post.states() == [("card", "sent", None)]
    async with post.agency.units.reading(A) as work:
        card = await work.qualifications.get(prospect.qualification_id)
    assert card is not None
    assert (card.card_channel, card.card_ts) == (FOUND.channel, FOUND.ts)


async def test_what_is_not_there_is_sent_again(post: Post) -> None:
    post.messenger.answers["card"] = [LOST]
    post.messenger.sights = [Absent()]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert post.messenger.kinds == ["card", "card"]
    assert await post.states() == [("card", "sent", None)]


@pytest.mark.parametrize(
    "passing", [Postponed(timedelta(0), "ratelimited"), Unknown("internal_error")]
)
async def test_while_nobody_can_look_nothing_is_sent(post: Post, passing: Sight) -> None:
    post.messenger.answers["card"] = [LOST]
    post.messenger.sights = [passing, passing, passing, FOUND]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert post.messenger.kinds == ["card"]
    assert len(post.messenger.looked_for) == 4
    assert await post.states() == [("card", "sent", None)]


async def test_what_replaces_itself_is_said_again_without_a_look(post: Post) -> None:
    post.messenger.answers["card_rewrite"] = [LOST]
    await decided(post.agency)

    await post.deliver()

    assert post.messenger.looked_for == []
    assert post.messenger.kinds == ["card", "card_rewrite", "card_rewrite", "thread_line"]


async def test_a_card_that_nobody_may_look_for_is_sent_once_more_and_its_row_says_so(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.messenger.answers["card"] = [LOST]
    post.messenger.sights = [HIDDEN]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    [row] = await post.agency.messages()
    assert (row.state, row.may_be_twice) == ("sent", True)
    assert post.messenger.kinds == ["card", "card"]
    assert "may appear twice" in caplog.text


@pytest.mark.both_databases
async def test_it_is_not_sent_a_third_time(post: Post) -> None:
    post.messenger.answers["card"] = [LOST, LOST]
    post.messenger.sights = [HIDDEN, HIDDEN]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert post.messenger.kinds.count("card") == 2
    assert (await post.states())[0] == ("card", "dead", "unseen")
    assert "undeliverable" in post.messenger.kinds


async def test_a_line_and_a_private_message_are_sent_once_more_as_well(post: Post) -> None:
    post.messenger.answers["thread_line"] = [LOST]
    post.messenger.answers["owner_chosen"] = [LOST]
    post.messenger.sights = [HIDDEN, HIDDEN]
    prospect = await post.agency.screen(OTHER, NO_OFFER, owner=OWNER)
    await post.agency.walk_away(OWNER, prospect)

    await post.deliver()

    assert post.messenger.kinds.count("thread_line") == 2
    assert post.messenger.kinds.count("owner_chosen") == 2
    twice = {row.kind for row in await post.agency.messages() if row.may_be_twice}
    assert twice == {"thread_line", "owner_chosen"}


async def test_a_nudge_that_nobody_may_look_for_is_rather_missed_and_nobody_alarmed(
    post: Post,
) -> None:
    await nudged(post)
    post.messenger.answers["nudge"] = [LOST]
    post.messenger.sights = [HIDDEN]

    await post.deliver()

    assert post.messenger.kinds.count("nudge") == 1
    assert ("nudge", "dead", "unseen") in await post.states()
    assert "undeliverable" not in post.messenger.kinds


async def test_a_nudge_that_is_found_is_kept_where_it_is(post: Post) -> None:
    await nudged(post)
    post.messenger.answers["nudge"] = [LOST]
    post.messenger.sights = [Sent("D0OWNER", "8.8")]

    await post.deliver()

    async with post.agency.units.reading(A) as work:
        assert await work.nudges.posted(OWNER, today(post)) == ("D0OWNER", "8.8")


@pytest.mark.both_databases
async def test_who_was_replaced_while_looking_does_not_send(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.messenger.answers["card"] = [LOST]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.delivery.deliver_due()
    await post.delivery.drain()

    async def look(row: Claimed, _: object) -> Sight:
        async with post.agency.database.writing() as connection:
            await connection.execute(update(outbox).values(fence=row.fence + 1))
        return HIDDEN

    monkeypatch.setattr(post.messenger, "look", look)
    await post.delivery.deliver_due()
    await post.delivery.drain()

    assert post.messenger.kinds == ["card"]
    assert await post.states() == [("card", "claimed", "TimeoutError")]


async def test_what_cannot_be_looked_through_in_time_is_looked_for_later(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(*_: object) -> Sight:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(post.messenger, "look", look)
    monkeypatch.setattr(deliver, "LOOK_WITHIN", 0.2)
    await may_be_out(post)

    await post.delivery.deliver_due()
    await post.delivery.drain()

    assert post.messenger.kinds == ["card"]
    assert await post.states() == [("card", "pending", "looked_too_long")]


@pytest.mark.both_databases
async def test_a_line_never_overtakes_an_earlier_one_whose_end_is_unknown(post: Post) -> None:
    post.messenger.answers["thread_line"] = [LOST, LOST]
    post.messenger.sights = [
        Unknown("internal_error"),
        Absent(),
        Postponed(timedelta(hours=1), "ratelimited"),
        FOUND,
    ]
    prospect = await decided(post.agency)
    await post.agency.undo(OWNER, prospect)

    await post.deliver()
    lines = [row for row in await post.agency.messages() if row.kind == "thread_line"]
    assert [line.state for line in lines] == ["pending", "pending"]
    await post.make_due()
    await post.deliver()

    said = [row.row_id for row in post.messenger.sent if row.message.kind == "thread_line"]
    first, second = (line.row_id for line in lines)
    assert said == [first, first, second]
    assert {state for _, state, _ in await post.states()} == {"sent"}


async def may_be_out(post: Post) -> None:
    """Leave a card in the outbox of whose first attempt nobody knows the end."""
    post.messenger.answers["card"] = [LOST]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.delivery.deliver_due()
    await post.delivery.drain()


async def nudged(post: Post) -> None:
    """Leave a nudge in the outbox, and nothing else."""
    await post.agency.screen(OWNER, PROBLEM)
    await post.deliver()
    post.agency.clock.move(days=8)
    await post.agency.nudges.tick()


def today(post: Post) -> date:
    return post.agency.clock().date()
