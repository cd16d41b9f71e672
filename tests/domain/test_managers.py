"""What managers hear on which morning: what is proposed for closing, and who is gone."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import WorkingTime
from bot.domain.checklist.rules import Verdict
from bot.domain.managers import (
    OWNERS_IN_ONE,
    Departure,
    LongPause,
    News,
    Proposal,
    Undecided,
    agenda_due,
    is_up_for_closing,
    next_agenda,
)
from bot.domain.nudges import Reader
from bot.domain.people import MemberId
from bot.domain.prospects import Due, DueReason, NudgeRecord, Prospect, ProspectId
from tests.domain.figures.timeline import ANNA, BEN, BERLIN, CALENDAR, NEW_YORK, Timeline, screened

SABINE = MemberId("U0SABINE")
MANAGER = Reader(SABINE, WorkingTime(CALENDAR, BERLIN))
TOKYO = ZoneInfo("Asia/Tokyo")
ONE_HOUR = timedelta(hours=1)

NOT_SHOWN = screened(Verdict.PROBLEM, date(2026, 12, 1), within=5)
NO_OFFER = screened(Verdict.WALK_AWAY, date(2026, 12, 3))
OUTSIDE = screened(Verdict.PROBLEM, date(2026, 12, 7), within=7)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def proposed(
    number: int = 1, due: str = "2026-12-08", moment: str = "2026-12-23T08:30"
) -> Proposal:
    told = NudgeRecord(nudges=3, last_on=date(2026, 12, 23))
    decided_by = Due(date.fromisoformat(due), DueReason.VERDICT)
    prospect = replace(NOT_SHOWN, id=ProspectId(f"p{number:02}"), nudge_record=told, due=decided_by)
    return Proposal(prospect, date(2026, 12, 23), at(moment))


@pytest.mark.parametrize(
    ("prospect", "nudge_3", "managers"),
    [
        pytest.param(NOT_SHOWN, "2026-12-23", "2026-12-24", id="not shown"),
        pytest.param(NO_OFFER, "2026-12-22", "2026-12-23", id="walk away"),
        pytest.param(OUTSIDE, "2027-01-04", "2027-01-05", id="outside niche"),
    ],
)
def test_the_worked_examples(prospect: Prospect, nudge_3: str, managers: str) -> None:
    timeline = Timeline({prospect.id: prospect})
    now = datetime.combine(prospect.verdict_on, time(), UTC)
    while not is_up_for_closing(timeline.prospects[prospect.id]):
        timeline.tick(now)
        now += ONE_HOUR
    (last,) = [message.at for message in timeline.messages[-1:]]

    told = timeline.prospects[prospect.id]

    morning = next_agenda(News(MANAGER, [Proposal(told, last.date(), last)], []), last)

    assert timeline.messages[-1].day.isoformat() == nudge_3
    assert morning == MANAGER.morning(date.fromisoformat(managers))


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (BERLIN, "2026-12-23T08:00", "2026-12-24"),
        (BERLIN, "2026-12-23T07:59", "2026-12-23"),
        (BERLIN, "2026-12-24T08:30", "2026-12-28"),
        (NEW_YORK, "2026-12-23T08:30", "2026-12-23"),
        (TOKYO, "2026-12-23T08:30", "2026-12-24"),
        (TOKYO, "2026-12-23T20:00", "2026-12-24"),
        (BERLIN, "2026-12-26T08:30", "2026-12-28"),
    ],
)
def test_the_next_morning_is_the_one_that_begins_next_where_they_are(
    zone: ZoneInfo, moment: str, day: str
) -> None:
    assert WorkingTime(CALENDAR, zone).next_morning(at(moment)).isoformat() == day


def test_ten_are_listed_longest_overdue_first_and_the_rest_is_counted() -> None:
    proposals = [proposed(n, due=f"2026-12-{9 - n % 3:02}") for n in range(13)]

    agenda = agenda_due(News(MANAGER, proposals, []), at("2026-12-24T09:30"))

    assert agenda is not None
    assert (len(agenda.proposals), agenda.more) == (10, 3)
    days = [each.prospect.due.on for each in agenda.proposals if each.prospect.due]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("reader", "moment"),
    [
        (MANAGER, "2026-12-23T09:30"),
        (MANAGER, "2026-12-24T07:30"),
        (MANAGER, "2026-12-24T16:00"),
        (MANAGER, "2026-12-25T09:30"),
        (replace(MANAGER, paused_until=date(2026, 12, 28)), "2026-12-24T09:30"),
        (replace(MANAGER, nudged_on=frozenset({date(2026, 12, 24)})), "2026-12-24T09:30"),
    ],
)
def test_nothing_is_said_before_after_on_a_holiday_in_a_pause_or_twice(
    reader: Reader, moment: str
) -> None:
    assert agenda_due(News(reader, [proposed()], []), at(moment)) is None


def test_the_cap_of_nudges_does_not_hold_it_back() -> None:
    busy = replace(MANAGER, nudged_on=frozenset(date(2026, 12, day) for day in (21, 22, 23)))

    assert agenda_due(News(busy, [proposed()], []), at("2026-12-24T09:30")) is not None


@pytest.mark.parametrize(
    ("told", "is_up"),
    [
        (NudgeRecord(nudges=2), False),
        (NudgeRecord(nudges=3), True),
        (NudgeRecord(nudges=3, snoozed_until=date(2027, 1, 8)), False),
    ],
)
def test_what_is_to_be_left_alone_is_not_up_for_closing(told: NudgeRecord, is_up: bool) -> None:
    assert is_up_for_closing(replace(NOT_SHOWN, nudge_record=told)) is is_up


@pytest.mark.parametrize(
    ("offered_on", "day"),
    [(None, "2026-12-15"), ("2026-12-15", "2026-12-22"), ("2026-12-21", "2026-12-29")],
)
def test_what_a_gone_owner_left_is_offered_again_after_five_working_days(
    offered_on: str | None, day: str
) -> None:
    offered = None if offered_on is None else date.fromisoformat(offered_on)
    departure = Departure(ANNA, at("2026-12-14T12:00"), offered)

    morning = next_agenda(News(MANAGER, [], [departure]), at("2026-12-14T12:00"))

    assert morning == MANAGER.morning(date.fromisoformat(day))


def test_of_many_who_left_the_first_are_offered_first() -> None:
    gone = [Departure(MemberId(f"U{n}"), at(f"2026-12-{14 - n:02}T12:00")) for n in range(7)]

    agenda = agenda_due(News(MANAGER, [], gone), at("2026-12-15T09:30"))

    assert agenda is not None
    assert [each.owner for each in agenda.departures] == ["U6", "U5", "U4", "U3", "U2"]
    assert len(agenda.departures) == OWNERS_IN_ONE


def test_of_many_who_are_gone_or_away_five_come_in_one_message() -> None:
    gone = [Departure(MemberId(f"U{n}"), at("2026-12-14T12:00")) for n in range(3)]
    since, until = at("2026-12-14T12:00"), date(2027, 1, 15)
    away = [LongPause(MemberId(f"A{n}"), until, since) for n in range(4)]
    news, now = News(MANAGER, [], gone, pauses=away), at("2026-12-15T09:30")

    agenda = agenda_due(news, now)
    assert agenda is not None
    assert (len(agenda.departures), len(agenda.pauses)) == (3, 2)

    left = replace(news, pauses=[each for each in away if each not in agenda.pauses])
    rest = agenda_due(replace(left, departures=()), at("2026-12-16T09:30"))
    assert rest is not None
    assert [each.owner for each in rest.pauses] == ["A2", "A3"]


@given(
    moments=st.lists(st.integers(0, 24 * 40), max_size=30),
    zone=st.sampled_from([BERLIN, NEW_YORK, TOKYO]),
    step=st.integers(1, 7),
)
def test_whatever_is_proposed_is_told_once_each_at_a_decent_hour(
    moments: list[int], zone: ZoneInfo, step: int
) -> None:
    start = at("2026-12-01T00:00")
    reader = Reader(BEN, WorkingTime(CALENDAR, zone))
    all_of_them = [
        replace(proposed(n), at=start + hours * ONE_HOUR) for n, hours in enumerate(moments)
    ]
    heard: Counter[ProspectId] = Counter()
    now = start
    while now < start + timedelta(days=70):
        new = [each for each in all_of_them if each.at <= now and not heard[each.prospect.id]]
        agenda = agenda_due(News(reader, new, []), now)
        if agenda is not None:
            today = reader.working.today(now)
            assert reader.working.is_at_work(now)
            assert today not in reader.nudged_on
            assert all(each.at < reader.morning(today) for each in agenda.proposals)
            heard.update(each.prospect.id for each in agenda.proposals)
            reader = replace(reader, nudged_on=reader.nudged_on | {today})
        now += step * ONE_HOUR

    assert heard == Counter({each.prospect.id: 1 for each in all_of_them})


def undecided(on: str = "2026-12-22", number: int = 1, **more: Any) -> Undecided:
    prospect = replace(NOT_SHOWN, id=ProspectId(f"u{number}"))
    return Undecided(prospect, date.fromisoformat(on), **more)


@pytest.mark.parametrize(
    ("stood_on", "has_a_row"),
    [
        (None, True),
        ("2026-12-16", True),
        ("2026-12-17", False),
        ("2026-12-23", False),
    ],
)
def test_what_stood_there_in_the_last_five_working_days_brings_no_row_of_its_own(
    stood_on: str | None, *, has_a_row: bool
) -> None:
    stood = None if stood_on is None else date.fromisoformat(stood_on)
    news = News(MANAGER, [replace(proposed(), stood_on=stood)])

    assert (agenda_due(news, at("2026-12-24T09:30")) is not None) is has_a_row
    assert (next_agenda(news, at("2026-12-24T09:30")) is not None) is has_a_row


def test_what_is_listed_as_undecided_is_not_proposed_in_the_same_message() -> None:
    proposal = proposed()
    news = News(MANAGER, [proposal], undecided=[Undecided(proposal.prospect, date(2026, 12, 24))])

    agenda = agenda_due(news, at("2026-12-24T09:30"))

    assert agenda is not None
    assert (agenda.proposals, len(agenda.undecided)) == ((), 1)


def test_the_undecided_are_all_named_and_leave_fewer_rows_to_what_is_proposed() -> None:
    news = News(
        MANAGER,
        [proposed(n) for n in range(9)],
        undecided=[undecided(number=n) for n in range(8)],
    )

    agenda = agenda_due(news, at("2026-12-24T09:30"))

    assert agenda is not None
    assert (len(agenda.undecided), len(agenda.proposals), agenda.more) == (8, 2, 7)


@pytest.mark.parametrize(
    ("others_from", "morning"),
    [("0001-01-01", "2026-12-30"), ("2026-12-28", "2026-12-24"), ("9999-12-31", "2026-12-24")],
)
def test_a_pause_holds_it_back_only_while_another_manager_hears_of_it(
    others_from: str, morning: str
) -> None:
    away = replace(MANAGER, paused_until=date(2026, 12, 30))
    listed = undecided("2026-12-24", others_from=date.fromisoformat(others_from))
    news = News(away, [proposed()], undecided=[listed])

    upcoming = next_agenda(news, at("2026-12-23T12:00"))

    assert upcoming == away.morning(date.fromisoformat(morning))
    assert upcoming is not None
    agenda = agenda_due(news, upcoming)
    assert agenda is not None
    assert len(agenda.undecided) == 1
    assert bool(agenda.proposals) is (morning == "2026-12-30")
