"""When a prospect is in question, and on which mornings the managers find it undecided."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.backstop import (
    BackstopPolicy,
    in_question_after,
    is_in_question,
    is_long_pause,
    is_past_backstop,
    listed_on,
)
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import hand_over
from bot.domain.nudges import Reader
from bot.domain.prospects import Prospect, ProspectCondition, TimeInQuestion
from tests.domain.figures.timeline import (
    ANNA,
    BEN,
    CALENDAR,
    READERS,
    Change,
    days_of_nudges,
    screened,
)
from tests.domain.test_nudges import (
    FIRE,
    HOMEWORK,
    MANAGER,
    NO_OFFER,
    NOT_SHOWN,
    OUTSIDE,
    alive,
    approved,
    asked,
    at,
    chased,
    met,
    overridden,
    snoozed,
    undone,
    walked_away,
)

BOSS = Reader(BEN, READERS[ANNA].working)
"""A manager in Berlin who never pauses."""
UNTIL = date(2027, 2, 28)
Event = tuple[datetime, Change]


def judged(prospect: Prospect, before: Prospect | None = None, day: str = "") -> Prospect:
    """Return a prospect as a verdict leaves it, which `before` may have had others before."""
    now = at(day or f"{prospect.verdict_on}", 10)
    question = in_question_after(prospect, before, now=now, working=READERS[ANNA].working)
    return replace(prospect, in_question=question)


def screened_again(day: str, verdict: Verdict = Verdict.PROBLEM, within: int = 5) -> Event:
    after = screened(verdict, date.fromisoformat(day), within=within)
    if verdict is Verdict.PURSUE:
        after = replace(after, decide_within=None, due=None)
    return at(day), lambda before: judged(replace(after, revision=before.revision + 1), before, day)


def given(day: str) -> Event:
    morning = READERS[ANNA].working.next_morning(at(day))
    return at(day), lambda prospect: hand_over(prospect, ANNA, morning=morning)


def days_of_listings(
    prospect: Prospect, events: Iterable[Event], reader: Reader = BOSS, until: date = UNTIL
) -> list[str]:
    """Return the days on which a manager finds it under *Undecided for long*."""
    coming = sorted(events, key=lambda event: event[0])
    day, last, listed = prospect.verdict_on, None, []
    while day < until:
        morning = reader.morning(day)
        while coming and coming[0][0] < morning:
            prospect = coming.pop(0)[1](prospect)
        wanted = listed_on(prospect, reader, last)
        if CALENDAR.is_working_day(day) and wanted is not None and wanted <= day:
            last = day
            listed.append(f"{day:%m-%d}")
        day += timedelta(days=1)
    return listed


TWO = "12-22 01-07 01-21 02-04 02-18"
"""The mornings of what was due first on Monday, 7 December: every ten working days."""
THREE = "12-23 01-08 01-22 02-05 02-19"
"""And on Tuesday, 8 December."""


@pytest.mark.parametrize(
    ("prospect", "events", "due", "nudges", "listed"),
    [
        pytest.param(NOT_SHOWN, [], "2026-12-08", "12-09 12-16 12-23", THREE, id="not shown"),
        pytest.param(
            NOT_SHOWN,
            [alive("2026-12-09")],
            "2026-12-18",
            "12-09 12-21 12-29 01-06",
            THREE,
            id="a sign of life after nudge 1",
        ),
        pytest.param(NO_OFFER, [], "2026-12-07", "12-08 12-15 12-22", TWO, id="walk away"),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-20")],
            "2026-12-07",
            None,
            TWO,
            id="asked for an override",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), approved("2026-12-07")],
            "2026-12-15",
            "12-16 12-23 12-31",
            TWO,
            id="kill date before the backstop",
        ),
        pytest.param(FIRE, [met("2026-12-07")], None, "", "", id="homework met"),
        pytest.param(FIRE, [], "2026-12-08", "12-09 12-16 12-23", THREE, id="homework not met"),
        pytest.param(
            NO_OFFER,
            [given(f"2026-12-{day:02}") for day in (10, 17, 24)]
            + [given(f"2027-0{month}-{day:02}") for month in (1, 2) for day in (7, 14, 21)],
            "2026-12-07",
            None,
            TWO,
            id="handed over every week",
        ),
        pytest.param(
            NOT_SHOWN,
            [alive(day) for day in ("2026-12-08", "2026-12-17", "2026-12-29", "2027-01-08")],
            "2027-01-19",
            None,
            THREE,
            id="a sign of life at every due date",
        ),
        pytest.param(
            NO_OFFER,
            [walked_away("2026-12-17"), undone("2026-12-18")],
            "2026-12-07",
            None,
            TWO,
            id="walked away and undone",
        ),
        pytest.param(
            NO_OFFER,
            [overridden("2026-12-07", "2027-01-29")],
            "2027-01-29",
            "02-01 02-08 02-15",
            "02-01 02-15",
            id="overridden",
        ),
        pytest.param(
            OUTSIDE,
            [snoozed("2026-12-17", 1)],
            "2026-12-16",
            "12-17 12-18+ 12-28 01-05",
            "01-04 01-18 02-01 02-15",
            id="an owner's snooze",
        ),
    ],
)
def test_the_worked_examples(
    prospect: Prospect, events: list[Event], due: str | None, nudges: str | None, listed: str
) -> None:
    story = judged(prospect)
    end = story
    for _, change in sorted(events, key=lambda event: event[0]):
        end = change(end)

    assert (None if end.due is None else f"{end.due.on}") == due
    assert days_of_listings(story, events) == listed.split()
    if nudges is not None:
        told = days_of_nudges(story, events, datetime.combine(UNTIL, datetime.min.time(), UTC))
        assert told == nudges.split()


@pytest.mark.parametrize(
    ("events", "listed"),
    [
        pytest.param([walked_away("2026-12-17")], "", id="a decision that stands"),
        pytest.param(
            [walked_away("2026-12-21"), undone("2026-12-22", 12)],
            "12-23 01-08 01-22 02-05 02-19",
            id="a listing missed and made up the morning after the undoing",
        ),
        pytest.param(
            [walked_away("2026-12-22", 4), undone("2026-12-22", 5)],
            TWO,
            id="taken back before the morning",
        ),
        pytest.param(
            [walked_away("2026-12-22", 12), undone("2026-12-23", 12)],
            TWO,
            id="decided between two listings",
        ),
        pytest.param(
            [walked_away("2026-12-17"), screened_again("2027-01-15")],
            "01-18 02-01 02-15",
            id="screened again within twenty working days",
        ),
        pytest.param(
            [walked_away("2026-12-17"), screened_again("2027-01-21")],
            "02-12 02-26",
            id="screened again after more than twenty working days",
        ),
        pytest.param(
            [screened_again(f"2026-12-{day:02}") for day in (7, 11, 16)],
            TWO,
            id="screened again and again",
        ),
        pytest.param(
            [screened_again("2026-12-09", Verdict.PURSUE)], "", id="a pursue with nothing to meet"
        ),
        pytest.param(
            [screened_again("2026-12-09", Verdict.PURSUE), screened_again("2026-12-16")],
            "01-11 01-25 02-08 02-22",
            id="in question anew after a pursue",
        ),
        pytest.param(
            [overridden("2026-12-23", "2026-12-28")],
            "12-22 12-29 01-13 01-27 02-10 02-24",
            id="an override that ends is listed the next morning",
        ),
        pytest.param(
            [overridden("2026-12-23", "2027-01-29"), screened_again("2026-12-29")],
            "12-22 12-30 01-14 01-28 02-11 02-25",
            id="so is one that a screening ends",
        ),
        pytest.param(
            [overridden("2026-12-09", "2027-01-29"), screened_again("2026-12-16")],
            TWO,
            id="one that ends before the backstop changes nothing",
        ),
        pytest.param(
            [snoozed("2026-12-23", 20, MANAGER)],
            "12-22 01-22 02-05 02-19",
            id="a manager's snooze holds it back until it ends",
        ),
        pytest.param(
            [snoozed("2026-12-23", 20, MANAGER), chased("2026-12-28")],
            "12-22 01-22 02-05 02-19",
            id="and an attempt of ours does not end it",
        ),
        pytest.param(
            [snoozed("2026-12-21", 5)], TWO, id="the snooze of its owner holds nothing back"
        ),
    ],
)
def test_what_is_listed_when_something_happens(events: list[Event], listed: str) -> None:
    assert days_of_listings(judged(NO_OFFER), events) == listed.split()


def test_a_verdict_without_anything_to_decide_begins_nothing() -> None:
    good = judged(screened(Verdict.PURSUE, date(2026, 12, 1)))

    assert good.in_question is None
    assert listed_on(good, BOSS, None) is None


def test_the_backstop_counts_from_the_first_due_date_and_stays() -> None:
    prospect = judged(NOT_SHOWN)
    later = alive("2026-12-08")[1](prospect)
    again = screened_again("2026-12-09", Verdict.WALK_AWAY)[1](later)

    question = TimeInQuestion(1, date(2026, 12, 8), date(2026, 12, 22))
    assert (prospect.in_question, later.in_question, again.in_question) == (question,) * 3


def test_a_condition_that_is_met_on_a_pursue_ends_it_and_on_a_problem_does_not() -> None:
    problem = replace(NOT_SHOWN, conditions=(HOMEWORK,))
    later = ProspectCondition("more", date(2026, 12, 20))
    fire = judged(replace(FIRE, conditions=(HOMEWORK, later)))

    assert is_in_question(fire)
    assert not is_in_question(met("2026-12-07")[1](fire))
    assert is_in_question(met("2026-12-07")[1](judged(problem)))


@pytest.mark.parametrize(
    ("events", "day", "is_past"),
    [
        ([], "2026-12-21", False),
        ([], "2026-12-22", True),
        ([alive("2026-12-21")], "2026-12-22", True),
        ([overridden("2026-12-21", "2026-12-28")], "2026-12-28", False),
        ([overridden("2026-12-21", "2026-12-28")], "2026-12-29", True),
        ([walked_away("2026-12-21")], "2026-12-22", False),
    ],
)
def test_what_is_past_its_backstop(events: Sequence[Event], day: str, *, is_past: bool) -> None:
    prospect = judged(NO_OFFER)
    for _, change in events:
        prospect = change(prospect)

    assert is_past_backstop(prospect, date.fromisoformat(day)) is is_past


@pytest.mark.parametrize(
    ("until", "is_long"), [("2026-12-04", False), ("2026-12-11", False), ("2026-12-14", True)]
)
def test_a_pause_of_more_than_five_working_days_is_a_long_one(until: str, *, is_long: bool) -> None:
    day = date(2026, 12, 3)

    assert is_long_pause(date.fromisoformat(until), day, CALENDAR) is is_long


def test_the_numbers_are_the_workspaces() -> None:
    policy = BackstopPolicy(after=1, every=2)
    question = in_question_after(
        NO_OFFER, None, now=at("2026-12-03"), working=READERS[ANNA].working, policy=policy
    )
    prospect = replace(NO_OFFER, in_question=question)

    assert listed_on(prospect, BOSS, None, policy) == date(2026, 12, 9)
    assert listed_on(prospect, BOSS, date(2026, 12, 9), policy) == date(2026, 12, 11)
