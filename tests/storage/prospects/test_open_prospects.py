"""A member's open prospects, page by page, however many there are."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, text

from bot.domain.people import MemberId
from bot.domain.prospects import Due, DueReason, ProspectId, QualificationId
from bot.domain.screening import DraftId
from bot.storage.database import Database
from bot.storage.prospects.prospects import ProspectRepository
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A

FIRST_DUE = date(2026, 12, 1)


async def add(units: UnitsOfWork, count: int, *, owner: MemberId = OWNER) -> None:
    """Add open prospects of one owner, each due a day after the one before."""
    await samples.add_workspace(units, A)
    async with units(A) as work:
        for number in range(count):
            key = f"{'p' if owner == OWNER else owner}{number:04}"
            due = Due(FIRST_DUE + timedelta(days=number), DueReason.VERDICT)
            await work.prospects.add(
                replace(
                    samples.prospect,
                    id=ProspectId(key),
                    facts=replace(samples.prospect.facts, owner=owner),
                    qualification_id=QualificationId(key),
                    conditions=(),
                    overrides=(),
                    due=due,
                ),
                NOW,
            )
            await work.qualifications.add(
                replace(
                    samples.qualification,
                    id=QualificationId(key),
                    prospect_id=ProspectId(key),
                    draft_id=DraftId(key),
                )
            )


async def test_pages_follow_each_other_without_gap_or_overlap(units: UnitsOfWork) -> None:
    await add(units, 25)

    async with units.reading(A) as work:
        pages = [await work.prospects.open_of(OWNER, 10, offset=at) for at in (0, 10, 20, 30)]
        total = await work.prospects.count_open_of(OWNER)

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [each.id for page in pages for each in page] == [f"p{number:04}" for number in range(25)]
    assert total == 25


async def test_only_open_ones_of_the_owner_are_counted(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        assert await work.prospects.count_open_of(OWNER) == 1
        assert await work.prospects.count_open_of(samples.MANAGER) == 0
        assert await work.prospects.count_open_of(None) == 1
        await work.prospects.save(samples.lost)
        assert await work.prospects.count_open_of(OWNER) == 0


async def test_those_of_all_owners_are_one_list_of_their_workspace(units: UnitsOfWork) -> None:
    await add(units, 2)
    async with units(A) as work:
        for number in range(2):
            found = await work.prospects.get(ProspectId(f"p{number:04}"))
            assert found is not None
            theirs = replace(found.facts, owner=samples.MANAGER if number else OWNER)
            await work.prospects.save(replace(found, facts=theirs, revision=found.revision + 1))

    async with units.reading(A) as work:
        listed = await work.prospects.open_of(None, 10)
        total = await work.prospects.count_open_of(None)
    async with units.reading(samples.B) as work:
        elsewhere = await work.prospects.open_of(None, 10)

    assert [each.facts.owner for each in listed] == [OWNER, samples.MANAGER]
    assert total == 2
    assert elsewhere == []


async def test_drafts_can_be_limited_to_the_newest(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    facts = samples.FACTS
    kept = [
        replace(
            samples.draft,
            id=DraftId(f"d{number}"),
            facts=replace(facts, name=f"Name {number}"),
            prospect_id=None,
            updated_at=NOW + timedelta(minutes=number),
        )
        for number in range(3)
    ]
    async with units(A) as work:
        for each in kept:
            await work.drafts.put(each)

    async with units.reading(A) as work:
        newest = await work.drafts.of_member(OWNER, limit=2)
        every_one = await work.drafts.of_member(OWNER)

    assert [each.id for each in newest] == ["d2", "d1"]
    assert len(every_one) == 3


async def test_the_index_of_open_prospects_is_used(
    units: UnitsOfWork, database: Database, database_kind: str
) -> None:
    await add(units, 5)
    await add(units, 95, owner=samples.MANAGER)  # or the planner takes any index

    for what in (_page, _count):
        plan = await _plan(database, database_kind, what)

        assert "ix_prospects_open" in plan, plan


async def _page(work: ProspectRepository) -> None:
    await work.open_of(OWNER, 10, offset=10)


async def _count(work: ProspectRepository) -> None:
    await work.count_open_of(OWNER)


async def _plan(
    database: Database, database_kind: str, what: Callable[[ProspectRepository], Awaitable[None]]
) -> str:
    """Let the database explain the first statement, with its parameters."""
    seen: list[tuple[str, Any]] = []
    async with database.reading() as connection:
        if database_kind == "postgres":  # with so few rows it would not bother
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            await connection.execute(text("ANALYZE prospects"))  # never as another test left it

        def note(_1: Any, _2: Any, statement: str, parameters: Any, *_: Any) -> None:
            seen.append((statement, parameters))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await what(ProspectRepository(connection, A))
        statement, parameters = seen[0]
        explain = "EXPLAIN " if database_kind == "postgres" else "EXPLAIN QUERY PLAN "
        rows = await connection.exec_driver_sql(explain + statement, parameters)
        return "\n".join(str(row) for row in rows)
