"""One workspace never sees another, nor touches it: each method of each repository is tried.

Each call first shows that it does something at home, on the rows that it must leave alone when
another workspace makes it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.history import Forgetting
from bot.domain.delivery import MessageKind, payloads
from bot.domain.intake import Door
from bot.domain.nudges import Look
from bot.domain.outcomes.outcome import Ending, answer, refuse
from bot.domain.overrides import approve
from bot.domain.people import CachedMember
from bot.domain.prospects import NudgeRecord, ProspectId, QualificationId
from bot.domain.read_models import HomeOrder
from bot.domain.remembered.recall import RememberedId
from bot.domain.screening import ChecklistVersion, DraftId, VersionId
from bot.domain.webhooks.attempts import AfterAttempt, Answer, DeliveryState
from bot.domain.webhooks.webhooks import Event, WebhookId, WebhookState
from bot.domain.workspace import Workspace, WorkspaceId
from bot.storage.data.exporting import ExportedVersion
from bot.storage.data.sheets import PROSPECTS, SHEETS
from bot.storage.database import Database
from bot.storage.nudges import NudgeWritten
from bot.storage.schema.columns import metadata
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B
from tests.storage.trial import (
    OF_THE_DATABASE,
    Call,
    Trial,
    has_locked_rows,
    rows_in,
    rows_of,
)

CONDITIONS = next(each for each in SHEETS if each.file == "conditions")
DAY = date(2026, 12, 9)
NEXT_DAY = date(2026, 12, 10)
FREE_DAY = date(2026, 12, 14)
TOLD = NudgeRecord(3, date(2026, 12, 14))

IN_ONE_LOOP: Final = pytest.mark.asyncio(loop_scope="session")
"""For trials: the connection that they share is of one event loop."""

Calls = Mapping[str, tuple[Any, ...]]
"""Arguments by repository and method; what follows a space tells two calls of a method apart."""

READS: Final[Calls] = {
    "members.all_of": ([OWNER],),
    "qualifications.values_of": (samples.PROSPECT,),
    "members.get": (OWNER,),
    "members.paused_until": (OWNER,),
    "members.with_pauses": ([OWNER],),
    "checklist_versions.get": (samples.VERSION,),
    "checklist_versions.find": (samples.CHECKLIST,),
    "checklist_versions.numbered": (samples.CHECKLIST.id, 1),
    "adopted.all": (),
    "adopted.retired": (),
    "adopted.history": (9,),
    "adopted.choice_of": (OWNER,),
    "drafts.get": (samples.DRAFT,),
    "drafts.of_member": (OWNER,),
    "drafts.of_name": (OWNER, samples.draft.facts.name),
    "drafts.get_to_change": (samples.DRAFT,),
    "drafts.get_to_change_with_name": (samples.DRAFT, OWNER, "another"),
    "drafts.of_name_to_change": (OWNER, samples.draft.facts.name),
    "intake.history": (9,),
    "intake.answered": (samples.KEY_HASH,),
    "intake.announcements": (samples.DRAFT,),
    "intake.waiting_of": ([OWNER],),
    "intake.waiting_for": (samples.MANAGER,),
    "intake.items": samples.MORNINGS_WITH_DRAFTS[0],
    "intake.items manager": samples.MORNINGS_WITH_DRAFTS[1],
    "intake.mornings_about": (samples.DRAFT,),
    "intake.count_waiting": (),
    "intake.door": (),
    "intake.door_to_change": (),
    "prospects.get": (samples.PROSPECT,),
    "prospects.get_to_change": (samples.PROSPECT,),
    "prospects.asking": (),
    "prospects.overrides_of": (samples.QUALIFICATION,),
    "prospects.open_of": (OWNER, 10),
    "prospects.past_backstop": (date.max,),
    "prospects.next_backstop": (date.min,),
    "prospects.owners_in_question": (),
    "prospects.open_of everybody": (None, 10),
    "prospects.open_of_all": (HomeOrder.DUE, date.max, 10),
    "prospects.decided_recently": (5,),
    "prospects.named": (samples.prospect.facts.name, 5),
    "prospects.similar": (f"{samples.prospect.facts.name}s", 5),
    "namesakes.of the same": (samples.prospect.facts.name, 5),
    "namesakes.of a similar one": (f"{samples.prospect.facts.name}s", 5),
    "namesakes.of a remembered one": (samples.REMEMBERED.name, 5),
    "prospects.count_open_of": (OWNER,),
    "prospects.count_open_of everybody": (None,),
    "qualifications.get": (samples.QUALIFICATION,),
    "qualifications.of": ([samples.QUALIFICATION],),
    "qualifications.with_later": ([samples.QUALIFICATION],),
    "qualifications.channels_of": ([samples.QUALIFICATION],),
    "qualifications.of_draft": (samples.DRAFT,),
    "qualifications.after": (samples.QUALIFICATION,),
    "qualifications.count_by_checklist": (),
    "history.of": (samples.PROSPECT,),
    "history.of_each": ([samples.PROSPECT],),
    "history.lapses_of": (samples.PROSPECT,),
    "nudges.take": ([OWNER], NOW),
    "nudges.hold": ([OWNER],),
    "nudges.to_look_at": ({OWNER: DAY},),
    "nudges.next_looks": ([OWNER],),
    "nudges.days_of": ([OWNER], NOW.date()),
    "nudges.items": (OWNER, DAY),
    "nudges.posted": (OWNER, DAY),
    "nudges.earlier": (OWNER, samples.SECOND_DAY),
    "nudges.latest_about": (samples.PROSPECT,),
    "nudges.latest_about_each": ([samples.PROSPECT],),
    "prospects.all_open_to_change": (OWNER,),
    "proposals.new_to": (samples.MANAGER,),
    "proposals.departures": (samples.MANAGER,),
    "proposals.pauses_new_to": (samples.MANAGER,),
    "managers.take": ([samples.MANAGER], NOW),
    "managers.hold": ([samples.MANAGER],),
    "managers.since": (samples.MANAGER,),
    "managers.days_of": ([samples.MANAGER], DAY),
    "managers.record": (samples.MANAGER, NEXT_DAY),
    "managers.last_listed": (samples.MANAGER,),
    "managers.posted": (samples.MANAGER, NEXT_DAY),
    "managers.earlier": (samples.MANAGER, samples.EMPTY_DAY),
    "managers.latest_about": (samples.PROSPECT,),
    "managers.latest_about_each": ([samples.PROSPECT],),
    "managers.latest_offers": (OWNER,),
    "managers.latest_offers_of_each": ([OWNER],),
    "digests.take": (samples.MONDAY, NOW),
    "digests.weeks": (),
    "digests.posted": (samples.LAST_MONDAY,),
    "outcomes.get": (samples.QUESTION.key,),
    "outcomes.all_of": ([samples.QUESTION.key],),
    "outcomes.standing": (samples.PROSPECT,),
    "outcomes.waiting_of": ([OWNER],),
    "outcomes.waiting_about": ([samples.PROSPECT], [OWNER]),
    "outcomes.answers_about": (samples.PROSPECT,),
    "outcomes.items": (OWNER, DAY),
    "outcomes.messages_about": (samples.PROSPECT,),
    "outbox.waited_for": ([samples.message.kind], [samples.message.recipient]),
    "outbox.waiting": (),
    "outbox.messages_about": (samples.PROSPECT, [samples.message.kind]),
    "outbox.place_of": (samples.SENT.dedupe_key,),
    "outbox.standing": ([samples.SENT.dedupe_key],),
    "outbox.written": (samples.SENT.dedupe_key,),
    "timelines.all": (),
    "timelines.after": ("", 9),
    "timelines.in_pieces": (),
    "timelines.of": ([samples.PROSPECT],),
    "timelines.owned_by": (OWNER,),
    "facts.fingerprint": (),
    "facts.are_due": (),
    "facts.checkable": ("", 9),
    "facts.differing": ([samples.decided.id], MONDAY_TO_FRIDAY),
    "facts.derive_unstored": ("rules", MONDAY_TO_FRIDAY),
    "facts.counted": (lambda told: told.first_day(),),
    "timelines.since": (samples.NOW.date(),),
    "remembered.all": (),
    "remembered.count": (),
    "remembered.get": (samples.REMEMBERED.id,),
    "remembered.named": (samples.REMEMBERED.name,),
    "leaving.versions": (),
    "leaving.decisions": (),
    "leaving.small_tables": (),
    "leaving.lines_of": (PROSPECTS, ()),
    "arriving.is_taken": (),
    "arriving.whole": (),
    "arriving.open_prospects": (),
    "arriving.owners_to_ask": (),
    "erasing.find": (samples.prospect.facts.name,),
    "erasing.cards": (samples.decided.id,),
    "erasing.told_to_be_others": (samples.decided.id,),
    "keeping.aged_before": (NOW + timedelta(days=1000),),
    "keeping.remembered_before": (NOW + timedelta(days=1000), 9),
    "keeping.get": (),
    "keeping.take": (NOW,),
    "keeping.decided_before": (NOW + timedelta(days=1000), 9),
    "keeping.count_before": (NOW + timedelta(days=1000),),
    "erasing.notes": (),
    "erasing.naming": (samples.PROSPECT,),
    "erasing.is_forgotten": (samples.forgotten.id,),
    "prospects.all_of": ([samples.PROSPECT],),
    "prospects.unless_busy": ([samples.PROSPECT],),
    "prospects.all_free": ([samples.PROSPECT],),
    "workspaces.get": (),
    "workspaces.get_to_change": (),
    "workspaces.with_member": (OWNER,),
    "workspaces.with_members": ([OWNER],),
    "workspaces.history": (9,),
    "workspaces.variables_seen": (),
    "webhooks.all": (),
    "webhooks.get": (samples.WEBHOOK.id,),
    "webhooks.listening": (Event.PROSPECT_DECIDED,),
    "webhooks.deliveries": (samples.WEBHOOK.id, 9),
    "webhooks.history": (9,),
}

WRITES: Final[Calls] = {
    "workspaces.add": (Workspace(A, samples.SETTINGS),),
    "workspaces.change_settings": (replace(samples.SETTINGS, language="en"),),
    "workspaces.note_changes": ([samples.CHANGE], OWNER, NOW),
    "workspaces.note_refused": (["data_table"], NOW),
    "workspaces.note_taken": ("container",),
    "workspaces.store_variables_seen": ({"CURRENCY": "CHF"},),
    "workspaces.set_group_members": ("S0SALES", []),
    "members.put": (CachedMember(replace(samples.MEMBER, name="Eve"), NOW),),
    "members.pause": (OWNER, date(2026, 12, 31)),
    "checklist_versions.add": (VersionId("next"), replace(samples.CHECKLIST, version="next"), NOW),
    "adopted.put": (replace(samples.ADOPTED, by=OWNER),),
    "adopted.make_default": ("another",),
    "adopted.retire": (samples.CHECKLIST.id,),
    "adopted.note": ([samples.ADOPTION], OWNER, NOW),
    "adopted.choose": (OWNER, "another"),
    "drafts.put": (replace(samples.draft, facts=replace(samples.FACTS, name="Other")),),
    "drafts.save": (replace(samples.draft, step=3),),
    "drafts.remove": (samples.DRAFT,),
    "intake.set_secret": (None,),
    "intake.count": (Door(True, NOW, 9),),
    "intake.note": (samples.DOOR_CHANGE,),
    "intake.begin": ("next", "another", NOW),
    "intake.finish": ("intake", samples.DRAFT, "Other", {}),
    "intake.empty": ([samples.DRAFT],),
    "intake.record_announced": ("intake:2", samples.DRAFT),
    "intake.move": (samples.DRAFT, DraftId("into")),
    "intake.add_items": (
        OWNER,
        payloads.OwnersMorning(date(2026, 12, 9)),
        [DraftId("another")],
    ),
    "intake.remove_old": (NOW + timedelta(days=1000), 9),
    "prospects.add": (replace(samples.prospect, id=ProspectId("new"), overrides=()), NOW),
    "prospects.save": (samples.lost,),
    "qualifications.add": (
        replace(samples.qualification, id=QualificationId("new"), draft_id=DraftId("new")),
    ),
    "qualifications.set_card": (samples.QUALIFICATION, "C0OTHER", "9.9", "https://x.example"),
    "history.append": (replace(samples.entry, revision=2),),
    "history.note": ([replace(samples.LAPSE, about="another")],),
    "nudges.look": (samples.PROSPECT, OWNER, Look(date(2027, 1, 1))),
    "nudges.look never": (samples.PROSPECT, OWNER, None),
    "nudges.look_each": ({OWNER: {samples.PROSPECT: Look(date(2027, 1, 1))}},),
    "nudges.call": (OWNER, NOW - timedelta(days=1)),
    "nudges.set_rounds": ({OWNER: NOW + timedelta(days=1)},),
    "nudges.set_rounds never": ({OWNER: None},),
    "nudges.add": (NudgeWritten(OWNER, FREE_DAY, [(samples.PROSPECT, 1)]),),
    "nudges.set_posted": (OWNER, DAY, ("D0", "9.9"), DAY, "https://x.example"),
    "nudges.look_at_all": (NOW,),
    "nudges.look_at_outdated": (NOW,),
    "proposals.propose": (replace(samples.prospect, nudge_record=TOLD), NOW),
    "proposals.withdraw": (samples.PROSPECT,),
    "proposals.depart": (samples.MANAGER, NOW),
    "proposals.note_pause": (samples.MANAGER, DAY, NOW),
    "proposals.forget_pause": (OWNER,),
    "proposals.come_back": (OWNER,),
    "managers.call": (samples.MANAGER, NOW - timedelta(days=1)),
    "managers.set_rounds": ({samples.MANAGER: NOW + timedelta(days=1)},),
    "managers.set_rounds never": ({samples.MANAGER: None},),
    "managers.remove": (samples.MANAGER,),
    "managers.add": (samples.MANAGER, FREE_DAY, samples.AGENDA),
    "managers.set_posted": (
        samples.MANAGER,
        NEXT_DAY,
        ("D0", "9.9"),
        NEXT_DAY,
        "https://x.example",
    ),
    "digests.expect": (date(2026, 12, 14), NOW),
    "digests.expect later": (samples.MONDAY, NOW + timedelta(days=1)),
    "digests.settle": (samples.MONDAY,),
    "digests.set_posted": (samples.MONDAY, ("C0", "9.9")),
    "digests.store_named": (samples.MONDAY, [samples.PROSPECT]),
    "outcomes.hold": ([replace(samples.QUESTION, after=365)], OWNER),
    "outcomes.hold again": ([samples.DROPPED], OWNER),
    "outcomes.drop": (samples.PROSPECT, Ending.WON),
    "outcomes.hand_over": (samples.PROSPECT, samples.LEAVER),
    "outcomes.store": (refuse(samples.QUESTION),),
    "outcomes.add_answer": (answer(samples.QUESTION, samples.HOURS), samples.HOURS),
    "outcomes.add_items": ([(OWNER, samples.EMPTY_DAY, [samples.QUESTION.key])],),
    "prospects.store_former_name": (replace(samples.prospect, revision=9), "Acem"),
    "prospects.store_nudge_records": (replace(samples.prospect, nudge_record=TOLD),),
    "prospects.store_overrides": (
        approve(samples.prospect, by=samples.MANAGER, now=NOW, today=NOW.date()),
    ),
    "outbox.put": (replace(samples.message, dedupe_key="line:new"),),
    "outbox.put_all": ([replace(samples.message, dedupe_key="line:new")],),
    "remembered.add": (replace(samples.REMEMBERED, id=RememberedId("new")),),
    "outbox.send_again": ("C0VERDICTS",),
    "outbox.revive_one": (samples.DEAD.dedupe_key, [samples.CAUSE]),
    "outbox.revive_cards": ("C0OTHER",),
    "outbox.revive_card": (samples.DEAD.dedupe_key, "C0OTHER"),
    "outbox.revive_each": ([samples.DEAD.dedupe_key], "C0OTHER"),
    "outbox.revive_requests": (samples.PROSPECT,),
    "managers.forget_posted": (samples.MANAGER, date(2026, 12, 10)),
    "nudges.forget_posted": (OWNER, date(2026, 12, 9)),
    "qualifications.forget_card": (samples.of_decided.id,),
    "outbox.post_anew": (samples.SENT.dedupe_key,),
    "arriving.add_versions": (
        [
            ExportedVersion(
                ChecklistVersion(VersionId("next"), 9, replace(samples.CHECKLIST, version="next")),
                NOW,
            )
        ],
    ),
    "arriving.add_small_tables": ({},),
    "arriving.add": (
        CONDITIONS,
        [{"prospect_id": samples.PROSPECT, "position": 9, "what": "x", "due_on": DAY}],
    ),
    "keeping.begin": (NOW,),
    "keeping.look_again": (NOW + timedelta(days=1),),
    "keeping.act_on": (DAY,),
    "keeping.act_on_remembered": (DAY,),
    "keeping.take_export": (NOW, NOW),
    "keeping.remove_drafts": (NOW + timedelta(days=1000), 9),
    "keeping.remove_sent": (-1e9, 9),
    "erasing.erase": (samples.PROSPECT, Forgetting.ASKED, OWNER, NOW),
    "erasing.erase_remembered": (samples.REMEMBERED.name, Forgetting.ASKED, None, NOW),
    "erasing.remove_remembered": (samples.REMEMBERED.id, NOW),
    "keeping.give_export_back": (samples.YESTERDAY,),
    "keeping.remove_delivered": (NOW + timedelta(days=1000), 9),
    "webhooks.add": (replace(samples.WEBHOOK, id=WebhookId("new")),),
    "webhooks.change_events": (samples.WEBHOOK.id, {Event.OUTCOME_ANSWERED}),
    "webhooks.replace_secret": (samples.WEBHOOK.id, "whsec_bmV3"),
    "webhooks.switch": (samples.WEBHOOK.id, WebhookState.OFF),
    "webhooks.remove": (samples.WEBHOOK.id,),
    "webhooks.put": (
        [samples.WEBHOOK.id],
        Event.PROSPECT_DECIDED,
        "new",
        samples.PROSPECT,
        "{}",
        NOW,
    ),
    "webhooks.finish": (
        samples.attempt(A, samples.WAITING),
        AfterAttempt(DeliveryState.DELIVERED),
        Answer(timedelta(milliseconds=85), 200),
        NOW,
    ),
    "webhooks.note_arrival": (samples.FAILING.id,),
    "webhooks.note_failure": (samples.WEBHOOK.id, NOW),
    "webhooks.note": (samples.WEBHOOK_ADDED, OWNER, NOW),
    "facts.derive": ("rules", MONDAY_TO_FRIDAY),
    "outbox.follow": ([MessageKind.THREAD_LINE], "C0OTHER"),
}

FOUNDING: Final = ("workspaces.add", "keeping.begin")
"""The only calls that find nothing to do in a workspace that is filled."""

LOCKING: Final = (
    "checklist_versions.add",
    "digests.take",
    "drafts.get_to_change",
    "drafts.get_to_change_with_name",
    "drafts.of_name_to_change",
    "facts.derive",
    "intake.door_to_change",
    "managers.hold",
    "managers.take",
    "nudges.hold",
    "nudges.take",
    "prospects.all_open_to_change",
    "prospects.get_to_change",
    "prospects.unless_busy",
    "prospects.all_free",
    "webhooks.listening",
    "workspaces.get_to_change",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kept_open() -> AsyncIterator[dict[str, Database]]:
    """Databases by their URL, for all trials: a new connection would have to learn the schema."""
    opened: dict[str, Database] = {}
    yield opened
    for each in opened.values():
        await each.close()


@pytest_asyncio.fixture(loop_scope="session")
async def trial(
    unchanged_database_url: str, kept_open: dict[str, Database]
) -> AsyncIterator[Trial]:
    url = unchanged_database_url
    if url not in kept_open:
        kept_open[url] = Database.from_url(url, is_throwaway=True)
    async with kept_open[url].writing() as connection:
        yield Trial(connection)
        await connection.rollback()


async def unknown(_trial: Trial, _workspace_id: WorkspaceId) -> None:
    """Add nothing: nobody of this workspace ever called."""


async def unlike(trial: Trial, workspace_id: WorkspaceId) -> None:
    """Let the same ids stand for something else, with less about it."""
    await samples.add_workspace(trial, workspace_id)
    async with trial(workspace_id) as work:
        settings = replace(samples.SETTINGS, zone=ZoneInfo("Pacific/Honolulu"))
        await work.workspaces.change_settings(settings)
        await work.prospects.add(replace(samples.prospect, overrides=()), NOW)
        await work.qualifications.add(replace(samples.qualification, verdict=Verdict.PURSUE))
        await work.history.append(samples.entry)
        silent = replace(samples.QUESTION, put_off_on=None)
        await work.outcomes.hold([silent, refuse(samples.DROPPED)], OWNER)
        await work.proposals.propose(samples.prospect, NOW)
        for owner in (OWNER, samples.LEAVER):
            await work.proposals.depart(owner, NOW)
        offer = replace(samples.AGENDA, proposals=(), more=0)
        await work.managers.add(samples.MANAGER, NEXT_DAY, offer)


NEIGHBOURS: Final[tuple[Callable[[Trial, WorkspaceId], Awaitable[None]], ...]] = (
    unknown,
    unlike,
    Trial.fill,
)
"""What a workspace has itself that must see and touch nothing of another."""


async def test_every_method_is_tried(units: UnitsOfWork) -> None:
    async with units.reading(A) as work:
        methods = {
            f"{name}.{method}"
            for name, repository in vars(work).items()
            for method in dir(type(repository))
            if not name.startswith("has_") and not method.startswith("_")
        }
    methods -= {"nudges.write_planned", "managers.write_planned"}  # each unit of work ends with it

    assert {name.partition(" ")[0] for name in (*READS, *WRITES)} == methods


@IN_ONE_LOOP
@pytest.mark.parametrize("workspace_id", [A, B])
async def test_a_workspace_is_filled_at_once_as_calls_fill_it(
    trial: Trial, workspace_id: WorkspaceId
) -> None:
    async with trial.undone():
        await trial.fill_by_calls(workspace_id)
        by_calls = await rows_in(trial.connection, workspace_id, OF_THE_DATABASE)

    for _ in range(2):  # the first may be by calls, too
        async with trial.undone():
            await trial.fill(workspace_id)
            assert await rows_in(trial.connection, workspace_id, OF_THE_DATABASE) == by_calls


@IN_ONE_LOOP
@pytest.mark.parametrize("name", sorted(READS))
async def test_a_workspace_reads_nothing_of_another(trial: Trial, name: str) -> None:
    await trial.fill(A)
    assert await trial.make(A, calling(name))

    found = await trial.make(B, calling(name))

    assert not found


@IN_ONE_LOOP
@pytest.mark.parametrize("name", sorted(WRITES))
async def test_a_workspace_changes_nothing_of_another(trial: Trial, name: str) -> None:
    if name == "keeping.begin":
        await samples.add_workspace(trial, A)
    elif name not in FOUNDING:
        await trial.fill(A)
    before = await rows_in(trial.connection, A)
    async with trial.undone():
        await trial.make(A, calling(name))
        assert await rows_in(trial.connection, A) != before

    for grow in NEIGHBOURS:
        async with trial.undone():
            await grow(trial, B)
            await trial.attempt(B, calling(name))
            assert await rows_in(trial.connection, A) == before, grow


@IN_ONE_LOOP
@pytest.mark.parametrize("name", sorted({**READS, **WRITES}))
async def test_a_workspace_gets_what_it_would_get_alone(trial: Trial, name: str) -> None:
    """A is the one that calls: of rows of both, those of B would come last, and count."""
    for grow in NEIGHBOURS:
        async with trial.undone():
            await grow(trial, A)
            alone = await trial.outcome(A, calling(name))

            await trial.fill(B)
            beside_another = await trial.outcome(A, calling(name))
            await trial.attempt(B, calling(name))
            after_another = await trial.outcome(A, calling(name))

            assert beside_another == alone, grow
            assert after_another == alone, grow


@pytest.mark.parametrize("name", LOCKING)
@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_workspace_never_waits_for_another(database: Database, name: str) -> None:
    await fill(database, A)
    await fill(database, B)

    async with database.writing() as connection:
        await Trial(connection).make(A, calling(name))

        assert await has_locked_rows(database, A)
        assert not await has_locked_rows(database, B)


@pytest.mark.parametrize(
    "name",
    [
        "drafts.put",
        "history.append",
        "history.note",
        "managers.add",
        "nudges.add",
        "nudges.look",
        "outbox.put",
        "outcomes.add_answer",
        "outcomes.add_items",
        "outcomes.hold",
        "proposals.propose",
        "prospects.add",
        "prospects.store_overrides",
        "qualifications.add",
        "webhooks.put",
    ],
)
async def test_a_row_cannot_point_into_another_workspace(
    database: Database, units: UnitsOfWork, name: str
) -> None:
    await fill(database, A)
    await samples.add_workspace(units, B)
    before = await rows_of(database, A)
    async with units(A) as work:
        await calling(name)(work)
    assert await rows_of(database, A) != before

    with pytest.raises(IntegrityError):
        async with units(B) as work:
            await calling(name)(work)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_every_foreign_key_has_the_workspace(table: Table) -> None:
    assert not table.c.workspace_id.nullable
    for constraint in table.foreign_key_constraints:
        pairs = [(each.parent.name, each.column.name) for each in constraint.elements]
        assert ("workspace_id", "workspace_id") in pairs
    assert table.name == "workspaces" or table.foreign_key_constraints


def calling(name: str) -> Call:
    """Return the call of this name, whoever makes it."""
    repository, method = name.partition(" ")[0].split(".")
    arguments = READS[name] if name in READS else WRITES[name]
    return lambda work: _drained(getattr(getattr(work, repository), method)(*arguments))


async def _drained(called: Any) -> Any:
    """Return what a call returns, or all that it yields."""
    if isinstance(called, AsyncIterator):
        return [each async for each in called]
    return await called


async def fill(database: Database, workspace_id: WorkspaceId) -> None:
    """Fill a workspace for good."""
    async with database.writing() as connection:
        await Trial(connection).fill(workspace_id)
