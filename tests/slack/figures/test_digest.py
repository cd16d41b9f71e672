"""The digest, as it looks and as it is read aloud; Slack would take it, and an older one too."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.delivery.contents import DigestMessage
from bot.domain.figures.digest import (
    WEEKS,
    Digest,
    DigestCounts,
    Praise,
    UndecidedList,
)
from bot.domain.figures.discipline import Discipline, Figures, TimeToNo
from bot.domain.figures.reports.comparison import PeriodComparison
from bot.domain.figures.reports.trend import VerdictCounts
from bot.domain.figures.scope import Period
from bot.domain.figures.shares import Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.prospects import NudgeRecord, Prospect, ProspectId, Stage
from bot.domain.read_models import Brief
from bot.slack import kit
from bot.slack.figures.digest import digest, rest_of_list
from bot.slack.kit.blocks import LONGEST_MESSAGE, Rendered, classic
from bot.slack.texts import Texts
from sandbox.rules import message_problems
from tests.slack import cases
from tests.slack.figures.test_report import MUCH
from tests.slack.nudges.test_nudge import EN, HOSTILE, ORDINARY, prospect

LONGEST = cases.CASES["longest"]
WORKSPACE = cases.overview(ORDINARY).workspace
TODAY = date(2026, 12, 14)
TOLD = Period(date(2026, 12, 7), date(2026, 12, 13))
WEEK = timedelta(days=7)
LINK = "https://sandbox.example/archives/C0VERDICTS/p1"
REASON = {"en": "They haven't seen the value yet.", "de": "Sie haben den Wert noch nicht gesehen."}
HOSTILE_REASON = {"en": cases.HOSTILE, "de": cases.HOSTILE}


def _figures(held: Share, half: TimeToHalf) -> Figures:
    return Figures(
        time_to_no=TimeToNo(half, Median(3, 2, 1), 1, 1),
        discipline=Discipline(held, {}, 0),
        overridden=dict.fromkeys(Verdict, Share(0, 4)),
        next_client=TimeToHalf(1, 3),
        softened=Share(0, 0),
        screened_again=Share(0, 0),
        pursued=Share(2, 4),
    )


FEW = _figures(Share(1, 4), TimeToHalf(2, 0))
EARLIER = _figures(Share(4, 10), TimeToHalf(11, 1, 9, 5, 14))
ENOUGH = _figures(Share(8, 10), TimeToHalf(12, 2, 6, 4, 9))
QUIET = Digest(
    covered=TOLD,
    counts=DigestCounts({}, {}, {}),
    weeks=tuple(
        VerdictCounts(Period(monday, monday + timedelta(days=6)), dict.fromkeys(Verdict, 0))
        for monday in (TOLD.first - WEEK * (WEEKS - 1 - n) for n in range(WEEKS))
    ),
    figures=PeriodComparison(FEW, FEW),
    undecided=UndecidedList(),
)
BUSY = replace(
    QUIET,
    counts=DigestCounts(
        {Verdict.PURSUE: 2, Verdict.WALK_AWAY: 3, Verdict.PROBLEM: 1},
        {Stage.WALKED_AWAY: 2, Stage.WON: 1},
        {"no_other_client": 2, "reputation": 1},
        Praise(ProspectId("p1"), cases.ANNA, 2),
        (2, 3),
    ),
    weeks=tuple(
        replace(
            week, verdicts={Verdict.PURSUE: n % 3, Verdict.PROBLEM: n % 2, Verdict.WALK_AWAY: n}
        )
        for n, week in enumerate(QUIET.weeks)
    ),
    figures=PeriodComparison(ENOUGH, EARLIER),
)


def late(case: cases.Case, number: int = 1, **more: Any) -> Prospect:
    return prospect(case, number, **more)


def told(
    it: Digest, *, brief: Mapping[str, str] = REASON, link: str | None = LINK, **more: Any
) -> DigestMessage:
    said = Brief(brief, None, (Decimal(20000), "EUR"), link)
    named = (*it.undecided.rows, *it.undecided.also_new)
    message = DigestMessage(
        WORKSPACE, it, TODAY, {each.id: said for each in named}, cases.NAMES, "Acme GmbH"
    )
    return replace(message, **more)


def listing(*rows: Prospect, also_new: tuple[Prospect, ...] = (), more: int = 0) -> Digest:
    return replace(BUSY, undecided=UndecidedList(rows, also_new, more))


DISCUSSED = NudgeRecord(snoozed_until=date(2026, 12, 21), is_discussed=True)
MANY = tuple(late(LONGEST, n) for n in range(23))
DRAWN: Mapping[str, DigestMessage] = {
    "quiet": told(QUIET),
    "quiet_but_undecided": told(replace(QUIET, undecided=UndecidedList((late(ORDINARY),)))),
    "nothing_undecided": told(BUSY),
    "praised_without_a_name": told(BUSY, fastest=None),
    "one_override": told(
        replace(QUIET, counts=replace(BUSY.counts, overrides={"reputation": 1}, alone=(2,)))
    ),
    "ordinary": told(
        listing(
            late(ORDINARY), late(ORDINARY, 2, nudge_record=DISCUSSED), late(cases.CASES["empty"], 3)
        )
    ),
    "without_links": told(listing(late(ORDINARY)), link=None),
    "hostile": told(listing(late(HOSTILE)), brief=HOSTILE_REASON, fastest=cases.HOSTILE, names={}),
    "longest": told(
        listing(*MANY[:20], also_new=MANY[20:], more=114),
        brief=dict.fromkeys(("en", "de"), "QQQ" + "w" * 300),
    ),
}


def check(drawn: Rendered) -> dict[str, Any]:
    for each in (drawn, classic(drawn), Rendered(drawn.text, [])):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    return {"text": drawn.text, "blocks": drawn.blocks}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_digest_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    golden(f"digest.{name}.{language}", check(digest(DRAWN[name], Texts(language))))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["ordinary", "longest", "hostile"])
def test_an_older_slack_gets_chart_and_table_in_words(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = digest(DRAWN[name], Texts(language))
    golden(f"digest_in_words.{name}.{language}", check(classic(drawn)))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_thread_names_those_for_which_there_is_no_place(
    language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = rest_of_list(DRAWN["longest"], Texts(language))
    golden(f"digest_thread.longest.{language}", check(drawn))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_hold_every_number_and_every_name(language: str) -> None:
    drawn = digest(DRAWN["ordinary"], Texts(language))
    rows = next(each for each in drawn.blocks if each["type"] == "data_table")["rows"][1:]
    for row in rows:
        (link,) = row[0]["elements"][0]["elements"]
        words = (link["text"], row[1]["text"], row[3]["text"], row[2]["text"][:40])
        assert all(kit.escape(each) in drawn.text for each in words)
    assert drawn.text.count(" / ") >= WEEKS


@pytest.mark.parametrize("language", ["en", "de"])
def test_all_twenty_rows_are_in_the_text_even_if_everything_is_long(language: str) -> None:
    message = DRAWN["longest"]
    much = replace(message.digest, figures=PeriodComparison(MUCH, MUCH))
    for each in (message, replace(message, digest=much)):
        text = digest(each, Texts(language)).text
        assert text.count("QQQ") == 20
        assert text.endswith(" 2 / 1 / 11")  # the last line, of the last week
        assert len(text) < LONGEST_MESSAGE


def test_no_figure_stands_without_its_counterpart() -> None:
    said = digest(DRAWN["ordinary"], EN).text

    assert "Of the others: 2 still open (median 3 working days), 1 won, 1 dropped out." in said
    assert "Walked away despite “pursue”: needs 1 more." in said
    assert "Still waiting for one: 3." in said


def test_a_week_with_nothing_says_so_in_one_line() -> None:
    drawn = digest(DRAWN["quiet"], EN)
    assert len(drawn.blocks) == 1
    assert "\n" not in drawn.text


def test_nobody_is_called_to_the_channel() -> None:
    assert "<@" not in str(digest(DRAWN["ordinary"], EN))


def test_only_what_slack_refused_is_replaced() -> None:
    drawn = digest(DRAWN["ordinary"], EN)
    without_table = kit.without(drawn, {"data_table"})
    types = [each["type"] for each in without_table.blocks]
    assert "data_visualization" in types
    assert "data_table" not in types
    assert LINK in str(without_table.blocks)


def test_without_enough_to_compare_one_line_says_so() -> None:
    assert (
        "You'll see your figures here once there are enough"
        in digest(DRAWN["quiet_but_undecided"], EN).text
    )


def test_a_figure_has_its_change_only_if_both_times_have_enough() -> None:
    said = digest(DRAWN["ordinary"], EN).text
    assert (
        "Discipline: 8 of 10 (49–94 %) · Before: 4 of 10 (17–69 %), +40 percentage points "
        "(-2 to 67), may be chance" in said
    )
    assert "Time to no: 6 working days (4–9, of 12) · Before: 9 working days (5–14, of 11)" in said
    unlike = replace(BUSY, figures=PeriodComparison(ENOUGH, FEW))
    assert (
        "Discipline: 8 of 10 (49–94 %) · Walk-aways carried out within"
        in digest(told(unlike), EN).text
    )
