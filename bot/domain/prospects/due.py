"""Which prospects are a problem, by when they must be decided, and which are overdue.

Times here are days where the owner is; a day ends at midnight there.
"""

from collections.abc import Collection, Iterable
from datetime import date

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.prospects.override import Override
from bot.domain.prospects.prospect import (
    Due,
    DueReason,
    Prospect,
    ProspectCondition,
    ProspectId,
    Stage,
)

WALK_AWAY_WITHIN = 2
"""Working days in which a *walk away* is to be carried out."""

SIGN_OF_LIFE_GIVES = 7
"""Working days that a sign of life gives, if more are not left anyway."""


def first_due(
    verdict: Verdict,
    on: date,
    decide_within: int | None,
    conditions: Collection[ProspectCondition],
    calendar: WorkingCalendar,
) -> Due | None:
    """Return by when a verdict of the day `on` must be decided; None if nothing is to decide.

    A *walk away* is due after two working days. A *problem* is due within the time
    its rules give, or on the date of an unmet condition if that is earlier. A
    *pursue* is due on the date of its condition.
    """
    if verdict is Verdict.WALK_AWAY:
        return Due(calendar.add_working_days(on, WALK_AWAY_WITHIN), DueReason.VERDICT)
    dates = [Due(c.due, DueReason.CONDITION) for c in conditions if not c.is_met]
    if verdict is Verdict.PROBLEM and decide_within is not None:
        dates.insert(0, Due(calendar.add_working_days(on, decide_within), DueReason.VERDICT))
    return min(dates, key=lambda due: due.on, default=None)


def due_after_sign_of_life(due: Due | None, on: date, calendar: WorkingCalendar) -> Due:
    """Return the due date after a sign of life on the day `on`; it is never brought forward."""
    given = Due(calendar.add_working_days(on, SIGN_OF_LIFE_GIVES), DueReason.SIGN_OF_LIFE)
    return due if due is not None and due.on > given.on else given


def lapsed(prospect: Prospect, today: date) -> tuple[ProspectCondition, ...]:
    """Return the conditions whose date passed before they were met."""
    return tuple(condition for condition in prospect.unmet if condition.due < today)


def has_passed(override: Override, today: date) -> bool:
    """Tell whether the kill date of an override that took effect has passed."""
    return override.grounds.kill_on < today


def is_overridden(prospect: Prospect, today: date) -> bool:
    """Tell whether an override stands: until the end of its kill date."""
    override = prospect.override
    is_open = prospect.stage is Stage.OPEN
    return is_open and override is not None and not has_passed(override, today)


def is_winnable(prospect: Prospect, today: date) -> bool:
    """Tell whether winning it goes by the rules.

    That is: *pursue* with no unmet condition, or an override that stands.
    """
    return _is_good(prospect) or is_overridden(prospect, today)


def is_problem(prospect: Prospect, today: date) -> bool:
    """Tell whether somebody must decide: by its verdict, or for what has lapsed or passed.

    While an override stands nobody must, and conditions do not count.
    """
    if prospect.stage is not Stage.OPEN or _is_good(prospect):
        return False
    if prospect.override is not None:
        return has_passed(prospect.override, today)
    return prospect.verdict is not Verdict.PURSUE or bool(lapsed(prospect, today))


def takes_chasing(prospect: Prospect, today: date) -> bool:
    """Tell whether a problem prospect is worth going after: nobody should walk away from it."""
    return is_problem(prospect, today) and prospect.verdict is not Verdict.WALK_AWAY


def is_stalled(prospect: Prospect, today: date) -> bool:
    """Tell whether a problem prospect should have been decided before today."""
    is_overdue = prospect.due is not None and prospect.due.on < today
    return is_overdue and is_problem(prospect, today)


def undecided(prospects: Iterable[Prospect], today: date) -> list[Prospect]:
    """Return those that are stalled, the longest overdue first."""
    return sorted((each for each in prospects if is_stalled(each, today)), key=longest_overdue)


def longest_overdue(prospect: Prospect) -> tuple[date, ProspectId]:
    """Return what sorts prospects by how long they are overdue, the longest first."""
    return (prospect.due.on if prospect.due else date.max, prospect.id)


def _is_good(prospect: Prospect) -> bool:
    """Whether nothing speaks against it: a *pursue* with no unmet condition."""
    return prospect.verdict is Verdict.PURSUE and not prospect.unmet
