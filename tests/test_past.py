"""That a database filled with a past is as the code could have written it, however long."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ForeignKeyConstraint, Select, Table, and_, exists, func, select

from benchmarks import copying, past, year
from benchmarks.team import LEADER, MEMBER, Team
from bot.domain.names import name_words
from bot.domain.prospects import OverrideState, Stage
from bot.domain.read_models import Overview
from bot.domain.screening import StepShown
from bot.storage.database import Database
from bot.storage.delivery.tables import outbox
from bot.storage.overrides import overrides
from bot.storage.prospects.prospects import prospects
from bot.storage.tables import metadata
from tests.databases import in_thread

COPIES = 4


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> past.Past:
    file = in_thread(year.played(tmp_path_factory.mktemp("year"), year.SHORT))
    return in_thread(past.read(file))


@pytest.fixture
async def filled(database_url: str, played: past.Past) -> AsyncIterator[Database]:
    await copying.copy(played, database_url, played.prospects * (1 + COPIES))
    database = Database.from_url(database_url)
    yield database
    await database.close()


async def count(database: Database, table: Table) -> int:
    async with database.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.both_databases
async def test_each_copy_has_its_own_rows_of_all_that_is_about_prospects(
    filled: Database, played: past.Past
) -> None:
    names = {table.name for table in played.marked}
    assert names >= {
        *("prospects", "qualifications", "history", "overrides", "drafts", "outbox", "looks"),
        *("outcome_questions", "outcome_answers", "outcome_items", "rounds", "remembered"),
        *("nudge_messages", "nudge_items", "conditions", "lapses", "members"),
    }
    for table, rows in played.year.items():
        copied = len(played.marked.get(table, ()))
        assert await count(filled, table) == len(rows) + COPIES * copied, table.name


@pytest.mark.both_databases
async def test_whatever_points_somewhere_points_to_what_is_there(filled: Database) -> None:
    async with filled.reading() as connection:
        for table in metadata.sorted_tables:
            for key in table.foreign_key_constraints:
                assert not await connection.scalar(_dangling(table, key)), (table.name, key.name)


@pytest.mark.both_databases
async def test_every_stage_and_every_end_of_an_override_occurs(filled: Database) -> None:
    async with filled.reading() as connection:
        stages = set(await connection.scalars(select(prospects.c.stage).distinct()))
        states = set(await connection.scalars(select(overrides.c.state).distinct()))
        names = (await connection.execute(select(prospects.c.name, prospects.c.name_words))).all()

    assert stages >= set(Stage) - {Stage.ENDED}
    assert states == set(OverrideState)
    assert all(words == name_words(name) for name, words in names)
    assert len({name for name, _ in names}) == len(names)


@pytest.mark.both_databases
async def test_members_see_what_is_theirs_whoever_else_has_a_past(
    filled: Database, played: past.Past, migrated_sqlite: Path, tmp_path: Path
) -> None:
    alone = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'alone.db')}"
    await copying.copy(played, alone, played.prospects)
    before = Database.from_url(alone)
    try:
        small, large = Team(before), Team(filled)
        assert await small.home(MEMBER) == await large.home(MEMBER) > 0
        assert await small.listed(MEMBER) == await large.listed(MEMBER)
        mine, theirs = await small.report(MEMBER), await large.report(MEMBER)
        assert (mine.report, mine.trend) == (theirs.report, theirs.trend)
        one = (await large.listed(MEMBER)).prospects[0]
        assert (await large.details(one)).prospect == one
        assert await large.home(LEADER) == (1 + COPIES) * await small.home(LEADER)
        once, often = await small.evidence(), await large.evidence()
        assert once.overrides > 0
        assert often.overrides == (1 + COPIES) * once.overrides
    finally:
        await before.close()


@pytest.mark.both_databases
async def test_members_and_the_clock_go_on_from_there(filled: Database) -> None:
    team = Team(filled)
    shown: StepShown | Overview = await team.begin()
    while isinstance(shown, StepShown):
        shown = await team.answer(shown)
    asked = await team.override(shown.prospect)
    assert [each.state for each in asked.overrides] == [OverrideState.ASKED]
    written = await count(filled, outbox)

    await team.tick()
    foretold = await team.forecast.until(team.now + timedelta(days=2))

    assert await count(filled, outbox) > written
    assert foretold


def _dangling(table: Table, key: ForeignKeyConstraint) -> Select[Any]:
    """Count the rows that point to nothing."""
    there = key.referred_table.alias()
    pairs = [(each.parent, there.c[each.column.name]) for each in key.elements]
    is_there = exists().where(*(own == other for own, other in pairs))
    points = and_(*(own.is_not(None) for own, _ in pairs))
    return select(func.count()).select_from(table).where(points, ~is_there)
