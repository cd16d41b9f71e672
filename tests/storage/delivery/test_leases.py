"""On SQLite, what a process that died had claimed is free at the next start (R9)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.domain.delivery import DeliveryTimes
from bot.storage.database import Database
from bot.storage.delivery.leases import Alive
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import outbox
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A

AFTER_DEATH = DeliveryTimes().after_death

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


async def claimed(units: UnitsOfWork, database: Database) -> None:
    """Leave behind a message that is being sent."""
    await samples.add_workspace(units, A)
    async with units(A) as work:
        await work.outbox.put(samples.to("C1", "first"))
    assert await OutboxQueue(database).claim(1)


async def state(database: Database) -> tuple[str, bool]:
    async with database.reading() as connection:
        row = (await connection.execute(select(outbox))).one()
    return row.state, row.may_be_out


async def test_r9_what_somebody_dead_had_claimed_is_looked_for_soon(
    units: UnitsOfWork, database: Database
) -> None:
    await claimed(units, database)
    alive = Alive(database, AFTER_DEATH)

    await alive.begin()

    assert await state(database) == ("pending", True)
    assert await OutboxQueue(database, DeliveryTimes()).claim(1) == []
    async with database.reading() as connection:
        due_at = (await connection.scalars(select(outbox.c.due_at))).one()
        written_at = (await connection.scalars(select(outbox.c.written_at))).one()
    assert due_at - written_at < DeliveryTimes().lease.total_seconds()
    alive.end()


async def test_r9_what_somebody_alive_has_claimed_is_theirs(
    units: UnitsOfWork, database: Database
) -> None:
    living, other = Alive(database, AFTER_DEATH), Alive(database, AFTER_DEATH)
    await living.begin()
    await claimed(units, database)

    await other.begin()

    assert await state(database) == ("claimed", False)
    living.end()
    third = Alive(database, AFTER_DEATH)
    await third.begin()
    assert await state(database) == ("claimed", False)  # the other one lives
    other.end()
    third.end()


async def test_r4_it_begins_again_after_a_database_that_let_nobody_write(
    units: UnitsOfWork, database: Database, database_url: str
) -> None:
    await claimed(units, database)
    impatient = Database.from_url(database_url, patience=timedelta(0))
    alive = Alive(impatient, AFTER_DEATH)

    async with database.writing() as connection:
        await connection.execute(update(outbox).values(attempts=1))
        with pytest.raises(OperationalError):
            await alive.begin()
    await alive.begin()

    assert await state(database) == ("pending", True)
    alive.end()
    await impatient.close()
