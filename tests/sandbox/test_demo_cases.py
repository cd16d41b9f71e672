"""The plan of the played year: what it promises about figures, and that it can be read."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from bot.domain.figures.shares import LEAST
from bot.domain.names import name_key
from sandbox.demo.cases import Case, Deed, read_memories, read_year
from sandbox.demo.playing import DAYS, MEMBERS, beginning, days_until

YEAR = read_year()
ASKED_BY = 215
"""Whoever is won by this day of the year is asked about, 30 days later, before it is over."""


def deed(case: Case, action: str) -> Deed | None:
    return next((each for each in case.deeds if each.action == action), None)


def test_a_year_has_many_prospects_and_each_is_another() -> None:
    assert 120 <= len(YEAR) <= 160
    assert len({name_key(case.name) for case in YEAR}) == len(YEAR)
    assert [case.day for case in YEAR] == sorted(case.day for case in YEAR)


def test_everything_happens_within_the_year_and_is_done_by_members() -> None:
    days = [case.day for case in YEAR] + [each.day for case in YEAR for each in case.deeds]

    assert min(days) >= 0
    assert max(days) < DAYS
    assert {case.who for case in YEAR} | {d.by for c in YEAR for d in c.deeds} == set(MEMBERS)


def test_enough_clients_were_won_against_the_verdict_for_every_fear_to_be_answered() -> None:
    answered = Counter[str]()
    for case in YEAR:
        override, won = deed(case, "override"), deed(case, "won")
        if override and won and won.day <= ASKED_BY and "again" in case.outcome:
            answered[override.entries["fear"]] += 1

    assert len(answered) == 5
    assert min(answered.values()) >= LEAST


def test_an_outcome_is_planned_for_each_client_and_each_walk_away() -> None:
    for case in YEAR:
        is_client = deed(case, "won") is not None
        was_refused = bool(case.deeds) and case.deeds[-1].action == "walk_away"
        asked = {"paid", "hours", "again", "respect"} if is_client else set()
        asked |= {"regret"} if was_refused else set()
        assert set(case.outcome) - {"taken"} == asked, case.name


def test_a_team_remembers_enough_and_each_is_another() -> None:
    memories = read_memories()
    names = [
        name_key(name)
        for name in [*(each.name for each in YEAR), *(each.name for each in memories)]
    ]

    assert len(memories) >= 20
    assert len(set(names)) == len(names)
    assert {each.who for each in memories} == set(MEMBERS)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 12, 1, 0, 30, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_year_ends_with_the_last_working_day_before_today(now: datetime, last: date) -> None:
    days = days_until(now)

    assert (len(days), days[-1]) == (DAYS, last)
    assert beginning(now).date() == days[0]
    assert 340 < (now.date() - days[0]).days < 366
