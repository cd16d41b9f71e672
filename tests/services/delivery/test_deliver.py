"""Delivery: in order, lane by lane, once."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.domain.delivery import (
    Dead,
    DeliveryTimes,
    MessageKind,
    OutboxMessage,
    Postponed,
    SendResult,
    Sent,
    Unknown,
    payloads,
)
from bot.domain.people import MemberId
from bot.services.delivery.deliver import AT_ONCE, DeliveryService
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from tests.office import NO_OFFER, SetClock
from tests.services.agency import OTHER, OWNER, A, Agency
from tests.services.delivery.posting import CHANNEL, NOTHING, SENT, Post, ScriptedMessenger, decided

pytestmark = pytest.mark.both_databases


async def test_messages_of_a_lane_go_out_one_by_one_in_their_order(post: Post) -> None:
    await decided(post.agency)

    assert await post.delivery.deliver_due() == 1
    assert await post.delivery.deliver_due() == 0
    await post.delivery.drain()
    await post.deliver()

    assert post.messenger.kinds == ["card", "card_rewrite", "thread_line"]
    assert {state for _, state, _ in await post.states()} == {"sent"}


async def test_a_message_is_drawn_from_the_state_of_the_moment(post: Post) -> None:
    prospect = await decided(post.agency)

    await post.deliver()

    card, rewrite, line = post.messenger.overviews
    assert card is not None and rewrite is not None and line is not None  # noqa: PT018
    assert card.prospect == rewrite.prospect == line.prospect == prospect
    assert rewrite.qualification.card_ts == "1.0"


async def test_a_private_message_knows_its_reader(post: Post) -> None:
    await post.agency.screen(OTHER, NO_OFFER, owner=OWNER)

    await post.deliver()

    readers = dict(zip(post.messenger.kinds, post.messenger.readers, strict=True))
    assert readers["card"] is None
    reader = readers["owner_chosen"]
    assert reader is not None
    assert reader.caller.member_id == OWNER


async def test_a_slow_lane_delays_no_other(post: Post) -> None:
    gate = asyncio.Event()
    post.messenger.while_sending = lambda row: gate if row.message.kind == "card" else None
    await post.agency.screen(OTHER, NO_OFFER, owner=OWNER)

    assert await post.delivery.deliver_due() == 2
    async with asyncio.timeout(60):
        while ("owner_chosen", "sent", None) not in await post.states():
            pass

    assert ("card", "claimed", None) in await post.states()
    gate.set()
    await post.delivery.drain()
    assert ("card", "sent", None) in await post.states()


async def test_a_postponed_message_waits_and_goes_out_before_what_follows(post: Post) -> None:
    post.messenger.answers["card"] = [Postponed(timedelta(hours=1), "away")]
    await decided(post.agency)

    await post.deliver()
    assert post.messenger.kinds == ["card"]
    assert (await post.states())[0] == ("card", "pending", "away")
    await post.make_due()
    await post.deliver()

    assert post.messenger.kinds == ["card", "card", "card_rewrite", "thread_line"]
    assert not post.messenger.sent[1].may_be_out


async def test_a_limited_lane_waits_as_a_whole_and_others_do_not(post: Post) -> None:
    post.messenger.answers["card"] = [Postponed(timedelta(hours=1), "ratelimited", lane=True)]
    await post.agency.screen(OTHER, NO_OFFER, owner=OWNER)

    await post.deliver()
    await post.make_due()
    await post.deliver()

    assert sorted(post.messenger.kinds) == ["card", "owner_chosen"]


async def test_the_card_is_kept_where_slack_put_it(post: Post) -> None:
    post.messenger.answers["card"] = [Sent("C0MOVED", "9.9")]
    prospect = await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()
    await post.agency.walk_away(OWNER, prospect)

    assert [row.recipient for row in await post.agency.messages()] == [CHANNEL] + ["C0MOVED"] * 2


async def test_blocks_that_slack_refused_are_left_out_for_thirty_days(post: Post) -> None:
    post.messenger.answers["card"] = [Sent(CHANNEL, "1.0", refused=frozenset({"container"}))]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.deliver()
    await post.agency.screen(OWNER, NO_OFFER, "Other")
    await post.make_due()
    await post.deliver()
    post.agency.clock.move(days=30)
    await post.agency.screen(OWNER, NO_OFFER, "Third")
    await post.make_due()
    await post.deliver()

    cards = [
        left_out
        for sent, left_out in zip(post.messenger.sent, post.messenger.left_out, strict=True)
        if sent.message.kind is MessageKind.CARD
    ]
    assert cards == [frozenset(), {"container"}, frozenset()]


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (SENT, 1.0),
        (Postponed(timedelta(seconds=17), "ratelimited", lane=True), 17.0),
        (Postponed(timedelta(seconds=10), "ClientConnectorError"), 0.0),
        (Dead("channel_not_found"), 0.0),
        (Unknown("TimeoutError"), 0.0),
    ],
)
async def test_a_lane_is_looked_at_again_as_soon_as_it_is_free(
    agency: Agency, outcome: SendResult, seconds: float
) -> None:
    looked: list[float] = []
    messenger = ScriptedMessenger({"card": [outcome]})
    delivery = DeliveryService(
        OutboxQueue(agency.database),
        agency.units,
        agency.membership,
        messenger,
        agency.clock,
        look_again_in=looked.append,
    )
    await agency.screen(OWNER, NO_OFFER)

    await delivery.deliver_due()
    assert looked == []
    await delivery.drain()

    assert looked == [seconds]


async def test_no_more_than_a_few_messages_are_under_way(post: Post) -> None:
    gate = asyncio.Event()
    post.messenger.while_sending = lambda _: gate
    async with post.agency.units(A) as work:
        for number in range(AT_ONCE + 5):
            recipient = MemberId(f"U0{number}")
            says, key = payloads.NotDelivered(CHANNEL, "is_archived"), f"key:{number}"
            await work.outbox.put(
                OutboxMessage(MessageKind.UNDELIVERABLE, recipient, key, payload=says)
            )

    assert await post.delivery.deliver_due() == AT_ONCE
    assert await post.delivery.deliver_due() == 0
    gate.set()
    await post.delivery.drain()
    assert await post.delivery.deliver_due() == 5
    await post.delivery.drain()


async def test_an_outbox_of_two_processes_sends_each_message_once(
    post: Post, database: Database, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    second = ScriptedMessenger()
    other = DeliveryService(
        OutboxQueue(database, DeliveryTimes(pace=NOTHING)),
        post.agency.units,
        post.agency.membership,
        second,
        clock,
    )
    await decided(post.agency)

    async with asyncio.timeout(60):
        while any(state != "sent" for _, state, _ in await post.states()):
            await asyncio.gather(post.delivery.deliver_due(), other.deliver_due())
            await asyncio.gather(post.delivery.drain(), other.drain())

    assert sorted(post.messenger.kinds + second.kinds) == ["card", "card_rewrite", "thread_line"]
    assert caplog.records == []
