"""The figures of a report, on timelines that a salesperson can count by hand."""

from datetime import timedelta

import pytest

from bot.domain.figures.discipline import (
    LEAST_FOR_A_MEDIAN,
    LEAST_FOR_DISCIPLINE,
    LEAST_FOR_MILDER,
    LEAST_FOR_OVERRIDES,
    LEAST_FOR_UNKNOWN,
    OverrideNote,
    discipline,
    figures,
    milder_share,
    override_rate,
    override_rate_by_rule,
    refill,
    time_to_no,
    unknown_share,
    walk_aways,
)
from bot.domain.figures.evidence import Median, Share
from bot.domain.figures.timeline import Happening, Screening, Timeline, timelines_of
from tests.domain.figures.timelines import (
    ANNA,
    BEN,
    CALENDAR,
    LONG_AFTER,
    PROBLEM,
    PURSUE,
    day,
    left,
    lost,
    overridden,
    screened,
    tell,
    undone,
    won,
)

NO = screened("12-03")
"""A *walk away* on Thursday 3 December: its five working days end with Thursday the 10th."""


def milder_ones(*history: Happening) -> tuple[int, int]:
    share = milder_share([tell(*history)])
    return share.count, share.of


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
    ((NO, lost("12-04")), False, "they went before we did"),
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
    share = discipline([tell(*history)], today=LONG_AFTER, calendar=CALENDAR)

    assert share == Share(is_carried_out, 1, LEAST_FOR_DISCIPLINE)


@pytest.mark.parametrize(("today", "n"), [("12-03", 0), ("12-10", 0), ("12-11", 1)])
def test_a_walk_away_counts_once_its_five_working_days_are_over(today: str, n: int) -> None:
    early, never = tell(NO, left("12-03")), tell(NO)

    for timeline in (early, never):
        assert discipline([timeline], today=day(today), calendar=CALENDAR).of == n


def test_who_never_got_a_walk_away_is_no_matter_of_discipline() -> None:
    timelines = [tell(screened("12-03", PROBLEM), left("12-04")), tell(screened("12-03", PURSUE))]

    assert discipline(timelines, today=LONG_AFTER, calendar=CALENDAR).of == 0


def test_discipline_says_nothing_below_ten() -> None:
    nine = [tell(NO, left("12-08"))] * 6 + [tell(NO)] * 3

    assert discipline(nine, today=LONG_AFTER, calendar=CALENDAR).value is None
    assert discipline([*nine, tell(NO)], today=LONG_AFTER, calendar=CALENDAR).value == 0.6


@pytest.mark.parametrize(
    ("contact", "history", "days"),
    [
        ("12-01", (NO, left("12-08")), 5),
        ("12-08", (screened("12-08"), left("12-08")), 0),
        ("12-23", (screened("12-23", PROBLEM), left("12-28")), 2),  # the 24th and the 28th
        ("12-01", (NO, left("12-07"), undone("12-08"), left("12-15")), 10),
        ("12-01", (NO, left("12-08"), screened("12-21"), left("12-22")), 5),  # the first no
    ],
)
def test_time_to_no_runs_from_first_contact_to_the_first_walk_away_that_held(
    contact: str, history: tuple[Happening, ...], days: int
) -> None:
    timelines = [tell(*history, contact=contact)] * LEAST_FOR_A_MEDIAN

    assert time_to_no(timelines, CALENDAR) == Median(days, 6, 6)


def test_time_to_no_is_a_median_and_only_of_those_walked_away_from() -> None:
    ends = ["12-02", "12-03", "12-04", "12-07", "12-08", "02-01"]
    left_ones = [tell(screened("12-01"), left(each)) for each in ends]
    others = [tell(NO), tell(NO, lost("12-04")), tell(NO, left("12-04"), undone("12-04"))]

    assert time_to_no([*left_ones, *others], CALENDAR) == Median(3.5, 6, 6)
    assert time_to_no([*left_ones[:5], *others], CALENDAR) == Median(None, 5, 6)


def test_of_several_walk_aways_each_that_held_is_known() -> None:
    timeline = tell(
        NO, left("12-04"), undone("12-07"), left("12-08"), screened("12-21"), left("12-22")
    )

    assert walk_aways(timeline, CALENDAR) == [day("12-08"), day("12-22")]


@pytest.mark.parametrize(
    ("overridden_ones", "others", "note"),
    [
        (1, 19, None),  # 5 %
        (1, 18, None),  # 5.3 %, but of 19
        (2, 38, None),  # 5 %
        (2, 37, OverrideNote.LOOK),  # 5.1 %
        (2, 18, OverrideNote.LOOK),  # 10 %
        (3, 26, OverrideNote.NOT_FOLLOWED_OR_WRONG),  # 10.3 %
        (20, 0, OverrideNote.NOT_FOLLOWED_OR_WRONG),
        (0, 20, None),
    ],
)
def test_an_override_rate_is_noted_above_five_and_above_ten_percent(
    overridden_ones: int, others: int, note: OverrideNote | None
) -> None:
    timelines = [tell(NO, overridden("12-04"))] * overridden_ones + [tell(NO)] * others

    assert override_rate(timelines).note is note


@pytest.mark.parametrize(
    ("history", "share", "overrides"),
    [
        ((screened("12-03", PURSUE),), (0, 0), 0),
        ((screened("12-03", PROBLEM),), (0, 1), 0),
        ((NO, overridden("12-04"), overridden("12-21")), (1, 1), 2),
        ((NO, screened("12-04", PURSUE)), (0, 1), 0),  # was refused once
        ((screened("12-03", PURSUE), overridden("12-14")), (1, 1), 1),  # a condition was unmet
        ((NO, overridden("12-04"), left("12-08")), (1, 1), 1),
    ],
)
def test_the_override_rate_is_of_prospects_that_could_have_been_overridden(
    history: tuple[Happening, ...], share: tuple[int, int], overrides: int
) -> None:
    rate = override_rate([tell(*history)])

    assert rate.share == Share(*share, LEAST_FOR_OVERRIDES)
    assert rate.overrides == overrides


def test_the_override_rate_by_rule_says_which_rule_is_not_followed() -> None:
    thin, offer = screened("12-03", PROBLEM, rule="thin_margin"), screened("12-03", rule="no_offer")
    timelines = [
        *(tell(thin, overridden("12-04")) for _ in range(3)),
        *(tell(thin) for _ in range(16)),
        tell(thin, offer, overridden("12-04")),  # not the thin margin was overridden
        *(tell(offer) for _ in range(19)),
    ]

    by_rule = override_rate_by_rule(timelines)

    shares = {rule: (each.share.count, each.share.of) for rule, each in by_rule.items()}
    assert shares == {"no_offer": (1, 20), "thin_margin": (3, 20)}
    assert by_rule["no_offer"].note is None
    assert by_rule["thin_margin"].note is OverrideNote.NOT_FOLLOWED_OR_WRONG
    assert override_rate(timelines).note is OverrideNote.NOT_FOLLOWED_OR_WRONG  # 4 of 39


def test_refill_runs_from_a_walk_away_to_the_owners_next_client() -> None:
    timelines = [
        *(tell(NO, left(each)) for each in ("12-04", "12-07", "12-08", "12-09", "12-10", "12-11")),
        tell(screened("12-01", PURSUE), won("12-04")),  # not later than the first of them
        tell(screened("12-01", PURSUE), won("12-11")),
        tell(screened("12-01", PURSUE), won("12-14")),
        tell(screened("12-01", PURSUE), won("12-07"), owner=BEN),  # somebody else's
        tell(screened("12-01", PURSUE), won("12-09"), undone("12-09")),  # no client
    ]

    found = refill(timelines, CALENDAR)

    assert found.days == Median(2.5, 6, 6)  # of 5, 4, 3, 2, 1 and 1
    assert found.waiting == 0


def test_a_walk_away_without_a_next_client_waits_and_is_told_beside_the_median() -> None:
    timelines = [
        tell(NO, left("12-10")),
        tell(NO, left("12-14")),
        tell(NO, left("12-04"), undone("12-04")),
        tell(screened("12-01", PURSUE), won("12-14")),
    ]

    found = refill(timelines, CALENDAR)

    assert (found.days.n, found.days.value, found.waiting) == (1, None, 1)


def test_the_share_of_unknown_answers_counts_every_screening() -> None:
    guessed = Screening(day("12-03"), PROBLEM, "fire_unproven", {}, unknown=2, could_be_unknown=3)
    asked = Screening(day("12-04"), PURSUE, "fire", {}, unknown=0, could_be_unknown=3)

    timelines = [tell(guessed, asked)] * 5

    assert unknown_share(timelines) == Share(10, 30, LEAST_FOR_UNKNOWN)
    assert unknown_share(timelines).value == pytest.approx(1 / 3)
    assert unknown_share(timelines[:4]).value is None


@pytest.mark.parametrize(
    ("history", "milder"),
    [
        ((NO,), (0, 0)),
        ((NO, screened("12-03", PROBLEM)), (1, 1)),  # on the same day
        ((NO, screened("12-10", PURSUE)), (1, 1)),  # seven days later
        ((NO, screened("12-11", PURSUE)), (0, 0)),  # eight
        ((NO, screened("12-04")), (0, 1)),  # the same again
        ((screened("12-03", PURSUE), screened("12-04")), (0, 1)),  # harder
        ((NO, screened("12-04", PROBLEM), screened("12-07", PURSUE)), (2, 2)),
        ((NO, left("12-04"), screened("12-07", PURSUE)), (1, 1)),
    ],
)
def test_a_verdict_that_became_milder_within_a_week_is_a_sign(
    history: tuple[Happening, ...], milder: tuple[int, int]
) -> None:
    assert milder_ones(*history) == milder


def test_signs_of_gaming_say_nothing_below_five_screenings_again() -> None:
    softened = tell(NO, screened("12-04", PURSUE))

    assert milder_share([softened] * (LEAST_FOR_MILDER - 1)).value is None
    assert milder_share([softened] * LEAST_FOR_MILDER).value == 1


def test_figures_of_one_person_are_the_same_figures_over_their_stories() -> None:
    hers: list[Timeline] = [tell(NO, left("12-04"))] * 10
    his: list[Timeline] = [tell(NO, owner=BEN)] * 10
    everything = [*hers, *his]

    of_all = figures(everything, today=LONG_AFTER, calendar=CALENDAR)
    of_anna = figures(timelines_of(ANNA, everything), today=LONG_AFTER, calendar=CALENDAR)
    of_ben = figures(timelines_of(BEN, everything), today=LONG_AFTER, calendar=CALENDAR)

    assert [each.discipline.value for each in (of_all, of_anna, of_ben)] == [0.5, 1, 0]
    assert of_anna == figures(hers, today=LONG_AFTER, calendar=CALENDAR)


def test_without_stories_no_figure_says_anything() -> None:
    empty = figures([], today=day("12-03") + timedelta(days=1), calendar=CALENDAR)

    shares = [empty.discipline, empty.override_rate.share, empty.unknown, empty.milder]
    assert [share.value for share in shares] == [None] * 4
    assert [empty.time_to_no.value, empty.refill.days.value] == [None, None]
    assert empty.override_rate.note is None
