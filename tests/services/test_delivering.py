"""Delivery from the real outbox through a scripted messenger."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.dossier import Dossier
from bot.domain.people import MemberId
from bot.domain.prospect import Prospect
from bot.services.delivering import Delivering
from bot.services.ports import (
    Claimed,
    Dead,
    MessageKind,
    OutboxMessage,
    Outcome,
    Person,
    Postponed,
    Sent,
    Unknown,
)
from bot.storage.database import Database
from bot.storage.outbox import SqlOutboxQueue
from bot.storage.tables import outbox
from tests.office import NO_OFFER, SetClock
from tests.services.agency import MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency

CHANNEL = "C0VERDICTS"
NOTHING = timedelta(0)
SENT = Sent(CHANNEL, "1.0")

Answer = Outcome | Exception


@dataclass
class ScriptedMessenger:
    """Answers as it is told; whatever is not foreseen is sent."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """By kind, one after another."""
    sent: list[Claimed] = field(default_factory=list)
    dossiers: list[Dossier | None] = field(default_factory=list)
    readers: list[Person | None] = field(default_factory=list)
    while_sending: Callable[[Claimed], asyncio.Event | None] = lambda _: None

    async def send(
        self, claimed: Claimed, dossier: Dossier | None, reader: Person | None
    ) -> Outcome:
        self.sent.append(claimed)
        self.dossiers.append(dossier)
        self.readers.append(reader)
        if gate := self.while_sending(claimed):
            await gate.wait()
        script = self.answers.get(claimed.message.kind, [])
        answer = script.pop(0) if script else Sent(claimed.message.recipient, "1.0")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def kinds(self) -> list[str]:
        return [claimed.message.kind for claimed in self.sent]


@dataclass
class Post:
    """An agency, and the delivery of its messages."""

    agency: Agency
    messenger: ScriptedMessenger
    queue: SqlOutboxQueue
    delivering: Delivering

    async def deliver(self) -> None:
        """Deliver until nothing is due."""
        while await self.delivering.deliver_due():
            await self.delivering.drain()

    async def states(self) -> list[tuple[str, str, str | None]]:
        return [(row.kind, row.state, row.cause) for row in await self.agency.messages()]

    async def make_due(self) -> None:
        """Let every waiting time be over, leases included."""
        async with self.agency.database.writing() as connection:
            await connection.execute(update(outbox).values(due_at=0))


@pytest.fixture
async def post(agency: Agency) -> Post:
    messenger = ScriptedMessenger()
    queue = SqlOutboxQueue(agency.database, pace=NOTHING, settle=NOTHING)
    delivering = Delivering(queue, agency.units, agency.membership, messenger)
    return Post(agency, messenger, queue, delivering)


async def decided(agency: Agency) -> Prospect:
    """Leave a card, its rewriting and a line in its thread in the outbox."""
    return await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))


async def test_messages_of_a_lane_go_out_one_by_one_in_their_order(post: Post) -> None:
    await decided(post.agency)

    assert await post.delivering.deliver_due() == 1
    assert await post.delivering.deliver_due() == 0
    await post.delivering.drain()
    await post.deliver()

    assert post.messenger.kinds == ["card", "card_rewrite", "thread_line"]
    assert {state for _, state, _ in await post.states()} == {"sent"}


async def test_a_message_is_drawn_from_the_state_of_the_moment(post: Post) -> None:
    prospect = await decided(post.agency)

    await post.deliver()

    card, rewrite, line = post.messenger.dossiers
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

    assert await post.delivering.deliver_due() == 2
    async with asyncio.timeout(5):
        while ("owner_chosen", "sent", None) not in await post.states():
            pass

    assert ("card", "claimed", None) in await post.states()
    gate.set()
    await post.delivering.drain()
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

    assert post.messenger.kinds == ["card", "owner_chosen"]


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

    await post.delivering.deliver_due()
    await post.delivering.drain()

    assert await post.states() == [("card", "pending", "KeyError")]
    assert "could not be sent" in caplog.text


async def test_who_was_replaced_does_nothing_more(post: Post) -> None:
    gate = asyncio.Event()
    post.messenger.while_sending = lambda row: gate if row.fence == 1 else None
    post.messenger.answers["card"] = [SENT, Dead("is_archived")]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.delivering.deliver_due()
    await post.make_due()  # the lease ran out

    successor = ScriptedMessenger({"card": [SENT]})
    other = Delivering(post.queue, post.agency.units, post.agency.membership, successor)
    await other.deliver_due()
    await other.drain()
    post.messenger.answers["card"] = [Dead("is_archived")]
    gate.set()
    await post.delivering.drain()

    assert successor.sent[0].may_be_out
    assert await post.states() == [("card", "sent", None)]


async def test_a_crash_after_the_card_was_kept_does_not_post_it_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(_: Claimed, __: Outcome) -> bool:
        raise RuntimeError

    await post.agency.screen(OWNER, NO_OFFER)
    with monkeypatch.context() as broken:
        broken.setattr(post.queue, "finish", crash)
        await post.delivering.deliver_due()
        await post.delivering.drain()
    assert await post.states() == [("card", "claimed", None)]
    assert "was not finished" in caplog.text

    await post.make_due()
    await post.deliver()

    assert post.messenger.kinds == ["card"]
    assert await post.states() == [("card", "sent", None)]


async def test_the_card_is_kept_where_slack_put_it(post: Post) -> None:
    post.messenger.answers["card"] = [Sent("C0MOVED", "9.9")]
    prospect = await post.agency.screen(OWNER, NO_OFFER)

    await post.deliver()
    await post.agency.walk_away(OWNER, prospect)

    assert [row.recipient for row in await post.agency.messages()] == [CHANNEL] + ["C0MOVED"] * 2


async def test_a_lane_that_got_free_is_looked_at_again(agency: Agency) -> None:
    looked: list[str] = []
    queue = SqlOutboxQueue(agency.database)
    messenger = ScriptedMessenger()
    delivering = Delivering(
        queue,
        agency.units,
        agency.membership,
        messenger,
        look_again=lambda: looked.append("again"),
    )
    await agency.screen(OWNER, NO_OFFER)

    await delivering.deliver_due()
    assert looked == []
    await delivering.drain()

    assert looked == ["again"]


async def test_no_more_than_a_few_messages_are_under_way(post: Post) -> None:
    gate = asyncio.Event()
    post.messenger.while_sending = lambda _: gate
    async with post.agency.units(A) as work:
        for number in range(25):
            recipient = MemberId(f"U0{number}")
            await work.outbox.put(
                OutboxMessage(MessageKind.UNDELIVERABLE, recipient, f"key:{number}")
            )

    assert await post.delivering.deliver_due() == 20
    assert await post.delivering.deliver_due() == 0
    gate.set()
    await post.delivering.drain()
    assert await post.delivering.deliver_due() == 5
    await post.delivering.drain()


async def test_an_outbox_of_two_processes_sends_each_message_once(
    post: Post, database: Database, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    second = ScriptedMessenger()
    other = Delivering(
        SqlOutboxQueue(database, pace=NOTHING), post.agency.units, post.agency.membership, second
    )
    await decided(post.agency)

    async with asyncio.timeout(20):
        while any(state != "sent" for _, state, _ in await post.states()):
            await asyncio.gather(post.delivering.deliver_due(), other.deliver_due())
            await asyncio.gather(post.delivering.drain(), other.drain())

    assert sorted(post.messenger.kinds + second.kinds) == ["card", "card_rewrite", "thread_line"]
    assert caplog.records == []
