"""What an override makes of a prospect: asked for, taking effect, denied, lapsed, ended, restored.

Who may do that, and from which stage, is in `decisions.actions`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import WorkingCalendar, WorkingTime
from bot.domain.errors import AnswerProblem, KillDatePassed
from bot.domain.nudges import Reader, held_back, next_nudge
from bot.domain.people import MemberId
from bot.domain.prospects import (
    Due,
    DueReason,
    NudgeRecord,
    Override,
    OverrideState,
    Prospect,
    has_passed,
)
from bot.domain.spans import DEFAULT_SPANS, Spans

_ONE_DAY = timedelta(days=1)
_CLOSED = {
    OverrideState.ASKED: OverrideState.WITHDRAWN,
    OverrideState.STANDING: OverrideState.ENDED,
}
_RESTORED = {closed: state for state, closed in _CLOSED.items()}


def kill_date_problem(
    day: date | None, *, today: date, calendar: WorkingCalendar, spans: Spans = DEFAULT_SPANS
) -> AnswerProblem | None:
    """Return why a day can't be a kill date; None for a working day ahead, not too far off."""
    latest = latest_kill_date(today, calendar, spans)
    if day is None:
        return AnswerProblem("kill_on", "missing")
    if day <= today:
        return AnswerProblem(
            "kill_on", "not_ahead", {"earliest": calendar.next_working_day(today), "latest": latest}
        )
    if day > latest:
        return AnswerProblem(
            "kill_on", "kill_too_late", {"days": spans.kill_within, "latest": latest}
        )
    if not calendar.is_working_day(day):
        return AnswerProblem(
            "kill_on", "no_working_day", {"day": day, "next": calendar.next_working_day(day)}
        )
    return None


def latest_kill_date(today: date, calendar: WorkingCalendar, spans: Spans = DEFAULT_SPANS) -> date:
    """Return the last working day that may be a kill date."""
    day = today + timedelta(days=spans.kill_within)
    while not calendar.is_working_day(day):
        day -= _ONE_DAY
    return day


def ask(
    prospect: Prospect,
    wish: Override,
    *,
    today: date,
    calendar: WorkingCalendar,
    spans: Spans = DEFAULT_SPANS,
) -> Prospect:
    """Return the prospect with an override that waits for a manager.

    Nudges wait with it, unless another one was asked for since the verdict.
    """
    was_asked = any(each.lapses_on is not None for each in prospect.overrides)
    asked = replace(
        wish,
        state=OverrideState.ASKED,
        lapses_on=calendar.add_working_days(today, spans.request_lapses_after),
        holds_nudges=not was_asked,
    )
    return _with(prospect, asked, revision=prospect.revision + 1)


def take_effect(prospect: Prospect, override: Override) -> Prospect:
    """Return the prospect with an override that stands: due on its kill date, nudges restarted.

    Chases keep counting. An earlier override, whose kill date has passed, makes room.
    """
    before = prospect.override
    if before is not None:
        replaced = OverrideState.REPLACED
        at = override.answered_at or override.asked_at
        prospect = _with(prospect, replace(before, state=replaced, over_at=at))
    standing = replace(override, state=OverrideState.STANDING)
    return replace(
        _with(prospect, standing, revision=prospect.revision + 1),
        due=Due(override.grounds.kill_on, DueReason.OVERRIDE),
        nudge_record=NudgeRecord(),
    )


def approve(prospect: Prospect, *, by: MemberId, now: datetime, today: date) -> Prospect:
    """Return the prospect with the requested override standing.

    Raises KillDatePassed if it would be over at once.
    """
    request = _request(prospect)
    if request.grounds.kill_on < today:
        raise KillDatePassed(prospect)
    return take_effect(prospect, replace(request, answered_by=by, answered_at=now))


def deny(
    prospect: Prospect,
    refusal: str,
    *,
    by: MemberId,
    now: datetime,
    working: WorkingTime,
) -> Prospect:
    """Return the prospect without the requested override.

    A nudge that waited for the answer comes on the owner's next working morning.
    """
    denied = replace(
        _request(prospect),
        state=OverrideState.DENIED,
        answered_by=by,
        answered_at=now,
        refusal=refusal,
    )
    prospect = _with(prospect, denied, revision=prospect.revision + 1)
    nudge = next_nudge(prospect, working.calendar)
    waits = denied.holds_nudges and nudge is not None and nudge.on <= working.today(now)
    return held_back(prospect, working.next_morning(now)) if waits else prospect


def has_lapsed(prospect: Prospect, today: date) -> bool:
    """Tell whether nobody answered the request for an override in time."""
    request = prospect.request
    return request is not None and request.lapses_on is not None and request.lapses_on < today


def asked_at(
    request: Override, manager: Reader, spans: Spans = DEFAULT_SPANS
) -> tuple[datetime, datetime]:
    """Return when a manager is asked, and when they are asked again.

    The first time is at once if they are at work, otherwise when they next are. The second is in
    the morning, `request_again_after` working days later.
    """
    working = manager.working
    first = working.next_at_work(request.asked_at)
    again = working.calendar.add_working_days(working.today(first), spans.request_again_after)
    return first, manager.morning(again)


def due_to_ask(
    request: Override, manager: Reader, now: datetime, spans: Spans = DEFAULT_SPANS
) -> tuple[int, datetime | None]:
    """Return how often a manager should have been asked so far, and when to ask next.

    Whatever was missed waits until they are at work. Whoever asked is never asked themselves.
    """
    if manager.id == request.asked_by:
        return 0, None
    moments = asked_at(request, manager, spans)
    due = sum(moment <= now for moment in moments)
    if due and not manager.working.is_at_work(now):
        return 0, manager.working.next_at_work(now)
    return due, next((moment for moment in moments if moment > now), None)


def lapse(prospect: Prospect, *, now: datetime) -> Prospect:
    """Return the prospect after nobody answered in time.

    What waited for the answer may be mentioned from the next day on. Nobody acted, so the revision
    stays.
    """
    request = _request(prospect)
    assert request.lapses_on is not None  # noqa: S101 - whatever waits for a manager has one
    lapsed = replace(request, state=OverrideState.LAPSED, over_at=now)
    prospect = _with(prospect, lapsed)
    not_before = prospect.nudge_record.not_before
    if not request.holds_nudges or (not_before is not None and not_before > request.lapses_on):
        return prospect
    return held_back(prospect, request.lapses_on + _ONE_DAY)


def close(prospect: Prospect, *, now: datetime) -> Prospect:
    """Return the prospect with its override ended, and the request for one withdrawn."""
    return replace(
        prospect,
        overrides=tuple(
            replace(each, state=_CLOSED[each.state], over_at=now) if each.state in _CLOSED else each
            for each in prospect.overrides
        ),
    )


def restore(prospect: Prospect, closed_at: datetime) -> Prospect:
    """Return the prospect with everything restored that `close` ended or withdrew at that time.

    What was over for another reason stays so.
    """
    return replace(
        prospect,
        overrides=tuple(
            replace(each, state=_RESTORED[each.state], over_at=None)
            if each.state in _RESTORED and each.over_at == closed_at
            else each
            for each in prospect.overrides
        ),
    )


def would_close(prospect: Prospect, today: date) -> tuple[Override, ...]:
    """Return what would end or be withdrawn with a prospect; not overrides already over."""
    override, request = prospect.override, prospect.request
    standing = () if override is None or has_passed(override, today) else (override,)
    return standing if request is None or has_lapsed(prospect, today) else (*standing, request)


def closed_by(before: Prospect, after: Prospect, today: date) -> tuple[Override, ...]:
    """Return the overrides that an action ended or withdrew; not those that were already over."""
    return tuple(each for each in would_close(before, today) if each not in after.overrides)


def _request(prospect: Prospect) -> Override:
    assert prospect.request is not None, prospect.id  # noqa: S101 - `actions.check` says so
    return prospect.request


def _with(prospect: Prospect, override: Override, *, revision: int | None = None) -> Prospect:
    """Return the prospect with an override added, or replacing its earlier version."""
    others = [each for each in prospect.overrides if each.id != override.id]
    overrides = sorted((*others, override), key=lambda each: each.asked_at)
    return replace(
        prospect,
        overrides=tuple(overrides),
        revision=prospect.revision if revision is None else revision,
    )
