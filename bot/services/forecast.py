"""What would go out until some instant, if nobody did anything.

The clock and delivery themselves work through the days ahead, on a copy of the workspace in memory
that nothing leaves. Rewrites of messages that are already out are not reported.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.checklist.model import Checklist
from bot.domain.delivery import (
    NO_PLACE,
    Absent,
    Claimed,
    Dead,
    DeliveryTimes,
    MessageKind,
    Posted,
    SendResult,
    Sent,
    Sight,
)
from bot.domain.delivery.contents import Erasure, MessageContent, place_of
from bot.domain.errors import DirectoryUnavailable
from bot.domain.people import Member, MemberId
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.settings.changes import ChannelSeen
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.data.retention import ForgettingAhead, forgetting_ahead
from bot.services.delivery.deliver import DeliveryService
from bot.services.delivery.observed import ObservedMessenger, SentMessage
from bot.services.digest import DigestRounds, first_day_covered
from bot.services.figures.facts import facts_for_reader
from bot.services.managers import ManagersRounds
from bot.services.nudges import BATCH, NudgeRounds, Rounds
from bot.services.people import Membership
from bot.services.ports import Clock, Person, StillOurs, surely
from bot.storage.copy import NextDue, WorkspaceCopy, copied
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.figures.aside import FactsElsewhere
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork


class ForecastService:
    """Forecasts messages and forgetting."""

    def __init__(
        self, database: Database, restore: Callable[[str], Checklist], clock: Clock
    ) -> None:
        """Set up the service; `restore` rebuilds a stored checklist."""
        self._database = database
        self._restore = restore
        self._clock = clock

    async def until(self, until: datetime) -> list[SentMessage]:
        """Return every message up to this instant in order of time, including those that wait."""
        units = UnitsOfWork(self._database, self._restore)
        found: list[SentMessage] = []
        for workspace_id in await RoundQueue(self._database).workspaces():
            async with units.reading(workspace_id) as work:
                workspace = await work.workspaces.get()
                instead = None
                if workspace is not None:
                    instead = await facts_for_reader(work, workspace.settings)
            if workspace is not None:
                now = self._clock()
                told_since = first_day_covered(workspace, now)
                async with copied(self._database, workspace_id, now, told_since) as copy:
                    facts_in = FactsElsewhere(self._database, instead)
                    rehearsal = _Rehearsal(copy, self._restore, workspace, facts_in)
                    found += await rehearsal.until(until)
        return sorted(found, key=lambda each: each.at)

    async def forgotten_until(self, until: datetime) -> list[ForgettingAhead]:
        """Return what will be forgotten by its age up to this instant, in order of time."""
        units = UnitsOfWork(self._database, self._restore)
        found: list[ForgettingAhead] = []
        for workspace_id in await RoundQueue(self._database).workspaces():
            async with units.reading(workspace_id) as work:
                found += await forgetting_ahead(work, self._clock(), until)
        return sorted(found, key=lambda each: each.at)


class _Rehearsal:
    """The clock and delivery at work on a copy."""

    def __init__(
        self,
        copy: WorkspaceCopy,
        restore: Callable[[str], Checklist],
        workspace: Workspace,
        facts_in: FactsElsewhere,
    ) -> None:
        """Work on a copy; figures are counted elsewhere, since nothing here changes them."""
        units = UnitsOfWork(copy.database, restore, facts_in=facts_in)
        rounds = RoundQueue(copy.database)
        self._copy = copy
        self._rounds: Mapping[NextDue, Rounds[Any]] = {
            NextDue.OWNERS: NudgeRounds(units, rounds, copy.now),
            NextDue.MANAGERS: ManagersRounds(units, rounds, copy.now),
            NextDue.DIGESTS: DigestRounds(units, rounds, copy.now),
        }
        self._sent: list[SentMessage] = []
        self._delivery = DeliveryService(
            OutboxQueue(copy.database, DeliveryTimes(pace=timedelta(0))),
            units,
            Membership(units, _NoDirectory(), copy.now, FirstValues(workspace.settings)),
            ObservedMessenger(_NullMessenger(copy.now), copy.now, self._sent.append),
            copy.now,
            seconds=lambda: 0.0,
            tell=_nothing_new,
        )

    async def until(self, until: datetime) -> list[SentMessage]:
        """Work through every instant at which something is due, up to this one."""
        await self._copy.refuse_messages([kind for kind in MessageKind if kind.rules.is_rewrite])
        due = frozenset(NextDue)
        while due:
            is_said = NextDue.MESSAGES in due and await self._deliver()
            is_made = await self._tick(due | {NextDue.OWNERS} if is_said else due)
            is_said |= is_made and await self._deliver()
            due = await self._copy.advance(until)
            if due and is_said:
                due |= {NextDue.OWNERS}  # what was said may bring about the next round
        return self._sent

    async def _tick(self, due: frozenset[NextDue]) -> bool:
        """Make the rounds that are due, and return whether any was; one calls those after it."""
        is_made = False
        for which, rounds in self._rounds.items():
            if which in due or is_made:
                is_made |= await self._make(rounds)
        return is_made

    async def _make(self, rounds: Rounds[Any]) -> bool:
        """Make the rounds of one kind that are due, and return whether any was.

        A round may call another one of its kind for now, even one that was just made. Whatever is
        still due the second time is one that fails.
        """
        is_made = False
        for _ in range(2):
            while made := await rounds.tick():
                is_made = True
                if made < BATCH:
                    break
            if not made:
                break
        return is_made

    async def _deliver(self) -> bool:
        """Send what is due, and return whether anything was.

        Others have their turn in between, since the copy waits for nothing.
        """
        is_said = False
        while await self._delivery.deliver_due():
            await self._delivery.drain()
            is_said = True
            await asyncio.sleep(0)
        return is_said


async def _nothing_new(_: WorkspaceId) -> None:
    """The facts are told aside, and nobody acts."""


class _NoDirectory:
    """Stands in for Slack's directory: what is already known about people must do."""

    async def look_up(self, _workspace_id: WorkspaceId, _member_id: MemberId) -> Member | None:
        raise DirectoryUnavailable

    async def look_up_email(self, _workspace_id: WorkspaceId, _email: str) -> Member | None:
        raise DirectoryUnavailable

    async def group_members(self, _workspace_id: WorkspaceId, _group: str) -> Sequence[MemberId]:
        raise DirectoryUnavailable

    async def channel(self, _workspace_id: WorkspaceId, _channel: str) -> ChannelSeen | None:
        raise DirectoryUnavailable


class _NullMessenger:
    """Stands in for Slack: accepts every message."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        _reader: Person | None,
        _left_out: Collection[str] = (),
        _is_ours: StillOurs = surely,
    ) -> SendResult:
        """Accept it, except a line under a card that never came."""
        if claimed.message.kind.rules.is_line and not place_of(about):
            return Dead(NO_PLACE)
        return Sent(claimed.message.recipient, f"{self._clock().timestamp():.6f}")

    async def erase(
        self, _claimed: Claimed, erasure: Erasure, _reader: Person | None
    ) -> SendResult:
        """Do nothing: nothing was posted there."""
        return Sent(*erasure.posted)

    async def look(self, _claimed: Claimed, _about: MessageContent | None) -> Sight:
        """Return that nothing is out."""
        return Absent()

    async def link_to(self, _workspace_id: WorkspaceId, _posted: Posted) -> str | None:
        """Return no link: nothing was ever posted."""
        return None

    async def show_again(self, _shown_in: OpenView, _overview: Overview, _reader: Person) -> None:
        """Do nothing: nobody reads it."""
