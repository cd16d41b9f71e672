"""When an owner is asked for an outcome, and that it costs no message more than they may get."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import WorkingTime
from bot.domain.nudges import Reader
from bot.domain.outcomes.asking import (
    asked_again_on,
    asks_on,
    due_on,
    next_outcome_on,
    outcomes_due,
)
from bot.domain.outcomes.outcome import (
    Ending,
    HowTaken,
    OutcomeAnswer,
    OutcomeQuestion,
    Regret,
    answer,
    asked,
    put_off,
    questions_after,
    refuse,
)
from bot.domain.prospects import ProspectId
from tests.domain.figures.timeline import BERLIN
from tests.domain.figures.timelines import ANNA, CALENDAR, day

READER = Reader(ANNA, WorkingTime(CALENDAR, BERLIN))
MONTH, QUARTER = questions_after(ProspectId("acme"), Ending.WON, day("12-01"))
BOTH = (MONTH, QUARTER)
MONTH_ON, QUARTER_ON = day("12-31"), day("03-01")


def nudged_on(*days: str) -> Reader:
    return replace(READER, nudged_on=frozenset(day(each) for each in days))


def won_on(*days: str) -> list[OutcomeQuestion]:
    """The questions after 30 days about prospects that were won on these days: p0, p1, ..."""
    return [
        questions_after(ProspectId(f"p{n}"), Ending.WON, day(each))[0]
        for n, each in enumerate(days)
    ]


def due(
    questions: tuple[OutcomeQuestion, ...] | list[OutcomeQuestion],
    on: date,
    reader: Reader = READER,
    is_nudged: bool = False,
) -> list[str]:
    asked_about = outcomes_due(questions, reader, on, is_nudged=is_nudged)
    return [f"{each.prospect_id} {each.after}" for each in asked_about]


@pytest.mark.parametrize(
    ("ended_on", "after_30", "after_90"),
    [
        ("12-01", "12-31", "03-01"),
        ("12-02", "01-04", "03-02"),  # 1 January is a holiday, then comes a weekend
        ("12-03", "01-04", "03-03"),  # 2 January is a Saturday
        ("12-07", "01-06", "03-09"),  # 7 March is a Sunday, 8 March a holiday in Berlin
        ("12-24", "01-25", "03-24"),  # 23 January is a Saturday
    ],
)
def test_it_is_due_so_many_calendar_days_later_on_the_first_working_day_not_before(
    ended_on: str, after_30: str, after_90: str
) -> None:
    questions = questions_after(ProspectId("acme"), Ending.WALKED_AWAY, day(ended_on))

    days = [due_on(each, CALENDAR) for each in questions]

    assert days == [day(after_30), day(after_90)]


def test_it_is_asked_from_its_day_on_and_only_once() -> None:
    assert due(BOTH, MONTH_ON - timedelta(days=1)) == []
    assert due(BOTH, MONTH_ON) == ["acme 30"]
    assert due((asked(MONTH, MONTH_ON), QUARTER), day("01-04")) == []


def test_not_now_brings_it_back_after_five_working_days_as_often_as_it_is_said() -> None:
    once = put_off(asked(MONTH, MONTH_ON), MONTH_ON)
    twice = put_off(asked(once, day("01-08")), day("01-11"))

    assert asks_on(once, CALENDAR) == day("01-08")
    assert asks_on(asked(once, day("01-08")), CALENDAR) is None
    assert asks_on(twice, CALENDAR) == day("01-18")


def test_not_now_before_it_was_asked_puts_it_off_too() -> None:
    assert asks_on(put_off(MONTH, MONTH_ON), CALENDAR) == day("01-08")


def test_never_for_this_one_holds_for_both_questions_and_for_no_other_prospect() -> None:
    other = won_on("12-01")

    assert due((refuse(MONTH), QUARTER, *other), QUARTER_ON) == ["p0 30"]
    assert next_outcome_on((refuse(MONTH), QUARTER), MONTH_ON, CALENDAR) is None


def test_what_was_answered_unasked_is_not_asked_any_more() -> None:
    question = questions_after(ProspectId("acme"), Ending.WALKED_AWAY, day("12-01"))[0]
    morning = READER.morning(day("12-15"))
    told = answer(question, OutcomeAnswer(Regret.NO, ANNA, morning))
    assert asks_on(told, CALENDAR) is not None

    told = answer(told, OutcomeAnswer(HowTaken.QUIETLY, ANNA, morning))

    assert asks_on(told, CALENDAR) is None


@pytest.mark.parametrize(
    "earlier",
    [MONTH, put_off(MONTH, day("02-26")), put_off(asked(MONTH, day("02-25")), day("02-25"))],
    ids=["never asked", "put off beyond", "put off until then"],
)
def test_after_90_days_only_the_later_question_is_asked(earlier: OutcomeQuestion) -> None:
    assert due((earlier, QUARTER), QUARTER_ON) == ["acme 90"]
    assert due((earlier, asked(QUARTER, QUARTER_ON)), day("03-15")) == []
    assert next_outcome_on((earlier, asked(QUARTER, QUARTER_ON)), day("03-15"), CALENDAR) is None


@pytest.mark.parametrize(
    ("today", "reader", "is_nudged", "asks"),
    [
        ("01-04", READER, False, 3),
        ("01-04", READER, True, 1),  # rides along in the nudge
        ("01-05", nudged_on("01-05"), False, 0),  # one message a day
        ("01-05", nudged_on("01-05"), True, 1),
        ("01-07", nudged_on("01-04", "01-05"), False, 3),
        ("01-07", nudged_on("01-04", "01-05", "01-06"), False, 0),  # three in a week
        ("01-11", nudged_on("01-04", "01-05", "01-06"), False, 3),  # another week
        ("01-09", READER, False, 0),  # a Saturday
        ("03-08", READER, False, 0),  # a holiday in Berlin
        ("01-04", replace(READER, paused_until=day("01-05")), False, 0),
        ("01-05", replace(READER, paused_until=day("01-05")), False, 3),  # its morning counts
    ],
)
def test_outcomes_share_the_budget_of_nudges(
    today: str, reader: Reader, is_nudged: bool, asks: int
) -> None:
    questions = won_on("12-01", "12-01", "12-01", "12-01")

    assert len(due(questions, day(today), reader, is_nudged)) == asks


def test_the_longest_due_come_first_and_the_rest_waits() -> None:
    questions = won_on("12-04", "12-03", "12-01", "12-02")

    assert due(questions, day("01-05")) == ["p2 30", "p3 30", "p1 30"]
    assert due(questions, day("01-05"), is_nudged=True) == ["p2 30"]


def test_what_waited_is_still_due_on_the_next_day() -> None:
    questions = won_on("12-04", "12-03", "12-01", "12-02")

    told = [
        asked(each, day("01-05")) if each.ended_on < day("12-04") else each for each in questions
    ]

    assert due(told, day("01-06")) == ["p0 30"]


@pytest.mark.parametrize(
    ("today", "then"),
    [("12-01", "12-31"), ("12-31", "12-31"), ("02-26", "02-26"), ("03-15", "03-15")],
)
def test_the_next_day_for_a_question_is_never_in_the_past(today: str, then: str) -> None:
    assert next_outcome_on(BOTH, day(today), CALENDAR) == day(then)


@given(
    ended=st.lists(st.integers(0, 120), max_size=6),
    nudges=st.sets(st.integers(0, 240), max_size=60),
)
def test_whoever_asks_day_by_day_keeps_the_budget_of_messages(
    ended: list[int], nudges: set[int]
) -> None:
    start = day("12-01")
    questions = [
        each
        for n, days in enumerate(ended)
        for each in questions_after(ProspectId(f"p{n}"), Ending.WON, start + timedelta(days=days))
    ]
    messages: list[date] = []
    reader = READER

    for n in range(240):
        today = start + timedelta(days=n)
        is_nudged = n in nudges and CALENDAR.is_working_day(today) and _has_room(messages, today)
        going_out = outcomes_due(questions, reader, today, is_nudged=is_nudged)
        assert len({each.prospect_id for each in going_out}) == len(going_out)
        if going_out:
            assert next_outcome_on(questions, today, CALENDAR) == today
        if going_out or is_nudged:
            messages.append(today)
            reader = replace(reader, nudged_on=reader.nudged_on | {today})
        questions = [asked(each, today) if each in going_out else each for each in questions]

    weeks = [each.isocalendar()[:2] for each in messages]
    assert len(set(messages)) == len(messages)
    assert all(weeks.count(week) <= 3 for week in weeks)
    assert all(CALENDAR.is_working_day(each) for each in messages)


def _has_room(messages: list[date], today: date) -> bool:
    week = today.isocalendar()[:2]
    return sum(each.isocalendar()[:2] == week for each in messages) < 3


def test_what_is_due_when_the_end_is_noted_waits_for_a_later_morning() -> None:
    won_on = date(2026, 10, 1)
    noted_late = questions_after(ProspectId("acme"), Ending.WON, won_on, day("12-05"))

    assert [due_on(each, CALENDAR) for each in noted_late] == [day("12-07"), day("12-30")]


def test_of_two_that_are_due_at_once_only_the_later_is_asked() -> None:
    both = questions_after(ProspectId("acme"), Ending.WON, day("12-01"), day("04-06"))

    assert due(both, day("04-06")) == ["acme 90"]


def test_a_not_now_says_when_it_is_asked_again() -> None:
    later = put_off(asked(MONTH, MONTH_ON), MONTH_ON)

    assert asked_again_on(later, CALENDAR) == asks_on(later, CALENDAR)
    assert asked_again_on(MONTH, CALENDAR) is None
    assert asked_again_on(refuse(later), CALENDAR) is None
