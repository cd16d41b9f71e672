"""Members of a workspace, their roles, and who may do what.

Which stage an action needs is not said here but in `moves`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType
from zoneinfo import ZoneInfo

MemberId = NewType("MemberId", str)


class Action(StrEnum):
    """What a member can do; the value is the `action_id` of its button."""

    QUALIFY = "qualify"
    REQUALIFY = "requalify"
    WALK_AWAY = "walk_away"
    OVERRIDE = "override"
    APPROVE_OVERRIDE = "approve_override"
    DENY_OVERRIDE = "deny_override"
    WON = "won"
    LOST = "lost"
    UNDO = "undo"
    CONDITION_MET = "condition_met"
    SIGN_OF_LIFE = "sign_of_life"
    CHASED = "chased"
    SNOOZE = "snooze"
    HAND_OVER = "hand_over"
    DECLINE_MESSAGE = "decline_message"
    DETAILS = "details"


class Errand(StrEnum):
    """What a member can do that moves no prospect; also the `action_id` of its button."""

    SEND_AGAIN = "send_again"
    ANSWER_OUTCOME = "answer_outcome"
    CHANGE_SETTINGS = "change_settings"


class Role(StrEnum):
    """What a member is towards one prospect; a member can be several at once."""

    FULL_MEMBER = "full_member"
    OWNER = "owner"
    MANAGER = "manager"
    DECIDER = "decider"
    """The member who made the decision that stands."""
    APPROVER = "approver"
    """A manager, but not the one who asks for an override: nobody approves their own."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person or bot in Slack, as last told by `users.info`."""

    id: MemberId
    name: str
    zone: ZoneInfo
    locale: str | None
    """The language of their Slack, as an IETF tag such as `de-DE`; None if Slack did not say."""
    is_guest: bool = False
    is_foreign: bool = False
    """From another organisation, by Slack Connect."""
    is_bot: bool = False
    is_deactivated: bool = False

    @property
    def is_full(self) -> bool:
        """Whether they may take part at all: no guest, no stranger, no bot, still there."""
        return not (self.is_guest or self.is_foreign or self.is_bot or self.is_deactivated)


@dataclass(frozen=True, slots=True)
class CachedMember:
    """A member, and when Slack last told us about them."""

    member: Member
    fetched_at: datetime


_OWNER_OR_MANAGER = frozenset({Role.OWNER, Role.MANAGER})
_ANYBODY = frozenset({Role.FULL_MEMBER})

RIGHTS: Mapping[Action | Errand, frozenset[Role]] = MappingProxyType(
    {
        Action.QUALIFY: _ANYBODY,
        Action.REQUALIFY: _OWNER_OR_MANAGER,
        Action.WALK_AWAY: _OWNER_OR_MANAGER,
        Action.OVERRIDE: _OWNER_OR_MANAGER,
        Action.APPROVE_OVERRIDE: frozenset({Role.APPROVER}),
        Action.DENY_OVERRIDE: frozenset({Role.APPROVER}),
        Action.WON: _OWNER_OR_MANAGER,
        Action.LOST: _OWNER_OR_MANAGER,
        Action.UNDO: frozenset({Role.DECIDER, Role.MANAGER}),
        Action.CONDITION_MET: _OWNER_OR_MANAGER,
        Action.SIGN_OF_LIFE: _OWNER_OR_MANAGER,
        Action.CHASED: _OWNER_OR_MANAGER,
        Action.SNOOZE: _OWNER_OR_MANAGER,
        Action.HAND_OVER: _OWNER_OR_MANAGER,
        Action.DECLINE_MESSAGE: _OWNER_OR_MANAGER,
        Action.DETAILS: _ANYBODY,
        Errand.SEND_AGAIN: frozenset({Role.MANAGER}),
        Errand.ANSWER_OUTCOME: _OWNER_OR_MANAGER,
        Errand.CHANGE_SETTINGS: frozenset({Role.MANAGER}),
    }
)
"""Who may do what: any one of the roles named is enough. Only full members have a role at all."""


def roles(
    member: Member,
    *,
    managers: Collection[MemberId],
    owner: MemberId | None = None,
    decided_by: MemberId | None = None,
    asked_by: MemberId | None = None,
) -> frozenset[Role]:
    """Return what `member` is; nothing at all for who is not a full member."""
    if not member.is_full:
        return frozenset()
    held = {
        Role.FULL_MEMBER: True,
        Role.OWNER: member.id == owner,
        Role.MANAGER: member.id in managers,
        Role.DECIDER: member.id == decided_by,
        Role.APPROVER: member.id in managers and member.id != asked_by,
    }
    return frozenset(role for role, is_held in held.items() if is_held)


def may(action: Action | Errand, held: Collection[Role]) -> bool:
    """Tell whether one of the roles `held` is enough for `action`."""
    return not RIGHTS[action].isdisjoint(held)
