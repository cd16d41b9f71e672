"""Simulated teams whose truth is known: what becomes of each prospect is drawn before anybody acts.

A world has a team that handles its prospects in one way. It yields their timelines as of a day, and
knows what no team knows: whether a client will turn out badly, and how long each thing would take.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.scope import Scope
from bot.domain.figures.timeline import (
    Asked,
    Ended,
    Happening,
    Overridden,
    OwnerChange,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.outcomes.outcome import Ending, Outcome, WouldTakeAgain
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, ProspectId, Stage

ANNA, BEN = MemberId("U0ANNA"), MemberId("U0BEN")
BEGIN = date(2026, 1, 5)
PURSUE, WALK_AWAY = Verdict.PURSUE, Verdict.WALK_AWAY


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a world, whatever its team does."""

    bad_by_verdict: float = 0.1
    """How many clients turn out badly of those whose verdict is *pursue*."""
    bad_against: float = 0.6
    """And of those whose verdict is *walk away*."""
    median_to_no: int = 12
    """Working days by which half of those who deserve a no would have it."""
    answers: float = 1.0
    """How many owners answer how it turned out."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """One prospect of a world, as drawn."""

    number: int
    on: date
    verdict: Verdict
    is_bad: bool
    """Whether it would turn out badly as a client."""
    days_to_no: int
    """Working days until the team would end it."""
    is_answered: bool


Handle = Callable[[Prospect, random.Random], tuple[Happening, ...]]
"""What a team does with a prospect after its verdict; the earliest first."""


def world(
    seed: int, n: int, handle: Handle, truth: Truth = Truth(), days: int = 250
) -> list[Timeline]:
    """Return the timelines of a team, as of so many days after the beginning."""
    chance, today = random.Random(seed), BEGIN + timedelta(days=days)
    return [_told(each, handle, chance, today) for each in _prospects(chance, n, truth, days)]


def as_of(days: int = 250) -> Scope:
    return Scope(BEGIN + timedelta(days=days), MONDAY_TO_FRIDAY)


def after(day: date, working_days: int) -> date:
    return MONDAY_TO_FRIDAY.add_working_days(day, working_days)


def follows(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Take on what is to be pursued, and end the rest when the time has come."""
    if prospect.verdict is PURSUE:
        return (Ended(after(prospect.on, 3), Stage.WON),)
    return (Ended(after(prospect.on, prospect.days_to_no), Stage.WALKED_AWAY),)


def takes_on_some(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Take on every second one against its verdict."""
    if prospect.verdict is PURSUE or chance.random() < 0.5:
        return follows(prospect, chance)
    stands = Overridden(after(prospect.on, 1), "reputation", after(prospect.on, 30))
    return (stands, Ended(after(prospect.on, 3), Stage.WON))


def never_says_no(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """The team that dodges, without a dodge."""
    return follows(prospect, chance) if prospect.verdict is PURSUE else ()


def undoes(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Walk away in time, and take it back the day after."""
    return _dodged(prospect, chance, lambda day: (Reopened(after(day, 1)),))


def screens_again_at_once(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Walk away in time, and screen again before that could not be undone any more."""
    return _dodged(prospect, chance, lambda day: (Screening(after(day, 1), WALK_AWAY, "r"),))


def says_they_left(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Mark everything as lost by them that should have been walked away from."""
    if prospect.verdict is PURSUE:
        return follows(prospect, chance)
    return (Ended(after(prospect.on, 2), Stage.LOST, EndedBy.THEM),)


def softens(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Screen again until it is a *pursue*, and win it."""
    if prospect.verdict is PURSUE:
        return follows(prospect, chance)
    again = Screening(after(prospect.on, 1), PURSUE, "good_fit")
    return (again, Ended(after(prospect.on, 3), Stage.WON))


def hands_over(prospect: Prospect, chance: random.Random) -> tuple[Happening, ...]:
    """Give it to somebody else just before the five days are over."""
    if prospect.verdict is PURSUE:
        return follows(prospect, chance)
    return (OwnerChange(after(prospect.on, 4), BEN),)


def ends_bad_clients(timelines: list[Timeline]) -> list[Timeline]:
    """End every client that turned out badly, and screen it again."""
    return [
        replace(
            each,
            history=(
                *each.history,
                Ended(each.history[-1].on + timedelta(days=40), Stage.ENDED, EndedBy.US),
                Screening(each.history[-1].on + timedelta(days=60), PURSUE, "good_fit"),
            ),
        )
        if any(asked.own.again is WouldTakeAgain.NO for asked in each.asked)
        else each
        for each in timelines
    ]


def _dodged(
    prospect: Prospect, chance: random.Random, dodge: Callable[[date], tuple[Happening, ...]]
) -> tuple[Happening, ...]:
    if prospect.verdict is PURSUE:
        return follows(prospect, chance)
    day = after(prospect.on, 2)
    return (Ended(day, Stage.WALKED_AWAY), *dodge(day))


def _prospects(chance: random.Random, n: int, truth: Truth, days: int) -> Iterator[Prospect]:
    for number in range(n):
        verdict = PURSUE if chance.random() < 0.5 else WALK_AWAY
        bad = truth.bad_by_verdict if verdict is PURSUE else truth.bad_against
        yield Prospect(
            number,
            BEGIN + timedelta(days=chance.randrange(days - 60)),
            verdict,
            chance.random() < bad,
            _by_half_life(chance, truth.median_to_no),
            chance.random() < truth.answers,
        )


def _by_half_life(chance: random.Random, median: int) -> int:
    """Days of which half are up to the median: each day as likely to be the last as any other."""
    left, day = 0.5 ** (1 / median), 1
    while chance.random() < left:
        day += 1
    return day


def _told(prospect: Prospect, handle: Handle, chance: random.Random, today: date) -> Timeline:
    happened = tuple(each for each in handle(prospect, chance) if each.on <= today)
    first = Screening(prospect.on, prospect.verdict, "rule", owner=ANNA)
    history = (first, *happened)
    won = [each for each in happened if isinstance(each, Ended) and each.stage is Stage.WON]
    again = WouldTakeAgain.NO if prospect.is_bad else WouldTakeAgain.YES
    asked = tuple(
        Asked(
            Ending.WON,
            each.on,
            30,
            Outcome(again=again) if prospect.is_answered else Outcome(),
        )
        for each in won
        if each.on + timedelta(days=30) <= today
    )
    return Timeline(ProspectId(f"p{prospect.number}"), ANNA, prospect.on, history, asked)
