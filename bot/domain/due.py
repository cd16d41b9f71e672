"""By when a problem prospect must be decided."""

from collections.abc import Collection
from datetime import date

from bot.domain.calendar import WorkingCalendar
from bot.domain.prospect import Due, DueReason, ProspectCondition
from bot.domain.rules import Verdict

WALK_AWAY_WITHIN = 2
"""Working days in which a *walk away* is to be carried out."""


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
