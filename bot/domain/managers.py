"""What the managers hear of: what is proposed for closing, and prospects whose owner is gone.

One message a manager and morning tells of all that is new to them. As in `nudges`, everything
follows from facts and the time it is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.nudges import (
    DEFAULT,
    NudgePolicy,
    Reader,
    is_proposed_for_closing,
    may_hear,
    next_round,
)
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, longest_overdue

EACH_MORNING = NudgePolicy(a_week=7)
"""Managers hear of it outside the cap of nudges, but never twice on a day."""

OFFERED_AGAIN_AFTER = 5
"""Working days until what a gone owner left behind is offered once more."""

OWNERS_IN_ONE = 5
"""Gone owners in one message; the others are offered the next morning."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A prospect proposed for closing that a manager has not heard of yet."""

    prospect: Prospect
    on: date
    """The day of its last nudge, which tells one proposal from the next."""
    at: datetime
    """From when on the manager could hear of it: its last nudge, or since they manage."""


@dataclass(frozen=True, slots=True)
class Departure:
    """An owner who can no longer decide and still has open prospects."""

    owner: MemberId
    at: datetime
    """From when on the manager could hear of it."""
    offered_on: date | None = None
    """The day on which the manager was last offered to hand them over."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one message to a manager is about."""

    proposals: tuple[Proposal, ...]
    """The longest overdue first."""
    more: int
    """How many wait for the next morning."""
    departures: tuple[Departure, ...]


def is_up_for_closing(prospect: Prospect, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether all nudges are out, nobody has decided, and nobody said to leave it."""
    return is_proposed_for_closing(prospect, policy) and prospect.told.snoozed_until is None


def agenda_due(
    proposals: Iterable[Proposal], departures: Iterable[Departure], reader: Reader, now: datetime
) -> Agenda | None:
    """Return what one message to a manager says at this instant; None if none is to go now.

    It goes when a nudge to them could, whatever nudges they got; `reader.nudged_on` are the days
    of their messages as a manager.
    """
    if not may_hear(reader, now, EACH_MORNING):
        return None
    today = reader.working.today(now)
    new = [each for each in proposals if reader.working.next_morning(each.at) <= today]
    new.sort(key=lambda each: longest_overdue(each.prospect))
    gone = [each for each in departures if _offered_from(each, reader) <= today]
    gone.sort(key=lambda each: (each.at, each.owner))
    if not new and not gone:
        return None
    most = EACH_MORNING.in_one
    return Agenda(tuple(new[:most]), max(0, len(new) - most), tuple(gone[:OWNERS_IN_ONE]))


def next_agenda(
    proposed_at: Iterable[datetime],
    departures: Iterable[Departure],
    reader: Reader,
    now: datetime,
) -> datetime | None:
    """Return when the next message to a manager can go out at the earliest; None for never.

    `proposed_at` says since when the manager could hear of each proposal.
    """
    first = min(proposed_at, default=None)
    days = [
        *([] if first is None else [reader.working.next_morning(first)]),
        *(_offered_from(each, reader) for each in departures),
    ]
    return next_round(min(days, default=None), reader, now, EACH_MORNING)


def _offered_from(departure: Departure, reader: Reader) -> date:
    if departure.offered_on is None:
        return reader.working.next_morning(departure.at)
    calendar = reader.working.calendar
    return calendar.add_working_days(departure.offered_on, OFFERED_AGAIN_AFTER)
