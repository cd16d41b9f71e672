"""The clock's work: lapses are announced, and owners hear of what they have not decided.

What is due is stored in the tables. The facts are read anew each time, in the transaction that also
writes the message and the time of the next look, so any number of processes may tick.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Generic, TypeVar

from structlog.contextvars import bound_contextvars

from bot.domain.calendar import WorkingTime, instant
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.nudges import (
    Look,
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
from bot.domain.outcomes.outcome import OutcomeQuestion
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.screening import DraftId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.outcomes import next_outcomes, note_asked, outcomes_to_ask
from bot.services.overrides import ask_manager, next_to_ask
from bot.services.ports import Clock
from bot.services.transaction.action import catch_up_all
from bot.services.transaction.announcements import (
    announce_by_clock,
    asked_whether_open,
    closing,
    morning_message,
)
from bot.services.transaction.intake import drafts_for_owners, next_for_owners
from bot.services.transaction.planning import call_managers, note_departure, propose
from bot.storage.nudges import NudgeWritten
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

BATCH = 500
"""Rounds that one tick begins; the others are due in the next."""

TOGETHER = 50
"""Rounds of owners that are made in one transaction: each kind of thing is read once for all.

On SQLite nobody else writes meanwhile.
"""

MOST_PROSPECTS = 500
"""How many prospects these are about together, unless a single owner has more to be looked at."""

ONE_WEEK = timedelta(days=7)
LOOK_AGAIN = timedelta(days=1)
"""How long until an owner who is gone is looked at again, since they may come back."""


Key = TypeVar("Key")
"""What distinguishes one round of a workspace from another: a member, or a week."""


class Rounds(ABC, Generic[Key]):
    """The rounds of one audience. Whoever ticks, and however often, nothing is said twice."""

    _together: ClassVar[int] = 1
    """How many rounds of a workspace are made in one transaction."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock
        self._failing: set[tuple[WorkspaceId, Key]] = set()

    async def tick(self) -> int:
        """Do every round that is due, and return how many there were.

        A round that fails is logged the first time only, and keeps no other from its turn; it stays
        due.
        """
        now = self._clock()
        due = await self._due(now)
        by_workspace: dict[WorkspaceId, list[Key]] = {}
        for workspace_id, key in due:
            by_workspace.setdefault(workspace_id, []).append(key)
        for workspace_id, keys in by_workspace.items():
            with bound_contextvars(workspace=workspace_id):
                for start in range(0, len(keys), self._together):
                    some = keys[start : start + self._together]
                    await self._make_or_log(workspace_id, some, now)
        return len(due)

    async def _make_or_log(
        self, workspace_id: WorkspaceId, keys: Sequence[Key], now: datetime
    ) -> None:
        """Make rounds together; if that fails, one half and then the other, down to each alone."""
        try:
            await self._make(workspace_id, keys, now)
        except Exception:
            if len(keys) > 1:
                half = len(keys) // 2
                await self._make_or_log(workspace_id, keys[:half], now)
                await self._make_or_log(workspace_id, keys[half:], now)
                return
            round_ = workspace_id, keys[0]
            if round_ not in self._failing:
                log.exception("a round was not made; it is tried again each second")
            self._failing.add(round_)
        else:
            self._failing.difference_update((workspace_id, key) for key in keys)

    async def _make(self, workspace_id: WorkspaceId, keys: Sequence[Key], now: datetime) -> None:
        left: Sequence[Key] | None = keys
        while left:
            async with self._units(workspace_id) as work:
                ours, left = await self._take(work, left, now), None
                workspace = await work.workspaces.get()
                if ours and workspace is not None:
                    left = await self._look(work, workspace, ours, now)

    @abstractmethod
    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, Key]]:
        """Return the rounds that are due, the longest due first."""

    @abstractmethod
    async def _take(self, work: UnitOfWork, keys: Sequence[Key], now: datetime) -> Sequence[Key]:
        """Lock rounds; return those that are still due, and taken by no other process."""

    @abstractmethod
    async def _look(
        self, work: UnitOfWork, workspace: Workspace, keys: Sequence[Key], now: datetime
    ) -> Sequence[Key] | None:
        """Write what is to be said now, and when the next rounds are.

        Return the rounds, fewer than before, that are to be made in a transaction of their own.
        """


class NudgeRounds(Rounds[MemberId]):
    """The rounds of owners."""

    _together = TOGETHER

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, MemberId]]:
        return await self._rounds.due(now, BATCH)

    async def _take(
        self, work: UnitOfWork, keys: Sequence[MemberId], now: datetime
    ) -> Sequence[MemberId]:
        return await work.nudges.take(keys, now)

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, keys: Sequence[MemberId], now: datetime
    ) -> Sequence[MemberId]:
        return await _Rounds(work, workspace, now).make(keys)


class OutdatedLooks(Rounds[None]):
    """Has looks planned anew that go by settings of before, and what managers hear of it.

    Whoever planned them had read the settings, and kept the looks only once others were saved.
    """

    async def _due(self, _now: datetime) -> Sequence[tuple[WorkspaceId, None]]:
        return [(each, None) for each in await self._rounds.with_outdated_looks()]

    async def _take(
        self, _work: UnitOfWork, keys: Sequence[None], _now: datetime
    ) -> Sequence[None]:
        return keys

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, _keys: Sequence[None], now: datetime
    ) -> None:
        await work.nudges.look_at_outdated(now)
        await call_managers(work, workspace, now)


async def reader_of(
    work: UnitOfWork,
    workspace: Workspace,
    member_id: MemberId,
    now: datetime,
    of: type[payloads.Morning],
) -> tuple[Member | None, Reader]:
    """Return a member, as far as they are known, and what decides when such messages reach them."""
    ((member, reader),) = await known_readers(work, workspace, [member_id], now, of)
    return member, reader


async def known_readers(
    work: UnitOfWork,
    workspace: Workspace,
    ids: Sequence[MemberId],
    now: datetime,
    of: type[payloads.Morning],
) -> list[tuple[Member | None, Reader]]:
    """Return the same of several members."""
    found = await work.members.with_pauses(ids)
    known = {each: cached.member for each, (cached, _) in found.items() if cached is not None}
    paused = {each: until for each, (_, until) in found.items()}
    held_up = await work.outbox.waited_for(of.kinds, ids)
    calendar = workspace.settings.calendar
    working = {each: WorkingTime(calendar, workspace.zone_of(known.get(each))) for each in ids}
    today = {each: working[each].today(now) for each in ids}
    first = min(today.values())
    days = await work.mornings_of(of(first)).days_of(ids, first - ONE_WEEK)
    readers = []
    for each in ids:
        told_on = days.get(each, frozenset())
        if each in held_up:
            told_on |= {today[each]}  # what was held up over night goes out today
        readers.append((known.get(each), Reader(each, working[each], paused.get(each), told_on)))
    return readers


@dataclass(slots=True)
class _Round:
    """One look at what a member owns."""

    reader: Reader
    is_there: bool
    today: date
    found: Sequence[Prospect] = ()
    """What is to be looked at, locked."""
    due: Sequence[tuple[Prospect, Nudge]] = ()
    questions: Sequence[Prospect] = ()
    outcomes: Sequence[OutcomeQuestion] = ()
    drafts: Sequence[DraftId] = ()

    @property
    def owner(self) -> MemberId:
        """Whose round it is."""
        return self.reader.id

    @property
    def is_nudged(self) -> bool:
        """Whether the message is about open prospects."""
        return bool(self.due or self.questions)

    @property
    def has_message(self) -> bool:
        """Whether there is a message, be it only because of drafts."""
        return bool(self.is_nudged or self.outcomes or self.drafts)

    def nudged(self) -> "_Nudged":
        """Return what the message makes of the prospects, which are found so from now on."""
        nudges = [nudged(prospect, nudge, self.today) for prospect, nudge in self.due]
        asked = [asked_about(prospect, self.today) for prospect in self.questions]
        told = {each.id: each for each in (*nudges, *asked)}
        self.found = [told.get(each.id, each) for each in self.found]
        self.reader = replace(self.reader, nudged_on=self.reader.nudged_on | {self.today})
        return _Nudged(nudges, asked)

    @property
    def written(self) -> NudgeWritten:
        """What the message is about."""
        items = [(prospect.id, nudge.number) for prospect, nudge in self.due]
        asked = [(each.id, asked_about(each, self.today).quiet.asked) for each in self.questions]
        return NudgeWritten(self.owner, self.today, items, asked)

    @property
    def message(self) -> OutboxMessage:
        """What sends the message."""
        kind = MessageKind.NUDGE if self.is_nudged or self.drafts else MessageKind.OUTCOME
        return morning_message(kind, self.owner, payloads.OwnersMorning(self.today))


@dataclass(frozen=True, slots=True)
class _Nudged:
    """Prospects after their owner was told of them."""

    nudged: Sequence[Prospect]
    asked: Sequence[Prospect]


_ToLookAt = Mapping[MemberId, Sequence[ProspectId]]


def _fitting(rounds: Sequence[_Round], to_look_at: _ToLookAt) -> list[_Round]:
    """Return the rounds, at least one, that are not about too many prospects together."""
    fitting: list[_Round] = []
    room = MOST_PROSPECTS
    for each in rounds:
        count = len(to_look_at.get(each.owner, ()))
        if count <= room or not fitting:
            fitting.append(each)
            room -= count
    return fitting


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The looks at what several members own, in one transaction.

    What each goes by is read for all of them at once, and so is written what comes of it.
    """

    work: UnitOfWork
    workspace: Workspace
    now: datetime

    @property
    def policy(self) -> NudgePolicy:
        """How often owners hear of what they do not decide."""
        return self.workspace.settings.nudge_policy

    async def make(self, owners: Sequence[MemberId]) -> Sequence[MemberId]:
        """Say what is due; return the owners for whose prospects there was no room.

        A round stays due if somebody is acting on a prospect just now.
        """
        begun = await self._begun(owners)
        to_look_at = await self.work.nudges.to_look_at({each.owner: each.today for each in begun})
        fitting = _fitting(begun, to_look_at)
        rounds = await self._unless_busy(fitting, to_look_at)
        await self._catch_up(rounds)
        for each in rounds:
            if each.is_there:
                each.due = nudges_due(each.found, each.reader, self.now, self.policy)
                each.questions = questions_due(each.found, each.reader, self.now, self.policy)
        rounds = await self._asking(rounds)
        await self._write_messages([each for each in rounds if each.has_message])
        await self._look_again(rounds)
        made = {each.owner for each in fitting}
        return [each for each in owners if each not in made]

    async def _begun(self, owners: Sequence[MemberId]) -> list[_Round]:
        """Find out who the owners are; what a gone one leaves behind is offered to the managers."""
        readers = await known_readers(
            self.work, self.workspace, owners, self.now, payloads.OwnersMorning
        )
        rounds = []
        for member, reader in readers:
            is_there = member is None or member.is_full
            if not is_there:
                await note_departure(self.work, self.workspace, reader.id, self.now)
            rounds.append(_Round(reader, is_there, reader.working.today(self.now)))
        return rounds

    async def _unless_busy(self, rounds: Sequence[_Round], to_look_at: _ToLookAt) -> list[_Round]:
        """Lock what is to be looked at; return the rounds of which all could be locked."""
        ids = [prospect_id for each in rounds for prospect_id in to_look_at.get(each.owner, ())]
        free = {each.id: each for each in await self.work.prospects.all_free(ids)}
        kept = []
        for each in rounds:
            its = to_look_at.get(each.owner, ())
            if all(prospect_id in free for prospect_id in its):
                each.found = [free[prospect_id] for prospect_id in its]
                kept.append(each)
        return kept

    async def _catch_up(self, rounds: Sequence[_Round]) -> None:
        """Keep and say what is over by now."""
        found = [(prospect, each.today) for each in rounds for prospect in each.found]
        caught_up = iter(await catch_up_all(self.work, self.workspace, found, self.now))
        for each in rounds:
            each.found = [next(caught_up) for _ in each.found]

    async def _asking(self, rounds: Sequence[_Round]) -> list[_Round]:
        """Add what is asked about ends, and which drafts wait, for those who are there."""
        there = [(each.reader, each.is_nudged) for each in rounds if each.is_there]
        asking = await outcomes_to_ask(self.work, there, self.now, self.policy)
        kept = []
        for each in rounds:
            questions = asking.get(each.owner, ())
            if questions is not None:
                each.outcomes = questions
                kept.append(each)
        told = [
            (each.reader, bool(each.is_nudged or each.outcomes)) for each in kept if each.is_there
        ]
        drafts = await drafts_for_owners(self.work, self.workspace, told, self.now)
        for each in kept:
            each.drafts = drafts.get(each.owner, ())
        return kept

    async def _write_messages(self, rounds: Sequence[_Round]) -> None:
        """Write the messages, and keep what was told."""
        told = [each.nudged() for each in rounds]
        nudges = [prospect for each in told for prospect in each.nudged]
        asked = [prospect for each in told for prospect in each.asked]
        await self.work.prospects.store_nudge_records(*nudges, *asked)
        to_close = [each for each in nudges if is_proposed_for_closing(each, self.policy)]
        news = [*map(closing, to_close), *map(asked_whether_open, asked)]
        await announce_by_clock(self.work, self.workspace, news)
        in_vain = [each for each in asked if is_asked_in_vain(each, self.policy)]
        await propose(self.work, [*to_close, *in_vain], self.workspace, self.now)
        await self.work.nudges.add(*(each.written for each in rounds))
        for each in rounds:
            morning = payloads.OwnersMorning(each.today)
            await self.work.intake.add_items(each.owner, morning, each.drafts)
        await self.work.outbox.put_all([each.message for each in rounds])
        await note_asked(self.work, [(each.owner, each.today, each.outcomes) for each in rounds])

    async def _look_again(self, rounds: Sequence[_Round]) -> None:
        """Say when the clock is to look at each prospect, and at each owner, again.

        Whatever the next round of an owner depends on is read while nobody can add to it. Somebody
        who is calling an owner just now leaves their round due.
        """
        calendar = self.workspace.settings.calendar
        looks = {
            each.owner: {
                prospect.id: next_look(prospect, calendar, each.today, self.policy)
                for prospect in each.found
            }
            for each in rounds
        }
        await self.work.nudges.look_each(looks)
        asked = {
            each.owner: await ask_manager(self.work, self.workspace, each.reader, self.now)
            for each in rounds
            if each.is_there
        }
        await self.work.write_planned()
        held = await self.work.nudges.hold([each.owner for each in rounds])
        rounds = [each for each in rounds if each.owner in held]
        then = await self._next(rounds)
        asks = {
            each.owner: await next_to_ask(
                self.work, self.workspace, each.reader, self.now, asked[each.owner]
            )
            for each in rounds
            if each.is_there
        }
        await self.work.nudges.set_rounds(
            {
                owner: min(filter(None, (asks.get(owner), at)), default=None)
                for owner, at in then.items()
            }
        )

    async def _next(self, rounds: Sequence[_Round]) -> dict[MemberId, datetime | None]:
        there = [each.reader for each in rounds if each.is_there]
        outcomes = await next_outcomes(self.work, there, self.now)
        drafts = await next_for_owners(self.work, self.workspace, there, self.now)
        looks = await self.work.nudges.next_looks([each.owner for each in rounds])
        return {
            each.owner: self._next_of(
                each, looks.get(each.owner, ()), outcomes.get(each.owner), drafts.get(each.owner)
            )
            for each in rounds
        }

    def _next_of(
        self,
        its: _Round,
        looks: Sequence[Look],
        outcome_on: date | None,
        about_drafts: datetime | None,
    ) -> datetime | None:
        zone = its.reader.working.zone
        lapses = [instant(look.on, time(), zone) for look in looks if look.is_lapse]
        days = [look.on for look in looks if not look.is_lapse]
        days += [] if outcome_on is None else [outcome_on]
        nudge = next_round(min(days, default=None), its.reader, self.now, self.policy)
        if nudge is not None and not its.is_there:
            nudge = max(nudge, self.now + LOOK_AGAIN)
        return min(filter(None, (*lapses, nudge, about_drafts)), default=None)
