"""What the figures count of a prospect: facts that are told once, whatever day they are counted on.

A fact belongs to a day and to an owner, which say in which period and for whom it counts. What else
is told of it, is so little that many prospects have the same: they are counted together.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from bot.domain.calendar import CountedCalendar, WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.ends import Client, End, Refusal, ends_of, fear_of
from bot.domain.figures.scope import Scope
from bot.domain.figures.timeline import Asked, Overridden, Screening, Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, NO_ANSWER, Outcome, Paid
from bot.domain.people import MemberId
from bot.domain.prospects import Stage

CARRIED_OUT_WITHIN = 5
"""Working days from the first *walk away* in which it is to be carried out."""

A_WEEK = timedelta(days=7)


class How(StrEnum):
    """How a prospect that deserves a no ended, or that it did not."""

    BY_US = "us"
    BY_THEM = "them"
    WON = "won"
    OPEN = "open"


class Reply(NamedTuple):
    """What the question about an end came to, so many days after it."""

    own: Outcome
    """What whoever owned the prospect then answered."""
    second: Outcome
    """What a manager answered who did not own it."""
    is_asked: bool

    @property
    def outcome(self) -> Outcome:
        """The owner's answers, and a manager's where the owner gave none."""
        return self.own.filled_from(self.second)

    @property
    def is_answered(self) -> bool:
        """Whether it was answered how it turned out."""
        return self.outcome.again is not None or self.outcome.regret is not None


class FirstScreened(NamedTuple):
    """A prospect, on the day of its first verdict; it counts for whoever owns it now."""

    is_pursued: bool
    """Whether its latest verdict is *pursue*."""
    first_no: date | None
    """The day of its first *walk away*."""


class Owned(NamedTuple):
    """That somebody owned a prospect at some time."""


class Judged(NamedTuple):
    """A verdict, and whether it was followed."""

    verdict: Verdict
    rule: str
    is_against: bool
    """An override took effect while it stood; a *pursue* was walked away from."""
    is_milder: bool | None
    """Than the most severe of the week before; None if none was severe."""


class InTime(NamedTuple):
    """What became of a first *walk away* in its five days; of whoever owned it on the last."""

    on: date
    """The day of the verdict. The fact belongs to the day of the first one."""
    how: How
    """OPEN: not ended by anybody in that time."""
    is_back_and_won: bool
    left_owner: MemberId | None
    """Whose it was, if they left."""


class Waiting(NamedTuple):
    """How long a prospect that ever got a *walk away* waited for its end."""

    how: How
    days: int | None
    """Working days; None if it still waits."""
    since: date | None
    """Since when, if it still waits."""


class Won(NamedTuple):
    """A win that holds."""

    fear: str | None
    """That of the override that stood; None if it was won by its verdict."""
    verdict: Verdict | None
    """The latest one when it was won."""
    soon: Reply | None
    late: Reply | None
    value: Decimal | None
    """What it was expected to be worth, if it was won against its verdict and did not pay."""

    def reply(self, after: int) -> Reply | None:
        """Return what the question came to that is asked so many days after it."""
        return _reply_in(self, after)


class LeftAlone(NamedTuple):
    """A walk-away that holds."""

    soon: Reply | None
    late: Reply | None

    def reply(self, after: int) -> Reply | None:
        """Return what the question came to that is asked so many days after it."""
        return _reply_in(self, after)


class Feared(NamedTuple):
    """An override that took effect; whoever's it was."""

    fear: str


What = FirstScreened | Owned | Judged | InTime | Waiting | Won | LeftAlone | Feared
Kind = TypeVar("Kind", FirstScreened, Owned, Judged, InTime, Waiting, Won, LeftAlone, Feared)


class Fact(NamedTuple):
    """One fact of one prospect."""

    day: date
    owner: MemberId | None
    """None: it counts for whoever owned the prospect at any time."""
    checklist: str
    """The id of the checklist that judged the prospect first."""
    what: What


def facts_of(timeline: Timeline, calendar: WorkingCalendar) -> Iterator[Fact]:
    """Yield every fact of a prospect."""
    if not timeline.history:
        return
    first, ends = timeline.history[0].on, ends_of(timeline, calendar)
    checklist = next((each.checklist for each in timeline.screenings), "")
    told: list[tuple[date, MemberId | None, What]] = [
        *((first, owner, Owned()) for owner in sorted(timeline.owners)),
        *((each.on, None, Feared(each.fear)) for each in timeline.overrides),
        *_screened(timeline, first),
        *_judged(timeline, ends),
        *_ended(timeline, ends),
    ]
    place = _first_no(timeline)
    if place is not None:
        later = [each for each in ends if each.place >= place]
        told += [
            _in_time(timeline, first, place, later, calendar),
            _waiting(timeline, first, later, calendar),
        ]
    for day, owner, what in told:
        yield Fact(day, owner, checklist, what)


def _screened(timeline: Timeline, first: date) -> Iterator[tuple[date, MemberId, What]]:
    if timeline.screenings:
        place = _first_no(timeline)
        no = None if place is None else timeline.history[place].on
        is_pursued = timeline.screenings[-1].verdict is Verdict.PURSUE
        yield first, timeline.owner, FirstScreened(is_pursued, no)


def _judged(timeline: Timeline, ends: Sequence[End]) -> Iterator[tuple[date, MemberId, What]]:
    left = {end.place for end in ends if end.stage is Stage.WALKED_AWAY}
    screened = list(timeline.screened)
    places = [*(place for place, _ in screened), len(timeline.history)]
    for (place, each), (_, after) in zip(screened, pairwise(places), strict=True):
        during = range(place + 1, after)
        if each.verdict is Verdict.PURSUE:
            is_against = not left.isdisjoint(during)
        else:
            is_against = any(isinstance(timeline.history[n], Overridden) for n in during)
        judged = Judged(each.verdict, each.rule, is_against, _is_milder(timeline, place, each))
        yield each.on, timeline.owner_at(place), judged


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


def _ended(timeline: Timeline, ends: Sequence[End]) -> Iterator[tuple[date, MemberId, What]]:
    for end in ends:
        if end.stage is Stage.WON:
            client = Client(timeline, end, fear_of(timeline, end))
            soon, late = (_reply(client.asked(after)) for after in ASKED_AFTER)
            won = Won(client.fear, client.verdict, soon, late, None)
            is_unpaid = client.fear is not None and latest(won).paid is Paid.NO
            yield end.on, end.owner, won._replace(value=timeline.value if is_unpaid else None)
        if end.stage is Stage.WALKED_AWAY:
            refusal = Refusal(timeline, end)
            soon, late = (_reply(refusal.asked(after)) for after in ASKED_AFTER)
            yield end.on, end.owner, LeftAlone(soon, late)


def latest(end: Won | LeftAlone) -> Outcome:
    """Return what was answered last about an end, and where nothing was, what was before."""
    outcome = NO_ANSWER
    for each in (end.soon, end.late):
        outcome = outcome if each is None else each.outcome.filled_from(outcome)
    return outcome


def _reply(asked: Asked | None) -> Reply | None:
    return None if asked is None else Reply(asked.own, asked.second, asked.is_asked)


def _reply_in(end: Won | LeftAlone, after: int) -> Reply | None:
    soon, late = ASKED_AFTER
    return {soon: end.soon, late: end.late}[after]


def _first_no(timeline: Timeline) -> int | None:
    """The place of its first *walk away*."""
    places = (place for place, each in timeline.screened if each.verdict is Verdict.WALK_AWAY)
    return next(places, None)


def _in_time(
    timeline: Timeline, first: date, place: int, ends: Sequence[End], calendar: WorkingCalendar
) -> tuple[date, MemberId, What]:
    on = timeline.history[place].on
    last = calendar.add_working_days(on, CARRIED_OUT_WITHIN)
    owner, in_time = timeline.owner_on(last), [each for each in ends if each.noted_on <= last]
    how = How.OPEN
    if any(each.is_ours for each in in_time):
        how = How.BY_US
    elif any(each.is_theirs for each in in_time):
        how = How.BY_THEM
    left = owner if how is How.BY_THEM else None
    return first, owner, InTime(on, how, _is_back_and_won(timeline, ends, last), left)


def _is_back_and_won(timeline: Timeline, ends: Sequence[End], last: date) -> bool:
    """Whether we ended it in time, and it was screened again and won after that."""
    ours = next((each for each in ends if each.is_ours and each.noted_on <= last), None)
    if ours is None:
        return False
    again = [place for place, _ in timeline.screened if place > ours.place]
    return any(each.stage is Stage.WON and each.place > place for each in ends for place in again)


def _waiting(
    timeline: Timeline, first: date, ends: Sequence[End], calendar: WorkingCalendar
) -> tuple[date, MemberId, What]:
    """The first end after its *walk away*; who was forgotten open has waited until then."""
    end = next(iter(ends), None)
    until = timeline.known_until if end is None else end.noted_on
    since = timeline.first_contact
    days = None if until is None else calendar.working_days_between(since, until)
    waiting = Waiting(_how(end), days, since if days is None else None)
    return first, timeline.owner if end is None else end.owner, waiting


def _how(end: End | None) -> How:
    if end is None:
        return How.OPEN
    if end.is_ours:
        return How.BY_US
    return How.WON if end.stage is Stage.WON else How.BY_THEM


class Told(Protocol):
    """All facts of a workspace, or of what somebody owned at some time, to be counted."""

    def count(self, kind: type[Kind], scope: Scope) -> Counter[Kind]:
        """Return how often each fact of a kind is there in a scope."""

    def judged(self, scope: Scope) -> Counter[tuple[date, Judged]]:
        """Return how often each verdict was given, day by day."""

    def next_clients(self, scope: Scope) -> Counter[tuple[date, date | None]]:
        """Return the days of walk-aways, each with that of their owner's next client after it."""

    def screened_of(self, scope: Scope) -> Counter[MemberId]:
        """Return how many prospects of each owner were first screened in a scope."""

    def first_day(self) -> date | None:
        """Return the day of the first verdict ever."""

    def checklists(self) -> frozenset[str]:
        """Return the ids of all that ever judged a prospect first."""


class ToldTimelines:
    """The facts of timelines that are at hand."""

    def __init__(
        self,
        timelines: Iterable[Timeline],
        calendar: WorkingCalendar,
        won_among: Iterable[Timeline] | None = None,
    ) -> None:
        """Tell the facts; `won_among` is where a walk-away finds its next client, if elsewhere."""
        counted = CountedCalendar.of(calendar)
        self._facts: dict[type[What], list[Fact]] = {}
        for timeline in timelines:
            for fact in facts_of(timeline, counted):
                self._facts.setdefault(type(fact.what), []).append(fact)
        wins = self._facts.get(Won, [])
        if won_among is not None:
            every = (each for timeline in won_among for each in facts_of(timeline, counted))
            wins = [each for each in every if isinstance(each.what, Won)]
        self._wins: dict[MemberId | None, list[date]] = {}
        for each in sorted(wins, key=lambda fact: fact.day):
            self._wins.setdefault(each.owner, []).append(each.day)

    def count(self, kind: type[Kind], scope: Scope) -> Counter[Kind]:
        """Return how often each fact of a kind is there in a scope."""
        return Counter(each.what for each in self._in(kind, scope) if isinstance(each.what, kind))

    def judged(self, scope: Scope) -> Counter[tuple[date, Judged]]:
        """Return how often each verdict was given, day by day."""
        found = self._in(Judged, scope)
        return Counter((each.day, each.what) for each in found if isinstance(each.what, Judged))

    def next_clients(self, scope: Scope) -> Counter[tuple[date, date | None]]:
        """Return the days of walk-aways, each with that of their owner's next client after it."""
        return Counter((each.day, self._next(each)) for each in self._in(LeftAlone, scope))

    def screened_of(self, scope: Scope) -> Counter[MemberId]:
        """Return how many prospects of each owner were first screened in a scope."""
        found = self._in(FirstScreened, scope)
        return Counter(each.owner for each in found if each.owner is not None)

    def first_day(self) -> date | None:
        """Return the day of the first verdict ever."""
        return min((each.day for each in self._facts.get(FirstScreened, ())), default=None)

    def checklists(self) -> frozenset[str]:
        """Return the ids of all that ever judged a prospect first."""
        return frozenset(each.checklist for each in self._facts.get(FirstScreened, ()))

    def _in(self, kind: type[What], scope: Scope) -> Iterator[Fact]:
        return (
            each
            for each in self._facts.get(kind, ())
            if each.day in scope.period
            and (scope.owner is None or each.owner in {None, scope.owner})
            and scope.checklist in {None, each.checklist}
        )

    def _next(self, left: Fact) -> date | None:
        wins = self._wins.get(left.owner, [])
        place = bisect_right(wins, left.day)
        return wins[place] if place < len(wins) else None
