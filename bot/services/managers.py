"""The clock's work for the managers: they hear what is proposed for closing, and who is gone.

As in `nudges`, what is true is found out in the transaction that writes the message, and any number
of processes may tick.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.delivery import MessageKind, payloads
from bot.domain.managers import (
    EACH_MORNING,
    Agenda,
    Proposal,
    agenda_due,
    is_up_for_closing,
    next_agenda,
)
from bot.domain.nudges import NudgePolicy, may_hear
from bot.domain.people import MemberId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, Rounds, reader_of
from bot.services.transaction.announcements import announce_morning
from bot.storage.managers import Proposed
from bot.storage.unit_of_work import UnitOfWork


class ManagersRounds(Rounds[MemberId]):
    """The rounds of managers."""

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, MemberId]]:
        return await self._rounds.due_of_managers(now, BATCH)

    async def _take(self, work: UnitOfWork, key: MemberId, now: datetime) -> bool:
        return await work.managers.take(key, now)

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, key: MemberId, now: datetime
    ) -> None:
        if key in workspace.manager_ids:
            await _tell(work, workspace, key, now)
        else:
            await work.managers.remove(key)


async def _tell(work: UnitOfWork, workspace: Workspace, manager: MemberId, now: datetime) -> None:
    """Write the message if it is due, and when the next one may be."""
    member, reader = await reader_of(work, workspace, manager, now, payloads.ManagersMorning)
    if member is not None and not member.is_full:
        await work.managers.set_round(manager, None)
        return
    since = await work.managers.since(manager) or now
    departures = [
        replace(each, at=max(each.at, since)) for each in await work.proposals.departures(manager)
    ]
    proposed = [
        replace(each, at=max(each.at, since)) for each in await work.proposals.new_to(manager)
    ]
    if may_hear(reader, now, EACH_MORNING):
        proposals = await _up_for_closing(work, proposed, workspace.settings.nudge_policy)
        agenda = agenda_due(proposals, departures, reader, now)
        if agenda is not None:
            today = reader.working.today(now)
            await _write(work, manager, today, agenda)
            reader = replace(reader, nudged_on=reader.nudged_on | {today})
            departures = [
                replace(each, offered_on=today) if each in agenda.departures else each
                for each in departures
            ]
            proposals = [each for each in proposals if each not in agenda.proposals]
        upcoming = next_agenda((each.at for each in proposals), departures, reader, now)
    else:  # whether they are still up for closing is found out when they may be spoken of
        upcoming = next_agenda((each.at for each in proposed), departures, reader, now)
    await work.managers.set_round(manager, upcoming)


async def _up_for_closing(
    work: UnitOfWork, proposed: Sequence[Proposed], policy: NudgePolicy
) -> list[Proposal]:
    found = await work.prospects.all_of([each.prospect_id for each in proposed])
    up = {prospect.id: prospect for prospect in found if is_up_for_closing(prospect, policy)}
    return [
        Proposal(up[each.prospect_id], each.on, each.at)
        for each in proposed
        if each.prospect_id in up
    ]


async def _write(work: UnitOfWork, manager: MemberId, today: date, agenda: Agenda) -> None:
    await work.managers.add(manager, today, agenda)
    await announce_morning(work, MessageKind.MANAGERS, manager, payloads.ManagersMorning(today))
