"""The database's clock is set back by an hour: nothing waits for longer than was asked (R7).

The monotonic clock is an hour later, too: see `tests.storage.clock`.
"""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.domain.delivery import Away, DeliveryTimes, Sent, Unknown
from bot.storage.database import Database
from bot.storage.delivery.pauses import workspace_pauses
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import lanes, outbox
from bot.storage.heartbeat import Heartbeat, heartbeats
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.clock import HOUR, set_back
from tests.storage.samples import A, B

TIMES = DeliveryTimes()


class Monotonic:
    """The clock that nobody sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def queue(database: Database) -> OutboxQueue:
    return OutboxQueue(database, TIMES)


async def put(units: UnitsOfWork, *keys: str) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        for key in keys:
            await work.outbox.put(samples.to(f"C{key}", key))


async def due_in(database: Database, heartbeat: Heartbeat) -> Sequence[float]:
    """Return in how many seconds each row is due; a heartbeat that was just made says now."""
    async with database.reading() as connection:
        now = await connection.scalar(select(heartbeats.c.at))
        rows = await connection.scalars(select(outbox.c.due_at).order_by(outbox.c.row_id))
        return [due_at - now for due_at in rows]


async def test_r7_a_lease_a_look_and_a_lane_wait_for_what_was_asked(
    units: UnitsOfWork, database: Database, queue: OutboxQueue
) -> None:
    monotonic = Monotonic()
    heartbeat = Heartbeat(database, seconds=monotonic)
    await put(units, "leased", "looked", "sent", "next")
    await heartbeat.beat(A)  # makes the row
    await heartbeat.beat(A)
    _, looked, sent, _ = await queue.claim(10)
    await queue.finish(looked, Unknown("timeout"))
    await queue.finish(sent, Sent("C", "1.0"))

    await set_back(database)
    monotonic.now += HOUR + 6
    await heartbeat.beat(A)

    lease, look, *_ = await due_in(database, heartbeat)
    assert lease == pytest.approx(TIMES.lease.total_seconds() - 6, abs=3)
    assert look == pytest.approx(TIMES.settle.total_seconds() - 6, abs=3)
    async with database.reading() as connection:
        now = await connection.scalar(select(heartbeats.c.at))
        [free_at] = await connection.scalars(select(lanes.c.not_before))
    assert free_at - now < TIMES.pace.total_seconds()


async def test_r7_a_pause_is_over_when_it_was_to_be(
    units: UnitsOfWork, database: Database, queue: OutboxQueue
) -> None:
    await put(units, "refused")
    await Heartbeat(database).beat(A)
    (refused,) = await queue.claim(10)
    await queue.finish(refused, Away("token_revoked"))

    await set_back(database)
    await Heartbeat(database).beat(A)

    async with database.reading() as connection:
        now = await connection.scalar(select(heartbeats.c.at))
        [until] = await connection.scalars(select(workspace_pauses.c.until))
    assert until - now == pytest.approx(TIMES.probe_after.total_seconds(), abs=30)


async def test_r7_of_two_processes_that_notice_it_one_mends_it(
    units: UnitsOfWork, database: Database, queue: OutboxQueue
) -> None:
    await put(units, "leased")
    monotonic = Monotonic()
    both = [Heartbeat(database, seconds=monotonic) for _ in range(2)]
    for each in (*both, *both):
        await each.beat(A)
    await queue.claim(10)

    await set_back(database)
    monotonic.now += HOUR + 6
    for each in both:
        await each.beat(A)

    [lease] = await due_in(database, both[0])
    assert lease == pytest.approx(TIMES.lease.total_seconds() - 6, abs=3)


async def test_r7_a_clock_that_goes_on_changes_nothing(
    units: UnitsOfWork, database: Database, queue: OutboxQueue
) -> None:
    await put(units, "leased")
    monotonic = Monotonic()
    heartbeat = Heartbeat(database, seconds=monotonic)
    await heartbeat.beat(A)
    await queue.claim(10)
    before = await due_rows(database)

    monotonic.now += HOUR
    await heartbeat.beat(A)

    assert await due_rows(database) == before


async def test_r7_what_another_workspace_waits_for_is_left_alone(
    units: UnitsOfWork, database: Database
) -> None:
    for workspace_id in (A, B):
        await samples.add_workspace(units, workspace_id)
        await Heartbeat(database).beat(workspace_id)
        async with units(workspace_id) as work:
            await work.outbox.put(samples.to("C1", "first"))
    await set_back(database)
    _, of_b = await due_rows(database)

    await Heartbeat(database).beat(A)

    in_a, in_b = await due_rows(database)
    assert in_b == of_b
    assert in_a == pytest.approx(of_b - HOUR, abs=30)


async def due_rows(database: Database) -> list[float]:
    async with database.reading() as connection:
        rows = await connection.scalars(select(outbox.c.due_at).order_by(outbox.c.workspace_id))
        return list(rows)
