"""The bytes of what was forgotten leave the files: by a role that may, and not piece by piece."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from bot.cli.operating.database import findings_of
from bot.cli.operating.findings import Level
from bot.services.data.retention import FEW, RetentionRounds
from bot.storage.data.sweeping import ERASED, Sweeper, sweeps
from bot.storage.database import Database
from bot.storage.prospects.pieces import name_pieces
from bot.storage.rounds import RoundQueue
from tests.databases import Postgres
from tests.office import NO_OFFER
from tests.services.agency import OWNER, Agency
from tests.services.data.test_forget import NAME, SECRET, bytes_of, forget, talked_about

ROLE = "walkaway_app"


@pytest.fixture
def role(postgres: Postgres) -> Iterator[str]:
    """Make a role that reads and writes rows, as docs/operations.md says, and owns nothing."""
    postgres.run(
        f"CREATE ROLE {ROLE} LOGIN; GRANT USAGE ON SCHEMA public TO {ROLE};"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE};"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
        in_database="migrated",
    )
    yield ROLE
    postgres.run(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}", in_database="migrated")


@pytest.fixture
async def as_role(role: str, postgres: Postgres) -> AsyncIterator[Database]:
    opened = Database.from_url(postgres.url("migrated").replace("postgres@", f"{role}@"))
    yield opened
    await opened.close()


async def owed(database: Database) -> int:
    async with database.reading() as connection:
        return len((await connection.execute(select(sweeps))).all())


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_role_that_may_not_rewrite_the_tables_says_so_and_it_stays_owed(
    agency: Agency,
    as_role: Database,
    database_url: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await forget(agency, await talked_about(agency))

    with caplog.at_level(logging.WARNING, "bot"):
        assert not await Sweeper(as_role).sweep()

    assert "isn't allowed to rewrite the tables" in caplog.text
    assert await owed(agency.database) == 1
    assert not await Sweeper(as_role).may_sweep()
    found = [each async for each in findings_of(as_role, database_url)]
    (finding,) = [each for each in found if each.about == "forgetting"]
    assert finding.level is Level.WRONG
    assert finding.mend is not None
    assert "GRANT MAINTAIN" in finding.mend

    assert await Sweeper(agency.database).sweep()
    assert await owed(agency.database) == 0
    for each in (NAME, SECRET):
        assert bytes_of(database_url, request, each) == []


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_who_owns_the_tables_by_another_role_may(
    agency: Agency, as_role: Database, postgres: Postgres
) -> None:
    postgres.run(f"GRANT postgres TO {ROLE}")
    await forget(agency, await talked_about(agency))

    assert await Sweeper(as_role).sweep()

    assert await owed(agency.database) == 0


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_transaction_of_another_role_that_may_see_old_rows_is_waited_for(
    agency: Agency, as_role: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.data.sweeping._TRIES", 2)
    monkeypatch.setattr("bot.storage.data.sweeping._PATIENCE", 0.1)
    postgres.run(f"ALTER DATABASE migrated OWNER TO {ROLE}")
    try:
        prospect = await talked_about(agency)
        async with agency.database.reading() as reading:
            await reading.execute(text("SELECT count(*) FROM prospects"))
            await forget(agency, prospect)
            assert not await Sweeper(as_role).sweep()
        assert await Sweeper(as_role).sweep()
    finally:
        postgres.run("ALTER DATABASE migrated OWNER TO postgres")


def of_before(database: Database) -> Sweeper:
    """Return the sweeper of a version that didn't know `name_pieces` yet."""
    return Sweeper(database, tables=[each for each in ERASED if each is not name_pieces])


@pytest.mark.both_databases
async def test_what_another_version_sweeps_is_swept_again_where_it_knows_less(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    await forget(agency, await talked_about(agency))
    assert bytes_of(database_url, request, NAME)

    assert await of_before(agency.database).sweep()
    assert await Sweeper(agency.database).waiting_since() == (
        agency.clock() if agency.database.file is None else None  # SQLite has one file
    )

    assert await Sweeper(agency.database).sweep()
    assert await Sweeper(agency.database).waiting_since() is None
    for each in (NAME, SECRET, "zyxwvu"):
        assert bytes_of(database_url, request, each) == []


@pytest.mark.both_databases
async def test_what_a_process_from_before_the_notes_sweeps_is_swept_again(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    await forget(agency, await talked_about(agency))
    await sweep_without_a_note(agency.database)
    assert await owed(agency.database) == 0

    assert await Sweeper(agency.database).waiting_since() == agency.clock()
    assert await Sweeper(agency.database).sweep(agency.clock())

    for each in (NAME, SECRET, "zyxwvu"):
        assert bytes_of(database_url, request, each) == []
    assert await Sweeper(agency.database).waiting_since() is None


async def sweep_without_a_note(database: Database) -> None:
    """Do what processes up to revision 0037 did; on SQLite, all but the sweep itself."""
    if database.file is None:
        async with database.maintaining() as alone:
            for each in ERASED:
                if each is not name_pieces:
                    await alone.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {each.name}")
    async with database.writing() as connection:
        await connection.execute(delete(sweeps))


@pytest.mark.both_databases
async def test_only_what_is_owed_is_swept_and_the_same_moment_counts_twice(agency: Agency) -> None:
    sweeper, swept = Sweeper(agency.database), list[Any]()
    sweep_some = sweeper._swept

    async def watched(names: Sequence[str]) -> str | None:
        swept.append(names)
        return await sweep_some(names)

    sweeper._swept = watched  # type: ignore[method-assign]
    every = ["*"] if agency.database.file else [each.name for each in ERASED]
    for name in ("First", "Second"):
        await forget(agency, await agency.screen(OWNER, NO_OFFER, name), name)
        assert await sweeper.sweep()
    assert await sweeper.sweep()
    assert swept == [every, every]

    await forget(agency, await agency.screen(OWNER, NO_OFFER, "Third"), "Third")
    await of_before(agency.database).sweep()
    assert await sweeper.sweep()
    assert swept[2:] == ([] if agency.database.file else [["name_pieces"]])


@pytest.mark.both_databases
async def test_what_is_forgotten_by_age_is_swept_once_at_its_end(agency: Agency) -> None:
    for n in range(2 * FEW + 1):
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, f"Old {n}"))
    agency.clock.move(days=365)
    await agency.set(forget_after="6")
    agency.clock.move(days=7)
    rounds = RetentionRounds(agency.units, RoundQueue(agency.database), agency.clock)
    sweeper, swept = Sweeper(agency.database), []

    while await rounds.tick():
        swept.append((await owed(agency.database), await sweeper.sweep(agency.clock())))

    assert swept == [(1, False), (1, False), (1, True)]
    assert await owed(agency.database) == 0


@pytest.mark.both_databases
async def test_what_takes_longer_is_swept_each_minute(agency: Agency) -> None:
    for n in range(2 * FEW):
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, f"Old {n}"))
    agency.clock.move(days=365)
    await agency.set(forget_after="6")
    agency.clock.move(days=7)
    rounds = RetentionRounds(agency.units, RoundQueue(agency.database), agency.clock)
    sweeper = Sweeper(agency.database)

    await rounds.tick()
    assert not await sweeper.sweep(agency.clock())
    agency.clock.now += timedelta(seconds=61)

    assert await sweeper.sweep(agency.clock())
