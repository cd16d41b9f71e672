"""The clock's work: what has lapsed is said, and owners hear of what they do not decide.

What is due stands in the tables; what is true is found out anew each time, in the transaction
that also writes the message and the time of the next look. So any number of processes may tick.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from structlog.contextvars import bound_contextvars

from bot.domain.calendar import WorkingTime, instant
from bot.domain.delivery import MessageKind, payloads
from bot.domain.nudges import (
    Nudge,
    NudgePolicy,
    Reader,
    asked_about,
    is_asked_in_vain,
    is_proposed_for_closing,
    next_look,
    next_round,
    nudged,
    nudges_due,
    questions_due,
)
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Prospect
from bot.domain.screening import DraftId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.outcomes import next_outcome, note_asked, outcomes_to_ask
from bot.services.overrides import ask_manager
from bot.services.ports import Clock
from bot.services.transaction.action import catch_up
from bot.services.transaction.announcements import (
    announce_asked,
    announce_closing,
    announce_morning,
)
from bot.services.transaction.intake import drafts_for_owner, next_for_owner
from bot.services.transaction.planning import note_departure, propose
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

BATCH = 500
"""Rounds that one tick begins; what is left is due in the next."""

ONE_WEEK = timedelta(days=7)
LOOK_AGAIN = timedelta(days=1)
"""For an owner who is gone, and may come back."""


Key = TypeVar("Key")
"""What tells one round of a workspace from another: whose it is, or which week's."""


class Rounds(ABC, Generic[Key]):
    """The rounds of one audience. Whoever ticks, and however often, nothing is said twice."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock
        self._failing: set[tuple[WorkspaceId, Key]] = set()

    async def tick(self) -> int:
        """Do every round that is due, and return how many were.

        A round that fails is logged, the first of several times, and keeps nobody else from
        theirs; it stays due.
        """
        now = self._clock()
        due = await self._due(now)
        for workspace_id, key in due:
            with bound_contextvars(workspace=workspace_id):
                await self._make_or_log(workspace_id, key, now)
        return len(due)

    async def _make_or_log(self, workspace_id: WorkspaceId, key: Key, now: datetime) -> None:
        round_ = workspace_id, key
        try:
            await self._make_round(workspace_id, key, now)
        except Exception:
            if round_ not in self._failing:
                log.exception("a round was not made; it is tried again each second")
            self._failing.add(round_)
        else:
            self._failing.discard(round_)

    async def _make_round(self, workspace_id: WorkspaceId, key: Key, now: datetime) -> None:
        async with self._units(workspace_id) as work:
            is_ours = await self._take(work, key, now)
            workspace = await work.workspaces.get()
            if is_ours and workspace is not None:
                await self._look(work, workspace, key, now)

    @abstractmethod
    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, Key]]:
        """Return which rounds are due, the longest due first."""

    @abstractmethod
    async def _take(self, work: UnitOfWork, key: Key, now: datetime) -> bool:
        """Lock a round; False if it is not due any more, or taken by another process."""

    @abstractmethod
    async def _look(self, work: UnitOfWork, workspace: Workspace, key: Key, now: datetime) -> None:
        """Write what is to be said now, and when the next round is."""


class NudgeRounds(Rounds[MemberId]):
    """The rounds of owners."""

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, MemberId]]:
        return await self._rounds.due(now, BATCH)

    async def _take(self, work: UnitOfWork, key: MemberId, now: datetime) -> bool:
        return await work.nudges.take(key, now)

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, key: MemberId, now: datetime
    ) -> None:
        await _Round(work, workspace, key, now).make()


async def reader_of(
    work: UnitOfWork,
    workspace: Workspace,
    member_id: MemberId,
    now: datetime,
    of: type[payloads.Morning] = payloads.OwnersMorning,
) -> tuple[Member | None, Reader]:
    """Return a member, as far as they are known, and what decides when such messages reach them."""
    cached = await work.members.get(member_id)
    member = None if cached is None else cached.member
    working = WorkingTime(workspace.settings.calendar, workspace.zone_of(member))
    today = working.today(now)
    days = await work.mornings_of(of(today)).days_of(member_id, today - ONE_WEEK)
    if await work.outbox.has_waiting(of.kinds, member_id):
        days |= {today}  # what was held up over night goes out today
    reader = Reader(member_id, working, await work.members.paused_until(member_id), days)
    return member, reader


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at what a member owns, in one transaction."""

    work: UnitOfWork
    workspace: Workspace
    owner: MemberId
    now: datetime

    @property
    def policy(self) -> NudgePolicy:
        """How often the owner hears of what they do not decide."""
        return self.workspace.settings.nudge_policy

    async def make(self) -> None:
        """Say what is due; leave it all due if somebody is acting on a prospect just now."""
        member, reader = await reader_of(self.work, self.workspace, self.owner, self.now)
        is_there = member is None or member.is_full
        if not is_there:
            await note_departure(self.work, self.workspace, self.owner, self.now)
        today = reader.working.today(self.now)
        to_look_at = await self.work.nudges.to_look_at(self.owner, today)
        found = await self.work.prospects.unless_busy(to_look_at)
        if found is None:
            return
        found = [
            await catch_up(self.work, self.workspace, prospect, today, self.now)
            for prospect in found
        ]
        due = nudges_due(found, reader, self.now, self.policy) if is_there else ()
        questions = questions_due(found, reader, self.now, self.policy) if is_there else ()
        asking = await outcomes_to_ask(
            self.work,
            reader,
            self.now,
            self.policy,
            is_nudged=bool(due or questions),
            is_there=is_there,
        )
        if asking is None:
            return
        drafts: Sequence[DraftId] = ()
        if is_there:
            is_told = bool(due or questions or asking)
            drafts = await drafts_for_owner(
                self.work, self.workspace, reader, self.now, is_told=is_told
            )
        if due or questions or asking or drafts:
            found = await self._nudge(found, due, questions, drafts, today)
            await note_asked(self.work, self.owner, today, asking)
            reader = replace(reader, nudged_on=reader.nudged_on | {today})
        calendar = self.workspace.settings.calendar
        looks = {each.id: next_look(each, calendar, today, self.policy) for each in found}
        await self.work.nudges.look_each(self.owner, looks)
        asks = await ask_manager(self.work, self.workspace, reader, self.now) if is_there else None
        then = await self._next(reader, is_there=is_there)
        then = min((each for each in (asks, then) if each is not None), default=None)
        await self.work.nudges.set_round(self.owner, then)

    async def _nudge(
        self,
        found: Sequence[Prospect],
        due: Sequence[tuple[Prospect, Nudge]],
        questions: Sequence[Prospect],
        drafts: Sequence[DraftId],
        today: date,
    ) -> Sequence[Prospect]:
        """Write the message, and return all that was found as it is after it."""
        asked = [asked_about(prospect, today) for prospect in questions]
        told = {prospect.id: nudged(prospect, nudge, today) for prospect, nudge in due}
        told |= {prospect.id: prospect for prospect in asked}
        await self.work.prospects.keep_told(*told.values())
        closing = [each for each in told.values() if is_proposed_for_closing(each, self.policy)]
        for prospect in closing:
            await announce_closing(self.work, self.workspace, prospect)
        for prospect in asked:
            await announce_asked(self.work, self.workspace, prospect)
        in_vain = [each for each in asked if is_asked_in_vain(each, self.policy)]
        await propose(self.work, [*closing, *in_vain], self.workspace, self.now)
        items = [(prospect.id, nudge.number) for prospect, nudge in due]
        about = [(prospect.id, prospect.quiet.asked) for prospect in asked]
        await self.work.nudges.add(self.owner, today, items, about)
        morning = payloads.OwnersMorning(today)
        await self.work.intake.add_items(self.owner, morning, drafts)
        kind = MessageKind.NUDGE if due or asked or drafts else MessageKind.OUTCOME
        await announce_morning(self.work, kind, self.owner, morning)
        return [told.get(prospect.id, prospect) for prospect in found]

    async def _next(self, reader: Reader, *, is_there: bool) -> datetime | None:
        looks = await self.work.nudges.next_looks(self.owner)
        lapses = [instant(look.on, time(), reader.working.zone) for look in looks if look.is_lapse]
        days = [look.on for look in looks if not look.is_lapse]
        if is_there:
            days += filter(None, [await next_outcome(self.work, reader, self.now)])
        nudge = next_round(min(days, default=None), reader, self.now, self.policy)
        if nudge is not None and not is_there:
            nudge = max(nudge, self.now + LOOK_AGAIN)
        about_drafts = None
        if is_there:
            about_drafts = await next_for_owner(self.work, self.workspace, reader, self.now)
        return min(filter(None, (*lapses, nudge, about_drafts)), default=None)
