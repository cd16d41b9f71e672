"""What a report advises: to look at the figure of which the largest share surely went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.figures.discipline import LOOK_ABOVE, Figures
from bot.domain.figures.evidence import VerdictsRight
from bot.domain.figures.reports.comparison import Four, four
from bot.domain.figures.shares import Share
from bot.domain.figures.survival import TimeToHalf


class Weakness(StrEnum):
    """What a report can advise about."""

    VERDICTS = "verdicts"
    """Clients won against their verdict turn out better than those won by it."""
    DISCIPLINE = "discipline"
    TIME_TO_NO = "time_to_no"
    OVERRIDE_RATE = "override_rate"
    NEXT_CLIENT = "next_client"


@dataclass(frozen=True, slots=True)
class Advice:
    """The weakest point, and how much of it went wrong."""

    about: Weakness
    wrong: Share


def advice_on(right: VerdictsRight, found: Figures) -> Advice | None:
    """Return what to look at first; None if nothing stands out, or there is not enough to say.

    Wrong verdicts come before everything else: there is no point in holding a wrong standard.
    Otherwise it is the figure whose share gone wrong has the greatest lower end, if that end is
    above the mark from which somebody should look. There is no outside benchmark behind it.
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
    """Return, for each of the four figures, the share that went wrong or is still waiting."""
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
