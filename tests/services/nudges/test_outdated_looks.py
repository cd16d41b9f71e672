"""Settings are saved while somebody plans by those of before: the clock plans it anew."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import insert, select, update

from bot.domain.calendar import today_in
from bot.domain.nudges import next_look
from bot.services.nudges import OutdatedLooks
from bot.storage.nudges import NudgeRepository, looks
from bot.storage.rounds import WITH_OUTDATED, RoundQueue
from tests.office import GOOD
from tests.services.agency import MANAGER, OWNER, A, Agency, B
from tests.services.nudges.test_nudges import MORNING
from tests.services.plans.watching import slow_in_postgresql

pytestmark = pytest.mark.both_databases


def outdated(agency: Agency) -> OutdatedLooks:
    return OutdatedLooks(agency.units, RoundQueue(agency.database), agency.clock)


async def planned_on(agency: Agency) -> date:
    async with agency.database.reading() as connection:
        [on_day] = await connection.scalars(select(looks.c.on_day))
    assert isinstance(on_day, date)
    return on_day


@pytest.mark.parametrize("is_written", [False, True], ids=["read", "written"])
async def test_what_is_screened_while_settings_are_saved_is_planned_by_the_new_ones(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, *, is_written: bool
) -> None:
    """On SQLite, whoever saves waits for who screens; on PostgreSQL neither waits."""
    for each in (OWNER, MANAGER):
        await agency.greet(each)
    reached, go_on = asyncio.Event(), asyncio.Event()
    write = NudgeRepository.write_planned

    async def write_and_wait(nudges: NudgeRepository) -> None:
        if not nudges._looks:
            return await write(nudges)
        if is_written:
            await write(nudges)
        reached.set()
        await go_on.wait()
        return await write(nudges)

    monkeypatch.setattr(NudgeRepository, "write_planned", write_and_wait)
    screening = asyncio.create_task(agency.screen(OWNER, GOOD))
    await reached.wait()
    saving = asyncio.create_task(agency.set(ask_after="5"))
    if agency.database.file is None:
        await saving
    go_on.set()
    prospect, saved = await asyncio.gather(screening, saving)

    await agency.managers.tick()
    await outdated(agency).tick()
    queue, now = RoundQueue(agency.database), agency.clock()
    if agency.database.file is None:
        assert (A, MANAGER) in await queue.due_of_managers(now, 9)
    await agency.nudges.tick()

    settings = saved.settings
    today = today_in(settings.zone, agency.clock())
    look = next_look(prospect, settings.calendar, today, settings.nudge_policy)
    assert look is not None
    assert await planned_on(agency) == look.on
    assert await outdated(agency).tick() == 0


async def test_only_settings_that_move_rounds_have_looks_planned_anew(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD)
    planned = await planned_on(agency)

    await agency.set(niche="agencies")
    assert await outdated(agency).tick() == 0
    assert await planned_on(agency) == planned

    await agency.set(ask_after="5")
    assert await outdated(agency).tick() == 0  # saving them has seen to it
    await agency.nudges.tick()
    assert await planned_on(agency) < planned
    assert await outdated(agency).tick() == 0


async def test_what_an_older_version_plans_is_planned_anew_once(agency: Agency) -> None:
    """It doesn't say which settings it has read."""
    await agency.set(ask_after="5")
    await agency.nudges.tick()
    await agency.screen(OWNER, GOOD)
    planned = await planned_on(agency)
    async with agency.database.writing() as connection:
        await connection.execute(update(looks).values(latest_change=0))
    assert await RoundQueue(agency.database, lambda: (B,)).with_outdated_looks() == []

    assert await outdated(agency).tick() == 1
    assert await agency.nudges.tick() == 1

    assert await planned_on(agency) == planned
    assert await outdated(agency).tick() == 0
    assert await agency.nudges.tick() == 0


MANY_LOOKS = 10_000


async def test_finding_them_reads_one_look_of_a_workspace(agency: Agency) -> None:
    await agency.set(ask_after="5")
    async with agency.database.writing() as connection:
        dialect = connection.dialect
        rows = [
            {"workspace_id": A, "prospect_id": f"p{n}", "owner": OWNER, "on_day": MORNING.date()}
            | {"is_lapse": False, "latest_change": 9}
            for n in range(MANY_LOOKS)
        ]
        await connection.execute(insert(looks), rows)
        literal = {"literal_binds": True}
        query = str(WITH_OUTDATED.compile(dialect=dialect, compile_kwargs=literal))
        if dialect.name == "sqlite":
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")
            [its] = [row.detail for row in plan if " looks " in row.detail]
            assert its == (
                "SEARCH looks USING COVERING INDEX ix_looks_latest_change (workspace_id=?)"
            )
        else:
            await connection.exec_driver_sql("ANALYZE looks")
            found = await slow_in_postgresql(connection, query, None, frozenset({"looks"}))
            assert found == []
        await connection.rollback()  # there are no such prospects
