"""When a prospect is due reads the same everywhere, and is true on the day on which it is drawn."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.prospects import Due, DueReason, Prospect, Stage
from bot.slack.card import due
from bot.slack.texts import Texts
from tests.slack import cases

EN = Texts("en")
DE = Texts("de")
PROBLEM = cases.overview(cases.Case(cases.NOT_SHOWN)).prospect
FIRE = cases.overview(cases.Case(cases.FIRE)).prospect
GOOD = cases.overview(cases.Case(cases.GOOD)).prospect
ASKED = cases.asked(cases.overview(cases.Case(cases.NOT_SHOWN))).prospect
OVERRIDDEN = cases.overridden(cases.overview(cases.Case(cases.NOT_SHOWN))).prospect
ALIVE = replace(PROBLEM, due=Due(date(2026, 12, 18), DueReason.SIGN_OF_LIFE))
EARLIER = replace(PROBLEM, due=Due(date(2026, 12, 4), DueReason.CONDITION))
NEW_YEAR = replace(PROBLEM, due=Due(date(2027, 1, 4), DueReason.VERDICT))


def on(day: str) -> date:
    return date.fromisoformat(f"2026-{day}")


@pytest.mark.parametrize(
    ("prospect", "today", "fact", "sentence"),
    [
        (PROBLEM, "12-01", "decide by Tue 8 Dec", "Decide by Tue 8 Dec."),
        (PROBLEM, "12-08", "decide by Tue 8 Dec", "Decide by Tue 8 Dec."),
        (PROBLEM, "12-09", "was due Tue 8 Dec", "Was due Tue 8 Dec, 1 working day ago."),
        (PROBLEM, "12-18", "was due Tue 8 Dec", "Was due Tue 8 Dec, 8 working days ago."),
        (EARLIER, "12-04", "decide by Fri 4 Dec", "Decide by Fri 4 Dec."),
        (EARLIER, "12-05", "was due Fri 4 Dec", "Was due Fri 4 Dec."),
        (EARLIER, "12-06", "was due Fri 4 Dec", "Was due Fri 4 Dec."),
        (EARLIER, "12-07", "was due Fri 4 Dec", "Was due Fri 4 Dec, 1 working day ago."),
        (ALIVE, "12-18", "decide by Fri 18 Dec", "Decide by Fri 18 Dec."),
        (FIRE, "12-08", "condition due Tue 8 Dec", "Condition due Tue 8 Dec."),
        (FIRE, "12-09", "was due Tue 8 Dec", "Was due Tue 8 Dec, 1 working day ago."),
        (OVERRIDDEN, "12-15", "check-in Tue 15 Dec", "Check-in date: Tue 15 Dec."),
        (OVERRIDDEN, "12-16", "was due Tue 15 Dec", "Was due Tue 15 Dec, 1 working day ago."),
        (NEW_YEAR, "12-31", "decide by Mon 4 Jan 2027", "Decide by Mon 4 Jan 2027."),
    ],
)
def test_a_day_reads_as_it_is_on_the_day_of_drawing(
    prospect: Prospect, today: str, fact: str, sentence: str
) -> None:
    assert due.fact(prospect, on(today), EN) == fact
    assert due.sentence(prospect, on(today), EN, cases.CALENDAR) == sentence


def test_a_card_names_the_day_and_no_span() -> None:
    assert due.sentence(PROBLEM, on("12-18"), EN) == "Was due Tue 8 Dec."


def test_while_a_request_waits_only_the_day_of_its_answer_counts() -> None:
    assert due.fact(ASKED, on("12-04"), EN) == "answer by Fri 4 Dec"
    told = due.sentence(ASKED, on("12-04"), EN, cases.CALENDAR)
    assert told == "Override requested: a manager has until Fri 4 Dec to answer."


def test_a_request_that_nobody_answered_in_time_holds_no_day_back() -> None:
    assert due.fact(ASKED, on("12-05"), EN) == "decide by Tue 8 Dec"
    assert due.request(ASKED, on("12-05"), EN) is None


@pytest.mark.parametrize("prospect", [GOOD, replace(PROBLEM, stage=Stage.LOST)])
def test_of_what_needs_no_decision_no_day_is_told(prospect: Prospect) -> None:
    assert due.fact(prospect, on("12-01"), EN) is None
    assert due.sentence(prospect, on("12-01"), EN, cases.CALENDAR) is None
    assert due.why(prospect, on("12-01"), EN) is None


@pytest.mark.parametrize(
    ("prospect", "reason"),
    [
        (PROBLEM, "That's 5 working days after the verdict."),
        (EARLIER, "That's the condition's due date."),
        (ALIVE, "The last sign of life moved it there."),
    ],
)
def test_the_details_say_why_it_is_due_then(prospect: Prospect, reason: str) -> None:
    assert due.why(prospect, on("12-01"), EN) == reason


@pytest.mark.parametrize("prospect", [FIRE, OVERRIDDEN, ASKED])
def test_what_the_day_is_called_says_why_and_is_not_said_twice(prospect: Prospect) -> None:
    assert due.why(prospect, on("12-01"), EN) is None


def test_once_its_check_in_date_has_passed_the_details_say_what_day_it_was() -> None:
    assert due.why(OVERRIDDEN, on("12-31"), EN) == "That's the override's check-in date."


def test_german_days_end_with_one_full_stop() -> None:
    assert due.sentence(PROBLEM, on("12-01"), DE) == "Entscheiden bis Di., 8. Dez."
    told = due.sentence(PROBLEM, on("12-18"), DE, cases.CALENDAR)
    assert told == "Fällig war Di., 8. Dez., vor 8 Arbeitstagen."
