"""What the figures count of a prospect: facts, extracted once, that hold whenever they are counted.

A fact belongs to a day and to an owner, which decide for which period and for whom it counts. The
rest of a fact is so small that many prospects share it: equal facts are counted together.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from bot.domain.calendar import CachedCalendar, WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.ends import Client, End, RefusedProspect, ends_of, fear_of
from bot.domain.figures.scope import Scope
from bot.domain.figures.timeline import Asked, Overridden, Screening, Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, NO_ANSWER, Outcome, PaidAsAgreed
from bot.domain.people import MemberId
from bot.domain.prospects import Stage

CARRIED_OUT_WITHIN = 5
"""Working days after the first *walk away* within which it should be carried out."""

A_WEEK = timedelta(days=7)


class HowEnded(StrEnum):
    """How a prospect that deserves a no ended, or that it is still open."""

    BY_US = "us"
    BY_THEM = "them"
    WON = "won"
    OPEN = "open"


class Reply(NamedTuple):
    """What came of one question about an end."""

    own: Outcome
    """What the prospect's owner at the time answered."""
    second: Outcome
    """What a manager who did not own it answered."""
    is_asked: bool

    @property
    def outcome(self) -> Outcome:
        """The owner's answers, filled in from a manager's where the owner gave none."""
        return self.own if self.second is NO_ANSWER else self.own.filled_from(self.second)


class FirstScreened(NamedTuple):
    """A prospect, on the day of its first verdict; it counts for its present owner."""

    is_pursued: bool
    """Whether its latest verdict is *pursue*."""
    first_no: date | None
    """The day of its first *walk away*."""


class OwnershipFact(NamedTuple):
    """The fact that somebody owned a prospect at some time."""


class VerdictFact(NamedTuple):
    """A verdict, and whether it was followed."""

    verdict: Verdict
    rule: str
    is_against: bool
    """An override took effect while it stood; for a *pursue*: we walked away all the same."""
    is_milder: bool | None
    """Whether it is milder than the most severe of the week before; None if none was severe."""


class DisciplineFact(NamedTuple):
    """What became of a first *walk away* within five days; counts for the owner on the last one."""

    on: date
    """The day of the *walk away*; the fact itself belongs to the day of the first verdict."""
    how: HowEnded
    """OPEN: nobody ended it in that time."""
    is_back_and_won: bool
    left_owner: MemberId | None
    """The owner, if the prospect left by itself."""


class TimeToNoFact(NamedTuple):
    """How long a prospect that ever got a *walk away* waited for its end."""

    how: HowEnded
    days: int | None
    """Working days; None if it is still waiting."""
    since: date | None
    """The first contact, if it is still waiting."""


class WonFact(NamedTuple):
    """A win that holds."""

    fear: str | None
    """The fear of the override that stood; None if none did."""
    verdict: Verdict | None
    """The latest verdict before the win."""
    soon: Reply | None
    late: Reply | None
    value: Decimal | None
    """The expected value, if the client was won against its verdict and did not pay."""

    def reply(self, after: int) -> Reply | None:
        """Return what came of the question asked this many days after the win."""
        return _reply_in(self, after)


class WalkAwayFact(NamedTuple):
    """A walk-away that holds."""

    soon: Reply | None
    late: Reply | None

    def reply(self, after: int) -> Reply | None:
        """Return what came of the question asked this many days after the walk-away."""
        return _reply_in(self, after)


class Feared(NamedTuple):
    """An override that took effect, whoever owned the prospect."""

    fear: str


What = (
    FirstScreened
    | OwnershipFact
    | VerdictFact
    | DisciplineFact
    | TimeToNoFact
    | WonFact
    | WalkAwayFact
    | Feared
)
Kind = TypeVar(
    "Kind",
    FirstScreened,
    OwnershipFact,
    VerdictFact,
    DisciplineFact,
    TimeToNoFact,
    WonFact,
    WalkAwayFact,
    Feared,
)


class Fact(NamedTuple):
    """One fact of one prospect."""

    day: date
    owner: MemberId | None
    """None: it counts for everybody who ever owned the prospect."""
    checklist: str
    """The id of the checklist that first judged the prospect."""
    what: What


def facts_of(timeline: Timeline, calendar: WorkingCalendar) -> Iterator[Fact]:
    """Yield every fact of a prospect."""
    if not timeline.history:
        return
    first, ends = timeline.history[0].on, ends_of(timeline, calendar)
    checklist = next((each.checklist for each in timeline.screenings), "")
    told: list[tuple[date, MemberId | None, What]] = [
        *((first, owner, OwnershipFact()) for owner in sorted(timeline.owners)),
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
        judged = VerdictFact(each.verdict, each.rule, is_against, _is_milder(timeline, place, each))
        yield each.on, timeline.owner_at(place), judged


def _is_milder(timeline: Timeline, place: int, later: Screening) -> bool | None:
    """Tell whether it is milder than the week's most severe one; None if none was severe."""
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
            won = WonFact(client.fear, client.verdict, soon, late, None)
            is_unpaid = client.fear is not None and latest(won).paid is PaidAsAgreed.NO
            yield end.on, end.owner, won._replace(value=timeline.value if is_unpaid else None)
        if end.stage is Stage.WALKED_AWAY:
            refusal = RefusedProspect(timeline, end)
            soon, late = (_reply(refusal.asked(after)) for after in ASKED_AFTER)
            yield end.on, end.owner, WalkAwayFact(soon, late)


def latest(end: WonFact | WalkAwayFact) -> Outcome:
    """Return the latest answers about an end, filled in from earlier ones where they are silent."""
    outcome = NO_ANSWER
    for each in (end.soon, end.late):
        outcome = outcome if each is None else each.outcome.filled_from(outcome)
    return outcome


def _reply(asked: Asked | None) -> Reply | None:
    return None if asked is None else Reply(asked.own, asked.second, asked.is_asked)


def _reply_in(end: WonFact | WalkAwayFact, after: int) -> Reply | None:
    soon, late = ASKED_AFTER
    assert after in {soon, late}  # noqa: S101 - nothing is asked on other days
    return end.soon if after == soon else end.late


def _first_no(timeline: Timeline) -> int | None:
    """Return the index of the first *walk away* in the history."""
    places = (place for place, each in timeline.screened if each.verdict is Verdict.WALK_AWAY)
    return next(places, None)


def _in_time(
    timeline: Timeline, first: date, place: int, ends: Sequence[End], calendar: WorkingCalendar
) -> tuple[date, MemberId, What]:
    on = timeline.history[place].on
    last = calendar.add_working_days(on, CARRIED_OUT_WITHIN)
    owner, in_time = timeline.owner_on(last), [each for each in ends if each.noted_on <= last]
    how = HowEnded.OPEN
    if any(each.is_ours for each in in_time):
        how = HowEnded.BY_US
    elif any(each.is_theirs for each in in_time):
        how = HowEnded.BY_THEM
    left = owner if how is HowEnded.BY_THEM else None
    return first, owner, DisciplineFact(on, how, _is_back_and_won(timeline, ends, last), left)


def _is_back_and_won(timeline: Timeline, ends: Sequence[End], last: date) -> bool:
    """Tell whether we ended it in time, and it was later screened again and won."""
    ours = next((each for each in ends if each.is_ours and each.noted_on <= last), None)
    if ours is None:
        return False
    again = [place for place, _ in timeline.screened if place > ours.place]
    return any(each.stage is Stage.WON and each.place > place for each in ends for place in again)


def _waiting(
    timeline: Timeline, first: date, ends: Sequence[End], calendar: WorkingCalendar
) -> tuple[date, MemberId, What]:
    """Return the wait for the first end after the *walk away*, or until it was forgotten open."""
    end = next(iter(ends), None)
    until = timeline.known_until if end is None else end.noted_on
    since = timeline.first_contact
    days = None if until is None else calendar.working_days_between(since, until)
    waiting = TimeToNoFact(_how_ended(end), days, since if days is None else None)
    return first, timeline.owner if end is None else end.owner, waiting


def _how_ended(end: End | None) -> HowEnded:
    if end is None:
        return HowEnded.OPEN
    if end.is_ours:
        return HowEnded.BY_US
    return HowEnded.WON if end.stage is Stage.WON else HowEnded.BY_THEM


class Facts(Protocol):
    """All facts of a workspace, or of what somebody ever owned, ready to be counted."""

    def count(self, kind: type[Kind], scope: Scope) -> Counter[Kind]:
        """Return how often each fact of a kind occurs in a scope."""

    def judged(self, scope: Scope) -> Counter[tuple[date, VerdictFact]]:
        """Return how often each verdict was given, day by day."""

    def next_clients(self, scope: Scope) -> Counter[tuple[date, date | None]]:
        """Return the days of walk-aways, each with the day of its owner's next win, if any."""

    def screened_of(self, scope: Scope) -> Counter[MemberId]:
        """Return how many prospects were first screened in a scope, by owner."""

    def first_day(self) -> date | None:
        """Return the day of the first verdict ever."""

    def checklists(self) -> frozenset[str]:
        """Return the ids of all checklists that ever were the first to judge a prospect."""


class FactsInMemory:
    """Facts held in memory."""

    def __init__(self, facts: Iterable[Fact], wins: Iterable[Fact] | None = None) -> None:
        """Take the facts; `wins` is where to look for a next client, if elsewhere."""
        self._facts: dict[type[What], list[Fact]] = {}
        for fact in facts:
            self._facts.setdefault(type(fact.what), []).append(fact)
        wins = self._facts.get(WonFact, []) if wins is None else wins
        self._wins: dict[MemberId | None, list[date]] = {}
        for each in sorted(wins, key=lambda fact: fact.day):
            self._wins.setdefault(each.owner, []).append(each.day)

    def count(self, kind: type[Kind], scope: Scope) -> Counter[Kind]:
        """Return how often each fact of a kind occurs in a scope."""
        return Counter(each.what for each in self._in(kind, scope) if isinstance(each.what, kind))

    def judged(self, scope: Scope) -> Counter[tuple[date, VerdictFact]]:
        """Return how often each verdict was given, day by day."""
        found = self._in(VerdictFact, scope)
        return Counter(
            (each.day, each.what) for each in found if isinstance(each.what, VerdictFact)
        )

    def next_clients(self, scope: Scope) -> Counter[tuple[date, date | None]]:
        """Return the days of walk-aways, each with the day of its owner's next win, if any."""
        return Counter((each.day, self._next(each)) for each in self._in(WalkAwayFact, scope))

    def screened_of(self, scope: Scope) -> Counter[MemberId]:
        """Return how many prospects were first screened in a scope, by owner."""
        found = self._in(FirstScreened, scope)
        return Counter(each.owner for each in found if each.owner is not None)

    def first_day(self) -> date | None:
        """Return the day of the first verdict ever."""
        return min((each.day for each in self._facts.get(FirstScreened, ())), default=None)

    def checklists(self) -> frozenset[str]:
        """Return the ids of all checklists that ever were the first to judge a prospect."""
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


class TimelineFacts(FactsInMemory):
    """The facts of timelines held in memory."""

    def __init__(
        self,
        timelines: Iterable[Timeline],
        calendar: WorkingCalendar,
        won_among: Iterable[Timeline] | None = None,
    ) -> None:
        """Extract the facts; `won_among` is where to look for a next client, if elsewhere."""
        counted = CachedCalendar.of(calendar)
        wins = None
        if won_among is not None:
            every = (each for timeline in won_among for each in facts_of(timeline, counted))
            wins = [each for each in every if isinstance(each.what, WonFact)]
        super().__init__((each for it in timelines for each in facts_of(it, counted)), wins)
