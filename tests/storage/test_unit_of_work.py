"""One transaction: kept when the block ends well, undone when it raises."""

from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from bot import checklists
from bot.domain.checklist.model import Checklist
from bot.domain.errors import CommitUnheard
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A
from tests.storage.trial import commits_unheard, rows_of


class ChangedMindError(Exception):
    pass


async def test_a_block_that_raises_leaves_no_trace(units: UnitsOfWork, database: Database) -> None:
    await samples.fill(units, A)
    before = await rows_of(database, A)

    with suppress(ChangedMindError):
        async with units(A) as work:
            await work.prospects.save(samples.lost)
            await work.drafts.remove(samples.DRAFT)
            await work.outbox.put(samples.to(OWNER, "never"))
            raise ChangedMindError

    assert await rows_of(database, A) == before


async def test_the_outbox_is_woken_once_a_message_is_kept(database: Database) -> None:
    woken: list[str] = []
    units = UnitsOfWork(database, checklists.restore, lambda: woken.append("woken"))
    await samples.add_workspace(units, A)
    assert woken == []

    async with units(A) as work:
        await work.outbox.put(samples.to(OWNER, "first"))
        await work.outbox.put(samples.to(OWNER, "second"))
        assert woken == []
    assert woken == ["woken"]

    async with units(A) as work:
        await work.outbox.put(samples.to(OWNER, "second"))
    assert woken == ["woken"]


async def test_the_outbox_is_not_woken_for_a_message_that_was_undone(database: Database) -> None:
    woken: list[str] = []
    units = UnitsOfWork(database, checklists.restore, lambda: woken.append("woken"))
    await samples.add_workspace(units, A)

    with suppress(ChangedMindError):
        async with units(A) as work:
            await work.outbox.put(samples.to(OWNER, "never"))
            raise ChangedMindError

    assert woken == []


async def test_whoever_must_know_is_woken_when_no_answer_to_a_commit_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    units = UnitsOfWork(
        database,
        checklists.restore,
        lambda: woken.append("outbox"),
        lambda: woken.append("webhooks"),
    )
    await samples.fill(units, A)
    before, woken[:] = units.adoptions, []
    commits_unheard(database, monkeypatch)

    async def write() -> None:
        async with units(A) as work:
            await work.outbox.put(samples.to(OWNER, "kept"))
            work.has_adopted = work.has_deliveries = True

    with pytest.raises(CommitUnheard):
        await write()

    assert woken == ["outbox", "webhooks"]
    assert units.adoptions == before + 1


async def test_who_only_reads_is_refused_to_write(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        async with units.reading(A) as work:
            await work.drafts.remove(samples.DRAFT)

    async with units(A) as work:
        await work.drafts.remove(samples.DRAFT)


async def test_who_reads_waits_for_no_writer_and_sees_one_moment(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as reading:
        assert await reading.drafts.get(samples.DRAFT) is not None
        async with units(A) as work:
            await work.drafts.remove(samples.DRAFT)
            assert await reading.drafts.get(samples.DRAFT) is not None
        assert await reading.drafts.get(samples.DRAFT) is not None

    async with units.reading(A) as reading:
        assert await reading.drafts.get(samples.DRAFT) is None


async def test_a_prospect_and_its_qualification_may_come_in_any_order(
    units: UnitsOfWork,
) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.qualifications.add(samples.qualification)
        await work.prospects.add(samples.prospect, NOW)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect


async def test_a_checklist_is_restored_once_for_all_workspaces(database: Database) -> None:
    restored: list[str] = []

    def restore(content: str) -> Checklist:
        restored.append(content)
        return checklists.restore(content)

    units = UnitsOfWork(database, restore)
    for workspace_id in (A, samples.B):
        await samples.add_workspace(units, workspace_id)
        async with units.reading(workspace_id) as work:
            await work.checklist_versions.get(samples.VERSION)
            await work.checklist_versions.find(samples.CHECKLIST)

    assert len(restored) == 1
