"""The time during which a prospect is in question, and when managers hear that it is undecided.

Signs of life, snoozes, hand-overs, further screenings, overrides and pauses move a due date or
restart nudges; nothing moves the backstop. Everything follows from facts and from the time passed
in. `managers` says who hears of it; `decisions.counts` counts what happened meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.calendar import WorkingCalendar, WorkingTime
from bot.domain.nudges import Reader
from bot.domain.prospects import Prospect, Stage, TimeInQuestion, is_overridden


@dataclass(frozen=True, slots=True)
class BackstopPolicy:
    """When, and how often, managers hear of what is undecided; days are working days.

    Each workspace supplies its own. When it changes, dates that are already set stay.
    """

    after: int = 10
    """Days from the first due date to the backstop."""
    every: int = 10
    """Days from one listing to the next."""
    goes_on_within: int = 20
    """Days after a decision during which a screening continues the same time in question."""
    stood_within: int = 5
    """Days after a listing during which a proposal for closing brings no row of its own."""
    long_pause: int = 5
    """The longest pause, in days, of which the managers are not told."""
    counted_from: int = 4
    """The number of signs of life, hand-overs or chases from which the card mentions them."""
    overrides_from: int = 2
    """The number of overrides from which the card mentions them, and a manager must agree."""


DEFAULT = BackstopPolicy()


def in_question_after(
    screened: Prospect,
    before: Prospect | None,
    *,
    now: datetime,
    working: WorkingTime,
    policy: BackstopPolicy = DEFAULT,
) -> TimeInQuestion | None:
    """Return the time in question after a verdict; None if there is nothing to decide.

    The one of `before` continues, unless a decision ended it long enough ago. `working` is the
    owner's working time.
    """
    due = screened.due
    if due is None:
        return None
    going_on = None if before is None else _going_on(before, now, working, policy)
    if going_on is not None:
        return going_on
    backstop = working.calendar.add_working_days(due.on, policy.after)
    return TimeInQuestion(screened.revision, due.on, backstop)


def freed(prospect: Prospect, on: date) -> TimeInQuestion | None:
    """Return the time in question of a prospect whose override, if it has one, is over."""
    question, override = prospect.in_question, prospect.override
    if question is None or override is None:
        return question
    return replace(question, freed_on=min(on, override.grounds.kill_on))


def brought_back(prospect: Prospect, at: datetime) -> TimeInQuestion | None:
    """Return the time in question of a decided prospect whose decision ended nothing after all."""
    question, decision = prospect.in_question, prospect.decision
    if question is None or decision is None:
        return question
    return replace(question, left_at=decision.at, back_at=at)


def is_in_question(prospect: Prospect) -> bool:
    """Tell whether a prospect is in question now, whether or not an override stands."""
    return prospect.stage is Stage.OPEN and prospect.in_question is not None


def is_past_backstop(prospect: Prospect, today: date) -> bool:
    """Tell whether a prospect is open although its backstop has passed and no override stands."""
    question = prospect.in_question
    if question is None or not is_in_question(prospect) or is_overridden(prospect, today):
        return False
    return question.backstop < today


def listed_on(
    prospect: Prospect, reader: Reader, last: date | None, policy: BackstopPolicy = DEFAULT
) -> date | None:
    """Return the working day whose morning shows it to a manager under *Undecided for long*.

    `last` is the day on which they last found it there. The day may have passed already, if a
    morning was missed or held back by the reader's pause. None if the prospect is not in question.
    """
    question, calendar = prospect.in_question, reader.working.calendar
    if question is None or not is_in_question(prospect):
        return None
    if last is None or last <= question.backstop:
        last, day = None, calendar.next_working_day(question.backstop)
    else:
        day = calendar.add_working_days(last, policy.every)
    again = _after_override(prospect, question, calendar)
    if again is not None and (last is None or last < again):
        day = again
    if question.left_at is not None and question.back_at is not None:
        is_missed = question.left_at <= reader.morning(day) < question.back_at
        day = reader.working.next_morning(question.back_at) if is_missed else day
    if prospect.nudge_record.is_discussed and prospect.nudge_record.snoozed_until is not None:
        day = max(day, prospect.nudge_record.snoozed_until)
    return calendar.working_day_from(day)


def is_long_pause(
    until: date, today: date, calendar: WorkingCalendar, policy: BackstopPolicy = DEFAULT
) -> bool:
    """Tell whether the managers are told of a pause; `until` is the first day after it."""
    return calendar.add_working_days(today, policy.long_pause + 1) < until


def _going_on(
    before: Prospect, now: datetime, working: WorkingTime, policy: BackstopPolicy
) -> TimeInQuestion | None:
    """Return the time in question that a screening continues; None if it begins a new one."""
    if before.decision is None:
        return freed(before, working.today(now))
    if before.stage is Stage.ENDED:
        return None
    decided_on = working.today(before.decision.at)
    last = working.calendar.add_working_days(decided_on, policy.goes_on_within)
    return brought_back(before, now) if working.today(now) <= last else None


def _after_override(
    prospect: Prospect, question: TimeInQuestion, calendar: WorkingCalendar
) -> date | None:
    """Return the working day after an override's end, if the backstop has passed by then."""
    override = prospect.override
    ends_on = question.freed_on if override is None else override.grounds.kill_on
    if ends_on is None or ends_on < question.backstop:
        return None
    return calendar.next_working_day(ends_on)
