"""What members do to a prospect, what each action makes of it, and its history."""

from bot.domain.decisions.actions import RULES, ActionRules, check, check_today, fits, may
from bot.domain.decisions.counts import ActionCounts, counts
from bot.domain.decisions.history import Forgetting, HistoryEntry, Lapse, Lapsed, lapses
from bot.domain.decisions.moves import (
    acted_on,
    chase,
    confirm_open,
    correct,
    end,
    hand_over,
    last_day_to_undo,
    meet_conditions,
    note_sign_of_life,
    reopen,
    screen,
    snooze,
    snooze_choices,
    take_back,
    undo_until,
)

__all__ = [
    "RULES",
    "ActionCounts",
    "ActionRules",
    "Forgetting",
    "HistoryEntry",
    "Lapse",
    "Lapsed",
    "acted_on",
    "chase",
    "check",
    "check_today",
    "confirm_open",
    "correct",
    "counts",
    "end",
    "fits",
    "hand_over",
    "lapses",
    "last_day_to_undo",
    "may",
    "meet_conditions",
    "note_sign_of_life",
    "reopen",
    "screen",
    "snooze",
    "snooze_choices",
    "take_back",
    "undo_until",
]
