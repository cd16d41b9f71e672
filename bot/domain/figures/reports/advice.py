"""What to do about it: the weakest figure, of which the largest share surely went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.figures.discipline import LOOK_ABOVE, Figures
from bot.domain.figures.evidence import VerdictsRight
from bot.domain.figures.reports.change import Four, four
from bot.domain.figures.shares import Share
from bot.domain.figures.survival import TimeToHalf


class Weakness(StrEnum):
    """What a report advises about."""

    VERDICTS = "verdicts"
    """Clients won against their verdict turn out better than those won by it."""
    DISCIPLINE = "discipline"
    TIME_TO_NO = "time_to_no"
    OVERRIDE_RATE = "override_rate"
    NEXT_CLIENT = "next_client"


@dataclass(frozen=True, slots=True)
class Advice:
    """What is weakest, and how much of it went wrong."""

    about: Weakness
    wrong: Share


def advice_on(right: VerdictsRight, found: Figures) -> Advice | None:
    """Return what to look at first; None if nothing stands out, or there is not enough to say.

    Wrong verdicts come before everything else: who holds a wrong standard holds it in vain. Else
    it is the figure with the greatest lower end of what went wrong, as far as that is above the
    mark from which somebody should look. No benchmark of others is behind it.
    """
    difference = right.clients.difference
    if difference is not None and difference.is_one and difference.value < 0:
        return Advice(Weakness.VERDICTS, right.clients.followed.not_again)
    weak = [
        Advice(Weakness(name), share)
        for name, share in went_wrong(found).items()
        if share.is_surely_above(LOOK_ABOVE)
    ]
    return max(weak, key=_surely, default=None)


def went_wrong(found: Figures) -> Mapping[Four, Share]:
    """Return of each figure what went wrong, or still waits."""
    return {name: _wrong(name, each) for name, each in four(found).items()}


def _wrong(name: Four, found: Share | TimeToHalf) -> Share:
    if isinstance(found, TimeToHalf):
        return Share(found.still, found.n)
    if name is Four.DISCIPLINE:
        return Share(found.of - found.count, found.of)
    return found


def _surely(advice: Advice) -> float:
    interval = advice.wrong.interval
    return 0.0 if interval is None else interval.low
