"""What a message to a manager was about, as records."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.delivery.outbox import Posted
from bot.domain.people import MemberId
from bot.domain.prospects.prospect import ProspectId


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
