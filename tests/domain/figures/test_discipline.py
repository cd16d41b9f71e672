"""The figures of a report, on timelines that a salesperson can count by hand."""

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import (
    OverrideNote,
    discipline,
    figures,
    next_client,
    note_on,
    override_rate_by_rule,
    override_rates,
    screened_again,
    softened,
    time_to_no,
)
from bot.domain.figures.ends import ends_of
from bot.domain.figures.shares import LEAST, Share
from bot.domain.figures.timeline import Happening, Screening, Timeline
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, ProspectId
from tests.domain.figures.timelines import (
    ANNA,
    BEN,
    CALENDAR,
    PROBLEM,
    PURSUE,
    day,
    given,
    left,
    lost,
    over,
    overridden,
    scope,
    screened,
    tell,
    undone,
    won,
)

NO = screened("12-03")
"""A *walk away* on Thursday 3 December: its five working days end with Thursday the 10th."""


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("12-03", "12-03", 0),
        ("12-03", "12-04", 1),
        ("12-04", "12-06", 0),  # Friday to Sunday
        ("12-04", "12-07", 1),
        ("12-05", "12-07", 1),  # Saturday to Monday
        ("12-03", "12-10", 5),
        ("12-24", "12-28", 1),  # over Christmas
        ("12-31", "01-04", 1),  # over New Year and a weekend
        ("12-10", "12-03", 0),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: str, end: str, days: int) -> None:
    assert CALENDAR.working_days_between(day(start), day(end)) == days


@pytest.mark.parametrize("n", [1, 2, 5, 20, 60])
def test_working_days_are_counted_as_due_dates_are(n: int) -> None:
    assert (
        CALENDAR.working_days_between(day("12-03"), CALENDAR.add_working_days(day("12-03"), n)) == n
    )


CARRIED_OUT = [
    ((NO, left("12-03")), True, "on the same day"),
    ((NO, left("12-10")), True, "on the fifth working day"),
    ((NO, left("12-11")), False, "a day too late"),
    ((NO,), False, "nothing happened"),
    ((NO, lost("12-04", EndedBy.US)), True, "we broke it off"),
    ((NO, lost("12-11", EndedBy.THEM)), False, "they left when the five days were over"),
    ((NO, lost("12-04", EndedBy.THEM), undone("12-04")), False, "it seemed they had left"),
    ((NO, overridden("12-04"), won("12-08")), False, "overridden and won"),
    ((NO, overridden("12-04"), left("12-10")), True, "overridden, then walked away from in time"),
    ((NO, left("12-08"), undone("12-09")), False, "undone"),
    ((NO, left("12-08"), undone("12-09"), left("12-10")), True, "undone, and again in time"),
    ((NO, left("12-08"), undone("12-09"), left("12-11")), False, "undone, and again too late"),
    ((NO, left("12-10"), undone("12-11")), False, "undone when the five days were over"),
    ((NO, screened("12-04", PURSUE)), False, "screened again, milder"),
    ((NO, screened("12-04", PURSUE), won("12-07")), False, "screened again, milder, and won"),
    ((NO, screened("12-10"), left("12-17")), False, "screened again does not start anew"),
    ((NO, left("12-07"), screened("12-08", PURSUE)), False, "an undo by another name"),
    ((NO, left("12-07"), screened("12-09", PURSUE)), True, "came back after the time to undo"),
    ((NO, left("12-07"), screened("12-14", PURSUE), won("12-15")), True, "came back, and was won"),
    (
        (NO, left("12-07"), screened("12-14", PURSUE), won("12-15"), undone("12-16")),
        True,
        "came back, was won, and only that was undone",
    ),
    (
        (screened("12-01", PROBLEM), left("12-02"), undone("12-03"), NO),
        False,
        "walked away from before the verdict said so",
    ),
    (
        (screened("12-01", PROBLEM), left("12-01"), NO),
        False,
        "held before, came back, and got its first walk away then",
    ),
    ((screened("12-01", PROBLEM), NO, left("12-10")), True, "the first walk away counts"),
]


@pytest.mark.parametrize(
    ("history", "is_carried_out"),
    [case[:2] for case in CARRIED_OUT],
    ids=[case[2] for case in CARRIED_OUT],
)
def test_a_walk_away_is_carried_out(history: tuple[Happening, ...], is_carried_out: bool) -> None:
    assert discipline([tell(*history)], scope()).share == Share(is_carried_out, 1)


@pytest.mark.parametrize("by", [EndedBy.THEM, None])
def test_who_left_by_themselves_is_left_out_and_told_beside(by: EndedBy | None) -> None:
    held = [tell(NO, left("12-04"))] * 5

    found = discipline([*held, tell(NO, lost("12-07", by))], scope())

    assert (found.share, found.left_by_themselves) == (Share(5, 5), {ANNA: 1})
    assert found.at_worst == Share(5, 6)


def test_who_came_back_and_was_won_is_told_beside() -> None:
    back = tell(NO, left("12-07"), screened("01-14", PURSUE), won("01-15"))
    never = tell(NO, screened("12-04", PURSUE), won("12-07"))

    found = discipline([back, never], scope())

    assert (found.share, found.back_and_won) == (Share(1, 2), 1)


@pytest.mark.parametrize(("handed", "who"), [("12-10", BEN), ("12-11", ANNA)])
def test_discipline_counts_for_who_owned_it_on_the_last_of_the_five_days(
    handed: str, who: MemberId
) -> None:
    timeline = tell(NO, given(handed, BEN))

    counted = {each: discipline([timeline], scope(owner=each)).share.of for each in (ANNA, BEN)}

    assert counted == {ANNA: int(who == ANNA), BEN: int(who == BEN)}


@pytest.mark.parametrize(("today", "n"), [("12-03", 0), ("12-10", 0), ("12-11", 1)])
def test_a_walk_away_counts_once_its_five_working_days_are_over(today: str, n: int) -> None:
    for timeline in (tell(NO, left("12-03")), tell(NO)):
        assert discipline([timeline], scope(day(today))).share.of == n


def test_who_never_got_a_walk_away_is_no_matter_of_discipline() -> None:
    timelines = [tell(screened("12-03", PROBLEM), left("12-04")), tell(screened("12-03", PURSUE))]

    assert discipline(timelines, scope()).share.of == 0


def test_discipline_says_nothing_below_its_least_n() -> None:
    four = [tell(NO, left("12-08"))] * 3 + [tell(NO)]

    assert discipline(four, scope()).share.value is None
    assert discipline([*four, tell(NO)], scope()).share.value == 0.6


TIMES = [
    ("12-01", (NO, left("12-08")), 5, "walked away"),
    ("12-01", (NO, lost("12-08", EndedBy.US)), 5, "broken off"),
    ("12-08", (screened("12-08"), left("12-08")), 0, "on the day of first contact"),
    ("12-23", (screened("12-23"), left("12-28")), 2, "the 24th and the 28th"),
    ("12-01", (NO, left("12-07"), undone("12-08"), left("12-15")), 10, "undone, and again"),
    ("12-01", (NO, left("12-07"), screened("12-08"), left("12-15")), 10, "an undo by another name"),
    ("12-01", (NO, left("12-08"), screened("12-21"), left("12-22")), 5, "the first no"),
    ("12-01", (screened("12-02", PURSUE), NO, left("12-08")), 5, "the verdict came later"),
]


@pytest.mark.parametrize(
    ("contact", "history", "days"), [each[:3] for each in TIMES], ids=[each[3] for each in TIMES]
)
def test_time_to_no_runs_from_first_contact_to_the_first_no_that_held(
    contact: str, history: tuple[Happening, ...], days: int
) -> None:
    found = time_to_no([tell(*history, contact=contact)] * LEAST, scope())

    assert (found.half.day, found.half.n) == (days, LEAST)


def test_who_is_still_open_was_won_or_left_counts_in_time_to_no() -> None:
    """The old figure would say: five days. Not half of them ever got their no."""
    timelines = [
        *([tell(NO, left("12-08"))] * 4),
        tell(NO, overridden("12-04"), won("12-07")),
        tell(NO, screened("12-04", PURSUE), won("12-07"), over("01-15")),
        tell(NO, lost("12-09", EndedBy.THEM)),
        tell(NO, left("12-04"), undone("12-04")),
        tell(NO),
    ]

    found = time_to_no(timelines, scope(day("01-29")))

    assert (found.half.n, found.half.day, found.half.still) == (9, None, 2)
    assert (found.won, found.left, found.open_for.n) == (2, 1, 2)
    assert found.open_for.value == CALENDAR.working_days_between(day("12-01"), day("01-29"))


def test_of_several_ends_each_that_held_is_known() -> None:
    timeline = tell(
        NO, left("12-04"), undone("12-07"), left("12-08"), screened("12-21"), left("12-22")
    )

    assert [each.on for each in ends_of(timeline, CALENDAR)] == [day("12-08"), day("12-22")]


def test_undoing_the_end_of_a_client_leaves_the_win() -> None:
    client = (screened("12-01", PURSUE), won("12-02"), over("12-08"), undone("12-09"))

    assert [each.on for each in ends_of(tell(*client), CALENDAR)] == [day("12-02")]
    assert ends_of(tell(*client, undone("12-09")), CALENDAR) == []


@pytest.mark.parametrize(
    ("count", "n", "note"),
    [
        (1, 5, None),  # 20 %, but anything from 4 % on
        (3, 30, None),  # 10 %, from 3 % on
        (5, 30, OverrideNote.LOOK),  # 17 %, from 7 % on
        (9, 40, OverrideNote.NOT_FOLLOWED_OR_WRONG),
        (4, 4, None),
        (5, 5, OverrideNote.NOT_FOLLOWED_OR_WRONG),
        (0, 20, None),
    ],
)
def test_an_override_rate_is_noted_only_where_its_lower_end_is_above_a_mark(
    count: int, n: int, note: OverrideNote | None
) -> None:
    assert note_on(Share(count, n)) is note


RATES = [
    ((screened("12-03", PROBLEM),), Verdict.PROBLEM, (0, 1)),
    ((NO, overridden("12-04"), overridden("12-21")), Verdict.WALK_AWAY, (1, 1)),
    ((NO, screened("12-04", PURSUE)), Verdict.WALK_AWAY, (0, 1)),
    ((screened("12-03", PROBLEM), NO, overridden("12-04")), Verdict.PROBLEM, (0, 1)),
    ((NO, overridden("12-04"), left("12-08")), Verdict.WALK_AWAY, (1, 1)),
    ((screened("12-03", PURSUE),), Verdict.PURSUE, (0, 1)),
    ((screened("12-03", PURSUE), left("12-08")), Verdict.PURSUE, (1, 1)),
    ((screened("12-03", PURSUE), left("12-08"), undone("12-09")), Verdict.PURSUE, (0, 1)),
    ((screened("12-03", PURSUE), NO, left("12-08")), Verdict.PURSUE, (0, 1)),
]


@pytest.mark.parametrize(("history", "verdict", "share"), RATES)
def test_a_verdict_was_not_followed(
    history: tuple[Happening, ...], verdict: Verdict, share: tuple[int, int]
) -> None:
    assert override_rates([tell(*history)], scope())[verdict] == Share(*share)


@pytest.mark.parametrize(("today", "n"), [("12-10", 0), ("12-11", 1)])
def test_a_verdict_counts_once_it_is_five_working_days_old(today: str, n: int) -> None:
    overruled = tell(NO, overridden("12-04"))

    assert override_rates([overruled], scope(day(today)))[Verdict.WALK_AWAY].of == n


def test_the_override_rate_by_rule_is_of_the_verdicts_of_that_rule() -> None:
    thin, offer = screened("12-03", PROBLEM, rule="thin_margin"), screened("12-03", rule="no_offer")
    timelines = [
        tell(thin, overridden("12-04")),
        tell(thin),
        tell(thin, offer, overridden("12-04")),  # not the thin margin was overridden
    ]

    found = override_rate_by_rule(timelines, scope())

    assert found == {"no_offer": Share(1, 1), "thin_margin": Share(1, 3)}


def test_the_next_client_is_the_owners_and_who_waits_is_counted_as_waiting() -> None:
    timelines = [
        *(tell(NO, left(each)) for each in ("12-04", "12-07", "12-08", "12-09", "12-10", "12-11")),
        tell(screened("12-01", PURSUE), won("12-04")),  # not later than the first of them
        tell(screened("12-01", PURSUE), won("12-11")),
        tell(screened("12-01", PURSUE), won("12-07"), owner=BEN),  # somebody else's
        tell(screened("12-01", PURSUE), won("12-09"), undone("12-09")),  # no client
    ]

    found = next_client(timelines, scope(day("01-29")), timelines)

    assert (found.n, found.still, found.day) == (6, 1, 3)  # 5, 4, 3, 2, 1, and one waits


def test_a_client_that_ended_was_one() -> None:
    ended = tell(screened("12-01", PURSUE), won("12-14"), over("01-05"))
    timelines = [*([tell(NO, left("12-11"))] * LEAST), ended]

    assert next_client(timelines, scope(), timelines).day == 1


@pytest.mark.parametrize(
    ("history", "milder"),
    [
        ((NO,), (0, 0)),
        ((NO, screened("12-03", PROBLEM)), (1, 1)),  # on the same day
        ((NO, screened("12-10", PURSUE)), (1, 1)),  # seven days later
        ((NO, screened("12-11", PURSUE)), (0, 0)),  # eight
        ((NO, screened("12-04")), (0, 1)),  # the same again
        ((screened("12-03", PURSUE), screened("12-04")), (0, 0)),  # a pursue cannot be softened
        ((NO, screened("12-04", PROBLEM), screened("12-07", PURSUE)), (2, 2)),
        ((NO, screened("12-04", PURSUE), screened("12-07", PURSUE)), (2, 2)),
        ((NO, left("12-04"), screened("12-07", PURSUE)), (1, 1)),
    ],
)
def test_a_verdict_that_became_milder_within_a_week_is_a_sign(
    history: tuple[Happening, ...], milder: tuple[int, int]
) -> None:
    told = [tell(*history)]

    assert softened(told, scope()) == Share(*milder)
    again = screened_again(told, scope())
    assert (again.count, again.of) == (milder[1], sum(isinstance(it, Screening) for it in history))


def test_figures_of_one_person_are_of_what_they_owned() -> None:
    hers: list[Timeline] = [tell(NO, left("12-04"))] * 10
    his: list[Timeline] = [tell(NO, owner=BEN)] * 10
    everything = [*hers, *his]

    found = [figures(everything, scope(owner=who)) for who in (None, ANNA, BEN)]

    assert [each.discipline.share.value for each in found] == [0.5, 1, 0]


def test_without_stories_no_figure_says_anything() -> None:
    empty = figures([], scope())

    shares = [empty.discipline.share, empty.softened, empty.pursued, *empty.overridden.values()]
    assert [share.value for share in shares] == [None] * 6
    assert [empty.time_to_no.half.day, empty.next_client.day] == [None, None]


def test_a_prospect_that_nobody_screened_counts_nowhere() -> None:
    unscreened = Timeline(ProspectId("p0"), ANNA, scope().today, ())

    assert figures([unscreened], scope()) == figures([], scope())
