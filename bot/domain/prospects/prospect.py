"""A prospect: what it is, and where it stands.

How it gets from one stage to another is in `moves`, by when it must be decided in `due`, and
when its owner hears of it in `nudging`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from bot.domain.checklist.rules import Verdict
from bot.domain.people import Action, MemberId
from bot.domain.prospects.override import Override, OverrideState

ProspectId = NewType("ProspectId", str)
QualificationId = NewType("QualificationId", str)


class Stage(StrEnum):
    """Where a prospect stands."""

    OPEN = "open"
    WALKED_AWAY = "walked_away"
    WON = "won"
    LOST = "lost"


class DueReason(StrEnum):
    """Why a problem prospect is due on the day it is due."""

    VERDICT = "verdict"
    CONDITION = "condition"
    OVERRIDE = "override"
    """The kill date of an override."""
    SIGN_OF_LIFE = "sign_of_life"


class EndedBy(StrEnum):
    """Who ended a prospect that was lost."""

    THEM = "them"
    US = "us"


@dataclass(frozen=True, slots=True)
class Due:
    """The day by whose end a prospect must be decided, in the zone of its owner."""

    on: date
    reason: DueReason


@dataclass(frozen=True, slots=True)
class ProspectCondition:
    """Something the prospect must bring by a date, and whether it did."""

    what: str
    due: date
    met_at: datetime | None = None
    met_by: MemberId | None = None
    brought: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether the prospect brought it."""
        return self.met_at is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What its owner was told about a prospect since the event that decided its due date."""

    nudges: int = 0
    """Those that count; a snoozed one that comes again does not."""
    last_on: date | None = None
    """The day of the last message about it, counted or not."""
    snoozed_until: date | None = None
    """The working day on whose morning the next message comes."""
    snoozes: int = 0
    """How often the owner snoozed it; a manager may as often as they like."""
    not_before: date | None = None
    """The first day on which it may be spoken of: what became due during a day waits."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What ended a prospect: who decided it, when, and what they said about it."""

    action: Action
    by: MemberId
    at: datetime
    day: date | None = None
    """The day on which a client was won."""
    ended_by: EndedBy | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ProspectFacts:
    """What a prospect *is*, as step 1 of the modal asks it beside the questions."""

    name: str
    owner: MemberId
    first_contact: date
    expected_value: Decimal | None = None
    """In the currency of the workspace."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """The company or person that wants to become a client, as it stands now."""

    id: ProspectId
    facts: ProspectFacts
    qualification_id: QualificationId
    """The latest one; its card is the living message."""
    verdict: Verdict
    verdict_on: date
    """The day of the verdict, in the zone of the owner."""
    decide_within: int | None
    conditions: tuple[ProspectCondition, ...]
    due: Due | None
    stage: Stage = Stage.OPEN
    decision: Decision | None = None
    revision: int = 1
    chases: int = 0
    """Attempts of ours without an answer since the last verdict or sign of life."""
    told: Told = Told()
    overrides: tuple[Override, ...] = ()
    """All of the latest verdict, denied and lapsed ones too, the first asked for first."""

    @property
    def unmet(self) -> tuple[ProspectCondition, ...]:
        """The conditions that are not met yet, lapsed or not."""
        return tuple(condition for condition in self.conditions if not condition.is_met)

    @property
    def request(self) -> Override | None:
        """The override that waits for a manager."""
        return next((each for each in self.overrides if each.is_asked), None)

    @property
    def override(self) -> Override | None:
        """The override that took effect, whether or not its kill date has passed."""
        standing = OverrideState.STANDING
        return next((each for each in self.overrides if each.state is standing), None)
