"""The report in both languages: nothing yet, an ordinary one, and the longest."""

import ast
import inspect
from dataclasses import fields, replace
from datetime import date

import pytest

from bot.checklists import default
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.figures.discipline import Figures, OverrideRate, Refill
from bot.domain.figures.evidence import Evidence, Median, Share
from bot.domain.figures.report import Report, RuleRate, report_of
from bot.domain.people import MemberId
from bot.domain.prospects import Fear
from bot.slack.figures import report as figures_report
from bot.slack.figures.report import report
from bot.slack.kit.blocks import LONGEST_MESSAGE, classic
from bot.slack.texts import Texts
from sandbox.rules import message_problems
from tests.slack.conftest import Golden
from tests.slack.reading import words

ON = date(2026, 11, 30)
ANNA = MemberId("U0ANNA")
EN = Texts("en")


def evidence(fear: Fear, *, n: int, overrides: int = 12) -> Evidence:
    enough = n >= 5
    return Evidence(
        fear,
        overrides=overrides,
        won=n,
        not_again=Share(n // 2 + 1, n, 5),
        not_paid=Share(n // 3, n, 5),
        hours=Median(12.5 if enough else None, n, 5),
    )


def noted(rule: str, share: Share) -> RuleRate:
    return RuleRate(default().rule(rule), OverrideRate(share, share.count))


NOTHING = report_of([], owner=ANNA, today=ON, calendar=MONDAY_TO_FRIDAY)
ORDINARY = Report(
    owner=None,
    on=ON,
    prospects=214,
    figures=Figures(
        time_to_no=Median(4.5, 48, 6),
        discipline=Share(31, 42, 10),
        override_rate=OverrideRate(Share(9, 120, 20), 11),
        refill=Refill(Median(1, 40, 6), 8),
        unknown=Share(61, 300, 30),
        milder=Share(1, 4, 5),
    ),
    evidence=(evidence(Fear.NO_OTHER_CLIENT, n=8), evidence(Fear.NEW_FACT, n=4)),
    regret=Share(3, 40, 5),
    noted=(noted("outside_niche", Share(8, 40, 20)), noted("thin_margin", Share(3, 40, 20))),
)
LONGEST = Report(
    owner=None,
    on=date(2026, 9, 30),
    prospects=123456,
    figures=Figures(
        time_to_no=Median(1234.5, 23456, 6),
        discipline=Share(9, 9, 10),
        override_rate=OverrideRate(Share(23456, 123456, 20), 34567),
        refill=Refill(Median(None, 5, 6), 23456),
        unknown=Share(29, 29, 30),
        milder=Share(4, 4, 5),
    ),
    evidence=tuple(evidence(fear, n=12345, overrides=23456) for fear in Fear),
    regret=Share(4, 4, 5),
    noted=tuple(
        noted(rule, Share(23456, 123456, 20))
        for rule in ("outside_niche", "half_answer", "value_not_shown")
    ),
)
CASES = {"nothing": NOTHING, "ordinary": ORDINARY, "longest": LONGEST}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", CASES)
def test_report(golden: Golden, case: str, language: str) -> None:
    drawn = report(CASES[case], Texts(language))

    for each in (drawn, classic(drawn)):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    golden(f"report.{case}.{language}", {"text": drawn.text, "blocks": drawn.blocks})


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", CASES)
def test_the_text_alone_says_all_that_the_blocks_say(case: str, language: str) -> None:
    drawn = report(CASES[case], Texts(language))

    shown = words({"blocks": drawn.blocks}).replace("*", "").splitlines()
    assert [line for line in shown if line not in drawn.text] == []
    assert len(drawn.text) < LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("overridden", "note"),
    [(5, None), (6, "More than 5%: look at what"), (10, "look at what"), (11, "or it's wrong")],
)
def test_above_a_mark_the_override_rate_has_a_note(overridden: int, note: str | None) -> None:
    rate = OverrideRate(Share(overridden, 100, 20), overridden)
    said = report(with_rate(rate), EN).text

    assert (
        f"{overridden}%: {overridden} of 100 prospects with the verdict problem or walk away"
        in said
    )
    assert ("More than" in said) is (note is not None)
    assert (note or "") in said


def test_managers_read_which_rules_are_overridden_most_often() -> None:
    said = report(ORDINARY, EN).text

    assert "Reasons overridden most:" in said
    assert "• 20%, 8 of 40 prospects: “They're outside our niche: everything takes" in said
    assert "• 7.5%, 3 of 40 prospects: “The margin is thin: one bad month" in said
    assert (
        "Reasons overridden most"
        not in report(with_rate(OverrideRate(Share(6, 100, 20), 6)), EN).text
    )


def test_below_its_least_n_a_figure_says_how_many_are_missing() -> None:
    said = report(with_rate(OverrideRate(Share(19, 19, 20), 19)), EN).text

    assert "Needs 1 more prospect with the verdict problem or walk away; so far: 19." in said
    assert "More than" not in said
    assert "Needs 1 more verdict within a week" in said
    assert "Shown from 5 outcomes on; so far: 4." in said


def test_numbers_are_written_as_in_the_language() -> None:
    assert "7.5%: 9 of 120" in report(ORDINARY, EN).text
    assert "7,5 %: Bei 9 von 120" in report(ORDINARY, Texts("de")).text.replace("\N{NBSP}", " ")
    assert "within 1 working day." in report(ORDINARY, EN).text
    assert "12,345 clients" in report(LONGEST, EN).text


def test_every_figure_that_is_counted_is_said() -> None:
    tree = ast.parse(inspect.getsource(figures_report))
    said = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert {field.name for field in fields(Figures)} - said == set()


def with_rate(rate: OverrideRate) -> Report:
    made = replace(ORDINARY.figures, override_rate=rate)
    return Report(None, ON, 214, made, ORDINARY.evidence, ORDINARY.regret)
