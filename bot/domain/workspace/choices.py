"""What the managers of a workspace choose in Slack, also when two of them choose at once."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.workspace.referrals import key_of
from bot.domain.workspace.workspace import OverrideApproval

_FIELDS: Final = ("weekdays", "approval", "referrals")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen."""

    referrals: tuple[str, ...]
    weekdays: frozenset[int]
    approval: OverrideApproval
    """Who has to approve overrides."""

    @property
    def shown(self) -> "Shown":
        """What is to be remembered of it while it is shown."""
        return Shown(key_of("\n".join(self.referrals)), self.weekdays, self.approval)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was chosen when somebody was shown it; it is short, to be remembered anywhere."""

    referrals: str
    """Stands for the whole list: the same for the same one."""
    weekdays: frozenset[int]
    approval: OverrideApproval


def merged(typed: Chosen, *, shown: Shown, kept: Chosen) -> Chosen:
    """Return what is chosen now that somebody `typed` over what they were shown.

    What they left as it was shown stays as it is `kept`, whoever changed it meanwhile. Raises
    AnswersRejected for what both changed, each in another way.
    """
    wanted, now = typed.shown, kept.shown
    touched = [each for each in _FIELDS if getattr(wanted, each) != getattr(shown, each)]
    taken = [
        each
        for each in touched
        if getattr(now, each) not in {getattr(shown, each), getattr(wanted, each)}
    ]
    if taken:
        raise AnswersRejected([AnswerProblem(each, "changed_meanwhile") for each in taken])
    return replace(kept, **{each: getattr(typed, each) for each in touched})
