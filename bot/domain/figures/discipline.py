"""How a team holds its standard: the figures of a report, about everybody or about one owner.

Pure functions over timelines. Spans are working days, counted from the day after. No figure stands
without its counterpart, what would show that it was dressed up; `docs/figures.md` defines each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.ends import End, clients, ends_of, refusals
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import LEAST, Median, Share
from bot.domain.figures.survival import TimeToHalf, Wait, Waited, time_to_half
from bot.domain.figures.timeline import Overridden, Screening, Timeline
from bot.domain.people import MemberId
from bot.domain.prospects import Stage

CARRIED_OUT_WITHIN = 5
"""Working days from the first *walk away* in which it is to be carried out."""

OLD_ENOUGH = 5
"""Working days after which a verdict counts: before, there was hardly time to override it."""

LOOK_ABOVE = 5
"""Percent of overrides above which somebody should look."""

NOT_FOLLOWED_ABOVE = 10
"""Percent of overrides above which the rule is not being followed, or it is wrong."""

A_WEEK = timedelta(days=7)


class OverrideNote(StrEnum):
    """What is to be said of an override rate."""

    LOOK = "look"
    NOT_FOLLOWED_OR_WRONG = "not_followed_or_wrong"
    """The rule is not being followed, or it is wrong."""


def note_on(share: Share) -> OverrideNote | None:
    """Return what is to be said of an override rate: only what even its lower end is above."""
    if share.is_surely_above(NOT_FOLLOWED_ABOVE):
        return OverrideNote.NOT_FOLLOWED_OR_WRONG
    return OverrideNote.LOOK if share.is_surely_above(LOOK_ABOVE) else None


@dataclass(frozen=True, slots=True)
class Discipline:
    """How many *walk away* verdicts were carried out in time, and what was left out of that."""

    share: Share
    left_by_themselves: Mapping[MemberId, int]
    """Those marked as lost by *them* in that time are in no share; by owner."""
    back_and_won: int
    """Prospects that were screened again later, and won."""

    @property
    def left_out(self) -> int:
        """How many were marked as lost by *them*."""
        return sum(self.left_by_themselves.values())

    @property
    def at_worst(self) -> Share:
        """The share if none of those that were left out had really left by themselves."""
        return Share(self.share.count, self.share.of + self.left_out)


@dataclass(frozen=True, slots=True)
class TimeToNo:
    """How long it takes until a prospect that deserves a no has it, and what else became of it."""

    half: TimeToHalf
    """The day by which half had their no; half may never have it."""
    open_for: Median
    """Those that are still open, and for how many working days."""
    won: int
    left: int
    """How many left by themselves."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report that say how the standard is held."""

    time_to_no: TimeToNo
    discipline: Discipline
    overridden: Mapping[Verdict, Share]
    """Of a *pursue*: walked away from, which is the other direction."""
    next_client: TimeToHalf
    softened: Share
    pursued: Share
    """Prospects whose latest verdict is *pursue*, of all that were screened."""


def figures(
    timelines: Iterable[Timeline], scope: Scope, everybody: Iterable[Timeline] | None = None
) -> Figures:
    """Return every figure of a scope.

    `everybody` are those among which a walk-away can find its next client, if not these alone.
    """
    known = list(timelines)
    return Figures(
        time_to_no=time_to_no(known, scope),
        discipline=discipline(known, scope),
        overridden=override_rates(known, scope),
        next_client=next_client(known, scope, known if everybody is None else everybody),
        softened=softened(known, scope),
        pursued=pursued(known, scope),
    )


def time_to_no(timelines: Iterable[Timeline], scope: Scope) -> TimeToNo:
    """Return how long it takes from first contact until we end it (R6).

    Of prospects that ever got a *walk away*: the first end that holds after it. Won, and lost by
    them, compete with our no; who is still open has waited until today, or was forgotten open.
    """
    waits, open_for, won = [], [], 0
    for timeline, end in _first_ends(timelines, scope):
        last = timeline.known_until or scope.today if end is None else end.noted_on
        days = scope.working_days(timeline.first_contact, last)
        if end is None:
            open_for.append(days)
        won += end is not None and end.stage is Stage.WON
        waits.append(Wait(days, _waited(end)))
    left = sum(each.end is Waited.OTHERWISE for each in waits) - won
    return TimeToNo(time_to_half(waits), Median.of(open_for, least=1), won, left)


def discipline(timelines: Iterable[Timeline], scope: Scope) -> Discipline:
    """Return how many *walk away* verdicts were carried out in time (R10).

    Of prospects whose first *walk away* is old enough: those that we ended on or before the fifth
    working day after it. It counts for whoever owned the prospect on that day.
    """
    carried_out: list[bool] = []
    left: dict[MemberId, int] = {}
    back_and_won = 0
    for timeline in timelines:
        place = _first_no(timeline)
        if place is None or not scope.is_over(timeline.history[place].on, CARRIED_OUT_WITHIN):
            continue
        last = scope.calendar.add_working_days(timeline.history[place].on, CARRIED_OUT_WITHIN)
        owner, ends = timeline.owner_on(last), ends_of(timeline, scope.calendar, since=place)
        if not scope.has(_first_day(timeline), owner):
            continue
        in_time = [each for each in ends if each.noted_on <= last]
        back_and_won += _is_back_and_won(timeline, ends, last)
        if not any(each.is_ours for each in in_time) and any(each.is_theirs for each in in_time):
            left[owner] = left.get(owner, 0) + 1
        else:
            carried_out.append(any(each.is_ours for each in in_time))
    return Discipline(Share.among(carried_out), left, back_and_won)


def override_rates(timelines: Iterable[Timeline], scope: Scope) -> dict[Verdict, Share]:
    """Return how often verdicts were not followed, by verdict.

    Of verdicts that are old enough: the share during which an override took effect; of *pursue*
    verdicts the share that was walked away from all the same.
    """
    found = list(_judged(timelines, scope))
    return {
        verdict: Share.among(each.is_against for each in found if each.verdict is verdict)
        for verdict in Verdict
    }


def override_rate_by_rule(timelines: Iterable[Timeline], scope: Scope) -> dict[str, Share]:
    """Return how often the verdicts of each rule were overridden, in the order of their ids."""
    found = [each for each in _judged(timelines, scope) if each.verdict is not Verdict.PURSUE]
    return {
        rule: Share.among(each.is_against for each in found if each.rule == rule)
        for rule in sorted({each.rule for each in found})
    }


def next_client(
    timelines: Iterable[Timeline], scope: Scope, won_among: Iterable[Timeline]
) -> TimeToHalf:
    """Return how long it takes from a walk-away to the next client its owner wins (R6).

    The next client is one won on a later day. Who still waits has waited until today.
    """
    wins: dict[MemberId, list[date]] = {}
    for client in clients(won_among, scope.calendar):
        wins.setdefault(client.end.owner, []).append(client.end.on)
    waits = []
    for each in refusals(timelines, scope.calendar):
        if scope.has(each.end.on, each.end.owner):
            following = [day for day in wins.get(each.end.owner, ()) if day > each.end.on]
            last = min(following, default=scope.today)
            end = Waited.HAPPENED if following else Waited.STILL
            waits.append(Wait(scope.working_days(each.end.on, last), end))
    return time_to_half(waits)


def softened(timelines: Iterable[Timeline], scope: Scope) -> Share:
    """Return how many verdicts were milder than one of the same prospect in the week before.

    Only a *problem* or a *walk away* can be softened; the most severe one of the week counts.
    """
    return Share.among(
        milder
        for timeline in timelines
        for place, each in enumerate(timeline.history)
        if isinstance(each, Screening)
        and scope.has(each.on, timeline.owner_at(place))
        and (milder := _is_milder(timeline, place, each)) is not None
    )


def pursued(timelines: Iterable[Timeline], scope: Scope) -> Share:
    """Return how many got a *pursue* in the end, of all prospects that were screened."""
    return Share.among(
        timeline.screenings[-1].verdict is Verdict.PURSUE
        for timeline in timelines
        if timeline.screenings and scope.has(_first_day(timeline), timeline.owner)
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """A verdict that is old enough, and whether it was not followed."""

    verdict: Verdict
    rule: str
    is_against: bool


def first_figure_on(timelines: Iterable[Timeline], scope: Scope) -> date | None:
    """Return the day from which on discipline has enough; None if that takes more verdicts.

    It is the earliest of all figures: it needs *walk away* verdicts alone, and their five days.
    """
    days = sorted(
        timeline.history[place].on
        for timeline in timelines
        if (place := _first_no(timeline)) is not None
        and scope.has(_first_day(timeline), timeline.owner)
    )
    if len(days) < LEAST:
        return None
    last = scope.calendar.add_working_days(days[LEAST - 1], CARRIED_OUT_WITHIN)
    return last + timedelta(days=1)


def _judged(timelines: Iterable[Timeline], scope: Scope) -> Iterator[_Judged]:
    for timeline in timelines:
        left = {end.place for end in ends_of(timeline, scope.calendar) if _is_walk_away(end)}
        places = [n for n, each in enumerate(timeline.history) if isinstance(each, Screening)]
        for place, after in pairwise([*places, len(timeline.history)]):
            each = timeline.history[place]
            assert isinstance(each, Screening)  # noqa: S101 - as looked for above
            if not (
                scope.has(each.on, timeline.owner_at(place)) and scope.is_over(each.on, OLD_ENOUGH)
            ):
                continue
            during = range(place + 1, after)
            if each.verdict is Verdict.PURSUE:
                is_against = not left.isdisjoint(during)
            else:
                is_against = any(isinstance(timeline.history[n], Overridden) for n in during)
            yield _Judged(each.verdict, each.rule, is_against)


def _first_ends(
    timelines: Iterable[Timeline], scope: Scope
) -> Iterator[tuple[Timeline, End | None]]:
    """Prospects that ever got a *walk away*, and the first end that holds after it."""
    for timeline in timelines:
        place = _first_no(timeline)
        if place is None:
            continue
        end = next(iter(ends_of(timeline, scope.calendar, since=place)), None)
        owner = timeline.owner if end is None else end.owner
        if scope.has(_first_day(timeline), owner):
            yield timeline, end


def _waited(end: End | None) -> Waited:
    if end is None:
        return Waited.STILL
    return Waited.HAPPENED if end.is_ours else Waited.OTHERWISE


def _first_no(timeline: Timeline) -> int | None:
    """The place of its first *walk away*."""
    places = (
        place
        for place, each in enumerate(timeline.history)
        if isinstance(each, Screening) and each.verdict is Verdict.WALK_AWAY
    )
    return next(places, None)


def _first_day(timeline: Timeline) -> date:
    """The day of its first verdict, to whose period it belongs."""
    return timeline.history[0].on


def _is_back_and_won(timeline: Timeline, ends: Sequence[End], last: date) -> bool:
    """Whether we ended it in time, and it was screened again and won after that."""
    ours = next((each for each in ends if each.is_ours and each.noted_on <= last), None)
    if ours is None:
        return False
    again = [
        place
        for place, each in enumerate(timeline.history)
        if place > ours.place and isinstance(each, Screening)
    ]
    return any(each.stage is Stage.WON and each.place > place for each in ends for place in again)


def _is_walk_away(end: End) -> bool:
    return end.stage is Stage.WALKED_AWAY


def _is_milder(timeline: Timeline, place: int, later: Screening) -> bool | None:
    """Whether it is milder than the most severe of the week before; None if none was severe."""
    severe = [
        each.verdict.severity
        for each in timeline.history[:place]
        if isinstance(each, Screening)
        and each.verdict is not Verdict.PURSUE
        and later.on - each.on <= A_WEEK
    ]
    return later.verdict.severity < max(severe) if severe else None
