"""What the clock needs from storage, as protocols, to tell the managers what is new to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.people import MemberId
from bot.domain.proposing import Agenda, Departure
from bot.domain.prospect import Prospect, ProspectId
from bot.services.nudge_ports import Posted, Spoken


@dataclass(frozen=True, slots=True)
class Proposed:
    """That a prospect is proposed for closing."""

    prospect_id: ProspectId
    on: date
    """The day of the nudge that proposed it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a message to a manager was about when it was written."""

    prospects: tuple[ProspectId, ...]
    more: int
    owners: tuple[MemberId, ...]
    """Gone, with their prospects offered."""
    posted: Posted | None


class Proposals(Protocol):
    """What is proposed for closing, who is gone, and what each manager was told of it."""

    async def propose(self, prospect: Prospect, at: datetime) -> None:
        """Keep that it is proposed; nothing changes if it was by the same nudge already."""
        ...

    async def withdraw(self, prospect_id: ProspectId) -> None: ...
    async def new_to(self, manager: MemberId) -> Sequence[Proposed]:
        """What is proposed now and in no message to this manager."""
        ...

    async def depart(self, member_id: MemberId, at: datetime) -> None:
        """Keep that a member cannot decide any more; nothing changes if it was known."""
        ...

    async def come_back(self, member_id: MemberId) -> None: ...
    async def departures(self, manager: MemberId) -> Sequence[Departure]:
        """Who is gone and still owns something open, and when this manager was last told."""
        ...


class Managers(Protocol):
    """Since when who manages, when the clock must look at what is new to them, what they got."""

    async def call(self, manager: MemberId, at: datetime) -> None:
        """Let the clock look then, or earlier; who is new manages since then."""
        ...

    async def take(self, manager: MemberId, now: datetime) -> datetime | None:
        """Lock the round of a manager; return since when they manage, None if it is not theirs."""
        ...

    async def set_round(self, manager: MemberId, at: datetime | None) -> None: ...
    async def since(self, manager: MemberId) -> datetime | None: ...
    async def remove(self, member_id: MemberId) -> None:
        """Forget that a member manages."""
        ...

    async def days_of(self, manager: MemberId, since: date) -> frozenset[date]:
        """The days on which a manager got a message."""
        ...

    async def add(self, manager: MemberId, day: date, agenda: Agenda) -> None:
        """Keep a message; a second one on the same day is refused."""
        ...

    async def kept(self, manager: MemberId, day: date) -> Kept | None: ...
    async def set_posted(
        self, manager: MemberId, day: date, posted: Posted, sent_on: date
    ) -> None: ...
    async def latest_about(self, prospect_id: ProspectId) -> Sequence[Spoken]:
        """The latest messages about a prospect to each manager who got any, the newest first."""
        ...

    async def latest_offers(self, owner: MemberId) -> Sequence[Spoken]:
        """The latest messages to each manager that offer what this owner left behind."""
        ...
