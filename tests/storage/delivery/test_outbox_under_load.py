"""Several workers at once, and many rows."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Select, event, select, text

from bot import checklists
from bot.domain.delivery import Claimed, DeliveryTimes, Sent
from bot.storage.database import Database
from bot.storage.delivery.queue import NEAR, OutboxQueue, claimable, nearest
from bot.storage.delivery.tables import outbox
from bot.storage.unit_of_work import UnitsOfWork
from tests.services.plans.watching import nodes_of
from tests.storage import samples
from tests.storage.samples import A

LANES = 20
MESSAGES_PER_LANE = 4


async def test_workers_of_two_processes_claim_each_row_once_and_in_order(
    database_url: str,
) -> None:
    databases = [Database.from_url(database_url) for _ in range(2)]
    await _put_messages(UnitsOfWork(databases[0], checklists.restore))
    claims: list[Claimed] = []

    async def work(queue: OutboxQueue) -> None:
        while len(claims) < LANES * MESSAGES_PER_LANE:
            for claimed in await queue.claim(3):
                claims.append(claimed)
                assert await queue.finish(claimed, Sent("C", "1.1"))

    queues = [
        OutboxQueue(databases[turn % 2], DeliveryTimes(pace=timedelta(0))) for turn in range(6)
    ]
    await asyncio.wait_for(asyncio.gather(*map(work, queues)), 60)

    async with databases[0].reading() as connection:
        states = (await connection.execute(select(outbox.c.state, outbox.c.attempts))).all()
    assert {tuple(row) for row in states} == {("sent", 1)}
    assert len(claims) == LANES * MESSAGES_PER_LANE
    by_lane = defaultdict(list)
    for claimed in claims:
        by_lane[claimed.message.recipient].append(claimed.row_id)
    assert all(rows == sorted(rows) for rows in by_lane.values())
    for each in databases:
        await each.close()


async def test_a_claim_among_many_rows_looks_at_the_unfinished_ones_only(
    database: Database, database_kind: str
) -> None:
    await _put_many_sent(UnitsOfWork(database, checklists.restore), database)

    plan = await _plan(database, database_kind, claimable(10))

    assert plan.count("ix_outbox_due") == 1  # what is being sent
    assert "ix_outbox_lane" in plan
    assert "Seq Scan on outbox" not in plan
    assert "SCAN outbox" not in plan.replace("SCAN outbox USING INDEX ix_outbox_lane", "")


async def test_what_is_due_longest_is_looked_for_without_looking_at_every_lane(
    database: Database, database_kind: str
) -> None:
    await _put_many_sent(UnitsOfWork(database, checklists.restore), database)

    plan = await _plan(database, database_kind, nearest(1))

    assert plan.count("ix_outbox_due") in {2, 3}
    assert plan.count("ix_outbox_lane") == 1  # what was written before it
    assert "recipient" not in "".join(line for line in plan.split("\n") if "Group Key" in line)
    assert "Seq Scan on outbox" not in plan
    assert "SCAN outbox" not in plan


BURST = 300


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("query", [nearest(BURST), claimable(BURST)], ids=["nearest", "lanes"])
async def test_a_burst_after_a_quiet_time_is_not_read_for_each_row(
    database: Database, query: Select[Any]
) -> None:
    """PostgreSQL counted when nothing was due, and counts anew only after many more changes."""
    units = UnitsOfWork(database, checklists.restore)
    await _put_many_sent(units, database, waiting=False)
    async with units(A) as work:
        await work.outbox.put_all([samples.to(f"U{n}", f"burst:{n}") for n in range(BURST)])

    async with database.writing() as connection:
        compiled = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        explain = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}")
        [found] = (await connection.execute(explain)).one()

    plan = found if isinstance(found, list) else json.loads(found)
    read = [(_read_by(node), node["Node Type"]) for node in nodes_of(plan[0]["Plan"])]
    assert max(read)[0] <= BURST, read
    assert (BURST, "LockRows") in read


def _read_by(node: dict[str, Any]) -> int:
    """Return how many rows a node of PostgreSQL's plan looked at, all in all."""
    removed = ("Rows Removed by Filter", "Rows Removed by Join Filter")
    each_time = sum(node.get(name, 0) for name in ("Actual Rows", *removed))
    every: int = round(each_time * node["Actual Loops"])
    return every


async def test_one_claim_of_many_lanes_is_one_statement(database: Database) -> None:
    units = UnitsOfWork(database, checklists.restore)
    await _put_in_lanes(units, [f"C{n:04}" for n in range(2000)])
    queue, statements = OutboxQueue(database), []
    event.listen(Engine, "before_cursor_execute", note := lambda *about: statements.append(about))

    claimed = await queue.claim(25)
    again = await queue.claim(25)

    event.remove(Engine, "before_cursor_execute", note)
    recipients = [each.message.recipient for each in (*claimed, *again)]
    assert recipients == [f"C{n:04}" for n in range(50)]
    assert len(statements) == 2


async def test_a_claim_finds_lanes_behind_those_that_wait_in_a_row(database: Database) -> None:
    """What is due longest may all wait in a few lanes; the others have their turn all the same."""
    limit = 3
    half = limit * NEAR // 2
    lanes = ["C1"] * half + ["C2"] * half + ["C3"]
    await _put_in_lanes(UnitsOfWork(database, checklists.restore), lanes)

    claimed = await OutboxQueue(database).claim(limit)

    assert [each.message.recipient for each in claimed] == ["C1", "C2", "C3"]


@pytest.mark.parametrize("limit", [1, 7])
async def test_a_claim_takes_no_more_than_it_was_asked_to(database: Database, limit: int) -> None:
    await _put_messages(UnitsOfWork(database, checklists.restore))

    assert len(await OutboxQueue(database).claim(limit)) == limit


async def _put_messages(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        for number in range(MESSAGES_PER_LANE):
            for lane in range(LANES):
                await work.outbox.put(samples.to(f"C{lane}", f"{lane}:{number}"))


async def _put_in_lanes(units: UnitsOfWork, lanes: Sequence[str]) -> None:
    """Put a message into each of these lanes, in this order."""
    await samples.add_workspace(units, A)
    async with units(A) as work:
        await work.outbox.put_all([samples.to(lane, f"{n}") for n, lane in enumerate(lanes)])


async def _put_many_sent(units: UnitsOfWork, database: Database, *, waiting: bool = True) -> None:
    """Put 20 messages that wait, or none, beside 20,000 that were sent."""
    await samples.add_workspace(units, A)
    last, each = (20_020, 1001) if waiting else (20_000, 20_001)
    rows = f"""
        INSERT INTO outbox (workspace_id, kind, recipient, dedupe_key, detail, state, due_at,
                            fence, attempts, may_be_out, may_be_twice, written_at, channel, ts,
                            sent_at)
        WITH RECURSIVE numbers (number) AS (
            SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {last})
        SELECT :workspace_id, 'card', 'C' || number % 50, 'key:' || number, '{{}}',
               CASE WHEN number % {each} = 0 THEN 'pending' ELSE 'sent' END, number, 1, 1, false,
               false, number,
               CASE WHEN number % {each} = 0 THEN NULL ELSE 'C' END,
               CASE WHEN number % {each} = 0 THEN NULL ELSE '1.1' END,
               CASE WHEN number % {each} = 0 THEN NULL ELSE number END
        FROM numbers
    """  # noqa: S608 - two numbers
    async with database.writing() as connection:
        await connection.execute(text(rows), {"workspace_id": A})
        await connection.execute(text("ANALYZE"))


async def _plan(database: Database, kind: str, query: Select[Any]) -> str:
    explain = "EXPLAIN" if kind == "postgres" else "EXPLAIN QUERY PLAN"
    async with database.reading() as connection:
        compiled = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        return "\n".join(
            " ".join(map(str, row))
            for row in await connection.execute(text(f"{explain} {compiled}"))
        )
