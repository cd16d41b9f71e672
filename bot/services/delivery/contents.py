"""What a message of the outbox is about when it is sent, and what is kept once it is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from bot.domain.calendar import WorkingTime, today_in
from bot.domain.delivery import (
    AboutCard,
    AllHandedOver,
    KillDatePassed,
    ManagersMorning,
    Morning,
    NotDelivered,
    OutboxMessage,
    OverrideChanged,
    OwnersMorning,
    Posted,
    RequestAsked,
    RequestRewritten,
    Spoken,
)
from bot.domain.delivery.contents import (
    GoneOwner,
    HandedOver,
    ManagersMessage,
    MessageContent,
    NudgedProspect,
    NudgeMessage,
    ProposedProspect,
    RequestMessage,
)
from bot.domain.errors import UnknownProspect
from bot.domain.managers import is_up_for_closing
from bot.domain.nudges import is_to_be_said, moved_to, taken_back
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect, ProspectId, is_stalled
from bot.domain.read_models import AskedOutcome, Overview
from bot.domain.workspace import Workspace
from bot.services.outcomes import asked_outcome
from bot.services.overviews import gone_owner, names_of, overview_of
from bot.services.transaction.announcements import rewrite_mornings
from bot.services.transaction.planning import plan_look
from bot.storage.unit_of_work import UnitOfWork


async def content_of(
    work: UnitOfWork, message: OutboxMessage, now: datetime
) -> MessageContent | None:
    """Gather what a message is drawn from, as things stand now; None if it needs nothing.

    Raises UnknownProspect if it is about nothing (any more).
    """
    match message.payload:
        case OwnersMorning(day):
            return await _nudge(work, message, day, now)
        case ManagersMorning(day):
            return await _to_manager(work, message, day, now)
        case AllHandedOver() as given:
            return await _handed_over(work, MemberId(message.recipient), given, now)
        case RequestAsked() as asked:
            return await _request(work, message, asked, None, now)
        case RequestRewritten(asked, of):
            posted = await work.outbox.place_of(of)
            if posted is None:
                raise UnknownProspect
            return await _request(work, message, asked, posted, now)
        case AboutCard() | KillDatePassed() | OverrideChanged():
            return await _overview(work, message, now)
        case NotDelivered():
            return None
        case _:
            assert_never(message.payload)


async def keep_posted(
    work: UnitOfWork, message: OutboxMessage, posted: Posted, now: datetime
) -> None:
    """Keep where a message of the clock stands, and count it for the day on which it was sent."""
    reader, morning = MemberId(message.recipient), message.payload
    workspace = await work.workspaces.get()
    if workspace is None or not isinstance(morning, Morning):
        return
    day = morning.day
    working = await _working_time(work, workspace, reader)
    today = working.today(now)
    if isinstance(morning, ManagersMorning):
        await work.managers.set_posted(reader, day, posted, today)
        await _point_managers_here(work, reader, day)
        return
    await work.nudges.set_posted(reader, day, posted, today)
    await _point_here(work, reader, day)
    if today != day:
        for prospect_id, _ in await work.nudges.items(reader, day):
            await _move(work, workspace, prospect_id, working, (day, today), now)


async def take_back(work: UnitOfWork, message: OutboxMessage, now: datetime) -> None:
    """Let a nudge that never reached its owner count for nothing: it comes again some morning."""
    owner, morning = MemberId(message.recipient), message.payload
    workspace = await work.workspaces.get()
    if workspace is None or not isinstance(morning, OwnersMorning):
        return
    day, working = morning.day, await _working_time(work, workspace, owner)
    for prospect_id, number in await work.nudges.items(owner, day):
        prospect = await work.prospects.get_to_change(prospect_id)
        if prospect is None or prospect.facts.owner != owner:
            continue
        moved = taken_back(prospect, number, day)
        if moved != prospect:
            await work.prospects.keep_told(moved)
            await work.proposals.withdraw(prospect_id)
            await plan_look(work, moved, workspace.settings, working.zone, now)


async def _point_here(work: UnitOfWork, reader: MemberId, day: date) -> None:
    """Let earlier messages about the same prospects say that there is a newer one."""
    for prospect_id, _ in await work.nudges.items(reader, day):
        about = await work.nudges.latest_about(prospect_id)
        earlier = [each for each in about if each.reader == reader and each.day < day]
        await rewrite_mornings(work, earlier, f"again:{day}")


async def _point_managers_here(work: UnitOfWork, manager: MemberId, day: date) -> None:
    kept = await work.managers.kept(manager, day)
    if kept is None:
        return
    about = [each for id_ in kept.prospects for each in await work.managers.latest_about(id_)]
    about += [each for owner in kept.owners for each in await work.managers.latest_offers(owner)]
    earlier = [each for each in about if each.reader == manager and each.day < day]
    await rewrite_mornings(work, earlier, f"again:{day}")


async def _nudge(
    work: UnitOfWork, message: OutboxMessage, day: date, now: datetime
) -> NudgeMessage:
    """Gather what an owner's message is about, as things stand now.

    What need not be said any more when it goes out is left away, and what was answered. Raises
    UnknownProspect if nothing is left, or if what is to be rewritten was never posted.
    """
    owner = MemberId(message.recipient)
    is_first = not message.kind.rules.is_rewrite
    workspace = await work.workspaces.get()
    posted = await work.nudges.posted(owner, day)
    if workspace is None or (posted is None and not is_first):
        raise UnknownProspect
    known = await work.members.get(owner)
    zone = None if known is None else known.member.zone
    today = today_in(zone or workspace.settings.zone, now)
    items = []
    for prospect_id, number in await work.nudges.items(owner, day):
        prospect = await work.prospects.get(prospect_id)
        if prospect and (not is_first or is_to_be_said(prospect, owner, today)):
            again_on = _later(await work.nudges.latest_about(prospect_id), owner, day)
            items.append(NudgedProspect(prospect, number, again_on))
    asked = await _asked(work, workspace, owner, day, is_first=is_first)
    if not items and not asked:
        raise UnknownProspect
    names = await names_of(work, _people(each.prospect for each in items))
    return NudgeMessage(workspace, owner, today, tuple(items), asked, posted, zone, names)


async def _asked(
    work: UnitOfWork, workspace: Workspace, owner: MemberId, day: date, *, is_first: bool
) -> tuple[AskedOutcome, ...]:
    found = [
        await asked_outcome(work, workspace, key) for key in await work.outcomes.items(owner, day)
    ]
    return tuple(each for each in found if each and (each.is_open or not is_first))


def _later(messages: Iterable[Spoken], reader: MemberId, day: date) -> date | None:
    """The day of the latest message that reached this reader after the one of this day."""
    later = [each.sent_on for each in messages if each.reader == reader and each.day > day]
    return max((each for each in later if each is not None), default=None)


def _people(prospects: Iterable[Prospect]) -> set[MemberId]:
    """Who is named where prospects are spoken of: owners, and who decided."""
    found = list(prospects)
    deciders = {each.decision.by for each in found if each.decision is not None}
    return deciders | {each.facts.owner for each in found}


async def _overview(work: UnitOfWork, message: OutboxMessage, now: datetime) -> Overview:
    if message.qualification_id is None:
        raise UnknownProspect
    qualification = await work.qualifications.get(message.qualification_id)
    if qualification is None:
        raise UnknownProspect
    return await overview_of(work, qualification, now)


async def _request(
    work: UnitOfWork,
    message: OutboxMessage,
    asked: RequestAsked,
    posted: Posted | None,
    now: datetime,
) -> RequestMessage:
    """Gather what asks for an answer; raises UnknownProspect if there is no such request."""
    overview = await _overview(work, message, now)
    overrides = await work.prospects.overrides_of(overview.qualification.id)
    request = next((each for each in overrides if each.id == asked.request), None)
    if request is None:
        raise UnknownProspect
    reader = MemberId(message.recipient)
    known = await work.members.get(reader)
    zone = None if known is None else known.member.zone
    return RequestMessage(overview, request, reader, posted, zone, is_again=asked.n > 1)


async def _to_manager(
    work: UnitOfWork, message: OutboxMessage, day: date, now: datetime
) -> ManagersMessage:
    """Gather what a message to a manager is about; what was decided before it goes out is not."""
    manager = MemberId(message.recipient)
    is_first = not message.kind.rules.is_rewrite
    workspace = await work.workspaces.get()
    kept = await work.managers.kept(manager, day)
    if workspace is None or kept is None or (kept.posted is None and not is_first):
        raise UnknownProspect
    items = []
    for prospect_id in kept.prospects:
        prospect = await work.prospects.get(prospect_id)
        if prospect and (not is_first or is_up_for_closing(prospect)):
            items.append(await _proposed(work, workspace, prospect, (manager, day), now))
    gone = [await _offered(work, owner, manager, day) for owner in kept.owners]
    if is_first:
        gone = [each for each in gone if each.total and not each.is_back]
    if not items and not gone:
        raise UnknownProspect
    people = _people(each.prospect for each in items) | {each.id for each in gone}
    known = await work.members.get(manager)
    return ManagersMessage(
        workspace,
        manager,
        tuple(items),
        kept.more,
        tuple(gone),
        await names_of(work, people),
        kept.posted,
        None if known is None else known.member.zone,
    )


async def _proposed(
    work: UnitOfWork,
    workspace: Workspace,
    prospect: Prospect,
    told: tuple[MemberId, date],
    now: datetime,
) -> ProposedProspect:
    working = await _working_time(work, workspace, prospect.facts.owner)
    again_on = _later(await work.managers.latest_about(prospect.id), *told)
    given = [
        working.today(entry.at)
        for entry in await work.history.of(prospect.id)
        if entry.action is Action.HAND_OVER
    ]
    return ProposedProspect(
        prospect, working.today(now), again_on, was_handed_over=any(on >= told[1] for on in given)
    )


async def _offered(work: UnitOfWork, owner: MemberId, manager: MemberId, day: date) -> GoneOwner:
    again_on = _later(await work.managers.latest_offers(owner), manager, day)
    return replace(await gone_owner(work, owner), again_on=again_on)


async def _handed_over(
    work: UnitOfWork, reader: MemberId, given: AllHandedOver, now: datetime
) -> HandedOver:
    workspace = await work.workspaces.get()
    found = [await work.prospects.get(each) for each in given.prospects]
    prospects: tuple[Prospect, ...] = tuple(each for each in found if each is not None)
    if workspace is None or not prospects:
        raise UnknownProspect
    names = await names_of(work, [given.by, given.before])
    working = await _working_time(work, workspace, reader)
    today = working.today(now)
    overdue = frozenset(each.id for each in prospects if is_stalled(each, today))
    return HandedOver(workspace, given.by, given.before, prospects, given.total, names, overdue)


async def _move(
    work: UnitOfWork,
    workspace: Workspace,
    prospect_id: ProspectId,
    working: WorkingTime,
    days: tuple[date, date],
    now: datetime,
) -> None:
    """Count what follows from the day on which the message was sent, not written."""
    prospect = await work.prospects.get_to_change(prospect_id)
    if prospect is None:
        return
    moved = moved_to(prospect, *days)
    if moved != prospect:
        await work.prospects.keep_told(moved)
        await plan_look(work, moved, workspace.settings, working.zone, now)


async def _working_time(work: UnitOfWork, workspace: Workspace, member_id: MemberId) -> WorkingTime:
    cached = await work.members.get(member_id)
    zone = workspace.settings.zone if cached is None else cached.member.zone
    return WorkingTime(workspace.settings.calendar, zone)
