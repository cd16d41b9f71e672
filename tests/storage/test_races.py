"""Two processes that do the same at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot import checklists
from bot.domain.errors import DraftFiled
from bot.domain.nudges import Look
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, ProspectId, QualificationId, Stage
from bot.domain.screening import DraftId, VersionId
from bot.domain.settings.changes import changes
from bot.domain.settings.table import SettingId
from bot.domain.workspace import Workspace
from bot.storage.database import Database
from bot.storage.delivery.mornings import MorningRepository
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A

TURNS = range(8)

Processes = tuple[UnitsOfWork, UnitsOfWork]


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[Processes]:
    first, second = Database.from_url(database_url), Database.from_url(database_url)
    units = UnitsOfWork(first, checklists.restore)
    await samples.add_workspace(units, A)
    yield units, UnitsOfWork(second, checklists.restore)
    await first.close()
    await second.close()


async def test_d10_no_update_is_lost_between_two_processes(processes: Processes) -> None:
    await samples.add_prospect(processes[0], A)

    async def read_then_write(turn: int) -> None:
        async with processes[turn % 2](A) as work:
            read = await work.prospects.get_to_change(samples.PROSPECT)
            assert read is not None
            await asyncio.sleep(0)
            await work.prospects.save(replace(read, revision=read.revision + 1))

    await asyncio.gather(*map(read_then_write, range(40)))

    async with processes[0].reading(A) as work:
        found = await work.prospects.get(samples.PROSPECT)
    assert found is not None
    assert found.revision == 41


async def test_who_forgets_by_age_locks_prospects_in_the_order_in_which_others_do(
    processes: Processes,
) -> None:
    ids = [ProspectId(f"p{number}") for number in range(4)]
    await samples.fill(processes[0], A)
    async with processes[0](A) as work:
        for age, each in enumerate(ids):  # those whose ids come last are the oldest
            decision = Decision(Action.LOST, OWNER, NOW - timedelta(days=age))
            it = replace(samples.prospect, id=each, stage=Stage.LOST, decision=decision, due=None)
            await work.prospects.add(replace(it, overrides=()), NOW)

    async def forget() -> Sequence[ProspectId]:
        async with processes[0](A) as work:
            found = await work.keeping.decided_before(NOW + timedelta(days=1), 4)
            return await lock(work, found)

    async def rename() -> Sequence[ProspectId]:
        async with processes[1](A) as work:
            return await lock(work, ids)

    async def lock(work: UnitOfWork, found: Sequence[ProspectId]) -> Sequence[ProspectId]:
        for each in found:
            assert await work.prospects.get_to_change(each) is not None
            await asyncio.sleep(0.05)
        return found

    forgotten, renamed = await asyncio.gather(forget(), rename())

    assert (forgotten, renamed) == (ids[::-1], ids)


async def test_a_draft_submitted_several_times_at_once_is_filed_once(
    processes: Processes,
) -> None:
    async def file(turn: int) -> bool:
        filed = replace(
            samples.qualification,
            id=QualificationId(f"qualification-{turn}"),
            prospect_id=ProspectId(f"prospect-{turn}"),
        )
        prospect = replace(samples.prospect, id=filed.prospect_id, qualification_id=filed.id)
        try:
            async with processes[turn % 2](A) as work:
                await work.prospects.add(prospect, NOW)
                await work.qualifications.add(filed)
        except DraftFiled:
            return False
        return True

    results = await asyncio.gather(*map(file, TURNS))

    assert results.count(True) == 1
    async with processes[0].reading(A) as work:
        assert len(await work.prospects.open_of(OWNER, 10)) == 1


async def test_of_drafts_of_one_name_begun_at_once_the_last_stays(processes: Processes) -> None:
    async def begin(turn: int) -> None:
        async with processes[turn % 2](A) as work:
            await work.drafts.put(
                replace(samples.draft, id=DraftId(f"draft-{turn}"), prospect_id=None)
            )

    await asyncio.gather(*map(begin, TURNS))

    async with processes[0].reading(A) as work:
        assert len(await work.drafts.of_member(OWNER)) == 1


async def test_checklists_first_used_at_once_get_numbers_of_their_own(
    processes: Processes,
) -> None:
    async def use(turn: int) -> None:
        changed = replace(samples.CHECKLIST, version=f"{turn // 2:064}")
        async with processes[turn % 2](A) as work:
            await work.checklist_versions.add(VersionId(f"version-{turn}"), changed, NOW)

    await asyncio.gather(*map(use, TURNS))

    async with processes[0].reading(A) as work:
        found = [await work.checklist_versions.get(VersionId(f"version-{turn}")) for turn in TURNS]
    assert sorted(version.number for version in found if version) == [2, 3, 4, 5]


async def test_a_workspace_added_several_times_at_once_is_there_once(
    processes: Processes,
) -> None:
    async def add(turn: int) -> None:
        async with processes[turn % 2](samples.B) as work:
            await work.workspaces.add(Workspace(samples.B, samples.SETTINGS))

    await asyncio.gather(*map(add, TURNS))

    async with processes[0].reading(samples.B) as work:
        assert await work.workspaces.get() is not None


async def test_of_settings_changed_at_once_each_change_is_in_the_history(
    processes: Processes,
) -> None:
    async def change(turn: int) -> None:
        async with processes[turn % 2](A) as work:
            workspace = await work.workspaces.get_to_change()
            assert workspace is not None
            settings = replace(workspace.settings, nudges=turn + 1)
            await work.workspaces.change_settings(settings)
            await work.workspaces.note_changes(
                changes(workspace.settings, settings), samples.OWNER, samples.NOW
            )

    await asyncio.gather(*map(change, TURNS))

    async with processes[0].reading(A) as work:
        noted = [each.change for each in reversed(await work.workspaces.history(99))]
        workspace = await work.workspaces.get()
    assert workspace is not None
    counts = [each for each in noted if each.setting is SettingId.NUDGES]
    assert [each.after for each in counts[:-1]] == [each.before for each in counts[1:]]
    assert counts[-1].after == workspace.settings.nudges


async def until_it_waits(task: asyncio.Task[None], database: Database) -> None:
    """Let a task run until it ends or waits for a lock of another transaction.

    On SQLite, whoever writes has the file alone, so a second one always waits.
    """
    if database.file is not None:
        return
    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while not task.done():
        async with database.reading() as connection:
            if await connection.scalar(waits):
                return


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("then", [None, samples.NOW + timedelta(days=30)])
async def test_settings_saved_during_a_round_have_its_owner_looked_at_again(
    processes: Processes, database: Database, then: datetime | None
) -> None:
    await samples.add_prospect(processes[0], A)
    later = {samples.PROSPECT: Look(NOW.date() + timedelta(days=30))}
    async with processes[0](A) as work:
        await work.nudges.look(samples.PROSPECT, OWNER, Look(NOW.date()))
        await work.nudges.call(OWNER, NOW)

    async def save() -> None:
        async with processes[1](A) as work:
            await work.nudges.look_at_all(NOW)

    async with processes[0](A) as work:
        assert await work.nudges.take([OWNER], NOW) == [OWNER]
        saving = asyncio.create_task(save())
        await until_it_waits(saving, database)
        await work.nudges.look_each({OWNER: later})
        await work.nudges.set_rounds({OWNER: then})
    await saving

    assert await RoundQueue(database).due(NOW, 9) == [(A, OWNER)]
    async with processes[0].reading(A) as work:
        assert await work.nudges.to_look_at({OWNER: NOW.date()}) == {OWNER: [samples.PROSPECT]}


TOMORROW = NOW + timedelta(days=1)
IN_A_MONTH = NOW + timedelta(days=30)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "under way"])
async def test_what_an_action_plans_by_settings_of_before_is_looked_at_again(
    processes: Processes, database: Database, *, is_kept: bool
) -> None:
    """The action has read the settings, and others are saved before its look is written."""
    await samples.add_prospect(processes[0], A)
    async with processes[0](A) as work:
        await work.nudges.look(samples.PROSPECT, OWNER, Look(TOMORROW.date()))
        await work.nudges.call(OWNER, TOMORROW)

    async def act(*, until: asyncio.Event) -> None:
        async with processes[0](A) as work:
            await work.prospects.get_to_change(samples.PROSPECT)
            await until.wait()
            await work.nudges.look(samples.PROSPECT, OWNER, Look(IN_A_MONTH.date()))
            await work.nudges.call(OWNER, IN_A_MONTH)

    saved = asyncio.Event()
    acting = asyncio.create_task(act(until=saved))
    async with processes[1](A) as work:
        await work.nudges.look_at_all(NOW)
        if not is_kept:
            saved.set()
            await until_it_waits(acting, database)
    saved.set()
    await acting

    assert await RoundQueue(database).due(NOW, 9) == [(A, OWNER)]
    async with processes[0](A) as work:
        assert await work.nudges.to_look_at({OWNER: NOW.date()}) == {OWNER: [samples.PROSPECT]}
        await work.nudges.look_each({OWNER: {samples.PROSPECT: Look(TOMORROW.date())}})
        assert await work.nudges.to_look_at({OWNER: NOW.date()}) == {}


def rounds_of(work: UnitOfWork, table: str) -> MorningRepository:
    return work.nudges if table == "nudges" else work.managers


@pytest.mark.parametrize("table", ["nudges", "managers"])
@pytest.mark.parametrize("then", [None, IN_A_MONTH])
async def test_a_call_while_a_round_is_held_waits_and_is_heard(
    processes: Processes, database: Database, table: str, then: datetime | None
) -> None:
    """The round has read what there is to come, and has not yet written when the next one is."""
    async with processes[0](A) as work:
        await rounds_of(work, table).call(OWNER, NOW)

    async def call() -> None:
        async with processes[1](A) as work:
            await rounds_of(work, table).call(OWNER, TOMORROW)

    async with processes[0](A) as work:
        its = rounds_of(work, table)
        assert await its.take([OWNER], NOW) == [OWNER]
        assert await its.hold([OWNER]) == [OWNER]
        calling = asyncio.create_task(call())
        await until_it_waits(calling, database)
        assert not calling.done()
        await its.set_rounds({OWNER: then})
    await calling

    assert await due_at(database, table) == TOMORROW


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", ["nudges", "managers"])
async def test_a_round_whose_member_is_being_called_stays_due(
    processes: Processes, database: Database, table: str
) -> None:
    """The call is written and not yet kept, so what it is about can't be read."""
    async with processes[0](A) as work:
        await rounds_of(work, table).call(OWNER, NOW)

    async with processes[0](A) as round_:
        its = rounds_of(round_, table)
        assert await its.take([OWNER], NOW) == [OWNER]
        async with processes[1](A) as work:
            await rounds_of(work, table).call(OWNER, TOMORROW)
            await work.write_planned()  # doesn't wait for the round
            assert await its.hold([OWNER]) == []
        assert await its.hold([OWNER]) == [OWNER]

    assert await due_at(database, table) == NOW


async def due_at(database: Database, table: str) -> datetime | None:
    """Return when the owner's round is due; None without one."""
    queue = RoundQueue(database)
    for at in (NOW, TOMORROW, IN_A_MONTH):
        due = await (queue.due(at, 9) if table == "nudges" else queue.due_of_managers(at, 9))
        if due == [(A, OWNER)]:
            return at
    return None


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("is_settings", [False, True], ids=["action", "settings"])
async def test_who_plans_several_prospects_never_deadlocks(
    processes: Processes, database: Database, *, is_settings: bool
) -> None:
    """The owners are called in the one order and in the other, and their rounds move forward."""
    first, last = MemberId("UANNA"), MemberId("UZOE")
    others = [await another_prospect(processes[0], n) for n in range(2)]
    async with processes[0](A) as work:
        for owner, prospect_id in zip((first, last), others, strict=True):
            await work.nudges.call(owner, IN_A_MONTH)
            await work.nudges.look(prospect_id, owner, Look(IN_A_MONTH.date()))

    async def beside() -> None:
        async with processes[1](A) as work:
            if is_settings:
                await work.nudges.look_at_all(NOW)
                await work.managers.call(first, NOW)
            else:
                await plan(work, first, others[0])
                await plan(work, last, others[1])

    async with processes[0](A) as work:
        await plan(work, last, others[1])
        other = asyncio.create_task(beside())
        await until_it_waits(other, database)
        await plan(work, first, others[0])
    await asyncio.wait_for(other, timeout=10)

    assert await RoundQueue(database).due(TOMORROW, 9) == [(A, first), (A, last)]


async def plan(work: UnitOfWork, owner: MemberId, prospect_id: ProspectId) -> None:
    await work.nudges.look(prospect_id, owner, Look(TOMORROW.date()))
    await work.nudges.call(owner, TOMORROW)
    await work.managers.call(owner, TOMORROW)


async def another_prospect(units: UnitsOfWork, n: int) -> ProspectId:
    prospect_id = ProspectId(f"prospect-{n}")
    qualification_id = QualificationId(f"qualification-{n}")
    prospect = replace(samples.prospect, id=prospect_id, qualification_id=qualification_id)
    async with units(A) as work:
        await work.prospects.add(replace(prospect, overrides=(), conditions=()), NOW)
        await work.qualifications.add(
            replace(
                samples.qualification,
                id=qualification_id,
                prospect_id=prospect_id,
                draft_id=DraftId(f"draft-{n}"),
            )
        )
    return prospect_id
