"""What the managers would hear until some instant, if nobody did anything."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.calendar import today_in
from bot.domain.delivery import MessageKind, OutboxMessage
from bot.domain.delivery.contents import ManagersMessage, ProposedProspect
from bot.domain.managers import Agenda, Departure, Proposal, agenda_due, next_agenda
from bot.domain.people import MemberId
from bot.domain.workspace import Workspace
from bot.services.forecast.message import ForecastMessage, prospects_of
from bot.services.managers import News, news_for
from bot.services.overviews import briefs_of, gone_owner, names_of
from bot.storage.unit_of_work import UnitOfWork


@dataclass(slots=True)
class ManagersFuture:
    """What is to come for one manager."""

    workspace: Workspace
    news: News
    now: datetime

    async def until(
        self,
        work: UnitOfWork,
        proposals: Iterable[Proposal],
        gone: Iterable[Departure],
        until: datetime,
    ) -> list[ForecastMessage]:
        """Return their messages, with what is proposed meanwhile and who is known to be gone."""
        reader, new, departures = self.news
        new = [*new, *proposals]
        known = {each.owner for each in departures}
        departures = [*departures, *(each for each in gone if each.owner not in known)]
        forecast = []
        while (at := next_agenda(new, departures, reader, self.now)) is not None and at <= until:
            self.now = at
            agenda = agenda_due(new, departures, reader, at)
            if agenda is None:
                break
            forecast.append(await self._message(work, agenda, at))
            today = reader.working.today(at)
            reader = replace(reader, nudged_on=reader.nudged_on | {today})
            new = [each for each in new if each not in agenda.proposals]
            departures = [
                replace(each, offered_on=today) if each in agenda.departures else each
                for each in departures
            ]
        return forecast

    async def _message(self, work: UnitOfWork, agenda: Agenda, at: datetime) -> ForecastMessage:
        reader = self.news.reader
        proposed = [each.prospect for each in agenda.proposals]
        briefs = await briefs_of(work, proposed, self.workspace.settings.currency)
        items = [
            ProposedProspect(
                each.prospect,
                await _today_of_owner(work, self.workspace, each, at),
                brief=briefs.get(each.prospect.id),
            )
            for each in agenda.proposals
        ]
        gone = tuple([await gone_owner(work, each.owner) for each in agenda.departures])
        people = [each.prospect.facts.owner for each in items] + [each.id for each in gone]
        names = await names_of(work, people)
        about = ManagersMessage(self.workspace, reader.id, tuple(items), agenda.more, gone, names)
        cached = await work.members.get(reader.id)
        return ForecastMessage(
            at.astimezone(reader.working.zone),
            OutboxMessage(MessageKind.MANAGERS, reader.id, ""),
            prospects_of(about),
            self.workspace,
            about,
            None if cached is None else cached.member,
        )


async def managers_future(
    work: UnitOfWork, workspace: Workspace, manager: MemberId, now: datetime
) -> ManagersFuture | None:
    """Gather what decides a manager's future; None if they are gone."""
    since = await work.managers.since(manager) or now
    news = await news_for(work, workspace, manager, since, now)
    return None if news is None else ManagersFuture(workspace, news, now)


async def _today_of_owner(
    work: UnitOfWork, workspace: Workspace, proposal: Proposal, at: datetime
) -> date:
    cached = await work.members.get(proposal.prospect.facts.owner)
    return today_in(workspace.settings.zone if cached is None else cached.member.zone, at)
