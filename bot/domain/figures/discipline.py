"""How a team holds its standard: the figures of a report, about everybody or about one owner.

Pure functions over timelines; for one owner they get the timelines of that owner. Spans are working
days, counted from the day after. Each figure carries its n, and says nothing below a least n of
its own; `docs/decisions/figures.md` says why it is that one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.evidence import Median, Share
from bot.domain.figures.timeline import (
    Ended,
    Fulfilled,
    Happening,
    Overridden,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.prospects import Stage

CARRIED_OUT_WITHIN = 5
"""Working days from the first *walk away* in which it is to be carried out."""

LOOK_ABOVE = 5
"""Percent of overrides above which somebody should look."""

NOT_FOLLOWED_ABOVE = 10
"""Percent of overrides above which the rule is not being followed, or it is wrong."""

A_WEEK = timedelta(days=7)

LEAST_FOR_A_MEDIAN = 6
"""The smallest n whose range holds the true median in 95 of 100 cases: 1 - 2 * 0.5**6 = 0.97."""

LEAST_FOR_DISCIPLINE = 10
"""One prospect moves the share by ten points at most."""

LEAST_FOR_OVERRIDES = 20
"""A single override is five percent at most: alone it is never above the first mark."""

LEAST_FOR_UNKNOWN = 30
"""Answers, about ten screenings: one who asks only weak starters is not suspected at once."""

LEAST_FOR_MILDER = 5
"""Screenings repeated within a week: rare, but fewer could be chance."""


class OverrideNote(StrEnum):
    """What is to be said of an override rate."""

    LOOK = "look"
    NOT_FOLLOWED_OR_WRONG = "not_followed_or_wrong"
    """The rule is not being followed, or it is wrong."""


@dataclass(frozen=True, slots=True)
class OverrideRate:
    """How often the verdict was overridden."""

    share: Share
    """The prospects that were overridden at least once, of those that could have been."""
    overrides: int
    """All overrides; two for one prospect are two."""

    @property
    def note(self) -> OverrideNote | None:
        """What is to be said of it; nothing up to 5 %, or when there is not enough."""
        if self.share.is_above(NOT_FOLLOWED_ABOVE):
            return OverrideNote.NOT_FOLLOWED_OR_WRONG
        return OverrideNote.LOOK if self.share.is_above(LOOK_ABOVE) else None


@dataclass(frozen=True, slots=True)
class Refill:
    """How long it takes from a walk-away to the next client."""

    days: Median
    """Working days; only of walk-aways that a client followed."""
    waiting: int
    """Walk-aways that no client followed yet: they are in no median, so they are told beside it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report."""

    time_to_no: Median
    """Working days."""
    discipline: Share
    override_rate: OverrideRate
    refill: Refill
    unknown: Share
    milder: Share


def figures(
    timelines: Iterable[Timeline],
    *,
    today: date,
    calendar: WorkingCalendar,
    everybody: Iterable[Timeline] | None = None,
) -> Figures:
    """Return every figure of these timelines, as of today.

    `everybody` are those among which a walk-away can find its next client, if not these alone.
    """
    known = list(timelines)
    won_among = known if everybody is None else everybody
    return Figures(
        time_to_no=time_to_no(known, calendar),
        discipline=discipline(known, today=today, calendar=calendar),
        override_rate=override_rate(known),
        refill=refill(known, calendar, won_among),
        unknown=unknown_share(known),
        milder=milder_share(known),
    )


def time_to_no(timelines: Iterable[Timeline], calendar: WorkingCalendar) -> Median:
    """Return the median of working days from first contact to walked away (R6).

    Of each prospect the first walk-away that was not taken back counts, even if it came back
    later. On the day of first contact it is 0.
    """
    days = [
        calendar.working_days_between(timeline.first_contact, left[0])
        for timeline in timelines
        if (left := walk_aways(timeline, calendar))
    ]
    return Median.of(days, LEAST_FOR_A_MEDIAN)


def discipline(timelines: Iterable[Timeline], *, today: date, calendar: WorkingCalendar) -> Share:
    """Return how many *walk away* verdicts were carried out in time (R10).

    Of the prospects that ever got one, those walked away from within five working days of the
    first one, not taken back, or taken back and walked away from again in time. The youngest
    do not count: their five days are not over before the day after. Later verdicts change
    nothing, however mild they are.
    """
    carried_out = [
        is_carried_out
        for timeline in timelines
        if (is_carried_out := _is_carried_out(timeline, today, calendar)) is not None
    ]
    return Share(sum(carried_out), len(carried_out), LEAST_FOR_DISCIPLINE)


def override_rate(timelines: Iterable[Timeline]) -> OverrideRate:
    """Return how often the verdict was overridden.

    Of the prospects that ever got a *problem* or a *walk away*, those with at least one
    override. A *pursue* can be overridden only for an unmet condition: those that were count on
    both sides, so that no override is left out and the share stays below one.
    """
    by_rule = [found for timeline in timelines if (found := _overrides_by_rule(timeline))]
    return _rate([sum(found.values()) for found in by_rule])


def override_rate_by_rule(timelines: Iterable[Timeline]) -> dict[str, OverrideRate]:
    """Return how often the verdicts of each rule were overridden, in the order of their ids.

    It is the rate among the prospects that the rule judged *problem* or *walk away*; an override
    counts for the verdict that it overrode. The note says which rule is not followed or wrong.
    """
    overrides: dict[str, list[int]] = {}
    for timeline in timelines:
        for rule, n in _overrides_by_rule(timeline).items():
            overrides.setdefault(rule, []).append(n)
    return {rule: _rate(overrides[rule]) for rule in sorted(overrides)}


def refill(
    timelines: Iterable[Timeline],
    calendar: WorkingCalendar,
    won_among: Iterable[Timeline] | None = None,
) -> Refill:
    """Return the median of working days from a walk-away to the next client its owner won (R6).

    The next client is one won on a later day, by the owner of the prospect, and still a client.
    One client can follow several walk-aways.
    """
    known = list(timelines)
    wins: dict[str, list[date]] = {}
    for timeline in known if won_among is None else won_among:
        if timeline.won_on is not None:
            wins.setdefault(timeline.owner, []).append(timeline.won_on)
    spans = [
        _until_next(day, wins.get(timeline.owner, ()), calendar)
        for timeline in known
        for day in walk_aways(timeline, calendar)
    ]
    days = [span for span in spans if span is not None]
    return Refill(Median.of(days, LEAST_FOR_A_MEDIAN), len(spans) - len(days))


def unknown_share(timelines: Iterable[Timeline]) -> Share:
    """Return how many answers were *unknown*, of all to questions that offer it.

    Every screening counts, re-screenings too: without asking, nobody gets a hard verdict.
    """
    screenings = [each for timeline in timelines for each in timeline.screenings]
    unknown = sum(each.unknown for each in screenings)
    return Share(unknown, sum(each.could_be_unknown for each in screenings), LEAST_FOR_UNKNOWN)


def milder_share(timelines: Iterable[Timeline]) -> Share:
    """Return how many verdicts became milder, of those screened again within a week.

    Each verdict is compared with the one before; a week is seven calendar days.
    """
    pairs = [
        (earlier, later)
        for timeline in timelines
        for earlier, later in pairwise(timeline.screenings)
        if later.on - earlier.on <= A_WEEK
    ]
    milder = sum(later.verdict.severity < earlier.verdict.severity for earlier, later in pairs)
    return Share(milder, len(pairs), LEAST_FOR_MILDER)


def walk_aways(timeline: Timeline, calendar: WorkingCalendar, since: int = 0) -> list[date]:
    """Return the days of its walk-aways that were not taken back, in order.

    Taken back is one that was undone. Screening again opens a prospect too: within the time in
    which a walk-away can be undone, until the end of the next working day, it is an undo by
    another name. After that the prospect has come back, and the walk-away stays one.

    Args:
        timeline: What happened to the prospect.
        calendar: The working days of its workspace.
        since: The place in its history from which on to look.
    """
    return [
        each.on
        for place, each in enumerate(timeline.history)
        if place >= since
        and isinstance(each, Ended)
        and each.stage is Stage.WALKED_AWAY
        and not is_taken_back(each, timeline.history[place + 1 :], calendar)
    ]


def is_taken_back(left: Ended, later: Sequence[Happening], calendar: WorkingCalendar) -> bool:
    """Tell whether an end was undone, or followed by a screening while it could be undone.

    `later` is what happened to the prospect after it, in order.
    """
    last = calendar.next_working_day(left.on)
    for each in later:
        match each:
            case Reopened():
                return True
            case Ended():
                return False
            case Screening(on) if on <= last:
                return True
            case Screening() | Overridden() | Fulfilled():
                continue
    return False


def _is_carried_out(timeline: Timeline, today: date, calendar: WorkingCalendar) -> bool | None:
    """Whether its first *walk away* was carried out; None if there is none old enough."""
    for place, each in enumerate(timeline.history):
        if isinstance(each, Screening) and each.verdict is Verdict.WALK_AWAY:
            last = calendar.add_working_days(each.on, CARRIED_OUT_WITHIN)
            if today <= last:
                return None
            return any(day <= last for day in walk_aways(timeline, calendar, since=place))
    return None


def _overrides_by_rule(timeline: Timeline) -> dict[str, int]:
    """How often it was overridden, by rules that could be: nothing at all for a mere *pursue*."""
    found: dict[str, int] = {}
    rule = ""
    for each in timeline.history:
        if isinstance(each, Screening):
            rule = each.rule
            if each.verdict is not Verdict.PURSUE:
                found.setdefault(rule, 0)
        elif isinstance(each, Overridden):
            found[rule] = found.get(rule, 0) + 1
    return found


def _rate(overrides: Collection[int]) -> OverrideRate:
    """The rate of prospects that were overridden so often each."""
    share = Share(sum(n > 0 for n in overrides), len(overrides), LEAST_FOR_OVERRIDES)
    return OverrideRate(share, sum(overrides))


def _until_next(day: date, wins: Iterable[date], calendar: WorkingCalendar) -> int | None:
    following = min((won for won in wins if won > day), default=None)
    return None if following is None else calendar.working_days_between(day, following)
