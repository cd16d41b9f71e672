"""What is kept for good: the database refuses every way to change or remove it."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Table, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.storage.checklists import checklist_history
from bot.storage.database import Database
from bot.storage.intake.tables import intake_history
from bot.storage.outcomes import outcome_answers
from bot.storage.prospects.history import forgettings, history, lapses, remembered_forgettings
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.webhooks.tables import webhook_history
from bot.storage.workspaces import settings_history
from tests.storage import samples
from tests.storage.samples import A

KEPT = [
    history,
    lapses,
    forgettings,
    remembered_forgettings,
    outcome_answers,
    settings_history,
    checklist_history,
    webhook_history,
    intake_history,
]
CHANGES = {
    "update": 'UPDATE {table} SET "at" = "at"',
    "delete": "DELETE FROM {table}",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} WHERE true"
    ' ON CONFLICT ({key}) DO UPDATE SET "at" = excluded."at"',
}
ON_SQLITE = {
    **CHANGES,
    "replace": "REPLACE INTO {table} SELECT * FROM {table}",
    "insert or replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "update or replace": 'UPDATE OR REPLACE {table} SET "at" = "at"',
    "insert or ignore": "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
}
ON_POSTGRESQL = {
    **CHANGES,
    "truncate": "TRUNCATE {table}",
    "truncate what it belongs to": "TRUNCATE workspaces CASCADE",
    "merge": "MERGE INTO {table} USING {table} AS same ON {same} WHEN MATCHED THEN DELETE",
}
WAYS = [pytest.param("sqlite", way, id=f"sqlite: {name}") for name, way in ON_SQLITE.items()]
WAYS += [
    pytest.param("postgres", way, id=f"postgres: {name}", marks=pytest.mark.postgres)
    for name, way in ON_POSTGRESQL.items()
]


def statement_of(template: str, table: Table) -> str:
    columns = [f'"{column.name}"' for column in table.primary_key]
    same = " AND ".join(f"{table.name}.{column} = same.{column}" for column in columns)
    return template.format(table=table.name, key=", ".join(columns), same=same)


async def rows(database: Database, table: Table) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(select(table)))


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
@pytest.mark.parametrize(("database_kind", "way"), WAYS)
async def test_the_database_refuses_every_change(
    units: UnitsOfWork, database: Database, table: Table, way: str
) -> None:
    await samples.fill(units, A)
    await samples.forget_another(units, A)
    before = await rows(database, table)

    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as connection:
            await connection.execute(text(statement_of(way, table)))

    assert await rows(database, table) == before != []


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
@pytest.mark.parametrize("parent", ["workspaces", "prospects", "outcome_questions"])
async def test_what_it_belongs_to_takes_nothing_along(
    units: UnitsOfWork, database: Database, table: Table, parent: str
) -> None:
    await samples.fill(units, A)
    await samples.forget_another(units, A)
    before = await rows(database, table)

    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            await connection.execute(text(f"DELETE FROM {parent}"))  # noqa: S608 - named above

    assert await rows(database, table) == before != []


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_sqlite_refuses_whoever_opens_the_file(
    units: UnitsOfWork, database: Database, database_url: str, table: Table
) -> None:
    await samples.fill(units, A)
    await samples.forget_another(units, A)
    before = await rows(database, table)

    stranger = sqlite3.connect(str(make_url(database_url).database))
    for template in ON_SQLITE.values():
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(statement_of(template, table))
    stranger.execute("DELETE FROM prospects")
    stranger.commit()
    stranger.close()

    assert await rows(database, table) == before != []


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_sqlite_knows_no_key_that_is_not_guarded(database: Database, table: Table) -> None:
    async with database.reading() as connection:
        keys = (await connection.execute(text(f"PRAGMA index_list({table.name})"))).all()
        with pytest.raises(DBAPIError, match="no such column: rowid"):
            await connection.execute(text(f"SELECT rowid FROM {table.name}"))  # noqa: S608

    assert [key.origin for key in keys if key.unique] == ["pk"]


def test_every_table_that_is_only_added_to_is_tried() -> None:
    guarded = {table for table in history.metadata.tables.values() if table.dispatch.after_create}

    assert guarded == set(KEPT)


@pytest.mark.parametrize(("table", "words"), [(history, "detail"), (lapses, "words")])
async def test_words_go_by_one_door_that_nobody_opens_unseen(
    units: UnitsOfWork, database: Database, table: Table, words: str
) -> None:
    await samples.fill(units, A)
    its = f"WHERE workspace_id = '{A}' AND prospect_id = '{samples.PROSPECT}'"
    empty = "'{}'" if words == "detail" else "NULL"
    no_words = text(f"UPDATE {table.name} SET {words} = {empty} {its}")  # noqa: S608 - ours
    other = text(f'UPDATE {table.name} SET "at" = CURRENT_TIMESTAMP {its}')  # noqa: S608 - ours
    note = insert(forgettings).values(
        workspace_id=A, prospect_id=samples.PROSPECT, why="asked", at=samples.NOW
    )
    forgotten = text(f"UPDATE prospects SET stage = 'forgotten' {its}")  # noqa: S608 - ours

    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as connection:
            await connection.execute(no_words)
    async with database.writing() as connection:
        await connection.execute(note)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as connection:
            await connection.execute(other)
    async with database.writing() as connection:
        await connection.execute(no_words)
        await connection.execute(forgotten)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as connection:
            await connection.execute(no_words)
