"""The clock's work for the managers: what is undecided, proposed or unanswered, and who is gone.

As in `nudges`, the facts are read in the transaction that writes the message, and any number of
processes may tick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.backstop import listed_on
from bot.domain.delivery import payloads
from bot.domain.managers import (
    Agenda,
    Colleague,
    News,
    Proposal,
    Undecided,
    agenda_due,
    is_up_for_closing,
    may_find_undecided,
    next_agenda,
    readers_of,
)
from bot.domain.nudges import Reader, is_asked_in_vain, is_proposed_for_closing
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, Rounds, reader_of
from bot.services.transaction.announcements import announce_managers_morning
from bot.services.transaction.intake import drafts_for_manager, next_for_manager
from bot.services.transaction.planning import call_owners, colleagues
from bot.storage.managers import Proposed
from bot.storage.unit_of_work import UnitOfWork


class ManagersRounds(Rounds[MemberId]):
    """The rounds of managers."""

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, MemberId]]:
        return await self._rounds.due_of_managers(now, BATCH)

    async def _take(
        self, work: UnitOfWork, keys: Sequence[MemberId], now: datetime
    ) -> Sequence[MemberId]:
        return await work.managers.take(keys, now)

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, keys: Sequence[MemberId], now: datetime
    ) -> None:
        managers = await colleagues(work, workspace)
        for key in keys:
            if key in workspace.manager_ids or not managers:
                await _Round(work, workspace, key, managers, now).make()
            elif await work.managers.hold([key]):
                present = await work.workspaces.get()
                if present is None or key not in present.manager_ids:
                    await work.managers.remove(key)


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at what is new to a manager or, without any manager, to an owner."""

    work: UnitOfWork
    workspace: Workspace
    manager: MemberId
    managers: Sequence[Colleague]
    now: datetime

    async def make(self) -> None:
        """Write the message if it is due, and schedule the next one."""
        member, reader = await reader_of(
            self.work, self.workspace, self.manager, self.now, payloads.ManagersMorning
        )
        if member is not None and not member.is_full:
            if self.manager in self.workspace.manager_ids and not self.managers:
                await call_owners(self.work, self.now)
            await self._look_again()
            return
        is_morning = may_find_undecided(reader, self.now)
        agenda = None
        if is_morning:  # else there is nothing to say but what drafts came in
            agenda = agenda_due(await self._news(reader, with_prospects=True), self.now)
        is_told = agenda is not None
        drafts = await drafts_for_manager(
            self.work, self.workspace, reader, self.now, is_told=is_told
        )
        if agenda is not None or drafts:
            agenda = agenda or Agenda((), 0, ())
            today = reader.working.today(self.now)
            await self.work.managers.add(self.manager, today, agenda)
            morning = payloads.ManagersMorning(today)
            await self.work.intake.add_items(self.manager, morning, drafts)
            await announce_managers_morning(self.work, self.manager, morning)
        await self._look_again(with_prospects=is_morning)

    async def _look_again(self, *, with_prospects: bool = False) -> None:
        """Schedule the next round by what is new to them, read while nobody can add to it."""
        await self.work.write_planned()
        if not await self.work.managers.hold([self.manager]):
            return  # somebody is calling them just now, so the round stays due
        member, reader = await reader_of(
            self.work, self.workspace, self.manager, self.now, payloads.ManagersMorning
        )
        then = None
        if member is None or member.is_full:
            about_drafts = await next_for_manager(self.work, self.workspace, reader, self.now)
            news = await self._news(reader, with_prospects=with_prospects)
            then = min(filter(None, (next_agenda(news, self.now), about_drafts)), default=None)
        await self.work.managers.set_rounds({self.manager: then})

    async def _news(self, reader: Reader, *, with_prospects: bool) -> News:
        """Gather what they have not heard of; prospects are read only when they may be told.

        Without them it tells from which day on there may be some.
        Somebody who is not a manager hears only of their own prospects that no manager can hear of.
        """
        policy = self.workspace.settings.backstop
        proposed, departures, pauses = [], [], []
        if self.manager in self.workspace.manager_ids:
            since = await self.work.managers.since(self.manager) or self.now
            proposed = [
                replace(each, at=max(each.at, since))
                for each in await self.work.proposals.new_to(self.manager)
            ]
            departures = [
                replace(each, at=max(each.at, since))
                for each in await self.work.proposals.departures(self.manager)
            ]
            pauses = [
                replace(each, at=max(each.at, since))
                for each in await self.work.proposals.pauses_new_to(self.manager)
            ]
        if not with_prospects:
            first = min((each.at for each in proposed), default=None)
            days = [] if first is None else [reader.working.next_morning(first)]
            days += await self._backstops(reader, date.min)
            ahead = min(days, default=None)
            return News(reader, (), departures, (), pauses, (), ahead, policy)
        listed = await self.work.managers.last_listed(self.manager)
        today = reader.working.today(self.now)
        up, asked = await self._proposals(proposed, listed)
        return News(
            reader,
            up,
            departures,
            await self._undecided(reader, listed, today),
            pauses,
            asked,
            min(await self._backstops(reader, today), default=None),
            policy,
        )

    async def _proposals(
        self, proposed: Sequence[Proposed], listed: Mapping[ProspectId, date]
    ) -> tuple[list[Proposal], list[Proposal]]:
        """Return what is up for closing, and what owners other than the manager left unanswered."""
        ids = [each.prospect_id for each in proposed]
        found = {each.id: each for each in await self.work.prospects.all_of(ids)}
        policy = self.workspace.settings.nudge_policy
        every = [
            Proposal(found[each.prospect_id], each.on, each.at, listed.get(each.prospect_id))
            for each in proposed
            if each.prospect_id in found
        ]
        up = [each for each in every if is_up_for_closing(each.prospect, policy)]
        asked = [each for each in every if is_asked_in_vain(each.prospect, policy)]
        return up, [each for each in asked if each.prospect.facts.owner != self.manager]

    async def _undecided(
        self, reader: Reader, listed: Mapping[ProspectId, date], today: date
    ) -> list[Undecided]:
        """Gather what has passed its backstop, and when this reader should find it undecided."""
        found, settings = [], self.workspace.settings
        for prospect in await self.work.prospects.past_backstop(today):
            readers = readers_of(prospect.facts.owner, self.managers)
            on = listed_on(prospect, reader, listed.get(prospect.id), settings.backstop)
            if on is None or reader.id not in {each.id for each in readers}:
                continue
            others = [each.paused_until or date.min for each in readers if each.id != reader.id]
            others_from = min(others, default=date.max)
            is_proposed = is_proposed_for_closing(prospect, settings.nudge_policy)
            found.append(Undecided(prospect, on, others_from, is_proposed))
        return found

    async def _backstops(self, reader: Reader, since: date) -> list[date]:
        """Return the working day after the first backstop to pass from a day on, if one does."""
        backstop = await self.work.prospects.next_backstop(since)
        return [] if backstop is None else [reader.working.calendar.next_working_day(backstop)]
