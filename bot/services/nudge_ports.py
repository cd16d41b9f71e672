"""What the clock needs from storage, as protocols: when to look at what, and what was said."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.domain.nudging import Look
from bot.domain.people import MemberId
from bot.domain.prospect import ProspectId
from bot.domain.workspace import WorkspaceId

Posted = tuple[str, str]
"""Channel and ts of a message in Slack."""


class Spoken(NamedTuple):
    """A message of the clock that names somebody or something."""

    reader: MemberId
    day: date
    """For which morning it was written."""
    sent_on: date | None
    """The day of its reader on which it was sent; None as long as it was not."""


class Nudges(Protocol):
    """When the clock must look at what, and the nudge messages that came of it."""

    async def look(self, prospect_id: ProspectId, owner: MemberId, look: Look | None) -> None:
        """Let the clock look at a prospect then, in place of any other time."""
        ...

    async def call(self, member_id: MemberId, at: datetime) -> None:
        """Let the clock look at what a member owns then, or earlier if it was to be earlier."""
        ...

    async def take(self, member_id: MemberId, now: datetime) -> bool:
        """Lock the round of a member; False if it is not due any more, or taken by another."""
        ...

    async def set_round(self, member_id: MemberId, at: datetime | None) -> None:
        """Say when the next round of a member is; None: there is nothing to look at."""
        ...

    async def to_look_at(self, owner: MemberId, day: date) -> Sequence[ProspectId]:
        """Those that are to be looked at on this day or were before."""
        ...

    async def next_looks(self, owner: MemberId) -> Sequence[Look]:
        """The earliest for a nudge and the earliest for a lapse, as far as there are any."""
        ...

    async def look_at_all(self, now: datetime) -> None:
        """Let the clock look at once at everything that it would look at some day."""
        ...

    async def days_of(self, member_id: MemberId, since: date) -> frozenset[date]:
        """The days on which a member got a message, or is to get one that was written then."""
        ...

    async def add(
        self, member_id: MemberId, day: date, items: Sequence[tuple[ProspectId, int]]
    ) -> None:
        """Keep a message: which prospects, and which nudge about each."""
        ...

    async def items(self, member_id: MemberId, day: date) -> Sequence[tuple[ProspectId, int]]: ...
    async def posted(self, member_id: MemberId, day: date) -> Posted | None:
        """Where a message stands."""
        ...

    async def set_posted(
        self, member_id: MemberId, day: date, posted: Posted, sent_on: date
    ) -> None:
        """Keep where a message stands, and on which day of its reader it was sent."""
        ...

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[Spoken]:
        """The latest messages about a prospect, to whomever, the newest first."""
        ...


class RoundQueue(Protocol):
    """The rounds of all workspaces."""

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Which owner's round is due, the longest due first; it is taken by `Nudges.take`."""
        ...

    async def due_of_managers(
        self, now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Which manager's round is due, the longest due first; `Managers.take` takes it."""
        ...

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Every workspace."""
        ...
