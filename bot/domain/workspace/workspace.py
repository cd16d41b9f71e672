"""A workspace and what it has chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.calendar import MONDAY_TO_FRIDAY_WEEKDAYS, WorkingCalendar, working_calendar
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import MemberId

WorkspaceId = NewType("WorkspaceId", str)


class OverrideApproval(StrEnum):
    """Who has to approve an override before it takes effect."""

    NONE = "none"
    MANAGER = "manager"


@dataclass(frozen=True)
class Settings:
    """What a workspace chose; but for the weekdays it comes from the environment at first."""

    verdict_channel: str
    """Id of the channel that the managers read."""
    managers: tuple[str, ...] = ()
    """Ids of members (U…, W…) and of user groups (S…)."""
    language: str = "en"
    country: str | None = None
    """`DE`, or with region `DE-BE`: whose public holidays are no working days."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "EUR"
    override_approval: OverrideApproval = OverrideApproval.NONE
    """Asked whenever somebody overrides; requests that wait already are answered all the same."""
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY_WEEKDAYS
    """The days of the week that are worked on, unless they are holidays; Monday is 0."""

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working days of this workspace."""
        return working_calendar(self.country, self.weekdays)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack workspace that installed the bot; it owns every row."""

    id: WorkspaceId
    settings: Settings
    manager_ids: frozenset[MemberId] = frozenset()
    """The managers one by one, user groups resolved."""


def weekdays_of(chosen: Iterable[str]) -> frozenset[int]:
    """Return the days of the week that were chosen; Monday is "0".

    Raises AnswersRejected, about the field `weekdays`, for none, and for what is no such day.
    """
    days = frozenset(chosen)
    if not days:
        raise AnswersRejected([AnswerProblem("weekdays", "no_weekday")])
    if not days <= frozenset(map(str, range(7))):
        raise AnswersRejected([AnswerProblem("weekdays", "unknown_option")])
    return frozenset(map(int, days))


def approval_of(chosen: str) -> OverrideApproval:
    """Return who approves overrides, as it was chosen.

    Raises AnswersRejected, about the field `approval`, for what is no such choice.
    """
    try:
        return OverrideApproval(chosen)
    except ValueError:
        raise AnswersRejected([AnswerProblem("approval", "unknown_option")]) from None


def is_user_group(manager: str) -> bool:
    """Tell the id of a user group from that of a member."""
    return manager.startswith("S")
