"""The digest: what happened in a week, told to the channel on the first working morning after it.

Pure functions over timelines and open prospects. Days are in the workspace's time zone; weeks
follow ISO 8601 and are named by their Monday.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.backstop import is_past_backstop
from bot.domain.calendar import TimeSpan, WorkingCalendar, WorkingTime, end_of
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Known
from bot.domain.figures.discipline import facts_in as known_in
from bot.domain.figures.ends import ends_of
from bot.domain.figures.reports.comparison import PeriodComparison, change_of
from bot.domain.figures.reports.trend import VerdictCounts, verdicts_given
from bot.domain.figures.scope import Period, Scope
from bot.domain.figures.timeline import Ended, Happening, Overridden, Screening, Timeline
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, ProspectId, Stage, is_stalled

ROWS = 20
"""Undecided prospects that a digest lists by name; the rest are only counted."""

WEEKS = 12
"""Weeks in the chart, and in each of the two periods whose figures are compared."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Praise:
    """The fastest no in the days covered."""

    prospect_id: ProspectId
    owner: MemberId
    working_days: int
    """From first contact; 0 if it came on the same day."""


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """What happened in the days covered."""

    screened: Mapping[Verdict, int]
    """Every verdict, including those of later screenings of the same prospect."""
    ended: Mapping[Stage, int]
    """Walked away, won and lost, without what was undone; counted in the week it was noted."""
    overrides: Mapping[str, int]
    """By fear, the most frequent first."""
    fastest_no: Praise | None = None
    alone: tuple[int, ...] = ()
    """Of overrides that nobody else could approve: each one's number in a row, ascending."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return not (self.screened or self.ended or self.overrides)


@dataclass(frozen=True, slots=True)
class UndecidedList:
    """What nobody has decided: some of it by name, the newly passed backstops first."""

    rows: tuple[Prospect, ...] = ()
    also_new: tuple[Prospect, ...] = ()
    """Prospects whose backstop passed since the last digest, and for which the list has no room."""
    more: int = 0
    """How many others there are."""

    @property
    def total(self) -> int:
        """How many are undecided in total."""
        return len(self.rows) + len(self.also_new) + self.more


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one digest says."""

    covered: Period
    """The days covered: last week, and any weeks before it that had no digest."""
    counts: DigestCounts
    weeks: tuple[VerdictCounts, ...]
    """The verdicts of the last twelve weeks, the earliest first."""
    figures: PeriodComparison
    """The figures of these twelve weeks, and of the twelve before."""
    undecided: UndecidedList


@dataclass(frozen=True, slots=True)
class RecentFigures:
    """What a digest says of the twelve weeks before it."""

    weeks: tuple[VerdictCounts, ...]
    figures: PeriodComparison


def monday_of(day: date) -> date:
    """Return the Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def digest_day(monday: date, calendar: WorkingCalendar) -> date | None:
    """Return the day of the digest in a week: its first working day, if it has one."""
    day = calendar.working_day_from(monday)
    return day if day < monday + _WEEK else None


def digest_time(monday: date, working: WorkingTime) -> TimeSpan | None:
    """Return when a week's digest may be sent: from the start of work to the end of that day.

    None if the week has no working day.
    """
    day = digest_day(monday, working.calendar)
    return None if day is None else TimeSpan(working.hours(day).start, end_of(day, working.zone))


def next_digest(now: datetime, working: WorkingTime, last: date) -> tuple[date, datetime]:
    """Return the Monday of the next week whose digest is still to be sent, and when it is due.

    `last` is the Monday of the latest digest, whether it was sent or skipped.
    """
    monday = max(monday_of(working.today(now)), last + _WEEK)
    while (span := digest_time(monday, working)) is None or span.end <= now:
        monday += _WEEK
    return monday, span.start


def days_covered(monday: date, calendar: WorkingCalendar) -> Period:
    """Return the days that a week's digest covers: all since the week of the digest before."""
    first = monday - _WEEK
    while digest_day(first, calendar) is None:
        first -= _WEEK
    return Period(first, monday - timedelta(days=1))


def recent_figures(
    known: Known, *, monday: date, today: date, calendar: WorkingCalendar
) -> RecentFigures:
    """Return what the digest of a week says of the twelve weeks before it, as of today."""
    period = Period(monday - WEEKS * _WEEK, monday - timedelta(days=1))
    scope = Scope(today, calendar, period)
    told = known_in(known, scope)
    return RecentFigures(verdicts_given(told, scope, list(_weeks(period))), change_of(told, scope))


def digest_of(
    timelines: Iterable[Timeline],
    open_prospects: Iterable[Prospect],
    recent: RecentFigures,
    *,
    monday: date,
    today: date,
    calendar: WorkingCalendar,
    rows: int = ROWS,
) -> Digest:
    """Return the digest of the week that begins on a Monday, as of today.

    The timelines are those to which anything happened in the days that it tells of.
    """
    told = days_covered(monday, calendar)
    return Digest(
        covered=told,
        counts=_counts(timelines, told, calendar),
        weeks=recent.weeks,
        figures=recent.figures,
        undecided=list_undecided(
            open_prospects, told=told, today=today, calendar=calendar, rows=rows
        ),
    )


def list_undecided(
    open_prospects: Iterable[Prospect],
    *,
    told: Period,
    today: date,
    calendar: WorkingCalendar,
    rows: int = ROWS,
) -> UndecidedList:
    """Return the prospects that are stalled or past their backstop, the longest undecided first.

    Those whose backstop passed since the last digest come before all others. The last digest was
    due on the first working day of the first week covered.
    """
    last_digest = digest_day(told.first, calendar) or told.first
    due = sorted((each for each in open_prospects if _is_undecided(each, today)), key=since_and_id)
    new = [
        each
        for each in due
        if is_past_backstop(each, today)
        and each.in_question is not None
        and each.in_question.backstop >= last_digest
    ]
    ordered = new + [each for each in due if each not in new]
    also_new = tuple(new[rows:])
    return UndecidedList(tuple(ordered[:rows]), also_new, len(ordered[rows:]) - len(also_new))


def undecided_since(prospect: Prospect) -> date:
    """Return the date since which a prospect is undecided: the first due date in question."""
    if prospect.in_question is not None:
        return prospect.in_question.first_due
    return date.max if prospect.due is None else prospect.due.on


def since_and_id(prospect: Prospect) -> tuple[date, ProspectId]:
    """Return a sort key that puts the prospects first that have been undecided longest."""
    return undecided_since(prospect), prospect.id


def _is_undecided(prospect: Prospect, today: date) -> bool:
    return is_stalled(prospect, today) or is_past_backstop(prospect, today)


def _counts(timelines: Iterable[Timeline], told: Period, calendar: WorkingCalendar) -> DigestCounts:
    screened: Counter[Verdict] = Counter()
    ended: Counter[Stage] = Counter()
    fears: Counter[str] = Counter()
    alone: list[int] = []
    said: list[Praise] = []
    for timeline in timelines:
        for each in _standing(timeline, calendar):
            match each:
                case Screening(on, verdict) if on in told:
                    screened[verdict] += 1
                case Ended(stage=stage) if each.noted_on in told:
                    ended[stage] += 1
                case Overridden(on, fear) if on in told:
                    fears[fear] += 1
                    alone += () if each.alone is None else (each.alone,)
        said += _noes(timeline, told, calendar)
    fastest = min(said, key=lambda each: (each.working_days, each.prospect_id), default=None)
    return DigestCounts(screened, ended, dict(fears.most_common()), fastest, tuple(sorted(alone)))


def _standing(timeline: Timeline, calendar: WorkingCalendar) -> Iterator[Happening]:
    """Yield what happened, without the ends that were taken back."""
    held = {end.place for end in ends_of(timeline, calendar)}
    for place, each in enumerate(timeline.history):
        if not isinstance(each, Ended) or place in held:
            yield each


def _noes(timeline: Timeline, told: Period, calendar: WorkingCalendar) -> Iterator[Praise]:
    left = [each for each in ends_of(timeline, calendar) if each.stage is Stage.WALKED_AWAY]
    if left and left[0].on in told:
        days = calendar.working_days_between(timeline.first_contact, left[0].on)
        yield Praise(timeline.prospect_id, left[0].owner, days)


def _weeks(lately: Period) -> Iterator[Period]:
    for n in range(WEEKS):
        monday = lately.first + n * _WEEK
        yield Period(monday, monday + _WEEK - timedelta(days=1))
