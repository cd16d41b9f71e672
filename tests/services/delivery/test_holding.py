"""Leases are short and renewed: who lives keeps what it sends, who stood still finds out."""

import asyncio
from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from bot.domain.delivery import DEFAULT_TIMES, Absent, Claimed, Sight
from bot.services.delivery.deliver import DeliveryService
from bot.storage.delivery.tables import outbox
from tests.office import NO_OFFER
from tests.services.agency import OWNER
from tests.services.delivery.posting import Post, ScriptedMessenger

SEND_WITHIN = DEFAULT_TIMES.send_within.total_seconds()
LEASE = DEFAULT_TIMES.lease.total_seconds()

pytestmark = pytest.mark.both_databases


@dataclass
class Worker:
    """A process that delivers, whose monotonic clock and whose Slack the test moves."""

    post: Post
    now: float = 0.0
    messenger: ScriptedMessenger = field(default_factory=ScriptedMessenger)

    def __post_init__(self) -> None:
        agency = self.post.agency
        self.delivery = DeliveryService(
            self.post.queue,
            agency.units,
            agency.membership,
            self.messenger,
            agency.clock,
            seconds=lambda: self.now,
        )

    async def ages(self, seconds: float) -> None:
        """Let time pass for what is under way, by both clocks."""
        self.now += seconds
        async with self.post.agency.database.writing() as connection:
            earlier = update(outbox).where(outbox.c.state == "claimed")
            await connection.execute(earlier.values(due_at=outbox.c.due_at - seconds))

    async def works_on(self) -> None:
        await self.delivery.deliver_due()
        await self.delivery.drain()


@pytest.fixture
def worker(post: Post) -> Worker:
    return Worker(post)


async def test_whoever_takes_long_and_lives_keeps_what_it_sends(post: Post, worker: Worker) -> None:
    """Slack takes five leases to answer, and another worker is there all the time."""
    gate = asyncio.Event()
    worker.messenger.while_sending = lambda _: gate
    await post.agency.screen(OWNER, NO_OFFER)
    await worker.delivery.deliver_due()

    for _ in range(5 * round(LEASE)):
        await worker.ages(1)
        await worker.delivery.deliver_due()
        await post.deliver()
    gate.set()
    await worker.delivery.drain()

    assert post.messenger.kinds == []
    assert worker.messenger.kinds == ["card"]
    assert await post.states() == [("card", "sent", None)]


async def test_whoever_drains_keeps_what_it_sends(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends, or `walkaway tick`, does not look for what is due any more."""
    began, held, gate = asyncio.Event(), asyncio.Event(), asyncio.Event()
    hold = post.queue.hold

    async def note(rows: list[Claimed]) -> object:
        held.set()
        return await hold(rows)

    def sending(_: Claimed) -> asyncio.Event:
        began.set()
        return gate

    monkeypatch.setattr(post.queue, "hold", note)
    worker = Worker(post)
    worker.messenger.while_sending = sending
    await post.agency.screen(OWNER, NO_OFFER)
    await worker.delivery.deliver_due()
    await began.wait()

    await worker.ages(LEASE - 1)
    ending = asyncio.create_task(worker.delivery.drain())
    async with asyncio.timeout(30):
        await held.wait()
    gate.set()
    await ending

    assert await post.states() == [("card", "sent", None)]


async def test_what_somebody_else_took_meanwhile_is_not_said(
    post: Post, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands still while it looks, until its lease is over and the other one sent it."""

    async def look(*_: object) -> Sight:
        await worker.ages(LEASE + 1)
        await post.deliver()
        return Absent()

    monkeypatch.setattr(worker.messenger, "look", look)
    await may_be_out(post)

    await worker.works_on()

    assert post.messenger.kinds == ["card"]
    assert worker.messenger.kinds == []
    assert await post.states() == [("card", "sent", None)]


async def test_what_nobody_took_meanwhile_is_said_by_who_stood_still(
    post: Post, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(*_: object) -> Sight:
        await worker.ages(LEASE + 1)
        return Absent()

    monkeypatch.setattr(worker.messenger, "look", look)
    await may_be_out(post)

    await worker.works_on()

    assert worker.messenger.kinds == ["card"]
    assert await post.states() == [("card", "sent", None)]


async def test_without_the_database_nothing_is_begun(
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever is cut off from it cannot know whether somebody else sends the message by now."""

    async def cut_off(_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(post.queue, "hold", cut_off)
    worker = Worker(post)

    async def look(*_: object) -> Sight:
        worker.now += SEND_WITHIN + 1
        return Absent()

    monkeypatch.setattr(worker.messenger, "look", look)
    await may_be_out(post)

    await worker.delivery.deliver_due()
    await worker.delivery.drain()

    assert worker.messenger.kinds == []
    assert await post.states() == [("card", "pending", "too_late_to_send")]
    assert "could not be held" in caplog.text


async def test_what_we_claim_again_ourselves_is_not_sent_a_second_time(
    post: Post, worker: Worker
) -> None:
    """The database's clock leaps ahead while a message is under way."""
    gate = asyncio.Event()
    worker.messenger.while_sending = lambda _: gate
    await post.agency.screen(OWNER, NO_OFFER)
    await worker.delivery.deliver_due()

    await post.make_due()
    await worker.delivery.deliver_due()
    gate.set()
    await worker.delivery.drain()

    assert worker.messenger.kinds == ["card"]
    assert await post.states() == [("card", "claimed", None)]  # looked for after its lease


async def may_be_out(post: Post) -> None:
    """Leave a card in the outbox that an attempt before may have posted."""
    await post.agency.screen(OWNER, NO_OFFER)
    async with post.agency.database.writing() as connection:
        await connection.execute(update(outbox).values(may_be_out=True))
