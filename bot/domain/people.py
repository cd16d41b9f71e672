"""Members of a workspace, their roles, and what they can do.

Who may do what is in `bot.domain.decisions.actions`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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
    END_CLIENT = "end_client"
    CORRECT = "correct"
    STILL_OPEN = "still_open"
    DECLINE_MESSAGE = "decline_message"
    DETAILS = "details"


class OtherAction(StrEnum):
    """What a member can do that moves no prospect; also the `action_id` of its button."""

    SEND_AGAIN = "send_again"
    ANSWER_OUTCOME = "answer_outcome"
    CHANGE_SETTINGS = "change_settings"
    CHANGE_CHECKLISTS = "change_checklists"
    CHANGE_WEBHOOKS = "change_webhooks"
    REMEMBER = "remember"
    FORGET = "forget"
    """Erase name, texts and amounts of a prospect; nothing undoes it."""
    EXPORT = "export"
    """Export everything that the workspace has."""
    ASSIGN_DRAFT = "assign_draft"
    """Give a draft that came in by the door to somebody, or take it."""


class Role(StrEnum):
    """What a member is to one prospect; a member can have several roles at once."""

    FULL_MEMBER = "full_member"
    OWNER = "owner"
    MANAGER = "manager"
    DECIDER = "decider"
    """The member who made the decision that stands."""
    APPROVER = "approver"
    """A manager who neither owns it nor asked for the override: nobody approves their own."""


class Outsider(StrEnum):
    """Why somebody may do nothing here: they are not a full member."""

    GUEST = "guest"
    FOREIGN = "foreign"
    """From another organisation, by Slack Connect."""
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"
    """Slack doesn't show us who they are."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person or bot in Slack, as `users.info` last described them."""

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
    is_admin: bool = False
    """An admin or owner of the Slack workspace; known only right after Slack was asked."""

    @property
    def is_full(self) -> bool:
        """Whether they may take part at all: no guest, no stranger, no bot, and not deactivated."""
        return self.outsider is None

    @property
    def outsider(self) -> Outsider | None:
        """Why they may not take part; None if they may."""
        reasons = {
            Outsider.DEACTIVATED: self.is_deactivated,
            Outsider.BOT: self.is_bot,
            Outsider.FOREIGN: self.is_foreign,
            Outsider.GUEST: self.is_guest,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)


@dataclass(frozen=True, slots=True)
class CachedMember:
    """A member, and when Slack last described them."""

    member: Member
    fetched_at: datetime


def roles(
    member: Member,
    *,
    managers: Collection[MemberId],
    owner: MemberId | None = None,
    decided_by: MemberId | None = None,
    asked_by: MemberId | None = None,
) -> frozenset[Role]:
    """Return the roles of `member`; none at all for anybody but a full member."""
    if not member.is_full:
        return frozenset()
    return roles_if_full(
        member.id, managers=managers, owner=owner, decided_by=decided_by, asked_by=asked_by
    )


def roles_if_full(
    member_id: MemberId,
    *,
    managers: Collection[MemberId],
    owner: MemberId | None = None,
    decided_by: MemberId | None = None,
    asked_by: MemberId | None = None,
) -> frozenset[Role]:
    """Return the roles of a full member, by their id alone."""
    held = {
        Role.FULL_MEMBER: True,
        Role.OWNER: member_id == owner,
        Role.MANAGER: member_id in managers,
        Role.DECIDER: member_id == decided_by,
        Role.APPROVER: member_id in managers and member_id not in {asked_by, owner},
    }
    return frozenset(role for role, is_held in held.items() if is_held)
