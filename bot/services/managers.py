"""The clock's work for the managers: they hear what is proposed for closing, and who is gone.

As in `nudging`, what is true is found out in the transaction that writes the message, and any
number of processes may tick.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.delivery import ManagersMorning, MessageKind
from bot.domain.managers import Departure, Proposal, agenda_due, is_up_for_closing, next_agenda
from bot.domain.nudges import Reader
from bot.domain.people import MemberId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, ONE_WEEK, not_keeping_others, reader_of
from bot.services.ports import Clock
from bot.services.transaction.announcements import announce_morning
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


class ManagersRounds:
    """Ticks. However often and in however many processes, nothing is said twice."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def tick(self) -> int:
        """Do every manager's round that is due, and return how many were."""
        now = self._clock()
        due = await self._rounds.due_of_managers(now, BATCH)
        for workspace_id, manager in due:
            with not_keeping_others():
                await self._make_round(workspace_id, manager, now)
        return len(due)

    async def _make_round(
        self, workspace_id: WorkspaceId, manager: MemberId, now: datetime
    ) -> None:
        async with self._units(workspace_id) as work:
            since = await work.managers.take(manager, now)
            workspace = await work.workspaces.get()
            if since is None or workspace is None:
                return
            if manager not in workspace.manager_ids:
                await work.managers.remove(manager)
                return
            await _tell(work, workspace, manager, since, now)


class News(NamedTuple):
    """What is new to a manager, and what decides when they hear of it."""

    reader: Reader
    proposals: list[Proposal]
    departures: list[Departure]


async def news_for(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, since: datetime, now: datetime
) -> News | None:
    """Gather what a manager has not heard of, who manages `since`; None if they are gone."""
    member, reader = await reader_of(work, workspace, manager, now)
    if member is not None and not member.is_full:
        return None
    today = reader.working.today(now)
    days = await work.managers.days_of(manager, today - ONE_WEEK)
    if await work.outbox.has_waiting(MessageKind.MANAGERS, manager):
        days |= {today}
    proposals = []
    for proposed in await work.proposals.new_to(manager):
        prospect = await work.prospects.get(proposed.prospect_id)
        if prospect is not None and is_up_for_closing(prospect):
            proposals.append(Proposal(prospect, proposed.on, max(proposed.at, since)))
    departures = [
        replace(each, at=max(each.at, since)) for each in await work.proposals.departures(manager)
    ]
    return News(replace(reader, nudged_on=days), proposals, departures)


async def _tell(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, since: datetime, now: datetime
) -> None:
    """Write the message if it is due, and when the next one may be."""
    news = await news_for(work, workspace, manager, since, now)
    if news is None:
        await work.managers.set_round(manager, None)
        return
    agenda = agenda_due(news.proposals, news.departures, news.reader, now)
    if agenda is not None:
        today = news.reader.working.today(now)
        await work.managers.add(manager, today, agenda)
        await announce_morning(work, MessageKind.MANAGERS, manager, ManagersMorning(today))
        news = await news_for(work, workspace, manager, since, now) or news
    upcoming = next_agenda(news.proposals, news.departures, news.reader, now)
    await work.managers.set_round(manager, upcoming)
