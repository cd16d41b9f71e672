"""When an owner hears of their prospects: which nudge comes when, and when nudges stop.

The same messages ask about an open *pursue* on which nobody does anything.

Everything here follows from facts and the time passed in. It does not know what is sent, by which
process, or what a nudge looks like. What an action makes of a prospect is in `moves`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.calendar import WorkingCalendar, WorkingTime
from bot.domain.checklist.rules import Verdict
from bot.domain.people import MemberId
from bot.domain.prospects import (
    Prospect,
    ProspectId,
    Stage,
    has_passed,
    is_due_by_verdict,
    is_open_pursue,
    is_stalled,
    longest_overdue,
)
from bot.domain.spans import DEFAULT_SPANS, Spans

_SPREAD = 3600
"""Seconds after the start of work over which owners are spread."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NudgePolicy:
    """How often an owner hears of what they have not decided.

    A further nudge is counted from the day on which the previous one was really sent, so that
    nobody gets two at once after we were down.
    """

    most: int = 3
    """Nudges about one prospect, for one due date and one owner."""
    every: int = 5
    """Working days from one nudge to the next."""
    a_week: int = 3
    """Messages to a member in an ISO week; never two on one day."""
    in_one: int = 10
    """Prospects in one message; the others stay due."""
    snooze_choices: tuple[int, ...] = (1, 3, 5)
    """Working days for which an owner may snooze it; a manager has more choices."""
    snoozes: int = 2
    """How often an owner may snooze a prospect for one due date."""
    longest_snooze: int = 20
    """The most working days for which a manager may snooze it."""
    ask_after: int = 20
    """Working days without an action until an open *pursue* is asked about, each time anew."""
    asked_in_one: int = 5
    """Prospects that one message asks about; the others wait."""
    asked_in_vain: int = 3
    """The number of questions in a row from which managers find it in their message, too."""


DEFAULT = NudgePolicy()


@dataclass(frozen=True, slots=True)
class Nudge:
    """The next message about a prospect."""

    on: date
    """The first working day on whose morning it may come."""
    number: int
    """The number of the nudge: 1, 2, 3; a repetition has the number of what it repeats."""
    counts: bool
    """Whether it is a nudge of its own, rather than a snoozed one that comes again."""


@dataclass(frozen=True, slots=True)
class Look:
    """When the clock must look at a prospect again."""

    on: date
    is_lapse: bool = False
    """Whether something lapses or passes as that day begins; otherwise, a nudge may be due."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who gets nudges."""

    id: MemberId
    working: WorkingTime
    paused_until: date | None = None
    """The first day after their own pause."""
    nudged_on: frozenset[date] = frozenset()
    """The days on which they got a message, at least those of this week and later."""

    def morning(self, day: date) -> datetime:
        """Return when their morning begins: within the first hour of work, the same every day."""
        return self.working.hours(day).start + _after_opening(self.id)

    def closing(self, day: date) -> datetime:
        """Return the instant until which a missed morning is made up for."""
        return self.working.hours(day).end


def next_nudge(
    prospect: Prospect, calendar: WorkingCalendar, policy: NudgePolicy = DEFAULT
) -> Nudge | None:
    """Return the next message about a prospect if nobody does anything; None if none comes.

    Nothing is said about a decided prospect, one without a due date, one whose override waits for a
    manager, or after the last nudge: from then on it stays in the list of undecided ones. A snooze
    makes the last message come again, or postpones the first.
    """
    told, due = prospect.nudge_record, prospect.due
    if prospect.stage is not Stage.OPEN or due is None or is_held(prospect):
        return None
    is_last_out = told.nudges >= policy.most
    if is_last_out and told.snoozed_until is None:
        return None
    earliest = (due.on + _ONE_DAY, told.not_before, _wanted_on(prospect, calendar, policy))
    day = max(each for each in earliest if each is not None)
    counts = told.snoozed_until is None or told.nudges == 0
    return Nudge(calendar.working_day_from(day), told.nudges + counts, counts)


def next_question(
    prospect: Prospect, calendar: WorkingCalendar, policy: NudgePolicy = DEFAULT
) -> date | None:
    """Return the working day on whose morning an owner is asked about an open *pursue*.

    None if there is nothing to ask. The question comes on the morning after `ask_after` working
    days without an action, and again as many days after it was asked or answered.
    """
    quiet = prospect.quiet
    if quiet.since is None or not is_open_pursue(prospect):
        return None
    if quiet.asked_on is None:
        return calendar.next_working_day(calendar.add_working_days(quiet.since, policy.ask_after))
    last = max(quiet.asked_on, quiet.answered_on or quiet.asked_on)
    return calendar.add_working_days(last, policy.ask_after)


def next_look(
    prospect: Prospect, calendar: WorkingCalendar, today: date, policy: NudgePolicy = DEFAULT
) -> Look | None:
    """Return when the clock must look at a prospect if nobody does anything; None for never."""
    looks = [Look(day + _ONE_DAY, is_lapse=True) for day in _last_days(prospect, today)]
    nudge = next_nudge(prospect, calendar, policy)
    days = [None if nudge is None else nudge.on, next_question(prospect, calendar, policy)]
    looks += [Look(day) for day in days if day is not None]
    return min(looks, key=lambda look: (look.on, not look.is_lapse), default=None)


def is_held(prospect: Prospect) -> bool:
    """Tell whether its nudges wait for an answer to the request for an override."""
    return prospect.request is not None and prospect.request.holds_nudges


def is_still_due(prospect: Prospect, owner: MemberId, today: date) -> bool:
    """Tell whether something written for an owner should still be said when it goes out.

    It should not if the prospect was decided, handed over, snoozed or held back in the meantime, or
    waits for an answer.
    """
    if prospect.facts.owner != owner or is_held(prospect) or not is_stalled(prospect, today):
        return False
    waits = (prospect.nudge_record.snoozed_until, prospect.nudge_record.not_before)
    return all(day is None or day <= today for day in waits)


def is_to_be_asked(prospect: Prospect, owner: MemberId, on: date) -> bool:
    """Tell whether a question written for an owner on this day should still be asked."""
    is_theirs = prospect.facts.owner == owner
    return is_theirs and is_open_pursue(prospect) and prospect.quiet.asked_on == on


def is_asked_in_vain(prospect: Prospect, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether its owner was asked so often in a row that managers hear of it."""
    return is_open_pursue(prospect) and prospect.quiet.asked >= policy.asked_in_vain


def is_proposed_for_closing(prospect: Prospect, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether all nudges are out and nobody has decided."""
    return prospect.stage is Stage.OPEN and prospect.nudge_record.nudges >= policy.most


def is_being_talked_into_it(prospect: Prospect, spans: Spans = DEFAULT_SPANS) -> bool:
    """Tell whether so many attempts got no answer that going on means talking them into it."""
    return prospect.chases >= spans.talked_into_it_from


def nudges_due(
    prospects: Iterable[Prospect],
    reader: Reader,
    now: datetime,
    policy: NudgePolicy = DEFAULT,
) -> Sequence[tuple[Prospect, Nudge]]:
    """Return what one message to an owner says at this instant; nothing if none is due now.

    It goes out between their morning and the end of a working day, unless they have paused or have
    already got enough. The longest overdue come first.
    """
    if not may_be_messaged(reader, now, policy):
        return []
    today = reader.working.today(now)
    calendar = reader.working.calendar
    due = []
    for prospect in sorted(prospects, key=longest_overdue):
        nudge = next_nudge(prospect, calendar, policy)
        if nudge is not None and nudge.on <= today and is_stalled(prospect, today):
            due.append((prospect, nudge))
    return due[: policy.in_one]


def questions_due(
    prospects: Iterable[Prospect],
    reader: Reader,
    now: datetime,
    policy: NudgePolicy = DEFAULT,
) -> Sequence[Prospect]:
    """Return the prospects that one message asks an owner about at this instant; often none.

    Questions go out whenever a nudge may. The longest quiet come first.
    """
    if not may_be_messaged(reader, now, policy):
        return []
    today, due = reader.working.today(now), []
    for prospect in prospects:
        day = next_question(prospect, reader.working.calendar, policy)
        if day is not None and day <= today:
            due.append(prospect)
    return sorted(due, key=longest_quiet)[: policy.asked_in_one]


def longest_quiet(prospect: Prospect) -> tuple[date, ProspectId]:
    """Return a sort key that puts the prospects first about which nothing was done for longest."""
    return (prospect.quiet.since or date.min, prospect.id)


def may_be_messaged(reader: Reader, now: datetime, policy: NudgePolicy = DEFAULT) -> bool:
    """Tell whether somebody may get a message at this instant, if there is something to say."""
    today = reader.working.today(now)
    is_time = reader.morning(today) <= now < reader.closing(today)
    return is_time and _is_free(reader, today, policy)


def next_round(
    on: date | None, reader: Reader, now: datetime, policy: NudgePolicy = DEFAULT
) -> datetime | None:
    """Return the earliest time at which a message about what may come from the day `on` can go out.

    That is `now` if today's morning was missed and is made up for. None without a day.
    """
    if on is None:
        return None
    today = reader.working.today(now)
    day = max(on, today)
    while not _is_free(reader, day, policy) or reader.closing(day) <= now:
        day += _ONE_DAY
    return max(reader.morning(day), now)


def nudged(prospect: Prospect, nudge: Nudge, on: date) -> Prospect:
    """Return the prospect after its owner was told of it on this day."""
    told = replace(
        prospect.nudge_record,
        nudges=prospect.nudge_record.nudges + nudge.counts,
        last_on=on,
        snoozed_until=None,
        not_before=None,
    )
    return replace(prospect, nudge_record=told)


def asked_about(prospect: Prospect, on: date) -> Prospect:
    """Return the prospect after its owner was asked about it on this day."""
    quiet = replace(prospect.quiet, asked=prospect.quiet.asked + 1, asked_on=on)
    return replace(prospect, quiet=quiet)


def moved_to(prospect: Prospect, written: date, sent: date) -> Prospect:
    """Return the prospect whose message was written on one day and went out on another.

    What comes next is counted from the day on which it was really sent, unless something else has
    come in between.
    """
    if prospect.nudge_record.last_on == written:
        return replace(prospect, nudge_record=replace(prospect.nudge_record, last_on=sent))
    if prospect.quiet.asked_on == written:
        return replace(prospect, quiet=replace(prospect.quiet, asked_on=sent))
    return prospect


def taken_back(prospect: Prospect, number: int, written: date) -> Prospect:
    """Return the prospect whose message, its `number`-th nudge, never reached its owner.

    The same nudge comes on a later morning, unless something else has come in between.
    """
    if prospect.nudge_record.last_on != written or prospect.nudge_record.snoozed_until is not None:
        return prospect
    told = replace(
        prospect.nudge_record, nudges=number - 1, last_on=None, not_before=written + _ONE_DAY
    )
    return replace(prospect, nudge_record=told)


def asked_for_nothing(prospect: Prospect, number: int, written: date) -> Prospect:
    """Return the prospect whose `number`-th question never reached its owner: it comes again."""
    quiet = prospect.quiet
    if quiet.asked_on != written or quiet.answered_on == written:
        return prospect
    return replace(prospect, quiet=replace(quiet, asked=number - 1, asked_on=None))


def held_back(prospect: Prospect, morning: date) -> Prospect:
    """Return the prospect, with what became due during a day waiting for a later morning."""
    return replace(prospect, nudge_record=replace(prospect.nudge_record, not_before=morning))


def pause_until(until: date, today: date) -> date:
    """Return the first day on which nudges come again: after the pause, and never today."""
    return max(until, today + _ONE_DAY)


def _last_days(prospect: Prospect, today: date) -> Iterator[date]:
    """Yield the days at whose end a card becomes outdated; a request may already be overdue."""
    if prospect.stage is not Stage.OPEN:
        return
    request, override = prospect.request, prospect.override
    if request is not None and request.lapses_on is not None:
        yield request.lapses_on
    if override is not None and not has_passed(override, today):
        yield override.grounds.kill_on
    if override is None and prospect.verdict is Verdict.PURSUE:
        yield from (condition.due for condition in prospect.unmet if condition.due >= today)
    if prospect.due is not None and prospect.due.on >= today and is_due_by_verdict(prospect):
        yield prospect.due.on


def _wanted_on(prospect: Prospect, calendar: WorkingCalendar, policy: NudgePolicy) -> date | None:
    """Return the day that a snooze, or the previous nudge, sets for the next message."""
    told = prospect.nudge_record
    if told.snoozed_until is not None:
        return told.snoozed_until
    if told.nudges and told.last_on is not None:
        return calendar.add_working_days(told.last_on, policy.every)
    return None


def _is_free(reader: Reader, day: date, policy: NudgePolicy) -> bool:
    """Tell whether they may get a message on this day at all."""
    is_paused = reader.paused_until is not None and day < reader.paused_until
    if is_paused or not reader.working.calendar.is_working_day(day) or day in reader.nudged_on:
        return False
    week = day.isocalendar()[:2]
    had = sum(1 for each in reader.nudged_on if each.isocalendar()[:2] == week)
    return had < policy.a_week


def _after_opening(member_id: MemberId) -> timedelta:
    """Return a time within an hour that is the same in every process."""
    return timedelta(seconds=int.from_bytes(sha256(member_id.encode()).digest()[:4]) % _SPREAD)
