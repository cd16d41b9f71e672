"""One workspace never sees another, nor touches it: each method of each repository is tried."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import MessageKind
from bot.domain.errors import ProspectChanged
from bot.domain.nudges import Look
from bot.domain.outcomes.outcome import refuse
from bot.domain.people import CachedMember
from bot.domain.prospects import Fear
from bot.domain.workspace import OverrideApproval, Workspace
from bot.storage.database import Database
from bot.storage.schema.columns import metadata
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B

DAY = date(2026, 12, 9)
NEXT_DAY = date(2026, 12, 10)

READS: Mapping[str, tuple[Any, ...]] = {
    "members.get": (OWNER,),
    "members.paused_until": (OWNER,),
    "checklist_versions.get": (samples.VERSION,),
    "checklist_versions.find": (samples.CHECKLIST,),
    "drafts.get": (samples.DRAFT,),
    "drafts.of_member": (OWNER,),
    "drafts.of_name": (OWNER, samples.draft.facts.name),
    "prospects.get": (samples.PROSPECT,),
    "prospects.get_to_change": (samples.PROSPECT,),
    "prospects.asking": (),
    "prospects.overrides_of": (samples.QUALIFICATION,),
    "prospects.open_of": (OWNER, 10),
    "prospects.named": (samples.prospect.facts.name, 5),
    "prospects.count_open_of": (OWNER,),
    "qualifications.get": (samples.QUALIFICATION,),
    "qualifications.of_draft": (samples.DRAFT,),
    "qualifications.after": (samples.QUALIFICATION,),
    "history.of": (samples.PROSPECT,),
    "history.lapses_of": (samples.PROSPECT,),
    "nudges.take": (OWNER, NOW),
    "nudges.to_look_at": (OWNER, DAY),
    "nudges.next_looks": (OWNER,),
    "nudges.days_of": (OWNER, DAY),
    "nudges.items": (OWNER, DAY),
    "nudges.posted": (OWNER, DAY),
    "nudges.latest_about": (samples.PROSPECT,),
    "prospects.all_open_to_change": (OWNER,),
    "proposals.new_to": (samples.MANAGER,),
    "proposals.departures": (samples.MANAGER,),
    "managers.take": (samples.MANAGER, NOW),
    "managers.since": (samples.MANAGER,),
    "managers.days_of": (samples.MANAGER, DAY),
    "managers.kept": (samples.MANAGER, NEXT_DAY),
    "managers.latest_about": (samples.PROSPECT,),
    "managers.latest_offers": (OWNER,),
    "outcomes.get": (samples.QUESTION.key,),
    "outcomes.standing": (samples.PROSPECT,),
    "outcomes.waiting_of": (OWNER,),
    "outcomes.answers_about": (samples.PROSPECT,),
    "outcomes.items": (OWNER, DAY),
    "outcomes.messages_about": (samples.PROSPECT,),
    "outbox.has_waiting": ([samples.message.kind], samples.message.recipient),
    "outbox.waiting": (),
    "outbox.said_about": (samples.PROSPECT, [samples.message.kind]),
    "outbox.place_of": (samples.message.dedupe_key,),
    "timelines.all": (),
    "timelines.of_fear": (Fear.REPUTATION,),
    "prospects.unless_busy": ([samples.PROSPECT],),
    "referrals.listed": (),
    "workspaces.get": (),
    "workspaces.get_to_change": (),
    "workspaces.with_member": (OWNER,),
}

WRITES: Mapping[str, tuple[Any, ...]] = {
    "workspaces.add": (Workspace(A, samples.SETTINGS),),
    "workspaces.change_settings": (samples.SETTINGS,),
    "workspaces.change_override_approval": (OverrideApproval.NONE,),
    "workspaces.change_weekdays": (frozenset({6}),),
    "workspaces.set_group_members": ("S0SALES", []),
    "members.put": (CachedMember(samples.MEMBER, NOW),),
    "members.pause": (OWNER, date(2026, 12, 31)),
    "checklist_versions.add": (samples.VERSION, samples.CHECKLIST, NOW),
    "drafts.put": (samples.draft,),
    "drafts.save": (samples.draft,),
    "drafts.remove": (samples.DRAFT,),
    "prospects.add": (samples.prospect, NOW),
    "prospects.save": (samples.lost,),
    "qualifications.add": (samples.qualification,),
    "qualifications.set_card": (samples.QUALIFICATION, "C0OTHER", "9.9"),
    "history.append": (samples.entry,),
    "history.note": (samples.LAPSE,),
    "nudges.look": (samples.PROSPECT, OWNER, Look(date(2027, 1, 1))),
    "nudges.call": (OWNER, NOW - timedelta(days=1)),
    "nudges.set_round": (OWNER, None),
    "nudges.add": (OWNER, DAY, [(samples.PROSPECT, 1)]),
    "nudges.set_posted": (OWNER, DAY, ("D0", "9.9"), DAY),
    "nudges.look_at_all": (NOW,),
    "proposals.propose": (samples.prospect, NOW),
    "proposals.withdraw": (samples.PROSPECT,),
    "proposals.depart": (OWNER, NOW),
    "proposals.come_back": (OWNER,),
    "managers.call": (samples.MANAGER, NOW - timedelta(days=1)),
    "managers.set_round": (samples.MANAGER, None),
    "managers.remove": (samples.MANAGER,),
    "managers.add": (samples.MANAGER, NEXT_DAY, samples.AGENDA),
    "managers.set_posted": (samples.MANAGER, NEXT_DAY, ("D0", "9.9"), NEXT_DAY),
    "outcomes.hold": ([samples.QUESTION], OWNER),
    "outcomes.drop": (samples.PROSPECT,),
    "outcomes.keep": (refuse(samples.QUESTION),),
    "outcomes.add_answer": (samples.QUESTION, samples.HOURS),
    "outcomes.add_items": (OWNER, DAY, [samples.QUESTION.key]),
    "prospects.keep_told": (samples.prospect,),
    "prospects.keep_overrides": (samples.prospect,),
    "referrals.replace": (["Theirs"],),
    "outbox.put": (samples.message,),
    "outbox.send_again": ("C0VERDICTS", ["is_archived"]),
    "outbox.revive_one": (samples.message.dedupe_key, ["is_archived"]),
    "outbox.revive": (MessageKind.CARD, "C0OTHER", ["is_archived"]),
}


async def test_every_method_is_tried(units: UnitsOfWork) -> None:
    async with units.reading(A) as work:
        methods = {
            f"{name}.{method}"
            for name, repository in vars(work).items()
            for method in vars(type(repository))
            if name != "has_messages" and not method.startswith("_")
        }

    assert set(READS) | set(WRITES) == methods


@pytest.mark.parametrize("method", sorted(READS))
async def test_a_workspace_reads_nothing_of_another(units: UnitsOfWork, method: str) -> None:
    await samples.fill(units, A)

    async with units(B) as work:
        found = await _call(work, method, READS[method])

    assert not found


@pytest.mark.parametrize("method", sorted(WRITES))
@pytest.mark.parametrize("is_known", [False, True], ids=["unknown", "known"])
async def test_a_workspace_changes_nothing_of_another(
    units: UnitsOfWork, database: Database, method: str, is_known: bool
) -> None:
    await samples.fill(units, A)
    if is_known:
        await samples.add_workspace(units, B)
    before = await rows_of(database, A)

    with suppress(IntegrityError, ProspectChanged):
        async with units(B) as work:
            await _call(work, method, WRITES[method])

    assert await rows_of(database, A) == before


@pytest.mark.parametrize(
    "method",
    [
        "drafts.put",
        "history.append",
        "history.note",
        "outbox.put",
        "prospects.add",
        "prospects.keep_overrides",
        "qualifications.add",
    ],
)
async def test_a_row_cannot_point_into_another_workspace(units: UnitsOfWork, method: str) -> None:
    await samples.fill(units, A)
    await samples.add_workspace(units, B)

    with pytest.raises(IntegrityError):
        async with units(B) as work:
            await _call(work, method, WRITES[method])


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_every_foreign_key_has_the_workspace(table: Table) -> None:
    assert not table.c.workspace_id.nullable
    for constraint in table.foreign_key_constraints:
        pairs = [(each.parent.name, each.column.name) for each in constraint.elements]
        assert ("workspace_id", "workspace_id") in pairs
    assert table.name == "workspaces" or table.foreign_key_constraints


async def rows_of(database: Database, workspace_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that belongs to a workspace."""
    async with database.reading() as connection:
        return {
            table.name: sorted(
                (
                    tuple(row)
                    for row in await connection.execute(
                        select(table).where(table.c.workspace_id == workspace_id)
                    )
                ),
                key=repr,
            )
            for table in metadata.tables.values()
        }


async def _call(work: UnitOfWork, method: str, arguments: tuple[Any, ...]) -> Any:
    repository, _, name = method.partition(".")
    return await getattr(getattr(work, repository), name)(*arguments)
