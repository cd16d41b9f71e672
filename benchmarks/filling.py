"""A database as it is after years: one prospect that was really screened, and copies of it.

The copies are made inside the database. All are overdue problem prospects, two for each owner,
and their cards are out; whose round is due, the benchmark says.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    Text,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import steps
from benchmarks.bench import Bench
from benchmarks.payloads import TEAM_ID
from benchmarks.processes import free_port, ours, running
from bot.domain.checklist.rules import Verdict
from bot.domain.delivery import MessageKind
from bot.domain.prospects import DueReason
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.figures.tables import facts_due
from bot.storage.nudges import looks, rounds
from bot.storage.prospects.history import history
from bot.storage.prospects.names import VERSION_MARK
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import qualifications

DUE_ON: Final = date(2026, 12, 8)
NEVER: Final = datetime(2999, 1, 1, tzinfo=UTC)
EACH_OWNS: Final = 2
_SCREENED: Final = "screened"

Values = dict[str, ColumnElement[Any]]

_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE counted(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count}) SELECT n FROM counted",
    "postgresql": "SELECT n FROM generate_series(1, {count}) AS n",
}
_QUICK_CHECK: Final = "CREATE INDEX quick_check ON prospects (workspace_id, qualification_id)"
"""SQLite looks for the prospects of each qualification that is inserted meanwhile."""

_N: Final = table("numbers", column("n", Integer))
_LOOK_ON: Final = literal(DUE_ON + timedelta(days=1))
_KEY: Final = literal("p").concat(cast(_N.c.n, Text))
_OWNER: Final = literal("O").concat(cast((_N.c.n + 1) // EACH_OWNS, Text))


async def filled(bench: Bench, kind: str, name: str, count: int) -> str:
    """Make a database with so many prospects, whose rounds are not due; return its URL.

    Owners are named O1, O2, ...
    """
    screened = await bench.once((_SCREENED, kind), lambda: _screened(bench, kind))
    url = await bench.databases.create(kind, name, screened)
    database = Database.from_url(url, patience=timedelta(minutes=10))
    try:
        async with database.writing() as connection:
            await _multiply(connection, count)
            if connection.dialect.name == "postgresql":  # it does so by itself in time
                await connection.execute(text("ANALYZE"))
    finally:
        await database.close()
    return url


async def _screened(bench: Bench, kind: str) -> str:
    """Make a database in which one prospect was screened, for all to copy; return its name."""
    url, port = await bench.databases.create(kind, _SCREENED), free_port()
    async with running(["-m", "bot", "run"], port, ours(bench.slack, url, port)) as server:
        await steps.captured(bench, server)
    return _SCREENED


async def _multiply(connection: AsyncConnection, count: int) -> None:
    """Copy the prospect that is there with its qualification and card, and let it be looked at."""
    numbers = _NUMBERS[connection.dialect.name].format(count=count)
    await connection.execute(text(f"CREATE TABLE numbers AS {numbers}"))
    await connection.execute(text(_QUICK_CHECK))
    same: Values = {"prospect_id": _KEY, "qualification_id": _KEY}
    problem: Values = {
        "owner": _OWNER,
        "name_key": literal(VERSION_MARK).concat(_KEY),
        "name_words": _KEY,
        "verdict": literal(Verdict.PROBLEM.value),
        "decide_within": literal(5),
        "due_on": literal(DUE_ON),
        "due_reason": literal(DueReason.VERDICT.value),
    }
    sent: Values = {
        "dedupe_key": _KEY,
        "state": literal(RowState.SENT.value),
        "sent_at": literal(1.0),
        "channel": literal("C0VERDICTS"),
        "ts": literal("1.1"),
    }
    screened = await connection.scalar(select(qualifications.c.qualification_id))
    told = func.json(func.replace(cast(history.c.detail, Text), screened, _KEY))
    await _copy(connection, prospects, {**same, **problem})
    await _copy(connection, qualifications, {**same, "draft_id": _KEY})
    await _copy(connection, history, {"prospect_id": _KEY, "detail": told})
    await connection.execute(delete(facts_due))  # whatever figures are counted from was derived
    is_other = outbox.c.kind != MessageKind.CARD.value
    await connection.execute(delete(outbox).where(is_other))
    await _copy(connection, outbox, {**same, **sent})
    look: Values = {
        "prospect_id": _KEY,
        "owner": _OWNER,
        "on_day": _LOOK_ON,
        "is_lapse": literal(False),
    }
    await _scatter(connection, looks, look)
    never = literal(NEVER, rounds.c.due_at.type)
    await _scatter(connection, rounds, {"member_id": _OWNER, "due_at": never}, each=EACH_OWNS)
    await connection.execute(text("DROP INDEX quick_check"))
    await connection.execute(text("DROP TABLE numbers"))


async def _copy(connection: AsyncConnection, rows: Table, changed: Values) -> None:
    """Copy the only row for each number, with some columns changed."""
    values = {each.name: changed.get(each.name, each) for each in rows.columns}
    values.pop("row_id", None)
    copies = select(*values.values()).select_from(rows.join(_N, true()))
    await connection.execute(insert(rows).from_select(list(values), copies))


async def _scatter(
    connection: AsyncConnection, rows: Table, values: Values, *, each: int = 1
) -> None:
    """Write a row for each number, or for each second, third, ... one."""
    values = {"workspace_id": literal(TEAM_ID), **values}
    made = select(*values.values()).where(_N.c.n % each == 0)
    await connection.execute(insert(rows).from_select(list(values), made))
