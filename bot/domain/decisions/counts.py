"""What happened to a prospect during its time in question, counted: what kept it open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.backstop import DEFAULT, BackstopPolicy
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.prospects import OverrideId, TimeInQuestion


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """How often each thing happened during one time in question."""

    signs_of_life: int = 0
    hand_overs: int = 0
    chases: int = 0
    overrides: int = 0
    """Those that took effect."""
    screenings: int = 0
    """Screenings after the one with which it began."""
    undone: int = 0
    """Decisions that were taken back."""
    snoozes: int = 0

    def striking(self, policy: BackstopPolicy = DEFAULT) -> "ActionCounts":
        """Return only those counts that are high enough for the card to mention."""
        often, overrides = policy.counted_from, policy.overrides_from
        return ActionCounts(
            signs_of_life=self.signs_of_life if self.signs_of_life >= often else 0,
            hand_overs=self.hand_overs if self.hand_overs >= often else 0,
            chases=self.chases if self.chases >= often else 0,
            overrides=self.overrides if self.overrides >= overrides else 0,
        )


def counts(history: Iterable[HistoryEntry], question: TimeInQuestion | None) -> ActionCounts:
    """Count what happened since a time in question began; nothing without one."""
    if question is None:
        return ActionCounts()
    since = [each.act for each in history if each.revision > question.revision]
    by_kind = Counter(type(act) for act in since)
    return ActionCounts(
        signs_of_life=by_kind[acts.SignOfLife],
        hand_overs=by_kind[acts.OwnerChanged],
        chases=by_kind[acts.Chased],
        overrides=sum(1 for act in since if takes_effect(act) is not None),
        screenings=by_kind[acts.ScreenedAgain],
        undone=by_kind[acts.Undone],
        snoozes=by_kind[acts.Snoozed],
    )


def takes_effect(act: acts.Act) -> OverrideId | None:
    """Return the override that takes effect with an act; None if none does."""
    match act:
        case acts.OverrideAsked(override=override, waits=False):
            return override
        case acts.OverrideApproved(override=override):
            return override
        case _:
            return None
