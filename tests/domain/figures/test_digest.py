"""The digest of a week: when it is sent, which days it tells of, and what it counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import WorkingTime, working_calendar
from bot.domain.checklist.rules import Verdict
from bot.domain.days_off import ListedDays
from bot.domain.figures.digest import (
    ROWS,
    Digest,
    DigestCounts,
    Praise,
    days_covered,
    digest_day,
    digest_of,
    digest_time,
    list_undecided,
    next_digest,
    recent_figures,
)
from bot.domain.figures.scope import Period
from bot.domain.figures.shares import Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.figures.timeline import Timeline
from bot.domain.prospects import Prospect, ProspectId, Stage, TimeInQuestion
from tests.domain.figures import timeline as prospects
from tests.domain.figures.timelines import (
    ANNA,
    BEN,
    CALENDAR,
    PROBLEM,
    PURSUE,
    day,
    happened_since,
    left,
    lost,
    overridden,
    screened,
    tell,
    timelines,
    undone,
    won,
)

BERLIN = WorkingTime(CALENDAR, ZoneInfo("Europe/Berlin"))
MONDAY = date(2026, 12, 14)
TOLD = Period(date(2026, 12, 7), date(2026, 12, 13))
FREE_WEEK = working_calendar(
    "DE-BE", free=ListedDays(dates=frozenset(date(2026, 12, 21) + timedelta(n) for n in range(7)))
)


def digest(touched: Sequence[Timeline], known: Sequence[Timeline], monday: date = MONDAY) -> Digest:
    lately = recent_figures(known, monday=monday, today=monday, calendar=CALENDAR)
    return digest_of(touched, (), lately, monday=monday, today=monday, calendar=CALENDAR)


def counts(*histories: tuple[object, ...]) -> DigestCounts:
    told = [tell(*history) for history in histories]  # type: ignore[arg-type]
    return digest(told, told).counts


@given(st.lists(timelines(), max_size=8), st.integers(0, 40))
def test_what_happened_before_the_days_that_it_tells_of_is_only_in_its_figures(
    told: list[Timeline], weeks: int
) -> None:
    monday = date(2026, 12, 7) + timedelta(weeks=weeks)
    first = days_covered(monday, CALENDAR).first
    past = [each for each in told if each.history[-1].on <= monday]
    touched = [each for each in past if happened_since(each, first)]

    assert digest(touched, past, monday) == digest(past, past, monday)


def waiting(n: int, first_due: date, backstop: date | None = None) -> Prospect:
    """Return an open problem prospect that is due as long as it is in question."""
    found = prospects.screened(Verdict.PROBLEM, first_due, within=0, id=f"p{n:03}")
    assert found.due is not None
    question = TimeInQuestion(1, first_due, backstop or first_due + timedelta(days=365))
    return replace(found, due=replace(found.due, on=first_due), in_question=question)


@pytest.mark.parametrize(
    ("monday", "on"),
    [
        (date(2026, 12, 14), date(2026, 12, 14)),
        (date(2026, 12, 21), date(2026, 12, 21)),
        (date(2026, 5, 25), date(2026, 5, 26)),  # Whit Monday
        (date(2026, 4, 6), date(2026, 4, 7)),  # Easter Monday
    ],
)
def test_the_digest_goes_out_on_the_first_working_day_of_its_week(monday: date, on: date) -> None:
    assert digest_day(monday, CALENDAR) == on
    span = digest_time(monday, BERLIN)
    assert span is not None
    assert span.start.astimezone(BERLIN.zone).time().hour == 9
    assert span.end.astimezone(BERLIN.zone).date() == on + timedelta(days=1)


def test_a_week_without_a_working_day_has_none_and_the_next_tells_of_both() -> None:
    free = WorkingTime(FREE_WEEK, BERLIN.zone)
    assert digest_day(date(2026, 12, 21), FREE_WEEK) is None
    assert digest_time(date(2026, 12, 21), free) is None
    monday, _ = next_digest(datetime(2026, 12, 15, tzinfo=UTC), free, date(2026, 12, 14))
    assert monday == date(2026, 12, 28)
    assert days_covered(monday, FREE_WEEK) == Period(date(2026, 12, 14), date(2026, 12, 27))
    assert days_covered(MONDAY, CALENDAR) == TOLD


@pytest.mark.parametrize(
    ("now", "last", "monday"),
    [
        ("2026-12-14T07:00", "2026-12-07", "2026-12-14"),
        ("2026-12-14T20:00", "2026-12-07", "2026-12-14"),  # until the end of that day
        ("2026-12-14T23:30", "2026-12-07", "2026-12-21"),  # which is over in Berlin
        ("2026-12-16T12:00", "2026-12-07", "2026-12-21"),
        ("2026-12-14T08:00", "2026-12-14", "2026-12-21"),
        ("2026-12-13T23:30", "2026-12-07", "2026-12-14"),  # Monday in Berlin
        ("2027-01-20T12:00", "2026-12-14", "2027-01-25"),  # after weeks of standing still
    ],
)
def test_each_week_has_one_digest_until_its_day_is_over(now: str, last: str, monday: str) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found, _ = next_digest(instant, BERLIN, date.fromisoformat(last))
    assert found == date.fromisoformat(monday)


def test_what_happened_in_the_week_is_counted() -> None:
    found = counts(
        (screened("12-07", PURSUE), won("12-13")),
        (screened("12-08", PROBLEM), overridden("12-09", "reputation", alone=2)),
        (screened("12-08", PROBLEM), screened("12-10", PURSUE)),
        (screened("12-03"), left("12-09")),
        (screened("12-03"), lost("12-11")),
    )
    assert found.screened == {PURSUE: 2, PROBLEM: 2}
    assert found.ended == {Stage.WON: 1, Stage.WALKED_AWAY: 1, Stage.LOST: 1}
    assert found.overrides == {"reputation": 1}
    assert found.alone == (2,)
    assert not found.is_empty


@pytest.mark.parametrize(
    "history",
    [
        (screened("12-06"), left("12-14")),
        (screened("12-03", PURSUE), won("12-02")),
        (screened("12-03"), overridden("12-04")),
    ],
)
def test_what_happened_before_or_after_it_is_not(history: tuple[object, ...]) -> None:
    assert counts(history).is_empty


def test_an_end_that_was_undone_is_none() -> None:
    assert counts((screened("12-03"), left("12-09"), undone("12-09"))).is_empty
    assert counts((screened("12-03", PURSUE), won("12-09"), undone("12-10"))).is_empty
    again = counts((screened("12-03"), left("12-09"), undone("12-09"), left("12-10")))
    assert again.ended == {Stage.WALKED_AWAY: 1}


@pytest.mark.parametrize(("noted", "n"), [("12-06", 0), ("12-07", 1), ("12-13", 1), ("12-14", 0)])
def test_a_win_stands_in_the_digest_of_the_week_in_which_it_was_noted(noted: str, n: int) -> None:
    late = replace(won("11-20"), noted=day(noted))

    assert counts((screened("11-03", PURSUE), late)).ended == ({Stage.WON: 1} if n else {})


def test_the_fastest_no_is_praised() -> None:
    slow = tell(screened("12-03"), left("12-09"), contact="12-01")
    fast = tell(screened("12-08"), left("12-08"), contact="12-07", owner=BEN)
    fast = replace(fast, prospect_id=ProspectId("fast"))
    made = digest([slow, fast], [slow, fast])
    assert made.counts.fastest_no == Praise(ProspectId("fast"), BEN, 1)
    assert counts((screened("12-08", PROBLEM),)).fastest_no is None


def test_twelve_weeks_of_verdicts_end_with_the_week_before() -> None:
    told = [tell(screened("12-13", PURSUE)), tell(screened("12-07", PROBLEM), screened("12-14"))]
    weeks = digest(told, told).weeks
    assert [weeks[0].period.first, weeks[-1].period.first] == [date(2026, 9, 21), date(2026, 12, 7)]
    assert len(weeks) == 12
    assert weeks[-1].verdicts == {PURSUE: 1, PROBLEM: 1, Verdict.WALK_AWAY: 0}
    assert not any(weeks[0].verdicts.values())


def test_a_verdict_counts_in_its_own_period_and_a_prospect_in_that_of_its_first() -> None:
    long_ago = replace(
        tell(screened("12-07"), overridden("12-09")),
        history=(replace(screened("12-07"), on=date(2026, 9, 20)), overridden("12-09")),
    )
    lately = tell(screened("12-01"), overridden("12-03"))
    figures = digest([lately], [long_ago, lately]).figures
    assert figures.before is not None
    for found in (figures.now, figures.before):
        assert found.overridden[Verdict.WALK_AWAY] == Share(1, 1)
        assert found.discipline.share == Share(0, 1)


def test_the_next_client_may_be_from_another_period() -> None:
    refused = replace(
        tell(screened("12-07"), left("12-08")),
        history=(
            replace(screened("12-07"), on=date(2026, 9, 18)),
            replace(left("12-08"), on=date(2026, 9, 18)),
        ),
    )
    client = tell(screened("12-07", PURSUE), won("12-11"), owner=ANNA)
    figures = digest([client], [refused, client]).figures
    assert figures.before is not None
    assert figures.before.next_client == TimeToHalf(1, 0)


def test_what_is_due_today_or_later_is_not_undecided() -> None:
    on_time, late = waiting(1, MONDAY), waiting(2, day("12-11"))
    found = list_undecided([on_time, late], told=TOLD, today=MONDAY, calendar=CALENDAR)
    assert found.rows == (late,)


def test_what_moved_its_due_date_past_the_backstop_is_undecided() -> None:
    late = waiting(1, day("12-01"), backstop=day("12-11"))
    assert late.due is not None
    moved = replace(late, due=replace(late.due, on=day("01-15")))
    found = list_undecided([moved], told=TOLD, today=MONDAY, calendar=CALENDAR)
    assert found.rows == (moved,)


def test_the_longest_undecided_come_first_but_for_newly_passed_backstops() -> None:
    old = waiting(1, date(2026, 9, 1), backstop=date(2026, 9, 15))
    older = waiting(2, date(2026, 8, 3), backstop=date(2026, 8, 17))
    new = waiting(3, day("12-01"), backstop=day("12-11"))
    on_the_last_digest = waiting(4, day("12-01"), backstop=day("12-07"))
    before_it = waiting(5, day("12-01"), backstop=date(2026, 12, 6))
    found = list_undecided(
        [new, old, older, before_it, on_the_last_digest],
        told=TOLD,
        today=MONDAY,
        calendar=CALENDAR,
    )
    assert found.rows == (new, on_the_last_digest, older, old, before_it)


def test_twenty_are_listed_and_the_rest_counted() -> None:
    late = [waiting(n, day("12-01")) for n in range(ROWS + 7)]
    found = list_undecided(late, told=TOLD, today=MONDAY, calendar=CALENDAR)
    assert (len(found.rows), found.also_new, found.more) == (ROWS, (), 7)


def test_newly_passed_backstops_are_all_named() -> None:
    new = [waiting(n, day("12-01"), backstop=day("12-11")) for n in range(ROWS + 3)]
    old = [waiting(100 + n, date(2026, 9, 1)) for n in range(4)]
    found = list_undecided([*new, *old], told=TOLD, today=MONDAY, calendar=CALENDAR)
    assert found.rows == tuple(new[:ROWS])
    assert (found.also_new, found.more) == (tuple(new[ROWS:]), 4)
