"""What the clock would say until some instant, if nobody did anything.

Whether and when, the domain tells, as it does when the clock really comes; nothing is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from bot.domain.calendar import instant
from bot.domain.dossier import NudgedProspect, NudgeMessage
from bot.domain.due import has_passed
from bot.domain.nudging import (
    Reader,
    is_proposed_for_closing,
    next_look,
    next_nudge,
    next_round,
    nudged,
    nudges_due,
)
from bot.domain.overriding import asked_at, has_lapsed, lapse
from bot.domain.people import Member, MemberId
from bot.domain.prospect import Prospect, ProspectId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudge_ports import RoundQueue
from bot.services.nudging import reader_of
from bot.services.ports import Clock, MessageKind, UnitsOfWork

MOST_ROUNDS: Final = 1_000_000
"""All of them, as far as anybody can read."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A message that would go out."""

    at: datetime
    """In the zone of its owner."""
    kind: MessageKind
    to: str
    """A channel or member id."""
    prospects: tuple[Prospect, ...]
    workspace: Workspace
    nudge: NudgeMessage | None = None
    reader: Member | None = None
    """Of a private message, as far as they are known."""


class Foretelling:
    """Looks ahead."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def until(self, until: datetime) -> list[Foretold]:
        """Return every message of the clock up to this instant, in order of time."""
        foretold: list[Foretold] = []
        for workspace_id, owner in await self._rounds.due(until, MOST_ROUNDS):
            future = await self._future(workspace_id, owner)
            if future is not None:
                foretold += future.until(until)
        return sorted(foretold, key=lambda each: (each.at, each.to, each.kind))

    async def _future(self, workspace_id: WorkspaceId, owner: MemberId) -> "_Future | None":
        now = self._clock()
        async with self._units.reading(workspace_id) as work:
            workspace = await work.workspaces.get()
            if workspace is None:
                return None
            member, reader = await reader_of(work, workspace, owner, now)
            if member is not None and not member.is_full:
                return None
            asking = await work.prospects.asking() if owner in workspace.manager_ids else ()
            prospects = {}
            channels: dict[ProspectId, str | None] = {}
            for prospect_id in await work.nudges.to_look_at(owner, date.max):
                prospect = await work.prospects.get(prospect_id)
                if prospect is None:
                    continue
                prospects[prospect_id] = prospect
                card = await work.qualifications.get(prospect.qualification_id)
                channels[prospect_id] = None if card is None else card.card_channel
        return _Future(workspace, member, reader, prospects, channels, tuple(asking), now)


@dataclass(slots=True)
class _Future:
    """What is to come for one owner."""

    workspace: Workspace
    member: Member | None
    reader: Reader
    prospects: dict[ProspectId, Prospect]
    channels: dict[ProspectId, str | None]
    asking: tuple[Prospect, ...]
    """What this manager is asked about."""
    now: datetime

    def until(self, until: datetime) -> Iterator[Foretold]:
        yield from self._asked(until)
        while True:
            lapse, nudge = self._next_lapse(), self._next_round()
            at = min((each for each in (lapse, nudge) if each is not None), default=None)
            if at is None or at > until:
                return
            lapsing = [each for each in self.prospects.values() if self._lapses_at(each) == at]
            self.now = at
            yield from self._lapse(lapsing) if at == lapse else self._round()

    def _asked(self, until: datetime) -> Iterator[Foretold]:
        """What a manager is asked from now on; the first time may be this very moment."""
        for prospect in self.asking:
            request = prospect.request
            if request is None or request.asked_by == self.reader.id:
                continue
            for at in asked_at(request, self.reader):
                if self.now <= at <= until:
                    yield self._privately(MessageKind.OVERRIDE_ASKED, self.reader.id, prospect, at)

    def _next_lapse(self) -> datetime | None:
        lapses = (self._lapses_at(each) for each in self.prospects.values())
        return min((each for each in lapses if each is not None), default=None)

    def _lapses_at(self, prospect: Prospect) -> datetime | None:
        """When something about it lapses or passes next; now if that was missed."""
        zone = self.reader.working.zone
        look = next_look(
            prospect, self.workspace.settings.calendar, self.reader.working.today(self.now)
        )
        if look is None or not look.is_lapse:
            return None
        return max(instant(look.on, time(), zone), self.now)

    def _lapse(self, lapsing: Iterable[Prospect]) -> Iterator[Foretold]:
        today = self.reader.working.today(self.now)
        for prospect in lapsing:
            request, override = prospect.request, prospect.override
            if request is not None and has_lapsed(prospect, today):
                lapsed = lapse(prospect, now=self.now)
                self.prospects[prospect.id] = lapsed
                yield self._in_thread(MessageKind.REQUEST_LINE, lapsed, self.now)
                asker = request.asked_by
                yield self._privately(MessageKind.OVERRIDE_LAPSED, asker, lapsed, self.now)
            elif override is not None and has_passed(override, today):
                yield self._in_thread(MessageKind.KILL_DATE_LINE, prospect, self.now)
            else:
                yield self._in_thread(MessageKind.LAPSE_LINE, prospect, self.now)

    def _next_round(self) -> datetime | None:
        calendar = self.workspace.settings.calendar
        nudges = (next_nudge(each, calendar) for each in self.prospects.values())
        on = min((nudge.on for nudge in nudges if nudge is not None), default=None)
        return next_round(on, self.reader, self.now)

    def _round(self) -> Iterator[Foretold]:
        today = self.reader.working.today(self.now)
        items = []
        for prospect, nudge in nudges_due(self.prospects.values(), self.reader, self.now):
            told = nudged(prospect, nudge, today)
            self.prospects[prospect.id] = told
            items.append(NudgedProspect(told, nudge.number))
            if is_proposed_for_closing(told):
                yield self._in_thread(MessageKind.CLOSING_LINE, told, self.now)
        self.reader = replace(self.reader, nudged_on=self.reader.nudged_on | {today})
        yield Foretold(
            at=self._local(self.now),
            kind=MessageKind.NUDGE,
            to=self.reader.id,
            prospects=tuple(item.prospect for item in items),
            workspace=self.workspace,
            nudge=NudgeMessage(self.workspace, self.reader.id, today, tuple(items)),
            reader=self.member,
        )

    def _in_thread(self, kind: MessageKind, prospect: Prospect, at: datetime) -> Foretold:
        channel = self.channels[prospect.id] or self.workspace.settings.verdict_channel
        return Foretold(self._local(at), kind, channel, (prospect,), self.workspace)

    def _privately(
        self, kind: MessageKind, to: MemberId, prospect: Prospect, at: datetime
    ) -> Foretold:
        reader = self.member if to == self.reader.id else None
        return Foretold(self._local(at), kind, to, (prospect,), self.workspace, reader=reader)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.reader.working.zone)
