"""What members did to a prospect, with a class for each action that changes one.

Old history entries know less than new ones: what an old one may lack is None.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Generic, TypeVar, assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy, Grounds, Override, OverrideId, ProspectId, QualificationId


@dataclass(frozen=True, slots=True)
class TouchedOverride:
    """An override that an action ended, withdrew or brought back."""

    id: OverrideId
    asked_by: MemberId
    was_asked: bool
    """Whether it was waiting for a manager at that time."""


def touched(overrides: Iterable[Override]) -> tuple[TouchedOverride, ...]:
    """Return what the history keeps of overrides that an action ended, withdrew or brought back."""
    return tuple(TouchedOverride(each.id, each.asked_by, each.is_asked) for each in overrides)


class _ActBase:
    """What was done by an action; the history entry says who did it, and when."""

    __slots__ = ()
    action: ClassVar[Action]

    @property
    def members(self) -> frozenset[MemberId]:
        """The members it names."""
        return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWithOverrides(_ActBase):
    """An act that can end overrides, withdraw them, or bring them back."""

    overrides: tuple[TouchedOverride, ...] = ()

    @property
    def members(self) -> frozenset[MemberId]:
        """Those who asked for the overrides."""
        return self.askers

    @property
    def askers(self) -> frozenset[MemberId]:
        """Those who asked for the overrides."""
        return frozenset(each.asked_by for each in self.overrides)


@dataclass(frozen=True, slots=True)
class Screened(ActWithOverrides):
    """The first verdict."""

    action = Action.QUALIFY

    qualification: QualificationId
    verdict: Verdict
    owner: MemberId | None = None
    """Named if the screening made somebody else the owner."""
    conditions: tuple[tuple[str, date], ...] = ()
    """What the prospect must bring, and by when."""
    namesake: ProspectId | None = None
    """A prospect of the same name that the member said is a different one."""

    @property
    def members(self) -> frozenset[MemberId]:
        """A new owner, and those who asked for the overrides."""
        return self.askers.union(_known(self.owner))


@dataclass(frozen=True, slots=True)
class ScreenedAgain(Screened):
    """A verdict after the first one."""

    action = Action.REQUALIFY


@dataclass(frozen=True, slots=True)
class WalkedAway(ActWithOverrides):
    """The prospect was walked away from."""

    action = Action.WALK_AWAY


@dataclass(frozen=True, slots=True)
class Won(ActWithOverrides):
    """The prospect became a client."""

    action = Action.WON

    day: date | None = None


@dataclass(frozen=True, slots=True)
class Lost(ActWithOverrides):
    """The prospect was lost."""

    action = Action.LOST

    ended_by: EndedBy | None = None
    sentence: str | None = None
    """None also if nothing was said."""


@dataclass(frozen=True, slots=True)
class ClientEnded(_ActBase):
    """The client is no longer one; its outcomes are asked for all the same."""

    action = Action.END_CLIENT

    day: date
    ended_by: EndedBy
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Undone(ActWithOverrides):
    """A decision was taken back; the overrides that it had ended are back."""

    action = Action.UNDO

    undone: Action | None = None
    """The decision that was taken back."""
    decided_by: MemberId | None = None

    @property
    def members(self) -> frozenset[MemberId]:
        """The member who had decided, and those who asked for the overrides."""
        return self.askers.union(_known(self.decided_by))


@dataclass(frozen=True, slots=True)
class OverrideAsked(_ActBase):
    """Somebody wants to go on against the verdict."""

    action = Action.OVERRIDE

    override: OverrideId
    grounds: Grounds
    waits: bool
    """Whether it waits for a manager; if not, it took effect at once."""
    alone: int | None = None
    """Which in a row it is, if it needed a manager's approval and nobody could give it."""


@dataclass(frozen=True, slots=True)
class OverrideApproved(_ActBase):
    """A manager let an override take effect."""

    action = Action.APPROVE_OVERRIDE

    override: OverrideId
    asked_by: MemberId

    @property
    def members(self) -> frozenset[MemberId]:
        """The member who had asked for it."""
        return frozenset({self.asked_by})


@dataclass(frozen=True, slots=True)
class OverrideDenied(_ActBase):
    """A manager denied an override."""

    action = Action.DENY_OVERRIDE

    override: OverrideId
    asked_by: MemberId
    refusal: str
    """The sentence with which it was denied."""

    @property
    def members(self) -> frozenset[MemberId]:
        """The member who had asked for it."""
        return frozenset({self.asked_by})


@dataclass(frozen=True, slots=True)
class ConditionMet(ActWithOverrides):
    """The prospect brought what it had to bring."""

    action = Action.CONDITION_MET

    brought: str | None = None


@dataclass(frozen=True, slots=True)
class SignOfLife(_ActBase):
    """The prospect did something itself."""

    action = Action.SIGN_OF_LIFE

    sign: str | None = None


@dataclass(frozen=True, slots=True)
class Chased(_ActBase):
    """An attempt of ours got no answer."""

    action = Action.CHASED

    chases: int | None = None
    """How many there are so far."""


@dataclass(frozen=True, slots=True)
class Snoozed(_ActBase):
    """The next nudge was put off."""

    action = Action.SNOOZE

    days: int
    """Working days."""
    until: date


@dataclass(frozen=True, slots=True)
class OwnerChanged(_ActBase):
    """The prospect was handed over."""

    action = Action.HAND_OVER

    before: MemberId
    owner: MemberId

    @property
    def members(self) -> frozenset[MemberId]:
        """The new owner; no sentence mentions the previous one."""
        return frozenset({self.owner})


_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class CorrectedValue(Generic[_Value]):
    """A value before and after a correction."""

    before: _Value
    now: _Value


@dataclass(frozen=True, slots=True)
class Corrected(_ActBase):
    """Something mistyped about the prospect was put right; what did not change is None."""

    action = Action.CORRECT

    name: CorrectedValue[str] | None = None
    expected_value: CorrectedValue[Decimal | None] | None = None
    first_contact: CorrectedValue[date] | None = None


@dataclass(frozen=True, slots=True)
class StillOpenSaid(_ActBase):
    """Somebody was asked about an open *pursue*, and said that it is still open."""

    action = Action.STILL_OPEN


Act = (
    Screened
    | ScreenedAgain
    | WalkedAway
    | Won
    | Lost
    | ClientEnded
    | Undone
    | OverrideAsked
    | OverrideApproved
    | OverrideDenied
    | ConditionMet
    | SignOfLife
    | Chased
    | Snoozed
    | OwnerChanged
    | Corrected
    | StillOpenSaid
)


def without_words(act: Act) -> Act:
    """Return what is left of an act once its prospect is forgotten: no names, texts or amounts."""
    match act:
        case Screened(conditions=conditions):
            return replace(act, conditions=tuple(("", due) for _, due in conditions))
        case Lost() | ClientEnded():
            return replace(act, sentence=None)
        case OverrideAsked(grounds=grounds):
            new_fact = None if grounds.new_fact is None else ""
            wordless = replace(grounds, reason="", kill_criterion="", new_fact=new_fact)
            return replace(act, grounds=wordless)
        case OverrideDenied():
            return replace(act, refusal="")
        case ConditionMet():
            return replace(act, brought=None)
        case SignOfLife():
            return replace(act, sign=None)
        case Corrected():
            return replace(act, name=None, expected_value=None)
        case (
            WalkedAway()
            | Won()
            | Undone()
            | OverrideApproved()
            | Chased()
            | Snoozed()
            | OwnerChanged()
            | StillOpenSaid()
        ):
            return act
        case _:
            assert_never(act)


def _known(member: MemberId | None) -> tuple[MemberId, ...]:
    return () if member is None else (member,)
