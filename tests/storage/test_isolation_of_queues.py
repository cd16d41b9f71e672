"""What works for all workspaces at once keeps them apart: lanes, pauses, rounds, heartbeats.

Each test shows beside it that the same thing does something in the workspace that it is about.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import insert, update

from bot import checklists
from bot.domain.delivery import Away, DeliveryTimes, Sent, Unknown
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.delivery import pauses
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.delivery.pauses import WorkspacePauses, workspace_pauses
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.heartbeat import Heartbeat, heartbeats
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.webhooks.queue import WebhookQueue
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B
from tests.storage.trial import rows_of

LONG: Final = timedelta(hours=1)
SENT: Final = Sent("C1", "1.0")
REVOKED: Final = Away("token_revoked")
IN_VAIN: Final = Unknown("internal_error")

Change = Callable[[Database, WorkspaceId], Awaitable[None]]


@pytest.fixture(autouse=True)
async def both(units: UnitsOfWork) -> None:
    """Two workspaces that have nothing yet."""
    for workspace_id in (A, B):
        await samples.add_workspace(units, workspace_id)


@pytest.fixture
def queue(database: Database) -> OutboxQueue:
    return OutboxQueue(database, DeliveryTimes(pace=LONG, settle=timedelta(0)))


async def nothing(_database: Database, _workspace_id: WorkspaceId) -> None:
    """Begin with nothing."""


async def tick(database: Database, workspace_id: WorkspaceId) -> None:
    await Heartbeat(database).beat(workspace_id)


async def have_ticked(database: Database, workspace_id: WorkspaceId) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(heartbeats).values(workspace_id=workspace_id, at=1.0))


async def pause(database: Database, workspace_id: WorkspaceId) -> None:
    async with database.writing() as connection:
        await pauses.begin(connection, workspace_id, "token_revoked", 0)


async def pause_on(database: Database, workspace_id: WorkspaceId) -> None:
    async with database.writing() as connection:
        await pauses.begin(connection, workspace_id, "account_inactive", 60)


async def put_off(database: Database, workspace_id: WorkspaceId) -> None:
    async with database.writing() as connection:
        await pauses.put_off(connection, workspace_id, 60)


async def go_on(database: Database, workspace_id: WorkspaceId) -> None:
    async with database.writing() as connection:
        await pauses.end(connection, workspace_id)


async def wait(database: Database, workspace_id: WorkspaceId) -> None:
    await _put(UnitsOfWork(database, checklists.restore), workspace_id, "first")


async def look_first(database: Database, workspace_id: WorkspaceId) -> None:
    await OutboxDesk(database, lambda: (workspace_id,)).look_first()


CHANGES: Final[dict[str, tuple[Change, Change]]] = {
    "the first tick": (nothing, tick),
    "the next tick": (have_ticked, tick),
    "a pause begins": (nothing, pause),
    "a pause goes on": (pause, pause_on),
    "a pause is put off": (pause, put_off),
    "a pause ends": (pause, go_on),
    "what waits is looked for": (wait, look_first),
}
"""What both workspaces have, and what happens to one of them."""


@pytest.mark.parametrize("name", CHANGES)
async def test_what_happens_to_one_workspace_happens_to_it_alone(
    database: Database, name: str
) -> None:
    have, change = CHANGES[name]
    await have(database, A)
    await have(database, B)
    in_a, in_b = await rows_of(database, A), await rows_of(database, B)

    await change(database, A)

    assert await rows_of(database, A) != in_a
    assert await rows_of(database, B) == in_b


async def test_a_channel_that_waits_in_one_workspace_takes_messages_of_another(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await _put(units, A, "first", "second")
    await _put(units, B, "first")
    of_a, of_b = await queue.claim(10)

    await queue.finish(of_a, SENT)
    await queue.finish(of_b, IN_VAIN)

    assert [each.workspace_id for each in await queue.claim(10)] == [B]


async def test_a_channel_begins_anew_in_the_workspace_whose_message_got_through(
    units: UnitsOfWork, queue: OutboxQueue
) -> None:
    await _put(units, A, "first")
    await _put(units, B, "first")
    of_a, of_b = await queue.claim(10)

    await queue.finish(of_a, SENT)

    assert (await queue.restarts(of_a), await queue.restarts(of_b)) == (1, 0)


async def test_a_workspace_that_pauses_is_tried_with_a_message_of_its_own(
    units: UnitsOfWork, queue: OutboxQueue, database: Database
) -> None:
    await _put(units, B, "earlier")
    await _put(units, A, "later")
    of_b, of_a = await queue.claim(10)
    await queue.finish(of_b, IN_VAIN)
    await queue.finish(of_a, REVOKED)
    async with database.writing() as connection:
        await connection.execute(update(workspace_pauses).values(until=1.0))

    claimed = await queue.claim(10)

    assert [(each.workspace_id, each.is_probe) for each in claimed] == [(B, False), (A, True)]


async def test_a_round_waits_for_the_pause_and_the_messages_of_its_own_workspace(
    units: UnitsOfWork, database: Database
) -> None:
    for workspace_id in (A, B):
        async with units(workspace_id) as work:
            await work.nudges.call(OWNER, NOW)
            await work.managers.call(samples.MANAGER, NOW)
    rounds = RoundQueue(database)

    await pause(database, A)
    await _put(units, B, "waits")
    assert {of for of, _ in await rounds.due(NOW, 10)} == {A, B}
    assert {of for of, _ in await rounds.due_of_managers(NOW, 10)} == {A, B}

    await _put(units, A, "waits")
    assert await rounds.due(NOW, 10) == [(B, OWNER)]
    assert await rounds.due_of_managers(NOW, 10) == [(B, samples.MANAGER)]


async def _put(units: UnitsOfWork, workspace_id: WorkspaceId, *keys: str) -> None:
    """Write messages to a channel that both workspaces have."""
    async with units(workspace_id) as work:
        for key in keys:
            await work.outbox.put(samples.to("C1", key))


async def test_a_process_sends_only_what_is_of_workspaces_whose_token_it_has(
    database: Database, units: UnitsOfWork
) -> None:
    await _put(units, A, "first")
    await _put(units, B, "first")

    for ours in (A, B):
        bound = OutboxQueue(database, ours=lambda ours=ours: (ours,))  # type: ignore[misc]
        assert [each.workspace_id for each in await bound.claim(10)] == [ours]
    assert await OutboxQueue(database, ours=tuple).claim(10) == []


async def test_a_process_makes_only_rounds_of_workspaces_whose_token_it_has(
    database: Database, units: UnitsOfWork
) -> None:
    for workspace_id in (A, B):
        async with units(workspace_id) as work:
            await work.nudges.call(OWNER, NOW)
            await work.managers.call(OWNER, NOW)

    bound = RoundQueue(database, lambda: (A,))
    assert {each for each, _ in await bound.due(NOW, 10)} == {A}
    assert {each for each, _ in await bound.due_of_managers(NOW, 10)} == {A}
    assert {each for each, _ in await bound.due_of_digests(NOW, 10)} == {A}
    assert {each for each, _ in await RoundQueue(database).due(NOW, 10)} == {A, B}


async def test_a_process_knows_pause_and_heartbeat_of_its_workspaces_only(
    database: Database,
) -> None:
    await pause(database, B)
    await tick(database, B)

    assert await WorkspacePauses(database, lambda: (A,)).causes() == []
    assert await Heartbeat(database, lambda: (A,)).age() is None
    assert [each for each, _ in await WorkspacePauses(database, lambda: (B,)).causes()] == [B]
    assert await Heartbeat(database, lambda: (B,)).age() is not None


async def test_webhooks_of_a_workspace_without_our_token_are_sent_nothing(
    database: Database, units: UnitsOfWork
) -> None:
    for workspace_id in (A, B):
        await samples.add_prospect(units, workspace_id)
        async with units(workspace_id) as work:
            await work.webhooks.add(samples.WEBHOOK)
            await samples.tell_webhook(work, workspace_id)

    of_a = await WebhookQueue(database, ours=lambda: [A]).claim(NOW, 10)
    of_both = await WebhookQueue(database).claim(NOW, 10)

    assert [each.workspace_id for each in of_a] == [A]
    assert [each.workspace_id for each in of_both] == [B]
