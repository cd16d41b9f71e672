"""The report in both languages: nothing yet, an ordinary one, the longest, and its parts."""

import ast
import inspect
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.checklists import default
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Discipline, Figures, TimeToNo
from bot.domain.figures.evidence import (
    ClientResults,
    Compared,
    Evidence,
    FearAnswer,
    NotAgain,
    Regretted,
    SecondJudge,
    Taken,
    VerdictsRight,
)
from bot.domain.figures.reports import comparison as four_figures
from bot.domain.figures.reports.advice import Weakness
from bot.domain.figures.reports.comparison import PeriodComparison
from bot.domain.figures.reports.cost import OverrideCost
from bot.domain.figures.reports.memory import FromMemory, RecallSummary
from bot.domain.figures.reports.page import (
    NarrowedReason,
    ReportContent,
    ReportPage,
    ReportView,
    Whose,
)
from bot.domain.figures.reports.parts import CHECKLISTS as CHECKLISTS_TOLD
from bot.domain.figures.reports.parts import PEOPLE as PEOPLE_TOLD
from bot.domain.figures.reports.parts import QUARTERS as QUARTERS_TOLD
from bot.domain.figures.reports.parts import Parts, ReportPart
from bot.domain.figures.reports.report import Report, RuleRate, report_of
from bot.domain.figures.reports.trend import TimeStep, Trend, VerdictCounts
from bot.domain.figures.scope import Period, Scope, Span, quarter_of
from bot.domain.figures.shares import Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.people import MemberId
from bot.domain.prospects import Fear
from bot.slack.figures import drilldowns
from bot.slack.figures import evidence as evidence_words
from bot.slack.figures import four as four_words
from bot.slack.figures.report import report
from bot.slack.kit.blocks import LONGEST_MESSAGE, classic
from bot.slack.texts import Texts
from sandbox.rules import message_problems
from tests.slack.conftest import Golden
from tests.slack.reading import words

ON = date(2026, 11, 30)
ANNA = MemberId("U0ANNA")
EN = Texts("en")
LINE = 85
"""How many letters fit into a line of a message, about."""


def turned(n: int, bad: int) -> ClientResults:
    hours = Median.of(([2.5, 12.5, 12.5, 40] * n)[:n])
    return ClientResults(n + 3, Share(n, n + 2), Share(bad, n), Share(n // 3, n), hours)


def evidence(fear: Fear, *, n: int, overrides: int = 12) -> Evidence:
    found = Compared(30, turned(48, 5), turned(n, n // 2 + 1))
    answers = {
        Fear.NO_OTHER_CLIENT: FearAnswer(next_client=TimeToHalf(40, 8, 12, 8, 20)),
        Fear.REPUTATION: FearAnswer(taken=Taken({"thanked": 7, "badly": 1}, Share(8, 11))),
        Fear.NOBODY_LEFT: FearAnswer(pursued=Share(60, 120)),
        Fear.NOT_FOR_US: FearAnswer(
            by_time=(NotAgain(Share(1, 9), Share(9, 11)), NotAgain(Share(6, 10), Share(10, 12)))
        ),
        Fear.NEW_FACT: FearAnswer(),
    }
    return Evidence(fear, overrides, found, answers[fear])


def right(*, followed: ClientResults, against: ClientResults) -> VerdictsRight:
    return VerdictsRight(
        Compared(90, followed, against),
        Regretted(90, Share(3, 40), Share(40, 44)),
        SecondJudge(Share(2, 6), 1),
        asked=120,
        answered=96,
        by_verdict={
            Verdict.PURSUE: followed.not_again,
            Verdict.PROBLEM: against.not_again,
            Verdict.WALK_AWAY: Share(2, 4),
        },
    )


def with_overridden(share: Share) -> Report:
    overridden = {**dict.fromkeys(Verdict, Share(1, 60)), Verdict.WALK_AWAY: share}
    return replace(
        ORDINARY, change=PeriodComparison(replace(ORDINARY.figures, overridden=overridden))
    )


def shown(
    made: Report, view: ReportView = ReportView.OVERVIEW, whose: Whose = Whose.WHOLE, **more: Any
) -> ReportContent:
    """A page of the report, as its reader gets it."""
    page = ReportPage(view, Span.A_YEAR, whose)
    course = Trend(TimeStep.MONTH, GIVEN if made.prospects else ())
    is_manager = whose is Whose.WHOLE
    return ReportContent(page, made, course, is_manager=is_manager, **{"currency": "EUR", **more})


def said(made: Report, view: ReportView = ReportView.OVERVIEW, **more: Any) -> str:
    return report(shown(made, view, **more), EN).text


def noted(rule: str, share: Share) -> RuleRate:
    return RuleRate(default().rule(rule), share)


NOTHING = report_of([], Scope(ON, MONDAY_TO_FRIDAY, owner=ANNA))
NOW = Figures(
    time_to_no=TimeToNo(TimeToHalf(48, 6, 5, 4, 8), Median(14, 6, 1), 3, 4),
    discipline=Discipline(Share(31, 42), {ANNA: 4}, 2),
    overridden={
        Verdict.PURSUE: Share(2, 60),
        Verdict.PROBLEM: Share(9, 70),
        Verdict.WALK_AWAY: Share(5, 50),
    },
    next_client=TimeToHalf(40, 8, 12, 8, 20),
    softened=Share(1, 4),
    screened_again=Share(4, 180),
    pursued=Share(60, 120),
)
BEFORE = replace(
    NOW,
    time_to_no=TimeToNo(TimeToHalf(40, 4, 9, 6, 12), Median(9, 4, 1), 2, 1),
    discipline=Discipline(Share(16, 40), {}, 0),
    next_client=TimeToHalf(4, 1),
)
GIVEN = tuple(
    VerdictCounts(
        Period(date(2026, month, 1), date(2026, month, 28)),
        {Verdict.PURSUE: month, Verdict.PROBLEM: month % 4, Verdict.WALK_AWAY: month % 3},
    )
    for month in range(1, 12)
)
COST = OverrideCost(Decimal(4800), Decimal(21600), 9, 12)
ORDINARY = Report(
    owner=None,
    on=ON,
    prospects=214,
    right=right(followed=turned(48, 5), against=turned(12, 8)),
    change=PeriodComparison(NOW, BEFORE),
    evidence=(evidence(Fear.NO_OTHER_CLIENT, n=8), evidence(Fear.NEW_FACT, n=4)),
    noted=(noted("outside_niche", Share(12, 40)), noted("thin_margin", Share(9, 40))),
)
MANY = Share(23456, 123456)
MUCH = Figures(
    time_to_no=TimeToNo(
        TimeToHalf(23456, 3456, 1234, 1111, 2345), Median(1234.5, 2345, 1), 2345, 3456
    ),
    discipline=Discipline(MANY, {ANNA: 23456}, 23456),
    overridden=dict.fromkeys(Verdict, MANY),
    next_client=TimeToHalf(23456, 23456),
    softened=MANY,
    screened_again=MANY,
    pursued=MANY,
)
LONGEST = Report(
    owner=None,
    on=date(2026, 9, 30),
    prospects=123456,
    right=right(followed=turned(12345, 999), against=turned(12345, 9999)),
    change=PeriodComparison(MUCH, MUCH),
    evidence=tuple(evidence(fear, n=1234, overrides=23456) for fear in Fear),
    noted=tuple(noted(rule, MANY) for rule in ("outside_niche", "half_answer", "value_not_shown")),
)
SOON = replace(NOTHING, owner=None, prospects=7, first_figure_on=date(2026, 12, 8))
WITH_COST = replace(ORDINARY, cost=COST, cost_by_fear={str(Fear.NO_OTHER_CLIENT): COST})
OPEN_COST = OverrideCost(Decimal(123456789), None, 1234, 2345)
LONGEST = replace(LONGEST, cost=OPEN_COST, cost_by_fear=dict.fromkeys(map(str, Fear), OPEN_COST))


def part(
    key: Any, figures: Figures, made: Report, cost: OverrideCost | None = None
) -> ReportPart[Any]:
    return ReportPart(key, made.prospects, made.right, figures, cost)


QUARTERS = tuple(quarter_of(date(2026 - n // 4, 12 - n % 4 * 3, 1)) for n in range(QUARTERS_TOLD))
PEOPLE = tuple(MemberId(f"U0PERSON{n:02}") for n in range(PEOPLE_TOLD))
TITLES = {"walk-away": {"en": "Walk away", "de": "Absagen"}}
PARTS: dict[ReportView, dict[str, Any]] = {
    ReportView.BY_FEAR: {},
    ReportView.BY_CHECKLIST: {
        "checklists": Parts(
            (part("walk-away", NOW, WITH_COST, COST), part("old", BEFORE, ORDINARY))
        ),
        "titles": TITLES,
    },
    ReportView.BY_QUARTER: {
        "quarters": Parts(
            (part(QUARTERS[0], NOW, WITH_COST, COST), part(QUARTERS[1], BEFORE, NOTHING)), 1
        ),
    },
    ReportView.BY_PERSON: {
        "people": Parts((part(ANNA, NOW, ORDINARY), part(PEOPLE[0], BEFORE, ORDINARY)), 23),
        "names": {ANNA: "Anna <b>*Bold*"},
        "shows_people": True,
    },
}
TENTH = Share(2345, 12345)
COST_OF_A_TENTH = OverrideCost(Decimal(12345678), None, 123, 234)
A_TENTH = replace(
    MUCH,
    time_to_no=TimeToNo(TimeToHalf(2345, 345, 123, 111, 234), Median(123.5, 234, 1), 234, 345),
    discipline=Discipline(TENTH, {ANNA: 2345}, 2345),
    overridden=dict.fromkeys(Verdict, TENTH),
    next_client=TimeToHalf(2345, 2345),
)


def most(keys: Sequence[Any]) -> Parts[Any]:
    made = replace(LONGEST, right=replace(LONGEST.right, asked=12345, answered=2345))
    return Parts(tuple(part(each, A_TENTH, made, COST_OF_A_TENTH) for each in keys), 12)


MOST: dict[ReportView, dict[str, Any]] = {
    ReportView.BY_FEAR: {},
    ReportView.BY_CHECKLIST: {
        "checklists": most(["c" * 40] * CHECKLISTS_TOLD),
    },
    ReportView.BY_QUARTER: {
        "quarters": most(QUARTERS),
    },
    ReportView.BY_PERSON: {
        "people": most(PEOPLE),
        "names": dict.fromkeys(PEOPLE, "W" * 80),
        "shows_people": True,
    },
}
MEMORY = FromMemory(
    20, RecallSummary(4, walk_away=3), RecallSummary(12, walk_away=1, problem=2), *[Share(0, 0)] * 4
)
CASES = {
    "nothing": shown(NOTHING, whose=Whose.OWN),
    "soon": shown(SOON),
    "ordinary": shown(ORDINARY),
    "with_cost": shown(WITH_COST),
    "with_memory": shown(ORDINARY, memory=MEMORY),
    "soon.with_memory": shown(SOON, memory=replace(MEMORY, n=4)),
    "own": shown(replace(ORDINARY, owner=ANNA, noted=()), whose=Whose.OWN),
    "no_manager": shown(
        replace(ORDINARY, owner=ANNA), whose=Whose.OWN, narrowed=NarrowedReason.NO_MANAGER
    ),
    "no_persons": shown(ORDINARY, narrowed=NarrowedReason.NO_PERSONS),
    "longest": shown(LONGEST),
    **{view.value: shown(WITH_COST, view, **more) for view, more in PARTS.items()},
    **{f"{view}.longest": shown(LONGEST, view, **more) for view, more in MOST.items()},
    "by_checklist.nothing": shown(NOTHING, ReportView.BY_CHECKLIST, Whose.OWN),
    "by_fear.nothing": shown(NOTHING, ReportView.BY_FEAR, Whose.OWN),
}


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

    without_buttons = [each for each in classic(drawn).blocks if each["type"] != "actions"]
    shown = words({"blocks": without_buttons}).replace("*", "").splitlines()
    assert [line for line in shown if line not in drawn.text.replace("*", "")] == []
    assert len(drawn.text) < LONGEST_MESSAGE


@pytest.mark.parametrize("case", ["ordinary", "with_memory", "longest"])
def test_the_one_thing_to_do_stands_above_all_figures(case: str) -> None:
    drawn = report(CASES[case], EN)

    said = [words({"blocks": [each]}) for each in drawn.blocks[2:4]]
    assert said[0].startswith("*What to do*: ")
    assert said[1].startswith("*Were the verdicts right?*")
    assert drawn.text.index("What to do") < drawn.text.index("Were the verdicts right?")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("case", "lines"), [("ordinary", 20), ("with_memory", 23), ("longest", 26)]
)
def test_the_overview_fits_one_screen(case: str, lines: int, language: str) -> None:
    """Two charts and two rows of buttons take half of it; `tests/browser` measures the rest."""
    blocks = report(CASES[case], Texts(language)).blocks

    kinds = [each["type"] for each in blocks]
    assert kinds.count("data_visualization") == 2
    assert kinds[-2:] == ["actions", "actions"]
    assert len(blocks) <= 11
    written = [words(block) for block in blocks if block["type"] in {"section", "context"}]
    said = [line for each in written for line in each.splitlines()]
    assert sum(-(-len(line) // LINE) for line in said) <= lines


def test_the_overview_has_no_button_that_turns_to_itself() -> None:
    views = report(CASES["ordinary"], EN).blocks[-1]["elements"]
    elsewhere = report(CASES["by_checklist"], EN).blocks[-1]["elements"]

    assert "Overview" not in [each["text"]["text"] for each in views]
    assert "Overview" in [each["text"]["text"] for each in elsewhere]


@pytest.mark.parametrize(
    ("overridden", "note"),
    [
        (4, None),  # 4 %
        (9, None),  # 9 %, but it may be 5
        (12, "Clearly above 5%: look at what"),
        (20, "or it's wrong"),
    ],
)
def test_surely_above_a_mark_the_override_rate_has_a_note(
    overridden: int, note: str | None
) -> None:
    told = said(replace(with_overridden(Share(overridden, 100)), noted=()))

    assert f"Walk-aways overridden: {overridden} of 100 (" in told
    assert ("Clearly" in told) is (note is not None)
    assert (note or "") in told


def test_managers_read_which_rules_are_overridden_most_often() -> None:
    more = PARTS[ReportView.BY_CHECKLIST]
    told = said(ORDINARY, ReportView.BY_CHECKLIST, **more)

    assert "Most overridden reasons:" in told
    assert "• 12 of 40 (18–45 %): “They're outside our niche: everything takes" in told
    without = said(replace(ORDINARY, noted=()), ReportView.BY_CHECKLIST, **more)
    assert "Most overridden reasons" not in without


def test_below_its_least_n_a_figure_says_how_many_are_missing() -> None:
    assert "Walk-aways overridden: needs 1 more" in said(with_overridden(Share(4, 4)))
    assert "Softened on re-screen within a week: needs 1 more." in said(
        ORDINARY, ReportView.BY_CHECKLIST, **PARTS[ReportView.BY_CHECKLIST]
    )
    assert "Shown once there are 5 outcomes. So far: 4." in said(ORDINARY, ReportView.BY_FEAR)


def test_no_figure_stands_without_its_counterpart() -> None:
    told = said(ORDINARY)

    against, followed = "8 of 12 (39–86 %)", "5 of 48 (5–22 %)"
    assert f"Wouldn't sign again: {against} with an override, {followed} without." in told
    assert "Not counted, since they dropped out: 4. With them: 31" in told
    assert "6 still open (median 14 working days), 3 won" in told
    assert "Walked away despite “pursue”: 2 of 60 (1–11 %)." in told
    assert "Outcomes answered: 96 of 120 (72–86 %)." in told
    judged = (
        "Owner and manager judged differently: 2 of 6 (10–70 %). "
        "The manager was harder on 1, the owner on 1."
    )
    by_fear = said(ORDINARY, ReportView.BY_FEAR)
    assert judged in by_fear
    assert "Outcomes answered: 96 of 120 (72–86 %)." in by_fear
    milder = replace(NOW, softened=Share(3, 9), screened_again=Share(9, 180))
    made = replace(ORDINARY, change=PeriodComparison(milder))
    assert (
        "Softened on re-screen within a week: 3 of 9 (12–65 %). "
        "Re-screenings within a week of a “problem” or “walk away”, of all verdicts: "
        "9 of 180 (3–9 %)."
    ) in said(made, ReportView.BY_CHECKLIST, **PARTS[ReportView.BY_CHECKLIST])


@pytest.mark.parametrize(
    "view", [ReportView.BY_CHECKLIST, ReportView.BY_QUARTER, ReportView.BY_PERSON]
)
def test_no_row_stands_without_counterparts_and_how_many_answered(view: ReportView) -> None:
    blocks = report(shown(WITH_COST, view, **PARTS[view]), EN).blocks

    [heads, first, *_] = next(each["rows"] for each in blocks if each["type"] == "data_table")
    row = dict(zip((it["text"] for it in heads), (it["text"] for it in first), strict=True))
    assert row["Outcomes answered"] == "96 of 120 (72–86 %)"
    assert row["Not again, with an override"] == "8 of 12 (39–86 %)"
    assert row["Not again, without an override"] == "5 of 48 (5–22 %)"
    held = "31 of 42 (59–85 %), with 4 who dropped out: 31 of 46 (53–79 %)"
    assert row["Discipline"] == held
    waited = "5 (4–8, of 48), 6 open (median 14), 3 won, 4 dropped out"
    assert row["Time to no (working days)"] == waited
    assert row["Next client (working days)"] == "12 (8–20, of 40), 8 waiting"
    assert row["Walked away despite “pursue”"] == "2 of 60 (1–11 %)"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("view", [ReportView.BY_CHECKLIST, ReportView.BY_QUARTER])
def test_what_the_words_of_a_table_leave_out_is_counted(view: ReportView, language: str) -> None:
    texts = Texts(language)
    drawn = report(CASES[f"{view}.longest"], texts)

    lines = drawn.text.splitlines()
    rows = next(len(each["rows"]) - 1 for each in drawn.blocks if each["type"] == "data_table")
    told = len([line for line in lines if line.count(" / ") > 5]) - 1
    assert (told < rows) is (view is ReportView.BY_CHECKLIST)
    assert (texts("Left out for length: {n}.", n=rows - told) in lines) is (told < rows)


def test_parts_beyond_those_shown_are_counted() -> None:
    assert "\nNot shown: 1 earlier quarter." in said(
        WITH_COST, ReportView.BY_QUARTER, **PARTS[ReportView.BY_QUARTER]
    )
    assert "\nNot shown: 23 people with fewer prospects." in said(
        WITH_COST, ReportView.BY_PERSON, **PARTS[ReportView.BY_PERSON]
    )
    assert "\nNot shown: 12 checklists with fewer prospects." in said(
        LONGEST, ReportView.BY_CHECKLIST, **MOST[ReportView.BY_CHECKLIST]
    )
    assert "Not shown" not in said(
        WITH_COST, ReportView.BY_CHECKLIST, **PARTS[ReportView.BY_CHECKLIST]
    )


def test_the_first_row_has_intervals_and_differences_also_of_what_was_paid() -> None:
    told = said(ORDINARY)

    assert "Difference: 56 percentage points (26 to 77)." in told
    assert (
        "Not paid as agreed: 4 of 12 (14–61 %) with an override, 16 of 48 (22–47 %) without. "
        "Difference: 0 percentage points (-24 to 30), may be chance. Median unplanned hours: "
        "about 12.5 (2.5–40, from 12) with an override, about 12.5 (from 48) without." in told
    )
    assert (
        "Discipline is your weakest figure: 11 of 42 (15–41 %) took longer than 5 working days."
        in told
    )


@pytest.mark.parametrize(("n", "shown"), [(4, False), (5, True)])
def test_what_one_side_knows_is_shown_and_what_the_other_lacks_too(n: int, *, shown: bool) -> None:
    few = right(followed=turned(n, 1), against=turned(4, 1))
    told = said(replace(ORDINARY, right=few))

    paid = "Not paid as agreed: needs 1 more with an override, 1 of 5 (4–62 %) without."
    assert (paid in told) is shown
    assert ("Median unplanned hours: needs 1 more with an override, about" in told) is shown


def test_two_judges_are_compared_from_five_clients_on() -> None:
    few = replace(ORDINARY.right, second=SecondJudge(Share(2, 4), 1))
    told = said(replace(ORDINARY, right=few), ReportView.BY_FEAR)

    assert "Owner and manager judged differently: needs 1 more.\n" in told


@pytest.mark.parametrize("after", [30, 90])
def test_regrets_of_another_time_than_the_first_row_say_so(after: int) -> None:
    """The row begins with its own."""
    about = replace(ORDINARY.right, regretted=Regretted(after, Share(3, 40), Share(40, 44)))
    told = said(replace(ORDINARY, right=about))

    assert "Were the verdicts right? After 90 days. " in told
    assert ("Walk-aways regretted after 30 days: 3 of 40" in told) is (after == 30)


def test_a_figure_says_how_it_has_changed() -> None:
    told = said(ORDINARY)

    assert (
        "Discipline: 31 of 42 (59–85 %) · Before: 16 of 40 (26–55 %), +34 percentage points "
        "(12 to 51)" in told
    )
    assert "Time to no: 5 working days (4–8, of 48) · Before: 9 working days (6–12, of 40)" in told
    assert "Next client: 12 working days (8–20, of 40) · Still waiting for one: 8." in told


def test_what_half_have_not_reached_yet_is_said() -> None:
    assert "less than half so far (of 23,456)" in said(LONGEST)


def test_with_little_data_one_line_says_what_comes_and_when() -> None:
    for made, line in (
        (SOON, "The first figure for this period comes on Tue 8 Dec 2026: how many “walk away”"),
        (NOTHING, "After 5 “walk away” verdicts (0 so far), you'll see here how many"),
    ):
        drawn = report(shown(made), EN)
        assert [each["type"] for each in drawn.blocks] == [
            "header",
            "context",
            "section",
            "actions",
            "actions",
        ]
        assert line in drawn.text


def test_a_chart_leaves_out_what_has_not_enough() -> None:
    [_, chart] = [each["chart"] for each in report(shown(ORDINARY), EN).blocks if "chart" in each]

    assert chart["axis_config"]["categories"] == ["Pursue", "Problem"]
    assert [each["value"] for each in chart["series"][1]["data"]] == [5, 8]


@pytest.mark.parametrize("about", Weakness)
def test_each_weakness_has_its_next_step(about: Weakness) -> None:
    assert said(weak(about)).count("What to do: ") == 1
    assert said(weak(about)) != said(weak(None))


def weak(about: Weakness | None) -> Report:
    """A report that has one weakness, or none."""
    fine, bad = Share(0, 60), Share(30, 60)
    times = {each: TimeToHalf(60, 30 if about is each else 0, 9, 8, 10) for each in Weakness}
    clients = ORDINARY.right.clients
    if about is Weakness.VERDICTS:
        clients = replace(clients, followed=clients.against, against=clients.followed)
    held = bad if about is Weakness.DISCIPLINE else Share(60, 60)
    figures = replace(
        NOW,
        discipline=Discipline(held, {}, 0),
        time_to_no=replace(NOW.time_to_no, half=times[Weakness.TIME_TO_NO]),
        overridden=dict.fromkeys(Verdict, bad if about is Weakness.OVERRIDE_RATE else fine),
        next_client=times[Weakness.NEXT_CLIENT],
    )
    made = replace(
        ORDINARY, right=replace(ORDINARY.right, clients=clients), change=PeriodComparison(figures)
    )
    assert (None if made.advice is None else made.advice.about) is about
    return made


def test_only_managers_of_a_workspace_that_wants_it_have_a_button_by_person() -> None:
    def labels(content: ReportContent) -> list[str]:
        blocks = report(content, EN).blocks
        return [
            each["text"]["text"]
            for block in blocks
            if block["type"] == "actions"
            for each in block["elements"]
        ]

    assert "By person" not in labels(shown(ORDINARY))
    assert "By person" in labels(shown(ORDINARY, shows_people=True))
    own = shown(ORDINARY, whose=Whose.OWN, shows_people=True)
    assert "By person" not in labels(own)
    assert not {"Show only mine", "Show everyone's"} & set(labels(own))


def test_every_figure_that_is_counted_is_said() -> None:
    said = {
        node.attr
        for module in (drilldowns, evidence_words, four_figures, four_words)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute)
    }

    assert {field.name for field in fields(Figures)} - said == set()
