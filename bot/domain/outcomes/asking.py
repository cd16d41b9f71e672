"""When an owner is asked for an outcome, within the limits on private messages to them.

Days are in the owner's time zone; `nudges` says at which hour of such a day a message goes out.
`outcome` says what is asked.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.calendar import WorkingCalendar
from bot.domain.nudges import DEFAULT, NudgePolicy, Reader
from bot.domain.outcomes.outcome import Ending, OutcomeQuestion
from bot.domain.prospects import ProspectId

ASKED_AGAIN_AFTER = DEFAULT.every
"""Working days after a "not now" until the question returns: as many as between two nudges."""

QUESTIONS_IN_ONE = 3
"""Prospects that one message asks about: each takes up to three taps. The rest wait."""


def due_on(question: OutcomeQuestion, calendar: WorkingCalendar) -> date:
    """Return the day on which a question is due: `after` calendar days after the end.

    If that is a day off, it waits for the next working day; it never comes earlier. If the end is
    noted later than that, it waits for the next morning.
    """
    day = _meant_for(question)
    return calendar.working_day_from(max(day, question.not_before or day))


def judged_from(question: OutcomeQuestion) -> date:
    """Return the first day on which a manager who does not own the prospect can answer.

    It may be a day off, since nobody has to be asked.
    """
    return _meant_for(question)


def asked_again_on(question: OutcomeQuestion, calendar: WorkingCalendar) -> date | None:
    """Return the day on which a "not now" brings a question back; None without one."""
    if question.put_off_on is None or not question.is_put_off:
        return None
    return calendar.add_working_days(question.put_off_on, ASKED_AGAIN_AFTER)


def asks_on(question: OutcomeQuestion, calendar: WorkingCalendar) -> date | None:
    """Return the first working day on which a question may go out; None if it no longer may.

    It goes out once. Silence is an answer, too, and is not asked about again. Only "not now" brings
    the question back, after five working days, as often as it is said.
    """
    if not question.is_waiting:
        return None
    return asked_again_on(question, calendar) or due_on(question, calendar)


def next_outcome_on(
    questions: Iterable[OutcomeQuestion], today: date, calendar: WorkingCalendar
) -> date | None:
    """Return the first day, today or later, for which one of these questions waits; None for never.

    `nudges.next_round` decides whether its message may go out on that day.
    """
    waiting = _waiting(questions, today, calendar)
    return min((day for day, _ in waiting), default=None)


def outcomes_due(
    questions: Iterable[OutcomeQuestion],
    reader: Reader,
    today: date,
    *,
    is_nudged: bool = False,
    policy: NudgePolicy = DEFAULT,
) -> tuple[OutcomeQuestion, ...]:
    """Return what a member is asked today, the longest due first; often nothing.

    Nudges and outcomes share one budget: one message a day, three in an ISO week, none on a day off
    or during a pause. If a nudge goes out this morning (`is_nudged`), one question rides along in
    the same message. Otherwise a message of its own asks about three prospects at most.
    `reader.nudged_on` holds the days of both kinds of messages.
    """
    if not _is_reachable(reader, today) or not (is_nudged or _has_room(reader, today, policy)):
        return ()
    known = _waiting(questions, today, reader.working.calendar)
    waiting = sorted((each for day, each in known if day <= today), key=_longest_due)
    return tuple(waiting[: 1 if is_nudged else QUESTIONS_IN_ONE])


def _waiting(
    questions: Iterable[OutcomeQuestion], today: date, calendar: WorkingCalendar
) -> list[tuple[date, OutcomeQuestion]]:
    """Return what is still to be asked, each with its day, which is today or later.

    After a "never" about an end, nothing more is asked about it. Once the question after 90 days is
    due, the one after 30 is no longer asked.
    """
    known = list(questions)
    refused = {_end(each) for each in known if each.is_refused}
    last = {_end(each): each for each in sorted(known, key=_after)}
    found = []
    for each in known:
        day = asks_on(each, calendar)
        if day is None or _end(each) in refused:
            continue
        day, later = max(day, today), last[_end(each)]
        if each.after == later.after or day < due_on(later, calendar):
            found.append((day, each))
    return found


def _meant_for(question: OutcomeQuestion) -> date:
    return question.ended_on + timedelta(days=question.after)


def _longest_due(question: OutcomeQuestion) -> tuple[date, ProspectId]:
    return _meant_for(question), question.prospect_id


def _end(question: OutcomeQuestion) -> tuple[ProspectId, Ending, date]:
    return question.prospect_id, question.ending, question.ended_on


def _after(question: OutcomeQuestion) -> int:
    return question.after


def _is_reachable(reader: Reader, today: date) -> bool:
    is_paused = reader.paused_until is not None and today < reader.paused_until
    return not is_paused and reader.working.calendar.is_working_day(today)


def _has_room(reader: Reader, today: date, policy: NudgePolicy) -> bool:
    """Tell whether one more message is allowed today, and in this ISO week."""
    week = today.isocalendar()[:2]
    had = [day for day in reader.nudged_on if day.isocalendar()[:2] == week]
    return today not in had and len(had) < policy.a_week
