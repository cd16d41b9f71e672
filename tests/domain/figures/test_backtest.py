"""What another checklist would have said of the past, by what became of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.rules import Answers
from bot.domain.figures.reports.backtest import Move, backtest, matched
from bot.domain.figures.timeline import Screening
from bot.domain.outcomes.outcome import Outcome, Regret, WouldTakeAgain
from tests.domain.figures.timelines import (
    PROBLEM,
    PURSUE,
    WALK_AWAY,
    left,
    screened,
    tell,
    undone,
    won,
)

TWO = checklists.loads(
    """
id: two
languages: [en]
title: {en: Two}
scores:
  fit:
    title: {en: Fit}
    points:
      signs: {haggles: -2, drains: -1}
steps:
  - id: one
    title: {en: One}
    questions:
      - id: offer
        kind: one_of
        required: true
        text: {en: Offer}
        options: [{id: clear, text: {en: Clear}}, {id: vague, text: {en: Vague}}]
      - id: signs
        kind: any_of
        text: {en: Signs}
        options: [{id: haggles, text: {en: Haggles}}, {id: drains, text: {en: Drains}}]
      - id: start
        kind: date
        text: {en: Start}
      - id: note
        kind: text
        required: true
        text: {en: Note}
rules:
  - {id: vague, when: {offer: vague}, verdict: walk_away, sentence: {en: No.}}
  - id: far_off
    when: {date: start, more_than_days_ahead: 60}
    verdict: problem
    decide_within: 5
    sentence: {en: Later.}
  - id: small
    when: {number: expected_value, below: 1000}
    verdict: problem
    decide_within: 5
    sentence: {en: Small.}
  - id: poor
    when: {score: fit, at_most: -2}
    verdict: problem
    decide_within: 5
    sentence: {en: Poor.}
  - {id: fine, when: otherwise, verdict: pursue, sentence: {en: Fine.}}
"""
).checklist
CLEAR: Answers = {"offer": "clear"}
VAGUE: Answers = {"offer": "vague"}
AGAIN, NOT_AGAIN = Outcome(again=WouldTakeAgain.YES), Outcome(again=WouldTakeAgain.NO)
REGRETTED = Outcome(regret=Regret.YES)


def cells(*timelines: Any) -> dict[tuple[str, str], Move]:
    return {(each.before, each.after): each for each in backtest(TWO, timelines).moves}


def test_each_qualification_is_a_row_and_only_the_last_one_counts_what_became_of_it() -> None:
    [move] = backtest(
        TWO,
        [
            tell(
                screened("12-01", PURSUE, VAGUE),
                screened("12-03", PURSUE, VAGUE),
                won("12-07"),
                outcome=NOT_AGAIN,
            )
        ],
    ).moves

    assert move == Move(PURSUE, WALK_AWAY, 2, won=1, asked=1, answered=1, not_again=1)


def test_walk_aways_and_regrets_are_counted_and_an_undone_end_is_none() -> None:
    found = cells(
        tell(screened("12-01", WALK_AWAY, CLEAR), left("12-02"), outcome=REGRETTED),
        tell(screened("12-01", WALK_AWAY, CLEAR), left("12-02"), outcome=Outcome()),
        tell(screened("12-01", WALK_AWAY, CLEAR), left("12-02")),
        tell(screened("12-01", WALK_AWAY, CLEAR), left("12-02"), undone("12-03")),
    )

    assert found == {
        (WALK_AWAY, PURSUE): Move(
            WALK_AWAY,
            PURSUE,
            4,
            walked_away=3,
            walk_aways_asked=2,
            walk_aways_answered=1,
            regretted=1,
        )
    }


def test_an_answer_after_90_days_counts_and_that_about_an_earlier_end_does_not() -> None:
    changed_mind = tell(
        screened("12-01", PURSUE, VAGUE), won("12-07"), outcome=AGAIN, late=NOT_AGAIN
    )
    left_later = tell(screened("12-01", PURSUE, VAGUE), left("12-02"), outcome=REGRETTED)
    came_back = replace(
        left_later, history=(*left_later.history, screened("01-15", PURSUE, VAGUE), left("01-20"))
    )

    [move] = backtest(TWO, [changed_mind, came_back]).moves

    assert (move.n, move.won, move.answered, move.not_again) == (3, 1, 1, 1)
    assert (move.walked_away, move.walk_aways_answered, move.regretted) == (1, 0, 0)


def test_unchanged_cells_are_there_too_from_mild_to_severe() -> None:
    result = backtest(
        TWO,
        [
            tell(screened("12-01", WALK_AWAY, VAGUE)),
            tell(screened("12-01", PROBLEM, CLEAR)),
            tell(screened("12-01", PURSUE, CLEAR)),
        ],
    )

    assert [(each.before, each.after) for each in result.moves] == [
        (PURSUE, PURSUE),
        (PROBLEM, PURSUE),
        (WALK_AWAY, WALK_AWAY),
    ]
    assert (result.judged, result.cannot_be_judged, result.changed) == (3, 0, 1)


@pytest.mark.parametrize(
    ("answers", "is_judged"),
    [
        (CLEAR, True),
        ({}, False),
        ({"offer": "none"}, False),
        ({"offer": frozenset({"clear"})}, False),
        ({"offer": "vague", "unheard_of": "x"}, True),
    ],
    ids=["all that is read", "no answer", "no such option", "another kind", "more than is known"],
)
def test_what_lacks_a_required_answer_that_a_rule_reads_cannot_be_judged(
    answers: Answers, is_judged: bool
) -> None:
    result = backtest(TWO, [tell(screened("12-01", PURSUE, answers))])

    assert (result.judged, result.cannot_be_judged) == (int(is_judged), int(not is_judged))


def test_a_required_answer_that_nothing_reads_is_not_missed() -> None:
    assert "note" in {each.id for each in TWO.questions if each.required}
    assert backtest(TWO, [tell(screened("12-01", PURSUE, CLEAR))]).judged == 1


def test_of_several_options_those_count_that_are_known() -> None:
    answers: Answers = {**CLEAR, "signs": frozenset({"haggles", "reschedules"})}

    assert matched(TWO, answers)["signs"] == frozenset({"haggles"})
    assert cells(tell(screened("12-01", PURSUE, answers))).keys() == {(PURSUE, PROBLEM)}


def test_each_is_judged_as_of_its_own_day() -> None:
    start: Answers = {**CLEAR, "start": screened("02-15").on}

    found = cells(tell(screened("12-01", PURSUE, start)), tell(screened("01-15", PURSUE, start)))

    assert found.keys() == {(PURSUE, PROBLEM), (PURSUE, PURSUE)}


def test_each_is_judged_by_the_value_of_its_own_day() -> None:
    def worth(value: int) -> Screening:
        return replace(screened("12-01", PURSUE, CLEAR), expected_value=Decimal(value))

    assert cells(tell(worth(999))).keys() == {(PURSUE, PROBLEM)}
    assert cells(tell(worth(1000))).keys() == {(PURSUE, PURSUE)}


def test_nothing_is_claimed_below_five_outcomes() -> None:
    def of(n: int) -> Move:
        client = tell(screened("12-01", PURSUE, VAGUE), won("12-07"), outcome=NOT_AGAIN)
        return cells(*[client] * n)[PURSUE, WALK_AWAY]

    assert of(4).share_not_again.interval is None
    assert of(5).share_not_again.interval is not None
