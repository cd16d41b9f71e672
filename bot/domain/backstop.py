"""The time in which a prospect is in question, and when the managers hear that it is undecided.

Signs of life, snoozes, hand-overs, further screenings, overrides and pauses move a due date or
start nudges anew; nothing moves the backstop. Everything follows from facts and the time passed
in. Who hears of it is in `managers`, what happened meanwhile is counted in `decisions.counts`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.calendar import WorkingCalendar, WorkingTime
from bot.domain.nudges import Reader
from bot.domain.prospects import InQuestion, Prospect, Stage, is_overridden


@dataclass(frozen=True, slots=True)
class BackstopPolicy:
    """After how long the managers hear of what is undecided, and how often; days are working days.

    A workspace supplies it; a date that is set already stays when it changes.
    """

    after: int = 10
    """Days from the first due date to the backstop."""
    every: int = 10
    """Days from one listing to the next."""
    goes_on_within: int = 20
    """Days after a decision in which a screening goes on with the same time in question."""
    stood_within: int = 5
    """Days after a listing in which a third nudge brings no row of its own."""
    long_pause: int = 5
    """Days that a pause may take without the managers being told."""
    counted_from: int = 4
    """From so many signs of life, hand-overs or chases on, the card says so."""
    overrides_from: int = 2
    """From so many overrides on the card says so, and another manager must agree."""


DEFAULT = BackstopPolicy()


def in_question_after(
    screened: Prospect,
    before: Prospect | None,
    *,
    now: datetime,
    working: WorkingTime,
    policy: BackstopPolicy = DEFAULT,
) -> InQuestion | None:
    """Return the time in question after a verdict; None if there is nothing to decide.

    That of `before` goes on, unless a decision ended it long enough ago. `working` is the owner's.
    """
    due = screened.due
    if due is None:
        return None
    going_on = None if before is None else _going_on(before, now, working, policy)
    if going_on is not None:
        return going_on
    backstop = working.calendar.add_working_days(due.on, policy.after)
    return InQuestion(screened.revision, due.on, backstop)


def freed(prospect: Prospect, on: date) -> InQuestion | None:
    """Return its time in question now that an override of it, if there is one, is over."""
    question, override = prospect.in_question, prospect.override
    if question is None or override is None:
        return question
    return replace(question, freed_on=min(on, override.grounds.kill_on))


def brought_back(prospect: Prospect, at: datetime) -> InQuestion | None:
    """Return the time in question of a decided prospect whose decision turns out to end nothing."""
    question, decision = prospect.in_question, prospect.decision
    if question is None or decision is None:
        return question
    return replace(question, left_at=decision.at, back_at=at)


def is_in_question(prospect: Prospect) -> bool:
    """Tell whether it is in question now, whether or not an override stands."""
    return prospect.stage is Stage.OPEN and prospect.in_question is not None


def is_past_backstop(prospect: Prospect, today: date) -> bool:
    """Tell whether it is open although its backstop has passed, and no override stands."""
    question = prospect.in_question
    if question is None or not is_in_question(prospect) or is_overridden(prospect, today):
        return False
    return question.backstop < today


def listed_on(
    prospect: Prospect, reader: Reader, last: date | None, policy: BackstopPolicy = DEFAULT
) -> date | None:
    """Return the working day on whose morning a manager finds it under *Undecided for long*.

    `last` is the day on which they last found it there. The day has passed already if a morning
    was missed, or held back by the pause of the reader. None if it is not in question.
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
    if prospect.told.is_discussed and prospect.told.snoozed_until is not None:
        day = max(day, prospect.told.snoozed_until)
    return calendar.working_day_from(day)


def is_long_pause(
    until: date, today: date, calendar: WorkingCalendar, policy: BackstopPolicy = DEFAULT
) -> bool:
    """Tell whether a pause that ends with the beginning of a day is to be told to the managers."""
    return calendar.add_working_days(today, policy.long_pause + 1) < until


def _going_on(
    before: Prospect, now: datetime, working: WorkingTime, policy: BackstopPolicy
) -> InQuestion | None:
    """The time in question of a prospect that is screened again, if that does not begin it anew."""
    if before.decision is None:
        return freed(before, working.today(now))
    if before.stage is Stage.ENDED:
        return None
    decided_on = working.today(before.decision.at)
    last = working.calendar.add_working_days(decided_on, policy.goes_on_within)
    return brought_back(before, now) if working.today(now) <= last else None


def _after_override(
    prospect: Prospect, question: InQuestion, calendar: WorkingCalendar
) -> date | None:
    """The working day after an override ended, or will end, if the backstop has passed by then."""
    override = prospect.override
    ends_on = question.freed_on if override is None else override.grounds.kill_on
    if ends_on is None or ends_on < question.backstop:
        return None
    return calendar.next_working_day(ends_on)
