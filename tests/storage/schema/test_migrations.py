"""Migrations: one line of history, up and down, and where it leads."""

import ast
import asyncio
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text, update

from bot import checklists
from bot.domain.decisions import Forgetting
from bot.domain.decisions.history import Lapse, Lapsed
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.overrides import lapse, take_effect
from bot.domain.prospects import NudgeRecord, OverrideId, QuietPeriod, TimeInQuestion
from bot.domain.workspace import OverrideApproval
from bot.storage.data.sweeping import Sweeper
from bot.storage.database import Database
from bot.storage.delivery.tables import outbox
from bot.storage.schema import migrations
from bot.storage.schema.columns import metadata
from bot.storage.schema.standing import Schema, standing
from bot.storage.screening import qualifications
from bot.storage.unit_of_work import UnitsOfWork
from tests.databases import Postgres
from tests.storage import samples
from tests.storage.samples import A, B

PASSED = replace(
    samples.ASKED,
    id=OverrideId("passed"),
    grounds=replace(samples.ASKED.grounds, kill_on=date(2026, 11, 30)),
    asked_at=samples.NOW - timedelta(days=9),
    lapses_on=None,
)
QUESTION = TimeInQuestion(1, date(2026, 12, 8), date(2026, 12, 22))
"""Since when a prospect of before counts as in question: from its present due date."""
QUIET = QuietPeriod(date(2026, 12, 1))
"""Since when nothing was done about it: since the last thing that its history tells."""
CONDITIONS = (
    ("a visit", date(2026, 12, 9)),
    ("their numbers", date(2026, 12, 8)),
    ("a talk", date(2026, 12, 8)),
)

VERSIONS = sorted((migrations.SCRIPTS / "versions").glob("*.py"))


def test_history_has_one_head_and_the_code_knows_it() -> None:
    assert ScriptDirectory(str(migrations.SCRIPTS)).get_heads() == [migrations.HEAD]


@pytest.mark.parametrize(
    ("revision", "schema"),
    [
        (None, Schema.BEHIND),
        ("0026", Schema.BEHIND),
        ("0026_for_0019", Schema.BEHIND),
        ("0027_for_0026", Schema.OURS),
        ("0028_for_0026", Schema.AHEAD),
        ("0031_for_0027", Schema.AHEAD),
        ("0031_for_0028", Schema.BEYOND),
        ("0028", Schema.BEYOND),
    ],
)
def test_a_newer_database_is_worked_with_if_it_says_that_it_only_added(
    revision: str | None, schema: Schema
) -> None:
    assert standing(revision, "0027_for_0026") is schema


def test_every_revision_says_how_it_stands_to_older_code() -> None:
    revisions = [
        each.revision for each in ScriptDirectory(str(migrations.SCRIPTS)).walk_revisions()
    ]

    numbers = [int(each[:4]) for each in revisions]
    assert numbers == list(range(len(revisions), 0, -1))
    for each in revisions:
        assert re.fullmatch(r"\d{4}(_for_\d{4})?", each)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_dated_and_does_not_move_when_the_code_does(path: Path) -> None:
    assert re.fullmatch(r"\d{8}_\d{4}_[a-z]+(_[a-z0-9]+)+\.py", path.name)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("bot")
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("bot") for alias in node.names)


async def test_up_down_and_up_again_with_rows(empty_database_url: str) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)

    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await migrations.downgrade(empty_database_url, "base")
    assert await _tables(database) == {"alembic_version"}
    assert await migrations.schema_of(database) is Schema.BEHIND

    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    assert await migrations.schema_of(database) is Schema.OURS
    await database.close()


async def test_what_is_open_before_nudges_are_known_is_looked_at_afterwards(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await migrations.downgrade(empty_database_url, "0001")
    assert "looks" not in await _tables(database)

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        kept = await work.prospects.get(samples.PROSPECT)
        history = await work.history.of(samples.PROSPECT)
        assert kept == replace(
            samples.prospect,
            chases=0,
            nudge_record=NudgeRecord(),
            overrides=(),
            in_question=QUESTION,
            quiet=QUIET,
        )
        assert list(history) == [samples.entry]
        assert await work.nudges.to_look_at({samples.OWNER: samples.NOW.date()}) == {
            samples.OWNER: [samples.PROSPECT]
        }
        assert await work.nudges.take([samples.OWNER], samples.NOW)
    await database.close()


async def test_what_was_nudged_to_the_end_before_managers_were_told_is_proposed_to_them(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    told = replace(samples.prospect, nudge_record=NudgeRecord(nudges=3, last_on=samples.NOW.date()))
    async with units(A) as work:
        await work.prospects.store_nudge_records(told)
    await migrations.downgrade(empty_database_url, "0002")
    assert "proposals" not in await _tables(database)

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        (proposed,) = await work.proposals.new_to(samples.MANAGER)
        (departure,) = await work.proposals.departures(samples.MANAGER)
        assert (proposed.prospect_id, proposed.on) == (samples.PROSPECT, samples.NOW.date())
        assert (departure.owner, departure.offered_on) == (samples.OWNER, None)
        assert proposed.at == departure.at == datetime(2000, 1, 1, tzinfo=UTC)
    await database.close()


async def test_a_workspace_of_before_overrides_needs_no_approval(empty_database_url: str) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await migrations.downgrade(empty_database_url, "0005")
    assert "overrides" not in await _tables(database)

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        assert workspace.settings == replace(
            samples.SETTINGS,
            override_approval=OverrideApproval.NONE,
            referrals=samples.CHOSEN.referrals,
        )
        kept = await work.prospects.get(samples.PROSPECT)
        told = replace(samples.prospect.nudge_record, is_discussed=False)
        assert kept == replace(
            samples.prospect, nudge_record=told, overrides=(), in_question=QUESTION, quiet=QUIET
        )
    await database.close()


async def test_what_managers_chose_before_stands_with_the_other_settings(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await samples.add_workspace(units, B)
    await migrations.downgrade(empty_database_url, "0014")

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        workspace = await work.workspaces.get()
    async with units(B) as work:
        other = await work.workspaces.get()
    assert workspace is not None
    assert other is not None
    assert workspace.settings == replace(
        samples.SETTINGS, weekdays=samples.CHOSEN.weekdays, referrals=samples.CHOSEN.referrals
    )
    assert other.settings == samples.SETTINGS
    await database.close()


def by_the_clock(line: MessageKind, about: str) -> OutboxMessage:
    """A line in the thread as it was written before lapses were kept."""
    return replace(
        samples.message,
        kind=line,
        dedupe_key=f"{line}:{line}:{about}",
        revision=None,
        payload=payloads.read(line, {}),
    )


async def test_what_passed_before_lapses_were_kept_is_kept_with_when_it_was_said(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    for workspace in (A, B):
        await samples.fill(units, workspace)
        async with units(workspace) as work:
            await work.prospects.store_overrides(take_effect(samples.prospect, PASSED))
    two = replace(samples.qualification, conditions=CONDITIONS)
    async with units(A) as work:
        await work.outbox.put(by_the_clock(MessageKind.KILL_DATE_LINE, "qualification:passed"))
        await work.outbox.put(by_the_clock(MessageKind.LAPSE_LINE, "qualification"))
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(written_at=samples.NOW.timestamp()))
        its_own = qualifications.c.workspace_id == A
        documents = [[what, due.isoformat()] for what, due in two.conditions]
        await connection.execute(update(qualifications).where(its_own).values(conditions=documents))
    await migrations.downgrade(empty_database_url, "0009")

    await migrations.upgrade(empty_database_url)

    first = (samples.PROSPECT, Lapsed.CONDITION, "qualification:2026-12-08")
    passed = (samples.PROSPECT, Lapsed.OVERRIDE, "passed", PASSED.grounds.kill_on)
    async with units(A) as work:
        assert await work.history.lapses_of(samples.PROSPECT) == [
            Lapse(*passed, samples.NOW, samples.OWNER, "no offer"),
            Lapse(*first, date(2026, 12, 8), samples.NOW, words="their numbers; a talk"),
        ]
    async with units(B) as work:
        assert await work.history.lapses_of(samples.PROSPECT) == []
    await database.close()


async def test_what_was_kept_stays_and_a_request_that_lapsed_before_is_in_the_history(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    lapsed = lapse(samples.prospect, now=samples.NOW)
    async with units(A) as work:
        await work.prospects.store_overrides(lapsed)
    await migrations.downgrade(empty_database_url, "0009")
    assert "lapses" not in await _tables(database)

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        assert await work.history.of(samples.PROSPECT) == [samples.entry]
        assert await work.outcomes.answers_about(samples.PROSPECT) == [samples.HOURS]
        request = lapsed.overrides[-1]
        assert await work.history.lapses_of(samples.PROSPECT) == [
            Lapse(
                samples.PROSPECT,
                Lapsed.REQUEST,
                request.id,
                samples.NOW.date() + timedelta(days=3),
                samples.NOW,
                samples.OWNER,
            )
        ]
    await database.close()


async def test_what_asked_for_an_answer_before_knows_afterwards_for_which_request(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    request = payloads.RequestAsked(OverrideId("asked"))
    asked = replace(samples.to("U0MANAGER", "asked:asked:U0MANAGER:2"), payload=request)
    asked = replace(asked, kind=MessageKind.OVERRIDE_ASKED, prospect_id=samples.PROSPECT)
    again = payloads.RequestRewritten(request, of=asked.dedupe_key)
    rewrite = replace(asked, kind=MessageKind.OVERRIDE_REWRITE, dedupe_key="rewrite", payload=again)
    async with units(A) as work:
        await work.outbox.put(asked)
        await work.outbox.put(rewrite)
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(detail={}))
    await migrations.downgrade(empty_database_url, "0009")

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        waiting = [each.message for each in await work.outbox.waiting()]
    assert waiting == [samples.message, asked]
    async with database.reading() as connection:
        details = (
            await connection.scalars(select(outbox.c.detail).order_by(outbox.c.row_id))
        ).all()
    assert details == [{}, {"request": "asked"}]
    await database.close()


async def test_a_workspace_that_has_screened_has_adopted_what_it_used(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await migrations.downgrade(empty_database_url, "0022")

    await migrations.upgrade(empty_database_url)

    async with units.reading(A) as work:
        [adopted] = await work.adopted.all()
    assert (adopted.version.id, adopted.is_default) == (samples.VERSION, True)
    assert (adopted.is_shipped, adopted.by) == (True, None)
    await database.close()


async def test_what_was_forgotten_before_sweeps_were_noted_is_swept_once_more(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    await samples.fill(units, B)
    async with units(A) as work:
        assert await work.erasing.erase(samples.PROSPECT, Forgetting.ASKED, None, samples.NOW)
    assert await Sweeper(database).sweep()
    await migrations.downgrade(empty_database_url, "0038_for_0032")
    assert "sweeps_due" not in await _tables(database)

    await migrations.upgrade(empty_database_url)

    sweeper = Sweeper(database)
    assert await Sweeper(database, lambda: [B]).waiting_since() is None
    assert await sweeper.waiting_since() == samples.NOW
    assert await sweeper.sweep()
    assert await sweeper.waiting_since() is None
    await database.close()


async def test_a_database_is_current_once_it_is_migrated(empty_database_url: str) -> None:
    database = Database.from_url(empty_database_url)
    assert await migrations.schema_of(database) is Schema.BEHIND

    await migrations.upgrade(empty_database_url)
    assert await migrations.schema_of(database) is Schema.OURS

    await migrations.upgrade(empty_database_url)
    assert await migrations.schema_of(database) is Schema.OURS
    await database.close()


async def test_four_processes_may_migrate_at_once(empty_database_url: str) -> None:
    program = (
        "import asyncio, sys; from bot.storage.schema import migrations;"
        "asyncio.run(migrations.upgrade(sys.argv[1]))"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            empty_database_url,
            cwd=migrations.SCRIPTS.parent,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    ends = await asyncio.gather(*(process.communicate() for process in processes))

    assert [process.returncode for process in processes] == [0] * 4, ends
    database = Database.from_url(empty_database_url)
    assert await migrations.schema_of(database) is Schema.OURS
    await database.close()


async def test_d16_migrations_on_sqlite_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    migrated, created = (f"sqlite:///{tmp_path / name}" for name in ("migrated.db", "created.db"))
    await migrations.upgrade(migrated)
    await _create_all(created)

    assert await _sqlite_schema(migrated) == await _sqlite_schema(created)


@pytest.mark.postgres
async def test_d16_migrations_on_postgresql_lead_to_the_tables_of_the_code(
    postgres: Postgres,
) -> None:
    postgres.run("CREATE DATABASE created")
    await _create_all(postgres.url("created"))

    assert _postgresql_schema(postgres, "migrated") == _postgresql_schema(postgres, "created")


@pytest.mark.postgres
async def test_prospects_are_written_while_facts_are_counted_and_forgotten_right_after(
    postgres: Postgres,
) -> None:
    postgres.run("CREATE DATABASE busy")
    url = postgres.url("busy")
    database, forgetting = Database.from_url(url), Database.from_url(url)
    await migrations.upgrade(url)
    await samples.fill(UnitsOfWork(database, checklists.restore), A)
    await migrations.downgrade(url, "0036_for_0032")

    async with database.writing() as telling:
        await telling.execute(text("DELETE FROM facts WHERE false"))
        upgrade = asyncio.create_task(migrations.upgrade(url))
        await _until_waiting_for(database, "facts")
        async with forgetting.writing() as work:
            await work.execute(text("SET LOCAL lock_timeout = '2s'"))
            await work.execute(text("UPDATE prospects SET owner = owner"))
            await work.execute(text("UPDATE workspaces SET zone = zone"))
    async with asyncio.timeout(20):
        await upgrade

    await migrations.downgrade(url, "0036_for_0032")
    async with forgetting.writing() as work:
        await work.execute(text("UPDATE prospects SET owner = owner"))
        upgrade = asyncio.create_task(migrations.upgrade(url))
        await _until_waiting_for(database, "prospects")
        await work.execute(text("SET LOCAL lock_timeout = '2s'"))
        await work.execute(text("DELETE FROM facts"))
    await upgrade
    assert await migrations.schema_of(database) is Schema.OURS
    await database.close()
    await forgetting.close()


async def _until_waiting_for(database: Database, table: str) -> None:
    """Wait until somebody waits for a lock on a table."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = :its ::regclass")
    async with asyncio.timeout(20):
        waiting = 0
        while not waiting:
            await asyncio.sleep(0.02)
            async with database.reading() as connection:
                waiting = await connection.scalar(query, {"its": table})


async def _create_all(url: str) -> None:
    database = Database.from_url(url)
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


async def _tables(database: Database) -> set[str]:
    async with database.reading() as connection:
        return set(await connection.run_sync(lambda each: inspect(each).get_table_names()))


async def _sqlite_schema(url: str) -> dict[str, list[str]]:
    """Return each statement as its lines, in an order of their own."""
    database = Database.from_url(url)
    async with database.reading() as connection:
        query = text("SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'")
        rows = (await connection.execute(query)).all()
    await database.close()
    return {
        name: sorted(line.strip(" \t,") for line in (sql or "").split("\n")) for name, sql in rows
    }


def _postgresql_schema(server: Postgres, name: str) -> list[str]:
    """Return what `pg_dump` says, without the key it makes up each time."""
    program = [
        str(server.programs / "pg_dump"),
        "--schema-only",
        "--exclude-table=alembic_version",
        server.url(name),
    ]
    dump = subprocess.run(  # noqa: S603 - a program and arguments of ours
        program, check=True, capture_output=True, text=True
    ).stdout
    return [line for line in dump.splitlines() if "restrict" not in line]
