"""The claim and its fence: who may send what, and when."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clock import PACE
from bot.domain.delivery import (
    Claimed,
    Dead,
    DeliveryTimes,
    Failed,
    MessageKind,
    Postponed,
    SendResult,
    Sent,
    Unknown,
)
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import lanes, outbox
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B

NOTHING = timedelta(0)
HOUR = timedelta(hours=1)
SENT = Sent("C0VERDICTS", "1700000000.000100")


@pytest.fixture
def queue(database: Database) -> OutboxQueue:
    return OutboxQueue(database, DeliveryTimes(pace=NOTHING))


@pytest.fixture
def impatient(database: Database) -> OutboxQueue:
    """One whose leases are over at once."""
    return OutboxQueue(database, DeliveryTimes(pace=NOTHING, lease=NOTHING))


async def test_a_claim_says_all_that_the_message_says(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await samples.fill(units, A)

    (claimed,) = await queue.claim(10)

    assert claimed == Claimed(
        row_id=claimed.row_id,
        workspace_id=A,
        message=samples.message,
        fence=1,
        attempts=1,
        may_be_out=False,
        may_be_twice=False,
        written_at=claimed.written_at,
    )
    assert claimed.written_at == pytest.approx(time.time(), abs=60)


async def test_the_same_thing_is_said_once(units: UnitsOfWork, queue: OutboxQueue) -> None:
    await _put(units, "C1 one", "C1 one", "C2 one")

    assert _keys(await queue.claim(10)) == ["one"]


async def test_the_first_message_of_each_lane_is_claimed(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await _put(units, "C1 a", "C1 b", "C2 c", "C2 d", "C3 e")

    assert _keys(await queue.claim(2)) == ["a", "c"]
    assert _keys(await queue.claim(10)) == ["e"]
    assert await queue.claim(10) == []


async def test_a_lane_goes_on_in_its_order_once_a_message_is_sent(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await _put(units, "C1 a", "C1 b", "C1 c")

    assert await _all(queue, SENT) == ["a", "b", "c"]


async def test_two_workspaces_with_the_same_channel_are_two_lanes(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await _put(units, "C1 a")
    await samples.add_workspace(units, B)
    async with units(B) as work:
        await work.outbox.put(samples.to("C1", "a"))

    claimed = await queue.claim(10)

    assert [each.workspace_id for each in claimed] == [A, B]


async def test_a_sent_message_keeps_where_it_is(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a")
    (claimed,) = await queue.claim(1)

    assert await queue.finish(claimed, SENT)

    row = await _row(database, claimed)
    assert (row.state, row.channel, row.ts) == ("sent", SENT.channel, SENT.ts)
    leased_at = row.due_at - DeliveryTimes().lease.total_seconds()
    assert row.sent_at == pytest.approx(leased_at, abs=30)


async def test_what_was_said_about_a_prospect_is_found_with_its_place(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await samples.fill(units, A)
    line, card = samples.message.kind, MessageKind.CARD
    again = replace(samples.message, dedupe_key="line:2", recipient="C0OTHER")
    other = replace(samples.message, kind=card, dedupe_key="card:1", recipient="C0THIRD")
    async with units(A) as work:
        for message in (again, other):
            await work.outbox.put(message)
    first, second, _ = await queue.claim(10)
    await queue.finish(first, SENT)

    async with units.reading(A) as work:
        assert await work.outbox.messages_about(samples.PROSPECT, [line]) == [
            samples.message,
            again,
        ]
        assert await work.outbox.messages_about(samples.PROSPECT, [card]) == [other]
        assert await work.outbox.place_of("line:1") == (SENT.channel, SENT.ts)
        assert await work.outbox.place_of("line:2") is None
        assert await work.outbox.place_of("line:3") is None

    await queue.finish(second, Dead("is_archived"))
    async with units.reading(A) as work:
        assert await work.outbox.messages_about(samples.PROSPECT, [line]) == [samples.message]


async def test_a_channel_takes_one_message_in_its_time(
    units: UnitsOfWork, database: Database
) -> None:
    queue = OutboxQueue(database, DeliveryTimes(pace=HOUR))
    await _put(units, "C1 a", "C1 b", "C2 c")

    assert await _all(queue, SENT) == ["a", "c"]
    assert await queue.claim(10) == []

    await _hours_pass(database)
    assert _keys(await queue.claim(10)) == ["b"]


async def test_a_postponed_message_holds_back_its_lane_and_no_other(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a", "C1 b", "C2 c")
    first, other = await queue.claim(10)

    await queue.finish(first, Postponed(HOUR, "no connection"))
    await queue.finish(other, SENT)
    assert await queue.claim(10) == []
    assert (await _row(database, first)).cause == "no connection"

    await _hours_pass(database)
    (again,) = await queue.claim(10)
    assert (again.message, again.attempts, again.may_be_out) == (first.message, 1, False)


async def test_a_rate_limit_slows_the_whole_lane(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a", "C2 b")
    limited, other = await queue.claim(10)

    await queue.finish(limited, Postponed(HOUR, "ratelimited", lane=True))
    await queue.finish(other, Postponed(HOUR, "no connection"))
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(due_at=0))

    assert await _all(queue, SENT) == ["b"]
    await _hours_pass(database)
    assert await _all(queue, SENT) == ["a"]


async def test_a_dead_message_stands_in_nobodys_way(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a", "C1 b")
    (claimed,) = await queue.claim(10)

    assert await queue.finish(claimed, Dead("is_archived"))

    assert _keys(await queue.claim(10)) == ["b"]
    row = await _row(database, claimed)
    assert (row.state, row.cause) == ("dead", "is_archived")


async def test_a_message_that_may_be_out_comes_back_after_it_has_settled(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a", "C1 b")
    (claimed,) = await queue.claim(10)

    assert await queue.finish(claimed, Unknown("timeout"))
    assert await queue.claim(10) == []

    await _hours_pass(database)
    (again,) = await queue.claim(10)
    assert (again.message, again.may_be_out) == (claimed.message, True)


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (Unknown("timeout"), [10, 10, 10, 20, 40, 80, 160, 300, 300, 300]),
        (Failed("KeyError"), [30, 60, 120]),
    ],
)
async def test_r9_the_wait_after_an_end_that_we_do_not_know_grows_up_to_five_minutes(
    units: UnitsOfWork,
    queue: OutboxQueue,
    database: Database,
    outcome: SendResult,
    seconds: Sequence[float],
) -> None:
    await _put(units, "C1 a")
    waits = []
    for _ in seconds:
        (claimed,) = await queue.claim(10)
        begun = (await _row(database, claimed)).due_at - DeliveryTimes().lease.total_seconds()
        await queue.finish(claimed, outcome)
        waits.append((await _row(database, claimed)).due_at - begun)
        await _hours_pass(database)

    assert waits == pytest.approx(seconds, abs=5)


async def test_what_may_be_out_once_stays_so_until_it_is_known(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a")
    for outcome in (Unknown("timeout"), Postponed(HOUR, "no connection")):
        (claimed,) = await queue.claim(10)
        await queue.finish(claimed, outcome)
        await _hours_pass(database)

    (claimed,) = await queue.claim(10)

    assert claimed.may_be_out


async def test_a_row_whose_lease_ran_out_is_claimed_again_and_may_be_out(
    units: UnitsOfWork, impatient: OutboxQueue
) -> None:
    await _put(units, "C1 a", "C1 b")
    (frozen,) = await impatient.claim(10)

    (claimed,) = await impatient.claim(10)

    assert claimed.message == frozen.message
    assert (claimed.fence, claimed.attempts, claimed.may_be_out) == (2, 2, True)


async def test_a_lease_that_is_renewed_begins_anew(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a", "C2 b")
    first, second = await queue.claim(10)
    await _hours_pass(database)

    assert await queue.hold([first]) == {first.row_id}

    (again,) = await queue.claim(10)
    assert again.message == second.message
    assert await queue.finish(first, SENT)


async def test_nobody_holds_what_somebody_else_took_or_what_is_finished(
    units: UnitsOfWork, impatient: OutboxQueue, queue: OutboxQueue
) -> None:
    await _put(units, "C1 a", "C2 b")
    frozen, other = await impatient.claim(10)
    await impatient.finish(other, SENT)
    (claimed,) = await queue.claim(10)

    assert await queue.hold([frozen, other]) == frozenset()
    assert await queue.hold([claimed]) == {claimed.row_id}


def test_r9_nobody_waits_longer_than_ten_seconds_for_who_was_killed() -> None:
    """The lease, and a second until somebody looks; what was begun has time to show up."""
    times = DeliveryTimes()

    assert times.lease + PACE < timedelta(seconds=10)
    assert times.lease - times.send_within >= times.after_death


async def test_what_may_appear_twice_stays_so(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a")
    (claimed,) = await queue.claim(10)

    assert await queue.note_twice(claimed)
    await queue.finish(claimed, Unknown("timeout"))
    await _hours_pass(database)
    (again,) = await queue.claim(10)

    assert again.may_be_twice
    await queue.finish(again, SENT)
    row = await _row(database, claimed)
    assert (row.state, row.may_be_twice) == ("sent", True)


async def test_who_was_replaced_notes_nothing(
    units: UnitsOfWork, impatient: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 a")
    (frozen,) = await impatient.claim(10)
    await impatient.claim(10)

    assert not await impatient.note_twice(frozen)
    assert not (await _row(database, frozen)).may_be_twice


@pytest.mark.parametrize("outcome", [SENT, Postponed(HOUR, "x"), Dead("x"), Unknown("x")])
async def test_who_was_replaced_changes_nothing(
    units: UnitsOfWork, impatient: OutboxQueue, database: Database, outcome: SendResult
) -> None:
    await _put(units, "C1 a")
    (frozen,) = await impatient.claim(10)
    (claimed,) = await impatient.claim(10)
    before = await _row(database, claimed)

    assert not await impatient.finish(frozen, outcome)

    assert await _row(database, claimed) == before
    assert await impatient.finish(claimed, SENT)
    assert not await impatient.finish(claimed, outcome)
    assert (await _row(database, claimed)).state == "sent"


async def test_a_lease_that_ran_out_harms_nobody_who_was_not_replaced(
    units: UnitsOfWork, impatient: OutboxQueue
) -> None:
    await _put(units, "C1 a")
    (claimed,) = await impatient.claim(10)

    assert await impatient.finish(claimed, SENT)


async def test_a_row_that_was_committed_late_waits_for_the_one_being_sent(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, "C1 late", "C1 sending")
    is_late = outbox.c.dedupe_key == "late"
    async with database.writing() as connection:
        await connection.execute(update(outbox).where(is_late).values(state="dead"))
    (sending,) = await queue.claim(10)

    async with database.writing() as connection:
        await connection.execute(update(outbox).where(is_late).values(state="pending"))

    assert await queue.claim(10) == []
    await queue.finish(sending, SENT)
    assert _keys(await queue.claim(10)) == ["late"]


async def _put(units: UnitsOfWork, *messages: str) -> None:
    """Put messages, each written as `recipient key`."""
    await samples.add_workspace(units, A)
    async with units(A) as work:
        for message in messages:
            await work.outbox.put(samples.to(*message.split()))


async def _all(queue: OutboxQueue, outcome: SendResult) -> list[str]:
    """Claim and finish until nothing is due."""
    keys = []
    while claimed := await queue.claim(10):
        keys += _keys(claimed)
        for each in claimed:
            await queue.finish(each, outcome)
    return keys


def _keys(claimed: Sequence[Claimed]) -> list[str]:
    return [each.message.dedupe_key for each in claimed]


async def _hours_pass(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(due_at=outbox.c.due_at - 2 * 3600))
        await connection.execute(update(lanes).values(not_before=lanes.c.not_before - 2 * 3600))


async def _row(database: Database, claimed: Claimed) -> Any:
    async with database.reading() as connection:
        query = select(outbox).where(outbox.c.row_id == claimed.row_id)
        return (await connection.execute(query)).one()
