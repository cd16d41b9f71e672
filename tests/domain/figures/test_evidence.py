"""What earlier overrides came to, on timelines that a salesperson can count by hand."""

import pytest

from bot.domain.figures.evidence import (
    Median,
    Share,
    evidence_by_fear,
    evidence_for,
    fear_at_win,
    regret,
)
from bot.domain.figures.timeline import Happening, Timeline
from bot.domain.outcomes.outcome import NO_ANSWER, Again, Hours, Outcome, Paid, Regret
from bot.domain.prospects import Stage
from tests.domain.figures.timelines import (
    PROBLEM,
    PURSUE,
    left,
    lost,
    met,
    overridden,
    screened,
    tell,
    undone,
    won,
)

FEAR = "no_other_client"
OTHER = "reputation"


def taken_on(outcome: Outcome = NO_ANSWER, fear: str = FEAR) -> Timeline:
    """A client that was won by an override."""
    return tell(screened("12-03"), overridden("12-04", fear), won("12-10"), outcome=outcome)


FIVE_CLIENTS = [
    taken_on(Outcome(Paid.NO, Hours.OVER_60, Again.NO)),
    taken_on(Outcome(Paid.YES, Hours.UP_TO_60, Again.NO)),
    taken_on(Outcome(Paid.NO, Hours.UP_TO_20, Again.NO)),
    taken_on(Outcome(Paid.YES, Hours.NONE, Again.YES)),
    taken_on(Outcome(Paid.YES, Hours.UP_TO_20, Again.NO)),
]


def test_five_outcomes_say_what_became_of_the_fear() -> None:
    evidence = evidence_for(FEAR, FIVE_CLIENTS)

    assert evidence.is_enough
    assert (evidence.overrides, evidence.won, evidence.outcomes) == (5, 5, 5)
    assert evidence.not_again == Share(4, 5, 5)
    assert evidence.not_paid == Share(2, 5, 5)
    assert evidence.hours == Median(12.5, 5, 5)  # of 0, 12.5, 12.5, 40 and 60


def test_four_outcomes_say_only_that_there_is_not_enough_yet() -> None:
    evidence = evidence_for(FEAR, [*FIVE_CLIENTS[:4], taken_on()])

    assert not evidence.is_enough
    assert (evidence.overrides, evidence.won, evidence.outcomes) == (5, 5, 4)
    assert [evidence.not_again.value, evidence.not_paid.value, evidence.hours.value] == [None] * 3


def test_each_figure_has_its_own_n_as_taps_can_be_missing() -> None:
    only_again = Outcome(again=Again.YES)
    not_due = Outcome(Paid.NOT_DUE, Hours.NONE, Again.YES)
    timelines = [*FIVE_CLIENTS[:4], taken_on(only_again), taken_on(not_due)]

    evidence = evidence_for(FEAR, timelines)

    assert (evidence.not_again.of, evidence.not_paid.of, evidence.hours.n) == (6, 4, 5)
    assert evidence.not_paid.value is None


def test_without_the_last_tap_there_is_no_outcome_to_count() -> None:
    evidence = evidence_for(FEAR, [taken_on(Outcome(Paid.NO, Hours.OVER_60))])

    assert (evidence.outcomes, evidence.not_paid.of, evidence.hours.n) == (0, 0, 0)


def test_each_fear_has_its_own_evidence_and_a_new_fact_too() -> None:
    timelines = [
        *FIVE_CLIENTS,
        taken_on(fear=OTHER),
        taken_on(fear="new_fact"),
        tell(screened("12-03")),
    ]

    by_fear = evidence_by_fear(timelines)

    assert {fear: each.overrides for fear, each in by_fear.items()} == {
        "new_fact": 1,
        FEAR: 5,
        OTHER: 1,
    }
    assert by_fear[FEAR] == evidence_for(FEAR, FIVE_CLIENTS)


BAD = screened("12-03")


@pytest.mark.parametrize(
    ("history", "fear"),
    [
        ((BAD, overridden("12-04", FEAR), won("12-10")), FEAR),
        ((BAD, overridden("12-04", FEAR)), None),  # not won yet
        ((BAD, overridden("12-04", FEAR), lost("12-10")), None),
        ((BAD, overridden("12-04", FEAR), left("12-10")), None),
        ((BAD, overridden("12-04", FEAR), won("12-10"), undone("12-11")), None),
        ((BAD, overridden("12-04", FEAR), screened("12-08", PURSUE), won("12-10")), None),
        ((BAD, overridden("12-04", FEAR), overridden("12-21", OTHER), won("12-22")), OTHER),
        ((BAD, overridden("12-04", FEAR), left("12-08"), undone("12-09"), won("12-10")), FEAR),
        ((BAD, overridden("12-04", FEAR, until="12-10"), won("12-10")), FEAR),  # its last day
        ((BAD, overridden("12-04", FEAR, until="12-09"), won("12-10")), None),
        (
            (
                # the condition was met once nothing stood any more
                screened("12-03", PURSUE),
                overridden("12-04", FEAR, until="12-09"),
                met("12-11"),
                won("12-14"),
            ),
            None,
        ),
        (
            # told of a day on which it stood, but not clicked then
            (
                screened("12-03", PURSUE),
                overridden("12-04", FEAR, until="12-09"),
                met("12-11"),
                won("12-08"),
            ),
            None,
        ),
        (
            # the condition that was met ended what stood
            (screened("12-03", PURSUE), overridden("12-04", FEAR), met("12-07"), won("12-10")),
            None,
        ),
        (
            # the win was undone, and then it was met
            (
                screened("12-03", PURSUE),
                overridden("12-04", FEAR),
                won("12-07"),
                undone("12-08"),
                met("12-08"),
                won("12-10"),
            ),
            None,
        ),
        (
            # a verdict of its own, overridden again
            (screened("12-03", PURSUE), met("12-04"), BAD, overridden("12-07", FEAR), won("12-10")),
            FEAR,
        ),
        ((screened("12-03", PURSUE), overridden("12-04", FEAR), won("12-10")), FEAR),
        (
            (
                BAD,
                overridden("12-04", FEAR, until="12-09"),
                overridden("12-10", OTHER, until="12-21"),
                won("12-22"),
            ),
            None,
        ),
        (
            (
                BAD,
                overridden("12-04", FEAR, until="12-09"),
                won("12-08"),
                undone("12-09"),
                won("12-10"),
            ),
            None,
        ),
        ((screened("12-03", PURSUE), won("12-10")), None),
        ((screened("12-03", PROBLEM), overridden("12-04", FEAR), won("12-10")), FEAR),
    ],
)
def test_a_client_is_evidence_for_the_override_that_stood_when_it_was_won(
    history: tuple[Happening, ...], fear: str | None
) -> None:
    assert fear_at_win(tell(*history)) == fear


def test_two_overrides_for_one_prospect_are_two() -> None:
    timeline = tell(BAD, overridden("12-04", FEAR), overridden("12-21", FEAR), won("12-22"))

    evidence = evidence_for(FEAR, [timeline])

    assert (evidence.overrides, evidence.won) == (2, 1)


def test_a_fear_that_nobody_named_has_no_evidence() -> None:
    evidence = evidence_for("not_for_us", FIVE_CLIENTS)

    assert (evidence.overrides, evidence.outcomes, evidence.is_enough) == (0, 0, False)


def test_walk_aways_that_stand_tell_how_many_are_regretted() -> None:
    calm, sorry = Outcome(regret=Regret.NO), Outcome(regret=Regret.YES)
    timelines = [
        *(tell(BAD, left("12-04"), outcome=calm) for _ in range(4)),
        tell(BAD, left("12-04"), outcome=sorry),
        tell(BAD, left("12-04")),
        tell(BAD, left("12-04"), screened("01-04", PURSUE), outcome=sorry),
    ]

    assert regret(timelines) == Share(1, 5, 5)
    assert regret(timelines).value == 0.2


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        ((BAD,), Stage.OPEN),
        ((BAD, left("12-04")), Stage.WALKED_AWAY),
        ((BAD, left("12-04"), undone("12-07")), Stage.OPEN),
        ((BAD, left("12-04"), screened("12-07")), Stage.OPEN),
        ((BAD, overridden("12-04"), won("12-07")), Stage.WON),
        ((BAD, lost("12-04")), Stage.LOST),
        ((), Stage.OPEN),
    ],
)
def test_a_story_knows_where_its_prospect_stands(
    history: tuple[Happening, ...], stage: Stage
) -> None:
    assert tell(*history).stage is stage
