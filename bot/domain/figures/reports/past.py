"""Whom a team remembers, shaped for a backtest and for the list of figures."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from bot.domain.checklist.model import Checklist
from bot.domain.figures.reports.backtest import Backtest, backtest
from bot.domain.figures.reports.listed import ReportedFigure, difference_listed, share_listed
from bot.domain.figures.reports.memory import FromMemory
from bot.domain.figures.timeline import Asked, Ended, Happening, Screening, Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, Ending
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId, Stage
from bot.domain.remembered.recall import Remembered

NOBODY = MemberId("")
"""The owner of what is remembered: nobody."""


def backtest_remembered(checklist: Checklist, remembered: Iterable[Remembered]) -> Backtest:
    """Judge whom a team remembers by a proved checklist, as of the day they were entered."""
    return backtest(checklist, map(as_timeline, remembered))


def as_timeline(one: Remembered) -> Timeline:
    """Return somebody as if they had been screened, and had ended, on the day they were entered."""
    on = one.at.date()
    screening = Screening(on, one.verdict, one.rule, one.answers)
    return Timeline(
        ProspectId(one.id), NOBODY, on, (screening, *_ends(one.became, on)), _asked(one, on)
    )


def listed_from_memory(found: FromMemory) -> Iterator[ReportedFigure]:
    """Yield the figures of whom a team remembers, under stable ids; none if it is nobody."""
    if not found.n:
        return
    followed, against = found.not_again_followed, found.not_again_against
    yield share_listed("remembered.not_again_followed", followed)
    yield share_listed("remembered.not_again_against", against)
    name = "remembered.not_again_difference"
    yield replace(difference_listed(found.difference, followed, against), id=name)
    yield share_listed("remembered.regretted", found.regretted)
    yield share_listed("remembered.answered", found.answered)


def _ends(became: Stage, on: date) -> tuple[Happening, ...]:
    """Return the ends: an ended client was won first."""
    before = (Ended(on, Stage.WON),) if became is Stage.ENDED else ()
    return (*before, Ended(on, became))


def _asked(one: Remembered, on: date) -> tuple[Asked, ...]:
    ending = Ending.WALKED_AWAY if one.became is Stage.WALKED_AWAY else Ending.WON
    return (Asked(ending, on, ASKED_AFTER[-1], one.outcome),)
