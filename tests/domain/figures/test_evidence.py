"""What earlier overrides came to, on timelines that a salesperson can count by hand."""

import pytest

from bot.domain.figures.ends import clients
from bot.domain.figures.evidence import (
    FearAnswer,
    NotAgain,
    Taken,
    evidence_by_fear,
    evidence_for,
    verdicts_right,
)
from bot.domain.figures.shares import Share
from bot.domain.figures.timeline import Happening, Timeline
from bot.domain.outcomes.outcome import (
    Hours,
    HowTaken,
    Outcome,
    PaidAsAgreed,
    Regret,
    WouldTakeAgain,
)
from bot.domain.prospects import Stage
from tests.domain.figures.timelines import (
    CALENDAR,
    PROBLEM,
    PURSUE,
    day,
    left,
    lost,
    met,
    over,
    overridden,
    scope,
    screened,
    tell,
    undone,
    won,
)

FEAR = "no_other_client"
OTHER = "reputation"
GOOD, BAD_ONE = Outcome(again=WouldTakeAgain.YES), Outcome(again=WouldTakeAgain.NO)


def taken_on(outcome: Outcome | None = None, fear: str = FEAR) -> Timeline:
    """A client that was won by an override."""
    return tell(screened("12-03"), overridden("12-04", fear), won("12-10"), outcome=outcome)


def by_verdict(outcome: Outcome | None = None) -> Timeline:
    return tell(screened("12-03", PURSUE), won("12-10"), outcome=outcome)


FIVE_CLIENTS = [
    taken_on(Outcome(PaidAsAgreed.NO, Hours.OVER_60, WouldTakeAgain.NO)),
    taken_on(Outcome(PaidAsAgreed.YES, Hours.UP_TO_60, WouldTakeAgain.NO)),
    taken_on(Outcome(PaidAsAgreed.NO, Hours.UP_TO_20, WouldTakeAgain.NO)),
    taken_on(Outcome(PaidAsAgreed.YES, Hours.NONE, WouldTakeAgain.YES)),
    taken_on(Outcome(PaidAsAgreed.YES, Hours.UP_TO_20, WouldTakeAgain.NO)),
]


def test_a_fear_stands_beside_the_clients_taken_by_their_verdict() -> None:
    followed = [by_verdict(GOOD)] * 6 + [by_verdict(BAD_ONE)]

    found = evidence_for(FEAR, [*FIVE_CLIENTS, taken_on(GOOD, OTHER), *followed], scope())

    against = found.compared.against
    assert (found.overrides, against.clients, found.is_enough) == (5, 5, True)
    assert (against.not_again, against.not_paid) == (Share(4, 5), Share(2, 5))
    assert against.hours.value == 12.5  # of 0, 12.5, 12.5, 40 and 60
    assert found.compared.followed.not_again == Share(1, 7)
    assert found.compared.difference is not None
    assert found.compared.difference.value == pytest.approx(4 / 5 - 1 / 7)


def test_without_enough_on_both_sides_no_difference_is_shown() -> None:
    few = [by_verdict(GOOD)] * 4

    assert evidence_for(FEAR, [*FIVE_CLIENTS, *few], scope()).compared.difference is None
    right = verdicts_right([*FIVE_CLIENTS[:4], *few, *few], scope())
    assert right.clients.difference is None


def test_each_figure_has_its_own_n_as_taps_can_be_missing() -> None:
    only_again = Outcome(again=WouldTakeAgain.YES)
    not_due = Outcome(PaidAsAgreed.NOT_DUE, Hours.NONE, WouldTakeAgain.YES)
    timelines = [*FIVE_CLIENTS[:4], taken_on(only_again), taken_on(not_due)]

    found = evidence_for(FEAR, timelines, scope()).compared.against

    assert (found.not_again.of, found.not_paid.of, found.hours.n) == (6, 4, 5)


def test_who_was_asked_and_did_not_answer_is_told_beside() -> None:
    silent = taken_on(Outcome())

    found = verdicts_right([*FIVE_CLIENTS, silent, silent], scope())

    assert found.clients.against.answered == Share(5, 7)
    assert (found.asked, found.answered) == (7, 5)


def test_answers_of_30_and_of_90_days_are_never_mixed() -> None:
    early = [tell(screened("12-03", PURSUE), won("12-10"), outcome=GOOD)] * 6
    both = tell(screened("12-03", PURSUE), won("12-10"), outcome=GOOD, late=BAD_ONE)

    four, five = (verdicts_right([*early, *([both] * n)], scope()).clients for n in (4, 5))

    assert (four.after, four.followed.not_again) == (30, Share(0, 10))
    assert (five.after, five.followed.not_again) == (90, Share(5, 5))


@pytest.mark.parametrize(
    ("against_late", "after", "against_n"),
    [
        pytest.param(0, 30, 6, id="nobody was asked again yet"),
        pytest.param(4, 30, 6, id="five are there, but four on this side"),
        pytest.param(5, 90, 5, id="each side has five"),
    ],
)
def test_no_side_loses_its_figure_to_answers_of_90_days(
    against_late: int, after: int, against_n: int
) -> None:
    client = (screened("12-03"), overridden("12-04", FEAR), won("12-10"))
    late = tell(*client, outcome=GOOD, late=BAD_ONE)
    against = [*[late] * against_late, *[taken_on(GOOD)] * (6 - against_late)]
    told = [*against, *[tell(screened("12-03", PURSUE), won("12-10"), late=GOOD)] * 5]

    of_all, of_fear = verdicts_right(told, scope()).clients, evidence_for(FEAR, told, scope())

    assert of_all == of_fear.compared == evidence_by_fear(told, scope())[FEAR].compared
    assert (of_all.after, of_all.against.not_again.of) == (after, against_n)


def test_a_side_without_five_answers_delays_no_answers_of_90_days() -> None:
    late = tell(screened("12-03", PURSUE), won("12-10"), outcome=GOOD, late=BAD_ONE)

    found = verdicts_right([*[late] * 5, *[taken_on(GOOD)] * 4], scope()).clients

    assert (found.after, found.followed.not_again) == (90, Share(5, 5))


def test_the_outcome_of_a_client_outlives_it() -> None:
    """In the old figures a client that was no client any more had no outcome."""
    client = (screened("12-03", PURSUE), won("12-10"))
    asked = tell(*client, outcome=BAD_ONE).asked
    ended = tell(*client, over("01-12"), screened("01-20", PURSUE))
    ended = Timeline(ended.prospect_id, ended.owner, ended.first_contact, ended.history, asked)

    assert verdicts_right([ended], scope()).clients.followed.not_again == Share(1, 1)


def test_where_the_owner_gave_no_answer_a_managers_counts() -> None:
    client = (screened("12-03", PURSUE), won("12-10"))
    told = [
        tell(*client, outcome=GOOD, second=BAD_ONE),
        tell(*client, outcome=Outcome(), second=BAD_ONE),
        tell(*client, outcome=BAD_ONE, second=BAD_ONE),
    ]

    found = verdicts_right(told, scope())

    assert found.clients.followed.not_again == Share(2, 3)
    assert (found.second.differ, found.second.harder) == (Share(1, 2), 1)


def test_each_fear_has_its_own_evidence_and_a_new_fact_too() -> None:
    timelines = [*FIVE_CLIENTS, taken_on(fear=OTHER), taken_on(fear="new_fact")]

    found = evidence_by_fear(timelines, scope())

    assert {fear: each.overrides for fear, each in found.items()} == {
        FEAR: 5,
        OTHER: 1,
        "new_fact": 1,
    }


def test_each_fear_is_answered_by_what_it_is_about() -> None:
    graceful = tell(screened("12-03"), left("12-04"), outcome=Outcome(taken=HowTaken.THANKED))
    client = by_verdict(BAD_ONE)
    silent = tell(screened("12-03"), left("12-04"), outcome=Outcome())
    told = [graceful, silent, client, by_verdict(Outcome()), *FIVE_CLIENTS]

    answers = {
        fear: evidence_for(fear, told, scope(day("02-10"))).answer
        for fear in ("no_other_client", "reputation", "nobody_left", "not_for_us", "new_fact")
    }

    next_one = answers["no_other_client"].next_client
    assert next_one is not None
    assert next_one.n == 2
    assert answers["reputation"].taken == Taken({"thanked": 1}, Share(1, 2))
    assert answers["nobody_left"].pursued == Share(2, 9)
    assert answers["not_for_us"].by_time == (
        NotAgain(Share(0, 0), Share(0, 0)),
        NotAgain(Share(5, 6), Share(6, 7)),
    )
    assert answers["new_fact"] == FearAnswer()


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
    won_under = [each.fear for each in clients([tell(*history)], CALENDAR)]

    assert (won_under[-1] if won_under else None) == fear


def test_two_overrides_for_one_prospect_are_two() -> None:
    timeline = tell(BAD, overridden("12-04", FEAR), overridden("12-21", FEAR), won("12-22"))

    found = evidence_for(FEAR, [timeline], scope())

    assert (found.overrides, found.compared.against.clients) == (2, 1)


def test_a_fear_that_nobody_named_has_no_evidence() -> None:
    found = evidence_for("not_for_us", FIVE_CLIENTS, scope())

    assert (found.overrides, found.compared.against.clients, found.is_enough) == (0, 0, False)


def test_walk_aways_tell_how_many_are_regretted_also_of_who_came_back() -> None:
    calm, sorry = Outcome(regret=Regret.NO), Outcome(regret=Regret.YES)
    back = tell(BAD, left("12-04"), screened("01-04", PURSUE), outcome=sorry)
    timelines = [
        *(tell(BAD, left("12-04"), outcome=calm) for _ in range(4)),
        tell(BAD, left("12-04"), outcome=Outcome()),
        tell(BAD, left("12-04"), undone("12-04"), outcome=sorry),
        back,
    ]

    found = verdicts_right(timelines, scope()).regretted

    assert (found.share, found.answered) == (Share(1, 5), Share(5, 6))


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        ((BAD,), Stage.OPEN),
        ((BAD, left("12-04")), Stage.WALKED_AWAY),
        ((BAD, left("12-04"), undone("12-07")), Stage.OPEN),
        ((BAD, left("12-04"), screened("12-07")), Stage.OPEN),
        ((BAD, overridden("12-04"), won("12-07")), Stage.WON),
        ((BAD, lost("12-04")), Stage.LOST),
        ((BAD, won("12-07"), over("12-08")), Stage.ENDED),
        ((BAD, won("12-07"), over("12-08"), undone("12-09")), Stage.WON),
        ((), Stage.OPEN),
    ],
)
def test_a_story_knows_where_its_prospect_stands(
    history: tuple[Happening, ...], stage: Stage
) -> None:
    assert tell(*history).stage is stage
