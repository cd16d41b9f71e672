"""A copy of one workspace: the same rows and guards, a clock of its own, and no way back."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import DeliveryTimes, Postponed, Sent
from bot.storage import live_rows
from bot.storage.copy import copied
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.figures.tables import DERIVED
from bot.storage.prospects import pieces
from bot.storage.rounds import RoundQueue
from bot.storage.schema.dialects import seconds_now
from bot.storage.tables import (
    delivery,
    history,
    metadata,
    nudges,
    prospects,
    screening,
    workspaces,
)
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B
from tests.storage.trial import Trial

ONE_DAY = timedelta(days=1)
LAST_WEEK = NOW.date() - timedelta(days=7)
EMPTY = {"heartbeats", "lanes", "swept_tables", "workspace_pauses"}
"""What no repository of a workspace writes."""
UNSAID = {"remembered", "sweeps", "sweeps_due", "webhook_deliveries"}
KEPT = {"prospect", "p-decided", "theirs"}


async def filled(database: Database) -> None:
    async with database.writing() as connection:
        for workspace_id in (A, B):
            await samples.fill(Trial(connection), workspace_id)
            await samples.fill_further(Trial(connection), connection, workspace_id)


async def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all that is in workspace A, by table, but for what is told anew from the rest."""
    found = {}
    async with database.reading() as connection:
        for table in (
            each for each in metadata.sorted_tables if each not in DERIVED | pieces.DERIVED
        ):
            query = sa.select(table).where(table.c.workspace_id == A).order_by(*table.primary_key)
            found[table.name] = [dict(row) for row in (await connection.execute(query)).mappings()]
    return found


async def test_it_has_every_row_that_still_matters_and_none_of_another(
    database: Database,
) -> None:
    await filled(database)
    before = await rows(database)

    async with copied(database, A, NOW, LAST_WEEK) as copy:
        found = await rows(copy.database)
        async with copy.database.reading() as connection:
            assert list(
                await connection.scalars(sa.select(workspaces.workspaces.c.workspace_id))
            ) == [A]
            assert (await connection.execute(sa.text("PRAGMA foreign_key_check"))).all() == []

    assert {name for name, kept in before.items() if not kept} == EMPTY
    assert {row["prospect_id"] for row in before["prospects"]} - KEPT == {"forgotten"}
    for name, its in before.items():
        matter = [row for row in its if row.get("prospect_id", None) in {*KEPT, None}]
        assert found[name] == ([] if name in UNSAID else matter), name


async def test_what_is_decided_and_said_stays_behind(
    units: UnitsOfWork, database: Database
) -> None:
    await filled(database)
    later = NOW + timedelta(days=400)
    async with database.writing() as connection:
        for table in (delivery.outbox, nudges.rounds, screening.drafts):
            await connection.execute(sa.delete(table))
        ended: dict[str, Any] = {"stage": "lost", "decision_action": "lost", "decision_by": OWNER}
        ended |= {"decision_at": NOW, "due_on": None, "due_reason": None}
        await connection.execute(sa.update(prospects.prospects).values(ended))

    async with copied(database, A, later, later.date()) as copy:
        found = await rows(copy.database)

    about = {name for name, kept in found.items() if kept and "prospect_id" in kept[0]}
    assert about == set()
    assert found["members"]
    assert found["managers"]


async def test_what_becomes_of_it_stays_in_it(units: UnitsOfWork, database: Database) -> None:
    await samples.fill(units, A)
    before = await rows(database)

    async with copied(database, A, NOW, LAST_WEEK) as copy, copy.database.writing() as connection:
        await connection.execute(sa.update(nudges.rounds).values(due_at=NOW + ONE_DAY))

    assert await rows(database) == before


async def test_what_is_written_while_it_is_made_is_not_in_it(
    units: UnitsOfWork, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await samples.add_workspace(units, A)

    async def then_somebody_writes(*about: Any) -> live_rows.LiveRows:
        found = await live_rows.living(*about)
        async with units(A) as work:
            await work.nudges.call(OWNER, NOW + ONE_DAY)
        return found

    monkeypatch.setattr("bot.storage.copy.living", then_somebody_writes)
    async with copied(database, A, NOW, LAST_WEEK) as copy:
        assert await RoundQueue(copy.database).due(NOW + ONE_DAY, 9) == []
    assert await RoundQueue(database).due(NOW + ONE_DAY, 9) == [(A, OWNER)]


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(history.history).values(revision=9),
        sa.delete(history.history),
        sa.update(nudges.rounds).values(workspace_id=B),
        sa.delete(workspaces.workspaces),
    ],
    ids=str,
)
async def test_it_refuses_what_the_original_refuses(
    units: UnitsOfWork, database: Database, statement: sa.Executable
) -> None:
    await samples.fill(units, A)

    async with copied(database, A, NOW, LAST_WEEK) as copy:
        with pytest.raises(IntegrityError):
            async with copy.database.writing() as connection:
                await connection.execute(statement)


async def test_its_clock_moves_from_one_thing_that_is_due_to_the_next(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        await work.nudges.call(OWNER, NOW + ONE_DAY)
        await work.managers.call(samples.MANAGER, NOW + 2 * ONE_DAY)
    moments = []

    async with copied(database, A, NOW, LAST_WEEK) as copy:
        began = await seconds(copy.database)
        while await copy.advance(NOW + ONE_DAY):
            moments.append(copy.now())
        assert moments == [NOW + ONE_DAY]
        assert await seconds(copy.database) - began == pytest.approx(ONE_DAY.total_seconds())
        assert await copy.advance(NOW + 3 * ONE_DAY)
        assert copy.now() == NOW + 2 * ONE_DAY
        assert await RoundQueue(copy.database).due(copy.now(), 9) == [(A, OWNER)]


async def test_what_was_postponed_is_due_at_exactly_that_moment(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        await work.outbox.put(samples.to("C1", "held"))

    async with copied(database, A, NOW, LAST_WEEK) as copy:
        queue = OutboxQueue(copy.database, DeliveryTimes(pace=timedelta(0)))
        (claimed,) = await queue.claim(9)
        morning = NOW.replace(hour=23, minute=0, second=0, microsecond=0)
        assert await queue.finish(claimed, Postponed(morning - NOW, "out_of_hours"))
        assert await queue.claim(9) == []

        assert await copy.advance(NOW + ONE_DAY)

        assert copy.now() == morning
        (claimed,) = await queue.claim(9)
        assert await queue.finish(claimed, Sent("C1", "1.0"))
        assert not await copy.advance(NOW + 9 * ONE_DAY)


async def seconds(database: Database) -> float:
    async with database.reading() as connection:
        return float((await connection.execute(sa.select(seconds_now()))).scalar_one())
