"""What predicates say about answers."""

from datetime import date

import pytest

from bot.domain.checklist.rules import (
    NOTHING_KNOWN,
    AllOf,
    Answered,
    Answers,
    AnyOf,
    Chosen,
    Count,
    Named,
    Not,
    Otherwise,
    Predicate,
    Rule,
    Verdict,
    foresight,
    holds,
    matching,
    questions_in,
)

OFFER_NONE = Chosen("offer", frozenset({"none"}))
HAGGLES = Chosen("signs", frozenset({"haggles"}))
DRAINS = Chosen("signs", frozenset({"drains"}))
SAYS_SO = {"en": "So.", "de": "So."}


@pytest.mark.parametrize(
    ("predicate", "answers", "expected"),
    [
        (OFFER_NONE, {"offer": "none"}, True),
        (OFFER_NONE, {"offer": "clear"}, False),
        (OFFER_NONE, {}, False),
        (Chosen("offer", frozenset({"none", "vague"})), {"offer": "vague"}, True),
        (HAGGLES, {"signs": frozenset({"haggles", "drains"})}, True),
        (HAGGLES, {"signs": frozenset({"drains"})}, False),
        (Answered("homework"), {"homework": "numbers"}, True),
        (Answered("homework"), {"homework": ""}, False),
        (Answered("signs"), {"signs": frozenset[str]()}, False),
        (Answered("due"), {"due": date(2026, 12, 8)}, True),
        (Answered("homework"), {}, False),
        (Not(Answered("homework")), {}, True),
        (Count((HAGGLES, DRAINS), 1, 1), {"signs": frozenset({"drains"})}, True),
        (Count((HAGGLES, DRAINS), 1, 1), {"signs": frozenset({"drains", "haggles"})}, False),
        (Count((HAGGLES, DRAINS), 1, None), {"signs": frozenset({"drains", "haggles"})}, True),
        (Count((HAGGLES, DRAINS), None, 0), {}, True),
        (Count((HAGGLES, OFFER_NONE), 2), {"signs": frozenset({"haggles"}), "offer": "none"}, True),
        (AllOf((OFFER_NONE, HAGGLES)), {"offer": "none"}, False),
        (AnyOf((OFFER_NONE, HAGGLES)), {"offer": "none"}, True),
        (Named("nothing to sell", OFFER_NONE), {"offer": "none"}, True),
        (Otherwise(), {}, True),
    ],
)
def test_a_predicate_holds_or_not(predicate: Predicate, answers: Answers, expected: bool) -> None:
    assert holds(predicate, answers) is expected


def test_otherwise_matches_only_when_no_other_rule_does() -> None:
    rules = (
        Rule("none", OFFER_NONE, Verdict.WALK_AWAY, SAYS_SO),
        Rule("rest", Otherwise(), Verdict.PURSUE, SAYS_SO),
    )

    assert [rule.id for rule in matching(rules, {"offer": "none"})] == ["none"]
    assert [rule.id for rule in matching(rules, {"offer": "clear"})] == ["rest"]
    assert matching(rules[:1], {"offer": "clear"}) == ()


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (OFFER_NONE, False),
        (Not(OFFER_NONE), True),
        (HAGGLES, True),
        (AllOf((OFFER_NONE, HAGGLES)), False),
        (AllOf((Not(OFFER_NONE), HAGGLES)), True),
        (AnyOf((OFFER_NONE, Named("haggling", HAGGLES))), True),
        (Not(AllOf((Not(OFFER_NONE), HAGGLES))), True),
        (Not(AnyOf((Not(OFFER_NONE), HAGGLES))), False),
        (Count((OFFER_NONE, HAGGLES, DRAINS), 3), False),
        (Count((OFFER_NONE, HAGGLES, DRAINS), 2), True),
        (Count((Not(OFFER_NONE), HAGGLES), None, 0), False),
        (Answered("signs"), True),
        (Answered("homework"), False),
    ],
)
def test_what_could_still_become_true_while_the_signs_are_open(
    predicate: Predicate, expected: bool
) -> None:
    assert (
        foresight(predicate)({"offer": "clear"}, frozenset({"signs"}), NOTHING_KNOWN)[1] is expected
    )


def test_a_predicate_knows_the_questions_it_looks_at() -> None:
    predicate = Named("all", AllOf((Not(OFFER_NONE), Count((HAGGLES, Answered("due")), 1))))

    assert questions_in(predicate) == {"offer", "signs", "due"}
    assert questions_in(Otherwise()) == frozenset()


def test_walk_away_is_more_severe_than_problem_and_problem_than_pursue() -> None:
    ranked = sorted(Verdict, key=lambda verdict: verdict.severity)

    assert ranked == [Verdict.PURSUE, Verdict.PROBLEM, Verdict.WALK_AWAY]
