"""The report: the same figures about everybody and about one owner."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.checklists import default
from bot.domain.figures.discipline import facts_in, figures
from bot.domain.figures.evidence import evidence_for
from bot.domain.figures.reports.listed import listed
from bot.domain.figures.reports.parts import Parts, by_checklist, by_person, by_quarter
from bot.domain.figures.reports.report import report_of
from bot.domain.figures.scope import quarter_of
from bot.domain.figures.timeline import Timeline
from bot.domain.people import MemberId
from tests.domain.figures.timelines import (
    ANNA,
    BEN,
    PURSUE,
    left,
    overridden,
    scope,
    screened,
    tell,
    won,
)

TODAY = date(2027, 1, 29)
PURSUE_EARLY, PURSUE_LATE = screened("12-03", PURSUE), screened("01-11", PURSUE)
HERS = [
    tell(screened("12-03"), left("12-04"), owner=ANNA),
    tell(screened("12-03"), overridden("12-04", "not_for_us"), won("12-10"), owner=ANNA),
]
HIS = [tell(screened("12-03"), overridden("12-04", "no_other_client"), owner=BEN)]


def test_the_report_of_an_owner_knows_only_their_prospects() -> None:
    made = report_of([*HERS, *HIS], scope(TODAY, ANNA))

    assert made == report_of(HERS, scope(TODAY, ANNA))
    assert made.prospects == 2
    assert made.figures == figures(HERS, scope(TODAY, ANNA))


def rules_overridden(**overridden_of: tuple[int, int]) -> list[Timeline]:
    """So many prospects to which each rule said *walk away*, so many of them overridden."""
    return [
        tell(screened("12-03", rule=rule), *([overridden("12-04")] if n < count else []))
        for rule, (count, of) in overridden_of.items()
        for n in range(of)
    ]


def noted(timelines: list[Timeline], owner: MemberId | None = None) -> list[tuple[str, int, int]]:
    made = report_of(timelines, scope(TODAY, owner), default().rules)
    return [(each.rule.id, each.rate.count, each.rate.of) for each in made.noted]


def test_the_report_about_everybody_names_the_rules_above_a_mark_the_worst_first() -> None:
    timelines = rules_overridden(
        many_signs=(4, 20), no_offer=(2, 20), loses_money=(9, 25), gone=(9, 20), thin_margin=(3, 4)
    )

    # two of twenty may be 3 %, four are too few, and one rule is none of today's
    assert noted(timelines) == [("loses_money", 9, 25), ("many_signs", 4, 20)]


def test_of_many_rules_the_three_worst_are_named() -> None:
    timelines = rules_overridden(
        no_offer=(5, 20), no_numbers=(6, 20), loses_money=(7, 20), many_signs=(8, 20)
    )

    assert [rule for rule, _, _ in noted(timelines)] == ["many_signs", "loses_money", "no_numbers"]


def test_the_report_of_an_owner_names_no_rule() -> None:
    assert noted(rules_overridden(many_signs=(9, 20)), owner=ANNA) == []


def test_the_report_about_everybody_has_each_fear_that_was_named_in_the_order_of_the_fears() -> (
    None
):
    everything = [*HERS, *HIS]

    made = report_of(everything, scope(TODAY))

    assert made.prospects == 3
    assert made.evidence == (
        evidence_for("no_other_client", everything, scope(TODAY)),
        evidence_for("not_for_us", everything, scope(TODAY)),
    )


@pytest.mark.parametrize(("most", "left_out"), [(1, 1), (2, 0), (None, 0)])
def test_parts_that_are_not_shown_are_counted(most: int | None, left_out: int) -> None:
    """The largest come first, and of quarters the latest."""
    early = [replace(each, checklist="early") for each in (PURSUE_EARLY, PURSUE_LATE)]
    told = [
        tell(early[0], owner=BEN),
        tell(early[1], owner=ANNA),
        tell(replace(PURSUE_LATE, checklist="late"), owner=ANNA),
    ]
    facts, within = facts_in(told, scope(TODAY)), scope(TODAY)

    by: list[Parts[Any]] = [
        by_quarter(facts, within, most=most),
        by_checklist(facts, within, most=most),
        by_person(facts, within, most=most),
    ]

    assert [next(iter(each)).key for each in by] == [quarter_of(TODAY), "early", ANNA]
    assert [(len(each.shown), each.left_out) for each in by] == [(2 - left_out, left_out)] * 3


def test_every_figure_has_an_id_that_stays() -> None:
    found = list(listed(report_of([*HERS, *HIS], scope(TODAY))))

    assert [each.id for each in found] == [
        "not_again_followed",
        "not_again_against",
        "not_again_difference",
        "regretted",
        "time_to_no",
        "time_to_no.open_for",
        "time_to_no.won",
        "time_to_no.dropped_out",
        "time_to_next_client",
        "discipline",
        "discipline.as_missed",
        "discipline.back_and_won",
        "override_rate.pursue",
        "override_rate.problem",
        "override_rate.walk_away",
        "softened",
        "softened.screened_again",
        "answered",
        "override_cost",
    ]
    beside = "time_to_no.open_for"  # said from the first one on, as in the report's own words
    assert {each.least_n for each in found if each.id != beside} == {5}
    assert [(each.id, each.least_n) for each in found if each.shown] == [(beside, 1)]
