"""What the checklist says of whom a team remembers: counted apart, never added to lived ones.

A team picks whom it remembers, and already knows how they turned out. So nothing is claimed here
beyond what was counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.shares import LEAST, Difference, Share
from bot.domain.outcomes.outcome import Regret, WouldTakeAgain
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import Remembered


@dataclass(frozen=True, slots=True)
class RecallSummary:
    """What the checklist says of a group of the remembered."""

    of: int
    walk_away: int = 0
    """Those it would have refused."""
    problem: int = 0
    """Those where it would have wanted something settled first."""


@dataclass(frozen=True, slots=True)
class FromMemory:
    """Whom a team remembers so far, in plain counts."""

    n: int
    """All of them, whatever became of them."""
    worst: RecallSummary
    """The clients that would not be taken again."""
    best: RecallSummary
    """The clients that would be."""
    not_again_followed: Share
    """Of the clients that get a *pursue*, the share that would not be taken again."""
    not_again_against: Share
    """The same for the clients that get another verdict."""
    regretted: Share
    """Of the walk-aways, the share that is regretted."""
    answered: Share
    """Of the clients and walk-aways, those of whom it is said how they turned out."""

    @property
    def missing(self) -> int:
        """How many more are needed to say anything."""
        return max(0, LEAST - self.n)

    @property
    def difference(self) -> Difference | None:
        """How much more often clients that get no *pursue* would not be taken again."""
        return self.not_again_against.less(self.not_again_followed)


def from_memory(remembered: Iterable[Remembered]) -> FromMemory:
    """Count whom a team remembers, each by the checklist in use when they were entered."""
    known = list(remembered)
    clients = [each for each in known if each.outcome.again is not None]
    return FromMemory(
        n=len(known),
        worst=_summary(each for each in clients if each.outcome.again is WouldTakeAgain.NO),
        best=_summary(each for each in clients if each.outcome.again is WouldTakeAgain.YES),
        not_again_followed=_not_again(clients, lambda verdict: verdict is Verdict.PURSUE),
        not_again_against=_not_again(clients, lambda verdict: verdict is not Verdict.PURSUE),
        regretted=Share.among(
            each.outcome.regret is Regret.YES for each in known if each.outcome.regret is not None
        ),
        answered=Share.among(
            each.outcome.again is not None or each.outcome.regret is not None
            for each in known
            if each.became is not Stage.LOST
        ),
    )


def _summary(some: Iterable[Remembered]) -> RecallSummary:
    verdicts = [each.verdict for each in some]
    return RecallSummary(
        len(verdicts),
        walk_away=verdicts.count(Verdict.WALK_AWAY),
        problem=verdicts.count(Verdict.PROBLEM),
    )


def _not_again(clients: Iterable[Remembered], fits: Callable[[Verdict], bool]) -> Share:
    return Share.among(
        each.outcome.again is WouldTakeAgain.NO for each in clients if fits(each.verdict)
    )
