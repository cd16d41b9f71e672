"""Which nudge is due when: the worked examples, the doses, and when it stops."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.calendar import WorkingTime
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import (
    chase,
    end,
    hand_over,
    meet_conditions,
    note_sign_of_life,
    reopen,
    snooze,
    snooze_choices,
)
from bot.domain.errors import SnoozeRefused
from bot.domain.nudges import (
    Reader,
    is_being_talked_into_it,
    is_proposed_for_closing,
    next_nudge,
    next_round,
    nudged,
    nudges_due,
    pause_until,
)
from bot.domain.overrides import approve, ask, deny, take_effect
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import (
    Decision,
    Due,
    DueReason,
    NudgeRecord,
    Prospect,
    ProspectCondition,
    ProspectId,
    is_problem,
    is_stalled,
    lapsed,
    undecided,
)
from tests.domain.figures.timeline import (
    ANNA,
    BEN,
    BERLIN,
    CALENDAR,
    NEW_YORK,
    READERS,
    Change,
    Timeline,
    days_of_nudges,
    screened,
    wish,
)

OWNER = frozenset({Role.FULL_MEMBER, Role.OWNER})
MANAGER = frozenset({Role.FULL_MEMBER, Role.MANAGER})
TWO_MONTHS_LATER = datetime(2027, 2, 5, tzinfo=UTC)
HOMEWORK = ProspectCondition("last year's figures", date(2026, 12, 8))

NOT_SHOWN = screened(Verdict.PROBLEM, date(2026, 12, 1), within=5)
NO_OFFER = screened(Verdict.WALK_AWAY, date(2026, 12, 3))
FIRE = screened(Verdict.PURSUE, date(2026, 12, 1), conditions=(HOMEWORK,))
OUTSIDE = screened(Verdict.PROBLEM, date(2026, 12, 7), within=7)


def at(day: str, hour: int = 13) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC)


def alive(day: str) -> tuple[datetime, Change]:
    return at(day), lambda prospect: note_sign_of_life(
        prospect, on=date.fromisoformat(day), calendar=CALENDAR
    )


def snoozed(day: str, days: int, by: frozenset[Role] = OWNER) -> tuple[datetime, Change]:
    today = date.fromisoformat(day)
    return at(day), lambda prospect: snooze(prospect, days, by, today=today, calendar=CALENDAR)


def met(day: str) -> tuple[datetime, Change]:
    return at(day), lambda prospect: meet_conditions(
        prospect, brought="figures", by=ANNA, now=at(day), working=READERS[ANNA].working
    )


def walked_away(day: str, hour: int = 13) -> tuple[datetime, Change]:
    decision = Decision(Action.WALK_AWAY, ANNA, at(day, hour))
    return at(day, hour), lambda prospect: end(prospect, decision)


def undone(day: str, hour: int = 13) -> tuple[datetime, Change]:
    return at(day, hour), lambda prospect: reopen(
        prospect, OWNER, now=at(day, hour), calendar=CALENDAR, zone=BERLIN
    )


def overridden(day: str, kill_on: str) -> tuple[datetime, Change]:
    override = wish(at(day), date.fromisoformat(kill_on), id=day)
    return at(day), lambda prospect: take_effect(prospect, override)


def asked(day: str, kill_on: str) -> tuple[datetime, Change]:
    today, override = date.fromisoformat(day), wish(at(day), date.fromisoformat(kill_on), id=day)
    return at(day), lambda prospect: ask(prospect, override, today=today, calendar=CALENDAR)


def approved(day: str) -> tuple[datetime, Change]:
    today = date.fromisoformat(day)
    return at(day), lambda prospect: approve(prospect, by=BEN, now=at(day), today=today)


def denied(day: str) -> tuple[datetime, Change]:
    return at(day), lambda prospect: deny(
        prospect, "No.", by=BEN, now=at(day), working=READERS[ANNA].working
    )


def chased(day: str) -> tuple[datetime, Change]:
    return at(day), chase


@pytest.mark.parametrize(
    ("prospect", "events", "due", "nudges"),
    [
        pytest.param(NOT_SHOWN, [], "2026-12-08", "12-09 12-16 12-23", id="not shown"),
        pytest.param(
            NOT_SHOWN,
            [alive("2026-12-09")],
            "2026-12-18",
            "12-09 12-21 12-29 01-06",
            id="a sign of life after nudge 1",
        ),
        pytest.param(NO_OFFER, [], "2026-12-07", "12-08 12-15 12-22", id="walk away"),
        pytest.param(FIRE, [met("2026-12-07")], None, "", id="homework met"),
        pytest.param(FIRE, [], "2026-12-08", "12-09 12-16 12-23", id="homework not met"),
        pytest.param(
            OUTSIDE,
            [snoozed("2026-12-17", 1)],
            "2026-12-16",
            "12-17 12-18+ 12-28 01-05",
            id="snoozed by a day after nudge 1",
        ),
        pytest.param(
            NOT_SHOWN,
            [chased("2026-12-09"), chased("2026-12-10"), chased("2026-12-11")],
            "2026-12-08",
            "12-09 12-16 12-23",
            id="a chase only counts",
        ),
        pytest.param(
            NOT_SHOWN,
            [walked_away("2026-12-10")],
            "2026-12-08",
            "12-09",
            id="decided after nudge 1",
        ),
        pytest.param(
            NOT_SHOWN,
            [walked_away("2026-12-08"), undone("2026-12-09")],
            "2026-12-08",
            "12-10 12-17 12-24",
            id="undone on the day of nudge 1, which waits for the next morning",
        ),
        pytest.param(
            NOT_SHOWN,
            [snoozed("2026-12-24", 20, MANAGER)],
            "2026-12-08",
            "12-09 12-16 12-23 01-25+",
            id="left alone by a manager after nudge 3, which comes once more",
        ),
        pytest.param(
            NOT_SHOWN,
            [snoozed("2026-12-16", 5), alive("2026-12-17")],
            "2026-12-29",
            "12-09 12-16 12-30 01-07 01-14",
            id="a sign of life ends a snooze",
        ),
        pytest.param(
            FIRE,
            [met("2026-12-15")],
            None,
            "12-09",
            id="homework met after it lapsed",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15")],
            "2026-12-07",
            "12-10 12-17 12-24",
            id="an override asked for, and nobody answers",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), approved("2026-12-07")],
            "2026-12-15",
            "12-16 12-23 12-31",
            id="an override approved",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), denied("2026-12-08")],
            "2026-12-07",
            "12-09 12-16 12-23",
            id="an override denied, and what was due waits for the next morning",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), denied("2026-12-04")],
            "2026-12-07",
            "12-08 12-15 12-22",
            id="an override denied before anything was due",
        ),
        pytest.param(
            NO_OFFER,
            [
                asked("2026-12-04", "2026-12-15"),
                denied("2026-12-04"),
                asked("2026-12-07", "2026-12-15"),
            ],
            "2026-12-07",
            "12-08 12-15 12-22",
            id="only for the first request do nudges wait",
        ),
        pytest.param(
            NOT_SHOWN,
            [snoozed("2026-12-09", 5), overridden("2026-12-10", "2026-12-11")],
            "2026-12-11",
            "12-09 12-14 12-21 12-29",
            id="an override ends a snooze and starts nudges anew",
        ),
        pytest.param(
            FIRE,
            [overridden("2026-12-07", "2026-12-15")],
            "2026-12-15",
            "12-16 12-23 12-31",
            id="conditions do not count while an override stands",
        ),
        pytest.param(
            FIRE,
            [overridden("2026-12-07", "2026-12-15"), met("2026-12-10")],
            None,
            "",
            id="a condition met leaves nothing to override, and nothing due",
        ),
        pytest.param(
            FIRE,
            [overridden("2026-12-07", "2026-12-15"), met("2026-12-17")],
            None,
            "12-16",
            id="nor after the kill date",
        ),
        pytest.param(
            replace(NOT_SHOWN, conditions=(HOMEWORK,)),
            [overridden("2026-12-07", "2026-12-15"), met("2026-12-10")],
            "2026-12-15",
            "12-16 12-23 12-31",
            id="on a problem it leaves the kill date",
        ),
        pytest.param(
            NOT_SHOWN,
            [overridden("2026-12-07", "2026-12-09"), alive("2026-12-10")],
            "2026-12-21",
            "12-10 12-22 12-30 01-07",
            id="a sign of life after the kill date",
        ),
        pytest.param(
            NO_OFFER,
            [
                overridden("2026-12-07", "2026-12-15"),
                walked_away("2026-12-08"),
                undone("2026-12-09"),
            ],
            "2026-12-15",
            "12-16 12-23 12-31",
            id="undo restores the override",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), walked_away("2026-12-07"), undone("2026-12-08")],
            "2026-12-07",
            "12-10 12-17 12-24",
            id="undo restores the request",
        ),
        pytest.param(
            NO_OFFER,
            [asked("2026-12-04", "2026-12-15"), walked_away("2026-12-09"), undone("2026-12-10")],
            "2026-12-07",
            "12-11 12-18 12-28",
            id="a request that is restored too late lapses, and waits for the next morning",
        ),
    ],
)
def test_the_worked_examples(
    prospect: Prospect, events: list[tuple[datetime, Change]], due: str | None, nudges: str
) -> None:
    last = prospect
    for moment, change in sorted(events, key=lambda event: event[0]):
        if moment.hour:
            last = change(last)

    assert days_of_nudges(prospect, events, TWO_MONTHS_LATER) == nudges.split()
    assert (last.due and last.due.on.isoformat()) == due


def test_a_snooze_before_nudge_1_postpones_it() -> None:
    snoozed_at, change = snoozed("2026-12-09", 3)
    before_it = snoozed_at.replace(hour=7)  # eight o'clock in Berlin

    nudges = days_of_nudges(NOT_SHOWN, [(before_it, change)], TWO_MONTHS_LATER)

    assert nudges == ["12-14", "12-21", "12-29"]


def test_a_condition_lapses_with_the_end_of_its_day() -> None:
    on_its_day, the_day_after = date(2026, 12, 8), date(2026, 12, 9)

    assert not is_problem(FIRE, on_its_day)
    assert lapsed(FIRE, on_its_day) == ()
    assert is_problem(FIRE, the_day_after)
    assert is_stalled(FIRE, the_day_after)
    assert lapsed(FIRE, the_day_after) == (HOMEWORK,)


def test_a_good_prospect_is_no_problem_and_never_nudged() -> None:
    good = screened(Verdict.PURSUE, date(2026, 12, 1))

    assert not is_problem(good, date(2027, 6, 1))
    assert next_nudge(good, CALENDAR) is None


def test_the_undecided_are_listed_longest_overdue_first() -> None:
    later = replace(NO_OFFER, id=ProspectId("p0"), due=Due(date(2026, 12, 9), DueReason.VERDICT))
    ended = end(
        replace(NOT_SHOWN, id=ProspectId("p2")), Decision(Action.LOST, ANNA, at("2026-12-10"))
    )
    today = date(2026, 12, 10)

    listed = undecided([later, NOT_SHOWN, OUTSIDE, ended, NO_OFFER], today)

    assert listed == [NO_OFFER, NOT_SHOWN, later]


def test_a_sign_of_life_never_brings_the_due_date_forward() -> None:
    far = replace(NOT_SHOWN, due=Due(date(2027, 1, 29), DueReason.VERDICT))

    _, change = alive("2026-12-09")

    assert change(far).due == far.due
    assert change(NOT_SHOWN).due == Due(date(2026, 12, 18), DueReason.SIGN_OF_LIFE)


def test_only_a_sign_of_life_makes_chases_forgotten() -> None:
    chased_thrice = chase(chase(chase(NOT_SHOWN)))

    assert is_being_talked_into_it(chased_thrice)
    assert not is_being_talked_into_it(chase(chase(NOT_SHOWN)))
    assert alive("2026-12-09")[1](chased_thrice).chases == 0
    assert hand_over(chased_thrice, BEN, morning=date(2026, 12, 10)).chases == 3


def test_a_met_condition_leaves_the_later_due_date_with_nudges_of_its_own() -> None:
    homework = replace(HOMEWORK, due=date(2026, 12, 2))
    problem = screened(Verdict.PROBLEM, date(2026, 12, 1), within=5, conditions=(homework,))

    nudges = days_of_nudges(problem, [met("2026-12-04")], TWO_MONTHS_LATER)

    assert nudges == ["12-03", "12-09", "12-16", "12-23"]


def test_a_condition_met_after_both_dates_have_passed_leaves_the_nudges_as_they_are() -> None:
    homework = replace(HOMEWORK, due=date(2026, 12, 2))
    problem = screened(Verdict.PROBLEM, date(2026, 12, 1), within=5, conditions=(homework,))

    nudges = days_of_nudges(problem, [met("2026-12-14")], TWO_MONTHS_LATER)

    assert nudges == ["12-03", "12-10", "12-17"]


@pytest.mark.parametrize(("hour", "day"), [(7, "12-08"), (13, "12-09")])
def test_what_is_undone_before_nine_comes_on_the_same_morning(hour: int, day: str) -> None:
    events = [walked_away("2026-12-07"), undone("2026-12-08", hour)]

    assert days_of_nudges(NO_OFFER, events, TWO_MONTHS_LATER)[0] == day


def test_an_owner_may_snooze_twice_and_not_after_the_last_nudge() -> None:
    once = snoozed("2026-12-09", 5)[1](NOT_SHOWN)
    twice = snoozed("2026-12-09", 1)[1](once)

    assert snooze_choices(once, OWNER) == (1, 3, 5)
    assert snooze_choices(twice, OWNER) == ()
    assert snooze_choices(twice, MANAGER) == tuple(range(1, 21))
    assert snooze_choices(replace(NOT_SHOWN, nudge_record=NudgeRecord(nudges=3)), OWNER) == ()
    with pytest.raises(SnoozeRefused):
        snoozed("2026-12-09", 1)[1](twice)
    with pytest.raises(SnoozeRefused):
        snoozed("2026-12-09", 2)[1](NOT_SHOWN)
    with pytest.raises(SnoozeRefused):
        snoozed("2026-12-09", 21, MANAGER)[1](NOT_SHOWN)


def test_a_snooze_of_a_manager_is_not_counted_against_the_owner() -> None:
    left_alone = snoozed("2026-12-09", 20, MANAGER)[1](NOT_SHOWN)

    assert left_alone.nudge_record == NudgeRecord(snoozed_until=date(2027, 1, 8), is_discussed=True)


def test_a_new_owner_hears_of_it_anew_from_their_next_working_morning() -> None:
    known = nudged(NOT_SHOWN, next_nudge(NOT_SHOWN, CALENDAR), date(2026, 12, 9))  # type: ignore[arg-type]

    given = hand_over(known, BEN, morning=date(2026, 12, 14))
    nudge = next_nudge(given, CALENDAR)

    assert given.due == known.due
    assert nudge is not None
    assert (nudge.on, nudge.number, nudge.counts) == (date(2026, 12, 14), 1, True)


def test_after_the_third_nudge_it_is_proposed_for_closing() -> None:
    assert not is_proposed_for_closing(replace(NOT_SHOWN, nudge_record=NudgeRecord(nudges=2)))
    assert is_proposed_for_closing(replace(NOT_SHOWN, nudge_record=NudgeRecord(nudges=3)))


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-12-09T07:59", False),
        ("2026-12-09T09:00", True),
        ("2026-12-09T15:59", True),
        ("2026-12-09T16:00", False),
        ("2026-12-12T09:30", False),
        ("2026-12-25T09:30", False),
        ("2026-12-08T22:00", False),
    ],
)
def test_nothing_goes_out_but_on_working_days_from_the_morning_to_five(
    now: str, goes: bool
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert bool(nudges_due([NOT_SHOWN], READERS[ANNA], moment)) is goes


def test_owners_are_spread_over_the_hour_and_each_has_the_same_time_each_day() -> None:
    day = date(2026, 12, 9)
    members = [Reader(MemberId(f"U{n}"), WorkingTime(CALENDAR, NEW_YORK)) for n in range(240)]
    morning = members[0].working.morning(day)

    quarters = [int((each.morning(day) - morning.start).total_seconds() // 900) for each in members]

    assert all(each.morning(day) in morning for each in members)
    assert [quarters.count(n) > 30 for n in range(4)] == [True] * 4
    assert READERS[ANNA].morning(day) == datetime(2026, 12, 9, 8, 25, 40, tzinfo=UTC)


def test_one_message_lists_ten_and_the_rest_comes_the_next_day() -> None:
    many = [
        screened(Verdict.PROBLEM, date(2026, 12, 1), within=1 + n % 3, id=f"p{n:02}")
        for n in range(24)
    ]
    timeline = Timeline({each.id: each for each in many})

    for hour in range(24 * 20):
        timeline.tick(at("2026-12-07", 0) + timedelta(hours=hour))

    first, second, third = timeline.messages[:3]
    overdue = [prospect.due.on for prospect, _ in first.items if prospect.due]
    assert [len(each.items) for each in (first, second, third)] == [10, 10, 4]
    assert overdue == sorted(overdue)
    assert [each.day.day for each in timeline.messages[:4]] == [7, 8, 9, 14]


def test_a_fourth_message_waits_for_the_next_week() -> None:
    had = frozenset({date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9)})
    reader = replace(READERS[ANNA], nudged_on=had)

    assert not nudges_due([NO_OFFER], reader, at("2026-12-10"))
    assert nudges_due([NO_OFFER], reader, at("2026-12-14"))
    assert next_round(date(2026, 12, 8), reader, at("2026-12-09")) == reader.morning(
        date(2026, 12, 14)
    )


def test_a_pause_until_monday_holds_nudges_back_and_no_dates() -> None:
    reader = replace(READERS[ANNA], paused_until=date(2026, 12, 14))

    assert not nudges_due([NOT_SHOWN], reader, at("2026-12-11"))
    assert nudges_due([NOT_SHOWN], reader, at("2026-12-14"))
    assert is_stalled(NOT_SHOWN, date(2026, 12, 9))


def test_a_pause_that_ends_today_lets_the_morning_of_tomorrow_count() -> None:
    today = date(2026, 12, 9)

    assert pause_until(today, today) == date(2026, 12, 10)
    assert pause_until(date(2026, 12, 14), today) == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-07T12:00", "2026-12-09T08:25:40"),
        ("2026-12-09T08:25:40", "2026-12-09T08:25:40"),
        ("2026-12-09T12:00", "2026-12-09T12:00"),
        ("2026-12-09T16:00", "2026-12-10T08:25:40"),
        ("2026-12-12T12:00", "2026-12-14T08:25:40"),
    ],
)
def test_a_missed_morning_is_made_up_until_five_and_else_waits_for_the_next(
    now: str, expected: str
) -> None:
    moment, then = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, expected))

    assert next_round(date(2026, 12, 9), READERS[ANNA], moment) == then


def test_without_a_next_nudge_there_is_no_round() -> None:
    assert next_round(None, READERS[ANNA], at("2026-12-09")) is None
