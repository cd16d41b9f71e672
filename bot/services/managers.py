"""The clock's work for the managers: they hear what is proposed for closing, and who is gone.

As in `nudges`, what is true is found out in the transaction that writes the message, and any number
of processes may tick.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.delivery import MessageKind, payloads
from bot.domain.managers import Departure, Proposal, agenda_due, is_up_for_closing, next_agenda
from bot.domain.nudges import Reader
from bot.domain.people import MemberId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, Rounds, reader_of
from bot.services.transaction.announcements import announce_morning
from bot.storage.unit_of_work import UnitOfWork


class ManagersRounds(Rounds):
    """The rounds of managers."""

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, MemberId]]:
        return await self._rounds.due_of_managers(now, BATCH)

    async def _take(self, work: UnitOfWork, member_id: MemberId, now: datetime) -> bool:
        return await work.managers.take(member_id, now)

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, member_id: MemberId, now: datetime
    ) -> None:
        if member_id in workspace.manager_ids:
            await _tell(work, workspace, member_id, now)
        else:
            await work.managers.remove(member_id)


class News(NamedTuple):
    """What is new to a manager, and what decides when they hear of it."""

    reader: Reader
    proposals: list[Proposal]
    departures: list[Departure]


async def news_for(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, since: datetime, now: datetime
) -> News | None:
    """Gather what a manager has not heard of, who manages `since`; None if they are gone."""
    member, reader = await reader_of(work, workspace, manager, now, payloads.ManagersMorning)
    if member is not None and not member.is_full:
        return None
    proposals = []
    for proposed in await work.proposals.new_to(manager):
        prospect = await work.prospects.get(proposed.prospect_id)
        if prospect is not None and is_up_for_closing(prospect):
            proposals.append(Proposal(prospect, proposed.on, max(proposed.at, since)))
    departures = [
        replace(each, at=max(each.at, since)) for each in await work.proposals.departures(manager)
    ]
    return News(reader, proposals, departures)


async def _tell(work: UnitOfWork, workspace: Workspace, manager: MemberId, now: datetime) -> None:
    """Write the message if it is due, and when the next one may be."""
    since = await work.managers.since(manager) or now
    news = await news_for(work, workspace, manager, since, now)
    if news is None:
        await work.managers.set_round(manager, None)
        return
    agenda = agenda_due(news.proposals, news.departures, news.reader, now)
    if agenda is not None:
        today = news.reader.working.today(now)
        await work.managers.add(manager, today, agenda)
        await announce_morning(work, MessageKind.MANAGERS, manager, payloads.ManagersMorning(today))
        news = await news_for(work, workspace, manager, since, now) or news
    upcoming = next_agenda(news.proposals, news.departures, news.reader, now)
    await work.managers.set_round(manager, upcoming)
