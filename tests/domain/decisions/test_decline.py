"""What a prospect is told: true, kind, and never our own words about it."""

import pytest

from bot import checklists
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.decisions.decline import KindReason, kind_reason

TERMS = frozenset({"haggles", "cancellation_quarrels", "drains"})
MANNERS = frozenset({"reschedules", "no_respect", "haggles"})
VAGUE: Answers = {"offer": "vague", "numbers": "partly"}
NO_FIGURES: Answers = {"offer": "clear", "numbers": "partly"}


@pytest.mark.parametrize(
    ("rule", "answers", "told"),
    [
        ("no_offer", {"offer": "none"}, KindReason.OFFER_NOT_CLEAR),
        ("no_numbers", {"numbers": "none", "willing": "no"}, KindReason.NUMBERS_MISSING),
        ("talked_into_it", {"value": "talked_into"}, KindReason.VALUE_NOT_SEEN),
        ("loses_money", {"margin": "loss"}, KindReason.DOES_NOT_PAY),
        ("many_signs", {"signs": TERMS}, KindReason.TERMS_APART),
        ("many_signs", {"signs": MANNERS}, KindReason.WAYS_DIFFER),
        ("value_not_shown", {"value": "not_shown"}, KindReason.VALUE_NOT_SHOWN),
        ("half_answer", VAGUE, KindReason.OFFER_NOT_CLEAR),
        ("half_answer", NO_FIGURES, KindReason.NUMBERS_MISSING),
        ("exception_untested", VAGUE, KindReason.OFFER_NOT_CLEAR),
        ("exception_untested", NO_FIGURES, KindReason.NUMBERS_MISSING),
        ("fire_unproven", VAGUE, KindReason.OFFER_NOT_CLEAR),
        ("fire_unproven", NO_FIGURES, KindReason.NUMBERS_MISSING),
        ("fire", VAGUE, KindReason.NO_MATCH),
        ("some_signs", {"signs": TERMS - {"drains"}}, KindReason.TERMS_APART),
        ("some_signs", {"signs": MANNERS - {"haggles"}}, KindReason.WAYS_DIFFER),
        ("outside_niche", {"niche": "outside"}, KindReason.OUTSIDE_OUR_FIELD),
        ("thin_margin", {"margin": "thin"}, KindReason.DOES_NOT_PAY),
        ("good_fit", {}, KindReason.NO_MATCH),
    ],
)
def test_each_rule_has_a_kind_reason(rule: str, answers: Answers, told: KindReason) -> None:
    assert kind_reason("walk-away", rule, answers) is told


def test_every_rule_that_speaks_against_a_prospect_has_a_reason_of_its_own() -> None:
    against = [each for each in checklists.default().rules if each.verdict is not Verdict.PURSUE]

    assert against
    for rule in against:
        assert kind_reason("walk-away", rule.id, {}) is not KindReason.NO_MATCH, rule.id


@pytest.mark.parametrize(("checklist", "rule"), [("bant", "no_offer"), ("walk-away", "too_far")])
def test_a_rule_that_is_not_known_here_gets_the_general_reason(checklist: str, rule: str) -> None:
    assert kind_reason(checklist, rule, {"offer": "none"}) is KindReason.NO_MATCH
