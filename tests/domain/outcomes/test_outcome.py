"""What an owner is asked about an outcome, and which of their answers counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.domain.outcomes.outcome import (
    CHOICES,
    NO_ANSWER,
    Ask,
    Choice,
    Ending,
    Hours,
    Outcome,
    OutcomeAnswer,
    OutcomeQuestion,
    PaidAsAgreed,
    Regret,
    Respect,
    WouldTakeAgain,
    answer,
    asks,
    latest_answer,
    latest_of_judge,
    outcome_of,
    questions_after,
    refuse,
)
from bot.domain.prospects import ProspectId, Stage
from tests.domain.figures.timelines import ANNA, BEN, day

MONTH, QUARTER = questions_after(ProspectId("acme"), Ending.WON, day("12-01"))


NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def tap(choice: Choice, minute: int = 0) -> OutcomeAnswer:
    return OutcomeAnswer(choice, ANNA, datetime(2027, 1, 4, 9, minute, tzinfo=UTC))


def answered(question: OutcomeQuestion, *choices: Choice) -> OutcomeQuestion:
    for minute, choice in enumerate(choices):
        question = answer(question, tap(choice, minute))
    return question


def test_it_is_asked_after_30_and_after_90_days() -> None:
    assert (MONTH.after, QUARTER.after) == (30, 90)


@pytest.mark.parametrize(
    ("ending", "after", "taps"),
    [
        (Ending.WON, 30, [Ask.PAID, Ask.HOURS, Ask.AGAIN, Ask.RESPECT]),
        (Ending.WON, 90, [Ask.PAID, Ask.HOURS, Ask.AGAIN]),
        (Ending.WALKED_AWAY, 30, [Ask.REGRET, Ask.TAKEN]),
        (Ending.WALKED_AWAY, 90, [Ask.REGRET, Ask.TAKEN]),
    ],
)
def test_a_client_takes_four_taps_at_most(ending: Ending, after: int, taps: list[Ask]) -> None:
    assert list(asks(ending, after)) == taps
    assert all(len(CHOICES[ask]) <= 5 for ask in taps)


def test_a_second_judge_answers_nothing_in_place_of_the_owner() -> None:
    question = replace(QUARTER, owner=ANNA)
    for choice in (PaidAsAgreed.NO, Hours.NONE, WouldTakeAgain.NO):
        question = answer(question, OutcomeAnswer(choice, BEN, NOON))

    assert not question.is_answered
    assert latest_answer(question, Ask.AGAIN) == OutcomeAnswer(WouldTakeAgain.NO, BEN, NOON)
    question = answer(question, OutcomeAnswer(WouldTakeAgain.YES, ANNA, NOON))
    question = answer(question, OutcomeAnswer(WouldTakeAgain.NO, BEN, NOON + timedelta(hours=1)))
    assert latest_answer(question, Ask.AGAIN) == OutcomeAnswer(WouldTakeAgain.YES, ANNA, NOON)
    assert latest_of_judge(question, Ask.PAID, ANNA) is None


def test_an_end_has_the_name_of_its_stage() -> None:
    assert {Stage(ending.value) for ending in Ending} == {Stage.WON, Stage.WALKED_AWAY}


@pytest.mark.parametrize(
    ("hours", "stand_for"),
    [
        (Hours.NONE, 0),
        (Hours.UP_TO_5, 2.5),
        (Hours.UP_TO_20, 12.5),
        (Hours.UP_TO_60, 40),
        (Hours.OVER_60, 60),
    ],
)
def test_a_band_of_hours_stands_for_its_middle_and_the_open_one_for_its_beginning(
    hours: Hours, stand_for: float
) -> None:
    assert hours.midpoint == stand_for


def test_it_is_answered_once_each_question_has_its_answer() -> None:
    three_taps = answered(MONTH, PaidAsAgreed.YES, Hours.NONE, WouldTakeAgain.YES)

    assert not three_taps.is_answered
    assert answered(three_taps, Respect.MOSTLY).is_answered


def test_a_correction_counts_and_the_earlier_answer_stays_in_the_record() -> None:
    corrected = answered(MONTH, WouldTakeAgain.YES, WouldTakeAgain.NO)

    assert outcome_of([corrected]) == Outcome(again=WouldTakeAgain.NO)
    assert [each.choice for each in corrected.answers] == [WouldTakeAgain.YES, WouldTakeAgain.NO]


def test_the_latest_answer_counts_in_whatever_order_they_are_kept() -> None:
    taps = [tap(Hours.NONE, 1), tap(Hours.UP_TO_5, 2), tap(Hours.OVER_60, 3)]

    for order in permutations(taps):
        question = OutcomeQuestion(MONTH.prospect_id, Ending.WON, MONTH.ended_on, 30, answers=order)
        assert outcome_of([question]) == Outcome(hours=Hours.OVER_60)


def test_what_was_said_after_90_days_goes_before_what_was_said_after_30() -> None:
    later = answered(QUARTER, WouldTakeAgain.NO)
    earlier = answer(
        answered(MONTH, PaidAsAgreed.NOT_DUE, Hours.UP_TO_5), tap(WouldTakeAgain.YES, 50)
    )

    outcome = outcome_of([later, earlier])

    assert outcome == Outcome(PaidAsAgreed.NOT_DUE, Hours.UP_TO_5, WouldTakeAgain.NO)


def test_never_takes_no_answer_back() -> None:
    assert outcome_of([refuse(answered(MONTH, WouldTakeAgain.NO))]) == Outcome(
        again=WouldTakeAgain.NO
    )


def test_without_an_answer_there_is_no_outcome() -> None:
    assert outcome_of([MONTH, QUARTER]) == NO_ANSWER


@pytest.mark.parametrize(
    ("ending", "choice"),
    [
        (Ending.WON, Regret.NO),
        (Ending.WALKED_AWAY, WouldTakeAgain.NO),
        (Ending.WALKED_AWAY, PaidAsAgreed.YES),
        (Ending.WALKED_AWAY, Hours.NONE),
    ],
)
def test_what_is_not_asked_after_an_end_cannot_be_answered(ending: Ending, choice: Choice) -> None:
    question = questions_after(ProspectId("acme"), ending, day("12-01"))[0]

    with pytest.raises(ValueError, match=ending):
        answer(question, tap(choice))


def test_every_choice_can_be_read_from_what_is_kept() -> None:
    for ask, choices in CHOICES.items():
        for choice in choices:
            read = CHOICES[ask](str(choice))
            assert read is choice
