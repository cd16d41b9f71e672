"""The report in both languages: nothing yet, an ordinary one, and the longest."""

import ast
import inspect
from dataclasses import fields, replace
from datetime import date

import pytest

from bot.checklists import default
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Discipline, Figures, TimeToNo
from bot.domain.figures.evidence import (
    Compared,
    Evidence,
    FearAnswer,
    Regretted,
    SecondJudge,
    Turned,
    VerdictsRight,
)
from bot.domain.figures.report import Report, RuleRate, report_of
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import Median, Share
from bot.domain.figures.survival import TimeToHalf
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


def turned(n: int, bad: int) -> Turned:
    return Turned(n + 3, Share(n, n + 2), Share(bad, n), Share(n // 3, n), Median.of([12.5] * n))


def evidence(fear: Fear, *, n: int, overrides: int = 12) -> Evidence:
    found = Compared(30, turned(48, 5), turned(n, n // 2 + 1))
    answers = {
        Fear.NO_OTHER_CLIENT: FearAnswer(next_client=TimeToHalf(40, 8, 12, 8, 20)),
        Fear.REPUTATION: FearAnswer(taken={"thanked": 7, "badly": 1}),
        Fear.NOBODY_LEFT: FearAnswer(pursued=Share(60, 120)),
        Fear.NOT_FOR_US: FearAnswer(by_time=(Share(1, 9), Share(6, 10))),
        Fear.NEW_FACT: FearAnswer(),
    }
    return Evidence(fear, overrides, found, answers[fear])


def right(*, followed: Turned, against: Turned) -> VerdictsRight:
    return VerdictsRight(
        Compared(90, followed, against),
        Regretted(90, Share(3, 40), Share(40, 44)),
        SecondJudge(Share(2, 6), 1),
        asked=120,
        answered=96,
    )


def with_overridden(share: Share) -> Report:
    overridden = {**dict.fromkeys(Verdict, Share(1, 60)), Verdict.WALK_AWAY: share}
    return replace(ORDINARY, figures=replace(ORDINARY.figures, overridden=overridden))


def noted(rule: str, share: Share) -> RuleRate:
    return RuleRate(default().rule(rule), share)


NOTHING = report_of([], Scope(ON, MONDAY_TO_FRIDAY, owner=ANNA))
ORDINARY = Report(
    owner=None,
    on=ON,
    prospects=214,
    right=right(followed=turned(48, 5), against=turned(12, 8)),
    figures=Figures(
        time_to_no=TimeToNo(TimeToHalf(48, 6, 5, 4, 8), Median(14, 6, 1), 3, 4),
        discipline=Discipline(Share(31, 42), {ANNA: 4}, 2),
        overridden={
            Verdict.PURSUE: Share(2, 60),
            Verdict.PROBLEM: Share(9, 70),
            Verdict.WALK_AWAY: Share(5, 50),
        },
        next_client=TimeToHalf(40, 8, 12, 8, 20),
        softened=Share(1, 4),
        pursued=Share(60, 120),
    ),
    evidence=(evidence(Fear.NO_OTHER_CLIENT, n=8), evidence(Fear.NEW_FACT, n=4)),
    noted=(noted("outside_niche", Share(12, 40)), noted("thin_margin", Share(9, 40))),
)
MANY = Share(23456, 123456)
LONGEST = Report(
    owner=None,
    on=date(2026, 9, 30),
    prospects=123456,
    right=right(followed=turned(12345, 999), against=turned(12345, 9999)),
    figures=Figures(
        time_to_no=TimeToNo(
            TimeToHalf(23456, 3456, 1234, 1111, 2345), Median(1234.5, 2345, 1), 2345, 3456
        ),
        discipline=Discipline(MANY, {ANNA: 23456}, 23456),
        overridden=dict.fromkeys(Verdict, MANY),
        next_client=TimeToHalf(23456, 23456),
        softened=MANY,
        pursued=MANY,
    ),
    evidence=tuple(evidence(fear, n=1234, overrides=23456) for fear in Fear),
    noted=tuple(noted(rule, MANY) for rule in ("outside_niche", "half_answer", "value_not_shown")),
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
    [
        (4, None),  # 4 %
        (9, None),  # 9 %, but it may be 5
        (12, "Surely more than 5%: look at what"),
        (20, "or it's wrong"),
    ],
)
def test_surely_above_a_mark_the_override_rate_has_a_note(
    overridden: int, note: str | None
) -> None:
    said = report(replace(with_overridden(Share(overridden, 100)), noted=()), EN).text

    assert f"Walk away pursued anyway: {overridden} of 100 (" in said
    assert ("Surely" in said) is (note is not None)
    assert (note or "") in said


def test_managers_read_which_rules_are_overridden_most_often() -> None:
    said = report(ORDINARY, EN).text

    assert "Reasons overridden most:" in said
    assert "• 12 of 40 (18–45 %): “They're outside our niche: everything takes" in said
    assert "Reasons overridden most" not in report(replace(ORDINARY, noted=()), EN).text


def test_below_its_least_n_a_figure_says_how_many_are_missing() -> None:
    said = report(with_overridden(Share(4, 4)), EN).text

    assert "Walk away pursued anyway: 1 more needed." in said
    assert "Milder within a week of a problem or walk away: 1 more needed." in said
    assert "Shown from 5 outcomes on; so far: 4." in said


def test_no_figure_stands_without_its_counterpart() -> None:
    said = report(ORDINARY, EN).text

    assert "Won against the verdict, not again: 8 of 12 (39–86 %)." in said
    assert "Won by the verdict, not again: 5 of 48 (5–22 %)." in said
    assert "Left by themselves in that time: 4. If none of them really did: 31 of 46" in said
    assert "6 still open, half of them for 14 working days or more, 3 won" in said
    assert "Pursue walked away from: 2 of 60 (1–11 %)." in said
    assert "Outcomes answered: 96 of 120 (72–86 %)." in said
    assert "Owner and manager judged a client differently: 2 of 6, 1 of them harder" in said


def test_what_half_have_not_reached_yet_is_said() -> None:
    assert "next client: 50% not reached yet (of 23,456)." in report(LONGEST, EN).text


def test_every_figure_that_is_counted_is_said() -> None:
    tree = ast.parse(inspect.getsource(figures_report))
    said = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert {field.name for field in fields(Figures)} - said == set()
