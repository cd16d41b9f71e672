"""Statements on the driver: they do what SQLAlchemy's own way would, on both databases."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.storage.database import Database
from bot.storage.people import members
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.statements import Statement, in_places, places
from bot.storage.screening import drafts
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.workspaces import workspaces
from tests.storage import samples
from tests.storage.samples import NOW, A

_ADD = Statement(sa.insert(members))
_NAMES = Statement(
    sa.select(members.c.name)
    .where(members.c.workspace_id == sa.bindparam("its"))
    .order_by(members.c.name)
)


def row(name: str) -> dict[str, Any]:
    its = {"workspace_id": A, "member_id": f"U{name}", "name": name, "zone": "UTC"}
    flags = dict.fromkeys(("is_guest", "is_foreign", "is_bot", "is_deactivated"), False)
    return {**its, **flags, "locale": None, "fetched_at": NOW}


async def add(database: Database, *new: str, fails: bool = False) -> None:
    async with database.writing() as connection:
        for name in new:
            assert await _ADD.run(connection, row(name)) == 1
        if fails:
            raise ZeroDivisionError


async def names(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [each.name for each in await _NAMES.rows(connection, {"its": A})]


@pytest.mark.parametrize("table", [workspaces, members, drafts, prospects], ids=lambda it: it.name)
async def test_a_row_is_what_sqlalchemy_reads(
    units: UnitsOfWork, database: Database, table: sa.Table
) -> None:
    await samples.fill(units, A)
    query = sa.select(table).where(table.c.workspace_id == sa.bindparam("its"))

    async with database.reading() as connection:
        expected = (await connection.execute(query, {"its": A})).all()
        found = await Statement(query).rows(connection, {"its": A})

    assert expected
    assert [each._asdict() for each in found] == [dict(each._mapping) for each in expected]


async def test_the_first_of_a_transaction_is_undone_with_it(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)
    before = await names(database)

    with pytest.raises(ZeroDivisionError):
        await add(database, "Nobody", fails=True)

    assert await names(database) == before


async def test_many_rows_are_written_and_found_by_many_values(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)
    new = ["Xenia", "Yara", "Zoe"]
    [its] = in_places("its_name", new)
    among = Statement(
        sa.select(members.c.name)
        .where(members.c.name.in_(places("its_name", len(its))))
        .order_by(members.c.name)
    )

    async with database.writing() as connection:
        await _ADD.run_each(connection, [row(name) for name in new])
        found = await among.rows(connection, its)

    assert [each.name for each in found] == new
    assert len(its) == 4


async def test_an_error_is_sqlalchemys_and_quotes_no_value(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)

    with pytest.raises(IntegrityError) as caught:
        await add(database, "canary-4711", "canary-4711")

    assert "INSERT INTO members" in str(caught.value)
    assert "canary-4711" not in str(caught.value)
    assert "canary-4711" not in str(caught.value.orig)
    assert "canary-4711" not in await names(database)


async def test_a_value_that_cannot_be_kept_is_told_with_its_statement(database: Database) -> None:
    naive = {**row("Xenia"), "fetched_at": NOW.replace(tzinfo=None)}

    with pytest.raises(StatementError, match="INSERT INTO members"):
        async with database.writing() as connection:
            await _ADD.run(connection, naive)


async def test_who_only_reads_writes_nothing(units: UnitsOfWork, database: Database) -> None:
    await samples.fill(units, A)

    with pytest.raises(DBAPIError):
        async with database.reading() as connection:
            await _ADD.run(connection, row("Xenia"))

    assert "Xenia" not in await names(database)


async def test_who_watches_sqlalchemy_sees_it(units: UnitsOfWork, database: Database) -> None:
    await samples.fill(units, A)
    seen = []

    def note(_1: Any, _2: Any, statement: str, parameters: Any, _3: Any, many: bool) -> None:
        seen.append((statement.split()[0], len(parameters), many))

    async with database.writing() as connection:
        sa.event.listen(connection.sync_connection, "before_cursor_execute", note)
        await _ADD.run(connection, row("Xenia"))
        await _ADD.run_each(connection, [row("Yara"), row("Zoe")])
        await _NAMES.rows(connection, {"its": A})

    assert seen == [("INSERT", 10, False), ("INSERT", 2, True), ("SELECT", 1, False)]


async def test_a_connection_whose_statement_was_given_up_is_not_used_again(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)
    async with database.writing() as connection:
        await _ADD.run(connection, row("Xenia"))
        task = asyncio.create_task(_NAMES.rows(connection, {"its": A}))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert connection.invalidated
        await connection.rollback()

    assert "Xenia" not in await names(database)


async def test_a_list_of_values_needs_a_place_for_each(database: Database) -> None:
    listed = Statement(sa.select(members.c.name).where(members.c.name.in_(sa.bindparam("names"))))

    async with database.reading() as connection:
        with pytest.raises(ValueError, match="no place for each"):
            await listed.rows(connection, {"names": ["Xenia"]})


async def test_what_is_read_of_a_member_is_what_was_put_last(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    async with units(A) as work:
        before = await work.members.get(samples.MEMBER.id)
        assert before is not None
        renamed = replace(samples.MEMBER, name="Renamed")
        await work.members.put(replace(before, member=renamed))
        found = await work.members.get(samples.MEMBER.id)

    assert found is not None
    assert found.member.name == "Renamed"
