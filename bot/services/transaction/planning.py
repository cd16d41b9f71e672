"""When the clock must look at a prospect again, recorded with everything that changes it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.backstop import is_in_question
from bot.domain.calendar import WorkingTime, instant, today_in
from bot.domain.managers import Colleague, is_for_managers, readers_of
from bot.domain.nudges import Look, Reader, next_look
from bot.domain.outcomes.asking import due_on
from bot.domain.outcomes.outcome import Ending, questions_after
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, Stage
from bot.domain.workspace import Settings, Workspace
from bot.services.transaction.announcements import rewrite_outcomes
from bot.storage.unit_of_work import UnitOfWork


async def plan(
    work: UnitOfWork, prospect: Prospect, workspace: Workspace, zone: ZoneInfo, now: datetime
) -> None:
    """Plan when the clock must come to tell owner or managers something about a prospect.

    `zone` is its owner's. What a gone owner gets back, as by an undone decision, is offered to the
    managers. Rounds of owners are called before those of managers, the order in which a round under
    way locks them.
    """
    await plan_look(work, prospect, workspace.settings, zone, now)
    await plan_outcomes(work, prospect, workspace.settings, zone, now)
    if prospect.request is not None:  # a new owner may not answer it, and the previous one may
        await call_to_answer(work, workspace, now)
    owner = await work.members.get(prospect.facts.owner)
    if owner is not None and not owner.member.is_full and prospect.stage is Stage.OPEN:
        await note_departure(work, workspace, owner.member.id, now)
    if is_for_managers(prospect, workspace.settings.nudge_policy):
        await propose(work, [prospect], workspace, now)
    elif prospect.revision > 1:
        await work.proposals.withdraw(prospect.id)
    await plan_listing(work, prospect, workspace, now)


async def plan_listing(
    work: UnitOfWork, prospect: Prospect, workspace: Workspace, now: datetime
) -> None:
    """Plan when the clock must check whether somebody finds a prospect undecided for long.

    It looks as soon as that day begins anywhere, and works out whose morning is when. If the day
    has already passed, it looks at once.
    """
    question = prospect.in_question
    if question is None or not is_in_question(prospect):
        return
    first = workspace.settings.calendar.next_working_day(question.backstop)
    at = max(now, instant(first, time(), ZoneInfo("UTC")) - _FIRST_ZONE)
    readers = readers_of(prospect.facts.owner, await colleagues(work, workspace))
    for reader in sorted(each.id for each in readers):
        await work.managers.call(reader, at, since=now)


async def colleagues(work: UnitOfWork, workspace: Workspace) -> Sequence[Colleague]:
    """Return the managers who are full members, or who are not known yet."""
    ids = sorted(workspace.manager_ids)
    found = await work.members.with_pauses(ids)
    known = {each: found.get(each, (None, None)) for each in ids}
    return [
        Colleague(each, until)
        for each, (cached, until) in known.items()
        if cached is None or cached.member.is_full
    ]


async def zone_of(work: UnitOfWork, workspace: Workspace, member_id: MemberId) -> ZoneInfo:
    """Return a member's time zone; the workspace's if they are not known."""
    cached = await work.members.get(member_id)
    return workspace.zone_of(None if cached is None else cached.member)


async def propose(
    work: UnitOfWork, prospects: Sequence[Prospect], workspace: Workspace, now: datetime
) -> None:
    """Have every manager told on their next morning what is proposed, or asked about in vain."""
    for prospect in prospects:
        await work.proposals.propose(prospect, now)
    if prospects:
        await call_managers(work, workspace, now)


async def call_managers(work: UnitOfWork, workspace: Workspace, now: datetime) -> None:
    """Have the clock look at what is new to the managers, or to the owners if there are none.

    They are always called in the same order, so that two transactions doing this never deadlock.
    """
    for manager in sorted(workspace.manager_ids):
        await work.managers.call(manager, now)
    if not await colleagues(work, workspace):
        await call_owners(work, now)


async def call_owners(work: UnitOfWork, now: datetime) -> None:
    """Have the clock look at what is undecided and no manager can hear of."""
    for owner in await work.prospects.owners_in_question():
        await work.managers.call(owner, now)


async def call_to_answer(work: UnitOfWork, workspace: Workspace, now: datetime) -> None:
    """Have the clock ask the managers what waits for their answer.

    It works out who is at work, and who must be asked.
    """
    for manager in sorted(workspace.manager_ids):
        await work.nudges.call(manager, now)


async def note_departure(
    work: UnitOfWork, workspace: Workspace, member_id: MemberId, now: datetime
) -> None:
    """Have the managers offered what a member leaves behind who can't decide any more."""
    if await work.prospects.count_open_of(member_id):
        await work.proposals.depart(member_id, now)
        await call_managers(work, workspace, now)


async def plan_look(
    work: UnitOfWork, prospect: Prospect, settings: Settings, zone: ZoneInfo, now: datetime
) -> None:
    """Plan when the clock must come to say something about a prospect if nobody does anything.

    `zone` is its owner's. Whether there still is something to say, the clock checks when it comes.
    """
    owner = prospect.facts.owner
    look = next_look(prospect, settings.calendar, today_in(zone, now), settings.nudge_policy)
    await work.nudges.look(prospect.id, owner, look)
    if look is not None:
        await work.nudges.call(owner, _begin(look, owner, settings, zone))


def _begin(look: Look, owner: MemberId, settings: Settings, zone: ZoneInfo) -> datetime:
    if look.is_lapse:
        return instant(look.on, time(), zone)
    return Reader(owner, WorkingTime(settings.calendar, zone)).morning(look.on)


_ENDINGS: Mapping[Stage, Ending] = MappingProxyType(
    {Stage.WON: Ending.WON, Stage.WALKED_AWAY: Ending.WALKED_AWAY}
)
_ONE_DAY = timedelta(days=1)
_FIRST_ZONE = timedelta(hours=14)
"""How far ahead of UTC the first time zone is in which a day begins."""


async def plan_outcomes(
    work: UnitOfWork, prospect: Prospect, settings: Settings, zone: ZoneInfo, now: datetime
) -> None:
    """Plan the questions about an end on their days.

    Questions about a walk-away go once it no longer stands. Those about a client stay when it ends;
    `drop_client_questions` drops those of a win that was undone. `zone` is the owner's. Calling it
    repeatedly does no harm.
    """
    ending, decision = _ENDINGS.get(prospect.stage), prospect.decision
    if prospect.revision > 1:
        await _follow_owner(work, prospect, settings, zone, now)
    if ending is None or decision is None:
        if prospect.revision > 1 and await work.outcomes.drop(prospect.id, Ending.WALKED_AWAY):
            await rewrite_outcomes(work, prospect.id, f"dropped:{prospect.revision}")
        return
    ended_on = decision.day or today_in(zone, decision.at)
    tomorrow = today_in(zone, now) + _ONE_DAY
    questions = questions_after(prospect.id, ending, ended_on, tomorrow)
    if await work.outcomes.hold(questions, prospect.facts.owner):
        days = [due_on(each, settings.calendar) for each in questions]
        await call_for_outcome(work, prospect.facts.owner, min(days), settings, zone)
        await rewrite_outcomes(work, prospect.id, f"held:{prospect.revision}")


async def is_client_asked(work: UnitOfWork, prospect: Prospect, zone: ZoneInfo) -> bool:
    """Tell whether anybody was asked, or said, how a present client turned out."""
    if prospect.stage is not Stage.WON:
        return False
    won_on = _ended_on(prospect, zone)
    return any(
        each.ending is Ending.WON
        and each.ended_on == won_on
        and (each.asked_on is not None or bool(each.answers))
        for each in await work.outcomes.standing(prospect.id)
    )


async def drop_client_questions(work: UnitOfWork, prospect: Prospect, zone: ZoneInfo) -> None:
    """Drop the questions about a client whose win is undone: it never was one."""
    if await work.outcomes.drop(prospect.id, Ending.WON, _ended_on(prospect, zone)):
        await rewrite_outcomes(work, prospect.id, f"dropped:{prospect.revision + 1}")


def _ended_on(prospect: Prospect, zone: ZoneInfo) -> date | None:
    decision = prospect.decision
    return None if decision is None else decision.day or today_in(zone, decision.at)


async def _follow_owner(
    work: UnitOfWork, prospect: Prospect, settings: Settings, zone: ZoneInfo, now: datetime
) -> None:
    """Have the present owner asked what the previous owner was not asked yet."""
    waiting = await work.outcomes.hand_over(prospect.id, prospect.facts.owner)
    if waiting:
        day = max(min(due_on(each, settings.calendar) for each in waiting), today_in(zone, now))
        await call_for_outcome(work, prospect.facts.owner, day, settings, zone)


async def call_for_outcome(
    work: UnitOfWork, owner: MemberId, day: date, settings: Settings, zone: ZoneInfo
) -> None:
    """Have the clock look at an owner on the morning of a day."""
    reader = Reader(owner, WorkingTime(settings.calendar, zone))
    await work.nudges.call(owner, reader.morning(day))
