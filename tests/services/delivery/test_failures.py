"""Delivery that fails: who is told, what is tried again, and what is not."""

import asyncio

import pytest

from bot.domain.delivery import Absent, Claimed, Dead, Sent, Sight, Unknown
from bot.services.delivery.deliver import DeliveryService
from tests.office import NO_OFFER
from tests.services.agency import MANAGER, OWNER, SECOND_MANAGER, A
from tests.services.delivery.posting import CHANNEL, SENT, Post, ScriptedMessenger, decided

pytestmark = pytest.mark.both_databases


async def test_a_dead_message_is_told_to_every_manager_once(post: Post) -> None:
    post.messenger.answers["card"] = [Dead("is_archived"), Dead("is_archived")]
    await post.agency.screen(OWNER, NO_OFFER, "First")
    await post.agency.screen(OWNER, NO_OFFER, "Second")

    await post.deliver()

    told = [row for row in await post.agency.messages() if row.kind == "undeliverable"]
    assert sorted(row.recipient for row in told) == sorted([MANAGER, SECOND_MANAGER])
    assert told[0].detail == {"recipient": CHANNEL, "cause": "is_archived"}
    assert (await post.states())[:2] == [("card", "dead", "is_archived")] * 2


async def test_another_cause_is_told_again(post: Post) -> None:
    post.messenger.answers["card"] = [Dead("is_archived"), Dead("not_in_channel")]
    await post.agency.screen(OWNER, NO_OFFER, "First")
    await post.agency.screen(OWNER, NO_OFFER, "Second")

    await post.deliver()

    causes = [r.detail["cause"] for r in await post.agency.messages() if r.kind == "undeliverable"]
    assert sorted(causes) == ["is_archived"] * 2 + ["not_in_channel"] * 2


async def test_what_is_not_needed_any_more_is_told_to_nobody(post: Post) -> None:
    post.messenger.answers["card_rewrite"] = [Dead("not_needed")]
    await decided(post.agency)

    await post.deliver()

    assert "undeliverable" not in post.messenger.kinds
    assert ("card_rewrite", "dead", "not_needed") in await post.states()


async def test_an_undeliverable_message_about_one_makes_no_further_one(post: Post) -> None:
    post.messenger.answers["card"] = [Dead("is_archived")]
    post.messenger.answers["undeliverable"] = [Dead("user_disabled"), Dead("user_disabled")]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert post.messenger.kinds.count("undeliverable") == 2


async def test_after_an_unknown_end_the_next_attempt_knows_that_it_may_be_out(
    post: Post,
) -> None:
    post.messenger.answers["card"] = [Unknown("TimeoutError")]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()

    assert [(row.attempts, row.may_be_out) for row in post.messenger.sent] == [
        (1, False),
        (2, True),
    ]


async def test_our_own_mistake_in_sending_counts_as_unknown_and_is_logged(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.messenger.answers["card"] = [KeyError("oops")]
    await post.agency.screen(OWNER, NO_OFFER)

    await post.delivery.deliver_due()
    await post.delivery.drain()

    assert await post.states() == [("card", "pending", "KeyError")]
    assert "could not be sent" in caplog.text


async def test_who_was_replaced_does_nothing_more(post: Post) -> None:
    gate = asyncio.Event()
    post.messenger.while_sending = lambda row: gate if row.fence == 1 else None
    post.messenger.answers["card"] = [SENT, Dead("is_archived")]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.delivery.deliver_due()
    await post.make_due()  # the lease ran out

    successor = ScriptedMessenger({"card": [SENT]})
    other = DeliveryService(
        post.queue, post.agency.units, post.agency.membership, successor, post.agency.clock
    )
    await other.deliver_due()
    await other.drain()
    post.messenger.answers["card"] = [Dead("is_archived")]
    gate.set()
    await post.delivery.drain()

    assert successor.sent[0].may_be_out
    assert await post.states() == [("card", "sent", None)]


async def test_a_crash_after_the_card_was_kept_does_not_post_it_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The version before kept the card in a transaction of its own."""

    async def keep_and_crash(row: Claimed, *_: object) -> bool:
        assert row.message.qualification_id is not None
        async with post.agency.units(A) as work:
            await work.qualifications.set_card(row.message.qualification_id, CHANNEL, "1.0")
        raise RuntimeError

    await post.agency.screen(OWNER, NO_OFFER)
    with monkeypatch.context() as broken:
        broken.setattr(post.queue, "finish", keep_and_crash)
        await post.delivery.deliver_due()
        await post.delivery.drain()
    assert await post.states() == [("card", "claimed", None)]
    assert "was not finished" in caplog.text

    await post.make_due()
    await post.deliver()

    assert post.messenger.kinds == ["card"]
    assert await post.states() == [("card", "sent", None)]


@pytest.mark.parametrize("sight", [Absent(), Sent(CHANNEL, "1.0")])
async def test_a_crash_while_a_card_is_finished_keeps_nothing_and_it_is_looked_for(
    post: Post, monkeypatch: pytest.MonkeyPatch, sight: Sight
) -> None:
    """Where it stands and that it is sent are kept together, or not at all."""

    async def crash(*_: object) -> None:
        raise RuntimeError

    await post.agency.screen(OWNER, NO_OFFER)
    with monkeypatch.context() as broken:
        broken.setattr(post.queue, "_slow_down", crash)
        await post.delivery.deliver_due()
        await post.delivery.drain()
    assert await post.states() == [("card", "claimed", None)]

    post.messenger.sights = [sight]
    await post.make_due()
    await post.deliver()

    assert len(post.messenger.looked_for) == 1
    assert len(post.messenger.sent) == (2 if isinstance(sight, Absent) else 1)
    assert await post.states() == [("card", "sent", None)]
