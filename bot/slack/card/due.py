"""Due dates, in the words that all surfaces share.

A card stays as it was drawn, so it only names days. Views drawn on request add how long ago a day
was. Nothing here says "by" about a day in the past.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.overrides import has_lapsed
from bot.domain.prospects import DueReason, Prospect, Stage, has_passed, lapsed
from bot.domain.spans import DEFAULT_SPANS
from bot.slack.card import wording
from bot.slack.texts import Texts, marked


@dataclass(frozen=True, slots=True)
class _Words:
    """The wordings for a day."""

    fact: str
    """In a line of facts."""
    sentence: str


_ANSWER = _Words(
    marked("answer by {date}"), marked("Override requested: a manager has until {date} to answer.")
)
_CONDITION = _Words(marked("condition due {date}"), marked("Condition due {date}."))
_CHECK_IN = _Words(marked("check-in {date}"), marked("Check-in date: {date}."))
_DECIDE = _Words(marked("decide by {date}"), marked("Decide by {date}."))
_OVERDUE = _Words(marked("was due {date}"), marked("Was due {date}."))
_SAY_WHY = (_ANSWER, _CONDITION, _CHECK_IN)


def fact(prospect: Prospect, today: date, texts: Texts) -> str | None:
    """Return the due day for a line of facts; None if nothing is due."""
    told = _wordings(prospect, today)
    return None if told is None else texts(told[0].fact, date=texts.day(told[1], today))


def sentence(
    prospect: Prospect, today: date, texts: Texts, calendar: WorkingCalendar | None = None
) -> str | None:
    """Return by when an open prospect must be decided, or was due; None if it needn't be decided.

    With the ``calendar``, for a current reader, it adds how many working days ago that was. While a
    manager is asked to approve an override, only the day of their answer counts.
    """
    told = _wordings(prospect, today)
    if told is None:
        return None
    words, day = told
    if words is _OVERDUE and calendar is not None:
        return overdue(prospect, today, texts, calendar)
    return texts(words.sentence, date=texts.day(day, today))


def overdue(prospect: Prospect, today: date, texts: Texts, calendar: WorkingCalendar) -> str:
    """Return when a stalled prospect was due, and how many working days ago."""
    assert prospect.due is not None, prospect.id  # noqa: S101 - or it would not be stalled
    day = texts.day(prospect.due.on, today)
    ago = calendar.working_days_between(prospect.due.on, today)
    if not ago:
        return texts(_OVERDUE.sentence, date=day)
    return texts.plural(
        "Was due {date}, {n} working day ago.",
        "Was due {date}, {n} working days ago.",
        ago,
        date=day,
    )


def standing(
    prospect: Prospect, today: date, texts: Texts, calendar: WorkingCalendar
) -> Iterator[str]:
    """Yield the same for a current reader, and the commitments that weren't kept, as markup."""
    yield sentence(prospect, today, texts, calendar) or texts("Nothing is due.")
    yield from passed(prospect, today, texts)


def passed(
    prospect: Prospect, today: date, texts: Texts, *, to_owner: bool = False
) -> Iterator[str]:
    """Yield what wasn't brought in time, and the kill criterion once its date has passed.

    An owner who asked for the override is told so in private.
    """
    override, missing = prospect.override, not_met(prospect, today, texts)
    if override is None and missing is not None:
        yield missing
    if override is not None and has_passed(override, today):
        sentence = (
            marked("You said you'd stop on {date} if: {criterion}")
            if to_owner and override.asked_by == prospect.facts.owner
            else marked("The plan for {date} was to stop if: {criterion}")
        )
        yield texts(
            sentence,
            date=texts.day(override.grounds.kill_on, today),
            criterion=wording.quoted_markup(override.grounds.kill_criterion, texts),
        )


def not_met(prospect: Prospect, today: date, texts: Texts) -> str | None:
    """Return what a prospect didn't bring by the day it was due, as markup."""
    day = prospect.due and prospect.due.reason is DueReason.CONDITION and prospect.due.on
    missing = [each.what for each in lapsed(prospect, today) if each.due == day]
    if prospect.stage is not Stage.OPEN or not missing:
        return None
    what = wording.quote_line_markup("; ".join(missing), wording.LONGEST_CONDITION)
    return texts("Not met: {what}", what=what)


def request(prospect: Prospect, today: date, texts: Texts) -> str | None:
    """Return by when a manager answers an override request; None if there is none."""
    day = _answer_by(prospect, today)
    return None if day is None else texts(_ANSWER.sentence, date=texts.day(day, today))


def why(prospect: Prospect, today: date, texts: Texts) -> str | None:
    """Return why it's due on that day, for the details; None if `sentence` says so already."""
    told = _wordings(prospect, today)
    if prospect.due is None or told is None or told[0] in _SAY_WHY:
        return None
    match prospect.due.reason:
        case DueReason.VERDICT:
            return _after_verdict(prospect, texts)
        case DueReason.CONDITION:
            return texts("That's the condition's due date.")
        case DueReason.OVERRIDE:
            return texts("That's the override's check-in date.")
        case DueReason.SIGN_OF_LIFE:
            return texts("The last sign of life moved it there.")
        case _:
            assert_never(prospect.due.reason)


def _after_verdict(prospect: Prospect, texts: Texts) -> str:
    within = prospect.decide_within
    given = DEFAULT_SPANS.walk_away_within if within is None else within
    return texts.plural(
        "That's {n} working day after the verdict.",
        "That's {n} working days after the verdict.",
        given,
    )


def _wordings(prospect: Prospect, today: date) -> tuple[_Words, date] | None:
    """Return the day that counts now, and its wordings."""
    due = prospect.due
    answer_by = _answer_by(prospect, today)
    if answer_by is not None:
        return _ANSWER, answer_by
    if prospect.stage is not Stage.OPEN or due is None:
        return None
    if due.on < today:
        return _OVERDUE, due.on
    match due.reason:
        case DueReason.OVERRIDE:
            return _CHECK_IN, due.on
        case DueReason.CONDITION if prospect.verdict is Verdict.PURSUE:
            return _CONDITION, due.on
        case DueReason.CONDITION | DueReason.VERDICT | DueReason.SIGN_OF_LIFE:
            return _DECIDE, due.on
        case _:
            assert_never(due.reason)


def _answer_by(prospect: Prospect, today: date) -> date | None:
    """Return the day of the answer. An unanswered request has lapsed, even if the clock is late."""
    waiting = prospect.request
    if prospect.stage is not Stage.OPEN or waiting is None or has_lapsed(prospect, today):
        return None
    return waiting.lapses_on
