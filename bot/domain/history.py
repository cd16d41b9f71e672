"""What happened to a prospect, entry by entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.people import Action, MemberId
from bot.domain.prospect import ProspectId


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to a prospect, and when; never changed afterwards."""

    prospect_id: ProspectId
    action: Action
    by: MemberId
    at: datetime
    revision: int
    """The revision of the prospect that this action made."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What belongs to the action, JSON ready: `day`, `ended_by`, `sentence`, `brought`, ..."""
