"""What the delivery of cards asks the database: it decides how many go out in a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.people import MemberId
from bot.services.delivery.deliver import AT_ONCE, IN_ONE_CLAIM
from bot.storage.delivery.tables import outbox
from tests.office import NO_OFFER
from tests.services.agency import OWNER, A, Agency
from tests.services.delivery.posting import CHANNEL, Post, decided

pytestmark = pytest.mark.both_databases

LINK = "https://nordlicht.example/archives/C0VERDICTS/p10"


@dataclass
class Asked:
    """What was asked of the database."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0

    def note(self, _1: Any, _2: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)

    def begin(self, _: Any) -> None:
        self.transactions += 1


@contextmanager
def asked() -> Iterator[Asked]:
    it = Asked()
    event.listen(Engine, "before_cursor_execute", it.note)
    event.listen(Engine, "begin", it.begin)
    try:
        yield it
    finally:
        event.remove(Engine, "before_cursor_execute", it.note)
        event.remove(Engine, "begin", it.begin)


async def in_lanes_of_their_own(agency: Agency) -> None:
    """Let each message go to a channel of its own."""
    async with agency.database.writing() as connection:
        kept = update(outbox).values(recipient=CHANNEL + outbox.c.dedupe_key)
        await connection.execute(kept)


async def test_a_card_takes_eight_statements_in_two_transactions(
    agency: Agency, post: Post
) -> None:
    post.messenger.links = [LINK]
    await agency.screen(OWNER, NO_OFFER)

    with asked() as its:
        assert await post.delivery.deliver_due() == 1
        await post.delivery.drain()

    assert await post.states() == [("card", "sent", None)]
    assert (len(its.statements), its.transactions) == (8, 2), its.statements


async def test_a_card_that_is_rewritten_takes_no_more(agency: Agency, post: Post) -> None:
    post.messenger.links = [LINK]
    await decided(agency)
    await post.delivery.deliver_due()
    await post.delivery.drain()

    with asked() as its:
        assert await post.delivery.deliver_due() == 1
        await post.delivery.drain()

    assert post.messenger.kinds == ["card", "card_rewrite"]
    assert (len(its.statements), its.transactions) == (7, 2), its.statements


async def test_cards_of_several_lanes_are_claimed_and_read_together(
    agency: Agency, post: Post
) -> None:
    for number in range(10):
        await agency.screen(OWNER, NO_OFFER, f"Firm {number}")
    await in_lanes_of_their_own(agency)

    with asked() as its:
        assert await post.delivery.deliver_due() == 10
        await post.delivery.drain()

    assert {overview.facts.name for overview in post.messenger.overviews if overview} == {
        f"Firm {number}" for number in range(10)
    }
    assert (len(its.statements), its.transactions) == (5 + 10 * 3, 1 + 10), its.statements


async def test_one_pass_claims_more_than_one_statement_does(agency: Agency, post: Post) -> None:
    many = IN_ONE_CLAIM + 5
    async with agency.units(A) as work:
        for number in range(many):
            says, key = payloads.NotDelivered(CHANNEL, "is_archived"), f"key:{number}"
            whom = MemberId(f"U0{number}")
            await work.outbox.put(OutboxMessage(MessageKind.UNDELIVERABLE, whom, key, payload=says))

    assert many < AT_ONCE
    assert await post.delivery.deliver_due() == many
    await post.delivery.drain()


async def test_what_cannot_be_read_ahead_keeps_nothing_from_being_claimed(
    agency: Agency, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agency.screen(OWNER, NO_OFFER)

    async def broken(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as once:
        once.setattr("bot.services.delivery.deliver.read_ahead", broken)
        assert await post.delivery.deliver_due() == 1
        await post.delivery.drain()

    assert await post.states() == [("card", "sent", None)]


async def test_what_changes_after_the_claim_follows_in_the_same_lane(
    agency: Agency, post: Post
) -> None:
    """It is read with the claim; whoever acts after that leaves a message that rewrites it."""
    prospect = await agency.screen(OWNER, NO_OFFER)

    assert await post.delivery.deliver_due() == 1
    await agency.walk_away(OWNER, prospect)
    await post.delivery.drain()
    await post.deliver()

    assert post.messenger.kinds == ["card", "card_rewrite", "thread_line"]
    rewritten = post.messenger.overviews[1]
    assert rewritten is not None
    assert rewritten.prospect.revision == 2
