"""A workspace and what it has chosen."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar, working_calendar
from bot.domain.people import MemberId

WorkspaceId = NewType("WorkspaceId", str)


class OverrideApproval(StrEnum):
    """Who has to approve an override before it takes effect."""

    NONE = "none"
    MANAGER = "manager"


@dataclass(frozen=True)
class Settings:
    """What a workspace chose; the first values come from the environment."""

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

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working days of this workspace."""
        return working_calendar(self.country)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack workspace that installed the bot; it owns every row."""

    id: WorkspaceId
    settings: Settings
    manager_ids: frozenset[MemberId] = frozenset()
    """The managers one by one, user groups resolved."""


def is_user_group(manager: str) -> bool:
    """Tell the id of a user group from that of a member."""
    return manager.startswith("S")
