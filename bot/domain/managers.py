"""What managers hear of: what is undecided for long, proposed for closing, or asked about in vain.

They also hear of owners who are gone, or away for long.

Each morning, one message tells each manager everything that is new to them. As in `nudges`,
everything follows from facts and the time for which it is asked.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.domain.backstop import DEFAULT as DEFAULT_BACKSTOP
from bot.domain.backstop import BackstopPolicy
from bot.domain.nudges import (
    DEFAULT,
    NudgePolicy,
    Reader,
    is_asked_in_vain,
    is_proposed_for_closing,
    longest_quiet,
    may_be_messaged,
    next_round,
)
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, is_open_pursue, longest_overdue

EACH_MORNING = NudgePolicy(a_week=7)
"""Managers hear of it outside the limit on nudges, but never twice a day."""

OFFERED_AGAIN_AFTER = 5
"""Working days until the prospects of a gone owner are offered once more."""

QUESTIONS_IN_ONE = 5
"""Prospects under *Still open?* in one message; the others come the next morning."""

UNDECIDED_IN_ONE = 40
"""Prospects under *Undecided for long* in one message; only the first ten have buttons."""

OWNERS_IN_ONE = 5
"""Owners who are gone, or away for long, in one message; the others come the next morning.

With ten prospects and a question beside them, the message stays below Slack's limit of 50 blocks.
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A prospect proposed for closing, or asked about in vain, that is new to a manager."""

    prospect: Prospect
    on: date
    """The day of the last message to its owner, which distinguishes one proposal from the next."""
    at: datetime
    """When the manager could first hear of it: after that message, and as a manager."""
    stood_on: date | None = None
    """The day on which the manager last found it under *Undecided for long*."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A prospect that a manager should find under *Undecided for long*."""

    prospect: Prospect
    on: date
    """The day of the morning for it, or for the next if that is missed."""
    others_from: date = date.max
    """The day from which another manager, who has not paused, hears of it as well."""
    is_proposed: bool = False
    """Whether all its nudges are out, so that it is also proposed for closing."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A manager who is a full member, and the end of their pause, if any."""

    id: MemberId
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """An owner who can no longer decide and still has open prospects."""

    owner: MemberId
    at: datetime
    """When the manager could first hear of it."""
    offered_on: date | None = None
    """The day on which the manager was last offered to hand them over."""


@dataclass(frozen=True, slots=True)
class LongPause:
    """A member's pause from nudges that is so long that the managers are told."""

    owner: MemberId
    until: date
    """The first day on which nudges come again."""
    at: datetime
    """When the manager could first hear of it."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one message to a manager is about."""

    proposals: tuple[Proposal, ...]
    """The longest overdue first."""
    more: int
    """How many proposals wait for the next morning."""
    departures: tuple[Departure, ...]
    undecided: tuple[Undecided, ...] = ()
    """Undecided for long, the longest in question first."""
    pauses: tuple[LongPause, ...] = ()
    questions: tuple[Proposal, ...] = ()
    """Asked about in vain, the longest quiet first."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a manager, and what decides when they hear of it."""

    reader: Reader
    proposals: Collection[Proposal] = ()
    departures: Collection[Departure] = ()
    undecided: Collection[Undecided] = ()
    pauses: Collection[LongPause] = ()
    questions: Collection[Proposal] = ()
    ahead: date | None = None
    """The day from which there may be more, which can't be known yet and was not gathered."""
    policy: BackstopPolicy = field(default=DEFAULT_BACKSTOP)


def is_up_for_closing(prospect: Prospect, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether all nudges are out, nobody has decided, and nobody said to leave it alone."""
    return is_proposed_for_closing(prospect, policy) and prospect.nudge_record.snoozed_until is None


def is_for_managers(prospect: Prospect, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether the latest message to its owner brings it into the managers' message."""
    return is_up_for_closing(prospect, policy) or is_asked_in_vain(prospect, policy)


def spoken_on(prospect: Prospect) -> date | None:
    """Return the day of the last nudge about it, or of the last question about an open *pursue*."""
    return prospect.quiet.asked_on if is_open_pursue(prospect) else prospect.nudge_record.last_on


def readers_of(owner: MemberId, colleagues: Collection[Colleague]) -> Collection[Colleague]:
    """Return who finds an owner's prospect undecided: all other managers, or else the owner."""
    return [each for each in colleagues if each.id != owner] or [Colleague(owner)]


def agenda_due(news: News, now: datetime) -> Agenda | None:
    """Return what one message to a manager says at this instant; None if none is due now.

    It goes out at times when a nudge to them could, however many nudges they got:
    `reader.nudged_on` holds the days of their messages as a manager. During their own pause, only
    what no other manager hears of goes out.
    """
    reader = news.reader
    today = reader.working.today(now)
    undecided = _undecided_due(news, now)
    if not may_be_messaged(reader, now, EACH_MORNING):
        return Agenda((), 0, (), undecided) if undecided else None
    listed = {each.prospect.id for each in undecided}
    new = [each for each in _of_their_own(news) if _proposed_from(each, reader) <= today]
    new = [each for each in new if each.prospect.id not in listed]
    new.sort(key=lambda each: longest_overdue(each.prospect))
    gone = [each for each in news.departures if _offered_from(each, reader) <= today]
    gone.sort(key=lambda each: (each.at, each.owner))
    away = [each for each in _running(news) if _paused_from(each, reader) <= today]
    asked = [each for each in news.questions if _proposed_from(each, reader) <= today]
    asked.sort(key=lambda each: longest_quiet(each.prospect))
    if not (new or gone or undecided or away or asked):
        return None
    most = max(0, EACH_MORNING.in_one - len(undecided))
    more = max(0, len(new) - most)
    gone = gone[:OWNERS_IN_ONE]
    told_of = tuple(gone), undecided, tuple(away[: OWNERS_IN_ONE - len(gone)])
    room = max(1, EACH_MORNING.in_one - len(undecided) - len(new))
    questions = tuple(asked[: min(room, QUESTIONS_IN_ONE)])
    return Agenda(tuple(new[:most]), more, *told_of, questions)


def may_find_undecided(reader: Reader, now: datetime) -> bool:
    """Tell whether a message about undecided prospects may go out now, even during a pause."""
    return may_be_messaged(_awake(reader), now, EACH_MORNING)


def next_agenda(news: News, now: datetime) -> datetime | None:
    """Return the earliest time at which the next message to a manager can go out, or None."""
    reader = news.reader
    days = [
        *(_proposed_from(each, reader) for each in (*_of_their_own(news), *news.questions)),
        *(_offered_from(each, reader) for each in news.departures),
        *(_paused_from(each, reader) for each in _running(news)),
    ]
    today = reader.working.today(now)
    listed = [_listed_from(each, reader, today) for each in news.undecided]
    ahead = [] if news.ahead is None else [news.ahead]
    rounds = (
        next_round(min(days, default=None), reader, now, EACH_MORNING),
        next_round(min([*listed, *ahead], default=None), _awake(reader), now, EACH_MORNING),
    )
    return min((each for each in rounds if each is not None), default=None)


def _undecided_due(news: News, now: datetime) -> tuple[Undecided, ...]:
    """Return what is listed as undecided now, the longest in question first."""
    reader = news.reader
    if not may_find_undecided(reader, now):
        return ()
    today = reader.working.today(now)
    due = [each for each in news.undecided if _listed_from(each, reader, today) <= today]
    return tuple(sorted(due, key=_longest_in_question)[:UNDECIDED_IN_ONE])


def _listed_from(undecided: Undecided, reader: Reader, today: date) -> date:
    """Return the day of its listing; the reader's pause counts only if another one hears of it."""
    day = max(undecided.on, today)
    if reader.paused_until is None or day < undecided.others_from:
        return day
    return max(day, reader.paused_until)


def _awake(reader: Reader) -> Reader:
    return replace(reader, paused_until=None)


def _longest_in_question(undecided: Undecided) -> tuple[date, str]:
    question = undecided.prospect.in_question
    return (date.max if question is None else question.first_due, undecided.prospect.id)


def _of_their_own(news: News) -> Iterable[Proposal]:
    """Yield the proposals that get their own row: not those listed as undecided shortly before."""
    calendar, within = news.reader.working.calendar, news.policy.stood_within
    for each in news.proposals:
        stood_on = each.stood_on
        morning = _proposed_from(each, news.reader)
        if stood_on is None or calendar.add_working_days(stood_on, within) < morning:
            yield each


def _running(news: News) -> Iterable[LongPause]:
    """Yield the long pauses that are not over by the morning on which they would be told."""
    return (each for each in news.pauses if _paused_from(each, news.reader) < each.until)


def _paused_from(pause: LongPause, reader: Reader) -> date:
    return reader.working.next_morning(pause.at)


def _proposed_from(proposal: Proposal, reader: Reader) -> date:
    return reader.working.next_morning(proposal.at)


def _offered_from(departure: Departure, reader: Reader) -> date:
    if departure.offered_on is None:
        return reader.working.next_morning(departure.at)
    calendar = reader.working.calendar
    return calendar.add_working_days(departure.offered_on, OFFERED_AGAIN_AFTER)
