"""A workspace into which Slack does not let us pauses; one message at a time tries again."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.delivery.outbox import (
    Away,
    Claimed,
    Dead,
    DeliveryTimes,
    Postponed,
    SendResult,
    Sent,
    Unknown,
)
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.delivery.pauses import WorkspacePauses, workspace_pauses
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import outbox
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B

NOTHING = timedelta(0)
REVOKED = Away("token_revoked")
SENT = Sent("C1", "1.1")


@pytest.fixture
def queue(database: Database) -> OutboxQueue:
    return OutboxQueue(database, DeliveryTimes(pace=NOTHING, settle=NOTHING))


@pytest.fixture
def pauses(database: Database) -> WorkspacePauses:
    return WorkspacePauses(database)


async def test_nothing_more_is_sent_to_a_workspace_that_pauses_and_others_go_on(
    units: UnitsOfWork, queue: OutboxQueue, pauses: WorkspacePauses
) -> None:
    await _put(units, A, "C1", "C1", "C2")
    await _put(units, B, "C1")
    first, other, elsewhere = await queue.claim(10)

    assert await queue.finish(first, REVOKED)
    assert await queue.finish(other, REVOKED)
    await queue.finish(elsewhere, SENT)

    assert await queue.claim(10) == []
    await _put(units, B, "C2")
    assert _of(await queue.claim(10)) == [(B, "C2")]
    assert await pauses.causes() == [(A, "token_revoked")]


async def test_a_lane_keeps_its_order_over_a_pause(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _paused(units, queue, "C1", "C1", "C1")
    await _is_over(database)

    said = []
    while claimed := await queue.claim(10):
        said += [row.message.dedupe_key for row in claimed]
        for row in claimed:
            await queue.finish(row, SENT)

    assert said == ["C1:0", "C1:1", "C1:2"]


async def test_when_the_pause_is_over_one_message_tries_again(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _paused(units, queue, "C1", "C2", "C3")

    await _is_over(database)
    (probe,) = await queue.claim(10)

    assert (probe.is_probe, probe.attempts, probe.may_be_out) == (True, 1, False)
    assert await queue.claim(10) == []
    await queue.finish(probe, REVOKED)
    assert await queue.claim(10) == []


async def test_a_message_that_gets_through_ends_the_pause(
    units: UnitsOfWork, queue: OutboxQueue, database: Database, pauses: WorkspacePauses
) -> None:
    await _paused(units, queue, "C1", "C2", "C3")
    await _is_over(database)
    (probe,) = await queue.claim(10)

    await queue.finish(probe, SENT)

    assert await pauses.causes() == []
    rest = await queue.claim(10)
    assert (len(rest), {row.is_probe for row in rest}) == (2, {False})


@pytest.mark.parametrize(
    "outcome", [Dead("is_archived"), Unknown("internal_error"), Postponed(NOTHING, "away")]
)
async def test_a_probe_that_proves_nothing_is_followed_by_another(
    units: UnitsOfWork,
    queue: OutboxQueue,
    database: Database,
    pauses: WorkspacePauses,
    outcome: SendResult,
) -> None:
    await _paused(units, queue, "C1", "C2", "C3")
    await _is_over(database)
    (probe,) = await queue.claim(10)

    await queue.finish(probe, outcome)

    assert await pauses.causes() == [(A, "token_revoked")]
    (another,) = await queue.claim(10)
    assert another.is_probe


async def test_whoever_dies_while_it_tries_is_followed_later(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _paused(units, queue, "C1", "C2")
    await _is_over(database)
    (_lost,) = await queue.claim(10)

    assert await queue.claim(10) == []
    await _is_over(database)
    (another,) = await queue.claim(10)

    assert another.is_probe


async def test_two_processes_do_not_try_at_once(
    units: UnitsOfWork, queue: OutboxQueue, database: Database, database_url: str
) -> None:
    await _paused(units, queue, "C1", "C2", "C3", "C4")
    await _is_over(database)
    second = Database.from_url(database_url)

    claims = await asyncio.gather(*(OutboxQueue(each).claim(10) for each in (database, second) * 3))

    assert sum(len(claimed) for claimed in claims) == 1
    await second.close()


async def test_a_mended_token_ends_the_pause(
    units: UnitsOfWork, queue: OutboxQueue, pauses: WorkspacePauses
) -> None:
    await _paused(units, queue, "C1")

    await pauses.end(B)
    assert await queue.claim(10) == []
    await pauses.end(A)

    assert len(await queue.claim(10)) == 1


async def test_a_pause_is_logged_when_it_begins_and_when_it_ends(
    units: UnitsOfWork,
    queue: OutboxQueue,
    database: Database,
    pauses: WorkspacePauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot.storage.delivery.pauses")
    await _paused(units, queue, "C1", "C2")
    for outcome in (REVOKED, Away("account_inactive"), SENT):
        await _is_over(database)
        (probe,) = await queue.claim(10)
        await queue.finish(probe, outcome)
    await pauses.end(A)

    begun, ended = [record.getMessage() for record in caplog.records]
    assert "token_revoked" in begun
    assert "goes on" in ended


async def test_what_was_replaced_lets_nobody_pause(
    units: UnitsOfWork, database: Database, pauses: WorkspacePauses
) -> None:
    impatient = OutboxQueue(database, DeliveryTimes(pace=NOTHING, lease=NOTHING))
    await _put(units, A, "C1")
    (frozen,) = await impatient.claim(10)
    await impatient.claim(10)

    assert not await impatient.finish(frozen, REVOKED)

    assert await pauses.causes() == []


async def test_no_round_is_due_while_a_workspace_pauses(
    units: UnitsOfWork, queue: OutboxQueue, database: Database, pauses: WorkspacePauses
) -> None:
    rounds = RoundQueue(database)
    for workspace in (A, B):
        await samples.add_workspace(units, workspace)
        async with units(workspace) as work:
            await work.nudges.call(OWNER, NOW)
    assert len(await rounds.due(NOW, 10)) == 2
    await _paused(units, queue, "C1")

    assert await rounds.due(NOW, 10) == [(B, OWNER)]
    await _is_over(database)  # and still the message waits, which comes first
    assert await rounds.due(NOW, 10) == [(B, OWNER)]

    await pauses.end(A)
    assert len(await rounds.due(NOW, 10)) == 2


async def test_a_pause_that_is_over_lets_a_round_write_what_tries_again(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    rounds = RoundQueue(database)
    await _paused(units, queue, "C1")
    async with units(A) as work:
        await work.nudges.call(OWNER, NOW)
    await _is_over(database)
    (probe,) = await queue.claim(10)
    await queue.finish(probe, Dead("not_needed"))

    assert await rounds.due(NOW, 10) == [(A, OWNER)]


async def _put(units: UnitsOfWork, workspace_id: WorkspaceId, *channels: str) -> None:
    await samples.add_workspace(units, workspace_id)
    async with units(workspace_id) as work:
        for number, channel in enumerate(channels):
            await work.outbox.put(samples.to(channel, f"{channel}:{number}"))


async def _paused(units: UnitsOfWork, queue: OutboxQueue, *channels: str) -> None:
    """Put messages into A, and let the first find out that Slack does not let us in."""
    await _put(units, A, *channels)
    (first,) = await queue.claim(1)
    await queue.finish(first, REVOKED)


async def _is_over(database: Database) -> None:
    """Let pauses and leases be over."""
    async with database.writing() as connection:
        await connection.execute(update(workspace_pauses).values(until=0))
        await connection.execute(update(outbox).values(due_at=0))


def _of(claimed: Sequence[Claimed]) -> list[tuple[WorkspaceId, str]]:
    return [(each.workspace_id, each.message.recipient) for each in claimed]
