"""An override: a member's reasoned decision to go on although the verdict says otherwise.

What it is, and what became of it. What it makes of a prospect is in `overriding`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.people import MemberId

OverrideId = NewType("OverrideId", str)


class Fear(StrEnum):
    """Out of what people do not walk away: one of four fears, or a new fact."""

    NO_OTHER_CLIENT = "no_other_client"
    """No other client will come."""
    REPUTATION = "reputation"
    """Our reputation will suffer."""
    NOBODY_LEFT = "nobody_left"
    """With a higher bar nobody is left."""
    NOT_FOR_US = "not_for_us"
    """It will not work for us."""
    NEW_FACT = "new_fact"
    """No fear at all, but something that the answers did not know; it must be named."""


class OverrideState(StrEnum):
    """What became of an override so far."""

    ASKED = "asked"
    """It waits for a manager."""
    STANDING = "standing"
    """It took effect; whether its kill date has passed, the day tells."""
    DENIED = "denied"
    LAPSED = "lapsed"
    """Nobody answered in time."""
    WITHDRAWN = "withdrawn"
    """Before anybody answered, the prospect was decided or screened again, or nothing was left to
    override."""
    ENDED = "ended"
    """The prospect was decided, or screened again, or nothing was left to override."""
    REPLACED = "replaced"
    """Its kill date passed, and another one took effect."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a member names for going on: the fear, the reason, and the kill criterion."""

    fear: Fear
    reason: str
    kill_criterion: str
    """In their own words: what state ends it."""
    kill_on: date
    """Until the end of this day it stands."""
    new_fact: str | None = None
    """Named if there is no fear but a new fact."""


@dataclass(frozen=True, slots=True)
class Override:
    """An override, or the request for one: of one verdict, and never forgotten."""

    id: OverrideId
    grounds: Grounds
    asked_by: MemberId
    asked_at: datetime
    state: OverrideState = OverrideState.STANDING
    lapses_on: date | None = None
    """The day at whose end a request lapses; None for what needed no manager."""
    holds_nudges: bool = False
    """Whether nudges wait while it is asked for: those of the first after a verdict do."""
    answered_by: MemberId | None = None
    """The manager who approved or denied it."""
    answered_at: datetime | None = None
    refusal: str | None = None
    """The sentence with which it was denied."""
    over_at: datetime | None = None
    """When it lapsed, was withdrawn, ended, or was replaced."""

    @property
    def is_asked(self) -> bool:
        """Whether it waits for a manager."""
        return self.state is OverrideState.ASKED
