"""What follows when a draft comes in, is taken up, or goes: who is told, and what is updated."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.intake import (
    NOBODY,
    DoorChange,
    drafts_due,
    for_managers,
    for_owners,
    next_about_drafts,
)
from bot.domain.managers import EACH_MORNING
from bot.domain.nudges import Reader
from bot.domain.people import MemberId
from bot.domain.screening import Draft, DraftId
from bot.domain.workspace import Workspace
from bot.services.transaction.announcements import rewrite_mornings
from bot.services.transaction.planning import call_managers, colleagues
from bot.storage.unit_of_work import UnitOfWork


async def note_door(work: UnitOfWork, workspace: Workspace, change: DoorChange) -> None:
    """Record in the history what a manager did to the door, and post a line in the channel."""
    await work.intake.note(change)
    channel = workspace.settings.verdict_channel
    if channel:
        await work.outbox.put(
            OutboxMessage(
                kind=MessageKind.SETTINGS_CHANGED,
                recipient=channel,
                dedupe_key=f"door:{change.at.isoformat()}:{change.act}",
                payload=payloads.DoorChanged(change.act, change.by),
            )
        )


async def announce_intake(
    work: UnitOfWork, workspace: Workspace, draft: Draft, intake_id: str, now: datetime
) -> Sequence[MemberId]:
    """Tell the owner of a draft, or every manager if it has none, that it came in; return whom.

    As long as it waits, the clock checks when to say so again.
    """
    readers = [draft.member_id]
    if draft.member_id == NOBODY:
        readers = [each.id for each in await colleagues(work, workspace)]
    for reader in sorted(readers):
        await announce_draft(work, reader, draft.id, f"{MessageKind.INTAKE}:{intake_id}:{reader}")
    await plan_draft(work, workspace, draft, now)
    return readers


async def announce_draft(work: UnitOfWork, reader: MemberId, draft_id: DraftId, key: str) -> None:
    """Tell a member privately of a draft that came in."""
    told = payloads.DraftArrived(draft_id)
    await work.outbox.put(OutboxMessage(MessageKind.INTAKE, reader, key, payload=told))
    await work.intake.record_announced(key, draft_id)


async def plan_draft(work: UnitOfWork, workspace: Workspace, draft: Draft, now: datetime) -> None:
    """Have the clock look at a waiting draft; it works out whose morning is when."""
    if draft.waits_since is None:
        return
    if draft.member_id != NOBODY:
        await work.nudges.call(draft.member_id, now)
    await call_managers(work, workspace, now)


async def went_on(work: UnitOfWork, draft: Draft) -> Draft:
    """Return a draft with which a person goes on: nobody is told any more that it waits."""
    if draft.waits_since is None:
        return draft
    await update_messages(work, draft.id, "taken_up")
    return replace(draft, waits_since=None)


async def is_over(work: UnitOfWork, draft: Draft, why: str) -> None:
    """Update the messages about a draft that was filed, discarded, or merged into another."""
    if draft.came_at is not None:
        await update_messages(work, draft.id, why)


async def was_discarded(work: UnitOfWork, draft: Draft) -> None:
    """Delete what is left of a discarded draft, and update the messages about it."""
    await is_over(work, draft, "discarded")
    await work.intake.empty([draft.id])


async def update_messages(work: UnitOfWork, draft_id: DraftId, why: str) -> None:
    """Bring every message about a draft up to date, once for each reason `why`."""
    for key in await work.intake.announcements(draft_id):
        found = await work.outbox.written(key)
        if found is None:
            continue
        message, _ = found
        await work.outbox.put(
            replace(
                message,
                kind=MessageKind.INTAKE_REWRITE,
                dedupe_key=f"rewrite:{key}:{why}",
                payload=payloads.DraftArrivedRewritten(draft_id, of=key),
            )
        )
    about = await work.intake.mornings_about(draft_id)
    await rewrite_mornings(work, about, f"{draft_id}:{why}")


async def drafts_for_owners(
    work: UnitOfWork, workspace: Workspace, readers: Sequence[tuple[Reader, bool]], now: datetime
) -> Mapping[MemberId, Sequence[DraftId]]:
    """Return which drafts stand in the message of each owner, if one goes now.

    With each reader it is said whether they are told something else now.
    """
    how = for_owners(workspace.settings.nudge_policy)
    found = await work.intake.waiting_of([each.id for each, _ in readers]) if readers else {}
    return {
        reader.id: drafts_due(found.get(reader.id, ()), reader, now, how, is_told=is_told)
        for reader, is_told in readers
    }


async def drafts_for_manager(
    work: UnitOfWork, workspace: Workspace, reader: Reader, now: datetime, *, is_told: bool
) -> Sequence[DraftId]:
    """Return the drafts to list in a message to a manager, if one goes out now.

    Somebody who is not a manager gets none.
    """
    if reader.id not in workspace.manager_ids:
        return ()
    found = await work.intake.waiting_for(reader.id)
    return drafts_due(found, reader, now, for_managers(EACH_MORNING), is_told=is_told)


async def next_for_owners(
    work: UnitOfWork, workspace: Workspace, readers: Sequence[Reader], now: datetime
) -> Mapping[MemberId, datetime | None]:
    """Return when each owner hears next of a draft that waits."""
    how = for_owners(workspace.settings.nudge_policy)
    found = await work.intake.waiting_of([each.id for each in readers]) if readers else {}
    return {each.id: next_about_drafts(found.get(each.id, ()), each, now, how) for each in readers}


async def next_for_manager(
    work: UnitOfWork, workspace: Workspace, reader: Reader, now: datetime
) -> datetime | None:
    """Return when a manager next hears of a waiting draft."""
    if reader.id not in workspace.manager_ids:
        return None
    found = await work.intake.waiting_for(reader.id)
    return next_about_drafts(found, reader, now, for_managers(EACH_MORNING))
