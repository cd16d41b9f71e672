"""A CSV file of past clients: what it may look like, and how what is wrong with it is named."""

import csv
import io
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import checklists
from bot.domain.cells import guarded
from bot.domain.outcomes.outcome import Outcome, Regret, WouldTakeAgain
from bot.domain.prospects import Stage
from bot.domain.remembered.file import FileRejected, columns, read_lines, template

WALK_AWAY = checklists.default()
TODAY = date(2026, 12, 7)
HEADER = "name,offer,numbers,value,signs,margin,became,again,regret"
ACME = "Acme GmbH,clear,ready,at_once,haggles drains,healthy,won,yes,"


def read(*lines: str) -> list[tuple[int, str]]:
    found = read_lines("\n".join(lines), WALK_AWAY, TODAY)
    return [(each.number, each.recalled.name) for each in found]


def wrong(*lines: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileRejected) as rejected:
        read(*lines)
    return [(each.line, each.column, each.problem.code) for each in rejected.value.problems]


def test_a_line_is_somebody() -> None:
    (line,) = read_lines(f"{HEADER}\n{ACME}\n", WALK_AWAY, TODAY)

    recalled = line.recalled
    assert (line.number, recalled.name, recalled.became) == (2, "Acme GmbH", Stage.WON)
    assert recalled.outcome == Outcome(again=WouldTakeAgain.YES)
    assert recalled.assessment.answers == {
        "offer": "clear",
        "numbers": "ready",
        "value": "at_once",
        "signs": frozenset({"haggles", "drains"}),
        "margin": "healthy",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_are_parted_as_the_first_line_is(separator: str, end: str) -> None:
    lines = [f"name{separator}became{separator}offer", f'"A; B, C"{separator}Lost{separator}None']

    (line,) = read_lines(end.join(lines), WALK_AWAY, TODAY)

    assert (line.recalled.name, line.recalled.became) == ("A; B, C", Stage.LOST)


@pytest.mark.parametrize("before", ["sep=;", '"sep=;"', "SEP=;;;", "", "  "])
def test_what_stands_before_the_columns_for_excel_is_no_line(before: str) -> None:
    assert read(before, "name;became;offer", "A, B;lost;none") == [(3, "A, B")]
    assert wrong(before, "name;became;offer", "A, B;?;none") == [(3, "became", "unknown_option")]


def test_empty_columns_at_the_end_are_none() -> None:
    assert read("name,became,offer,,", "Acme,lost,none,,", "Beta,lost,none") == [
        (2, "Acme"),
        (3, "Beta"),
    ]
    assert wrong("name,became,offer,,", "Acme,lost,none,,x") == [(2, "", "too_many_cells")]
    assert wrong("name,,became,offer", "Acme,,lost,none") == [(1, "", "unknown_column")]


def test_columns_stand_in_any_order_and_lines_may_be_empty() -> None:
    assert read(" Became ,OFFER,name", "", "lost,none,A", ",,", "won,none,B") == [
        (3, "A"),
        (5, "B"),
    ]


def test_a_text_counts_where_a_file_has_one() -> None:
    header = "name,offer,numbers,willing,able,fire,homework,value,became,regret"
    text = f"{header}\nAcme,clear,none,yes,yes,yes,last year,at_once,walked_away,yes"

    (line,) = read_lines(text, WALK_AWAY, TODAY)

    assert line.recalled.assessment.rule == "fire"
    assert line.recalled.outcome == Outcome(regret=Regret.YES)


@pytest.mark.parametrize(
    ("cell", "name"),
    [("'=SUM(A1)", "=SUM(A1)"), ("'+49", "+49"), ("''s-Hertogenbosch", "'s-Hertogenbosch")],
)
def test_the_quote_of_an_export_is_taken_away(cell: str, name: str) -> None:
    assert read("name,offer,became", f"{cell},none,lost") == [(2, name)]


@given(st.text("=+-@'a \t,;\"", min_size=1, max_size=6).map(str.strip).filter(bool))
def test_a_name_that_left_us_comes_back_as_it_was(name: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["name", "offer", "became"], [guarded(name), "none", "lost"]])

    (line,) = read_lines(written.getvalue(), WALK_AWAY, TODAY)

    assert line.recalled.name == " ".join(name.split())


def test_everything_that_is_wrong_is_named_by_line_and_column() -> None:
    assert wrong(
        HEADER,
        ACME,
        ",cheap,maybe,at_once,,,lost,yes,",
        'Globex,clear,ready,at_once,"nice, drains",huge,open,,',
        "Initech,clear,ready,,,,walked_away,,no",
        f"{ACME},more",
    ) == [
        (3, "name", "empty_name"),
        (3, "again", "not_asked"),
        (3, "offer", "unknown_option"),
        (3, "numbers", "unknown_option"),
        (4, "became", "unknown_option"),
        (4, "signs", "unknown_option"),
        (4, "margin", "unknown_option"),
        (5, "value", "missing"),
        (6, "", "too_many_cells"),
    ]


def test_wrong_columns_are_named_before_any_line() -> None:
    assert wrong("name,ofer,offer,offer", "x") == [
        (1, "ofer", "unknown_column"),
        (1, "offer", "column_twice"),
        (1, "became", "no_column"),
    ]


def test_a_file_without_anything_lacks_its_columns() -> None:
    assert wrong("") == [(1, "name", "no_column"), (1, "became", "no_column")]


def test_a_line_is_named_by_where_it_begins() -> None:
    lines = ["name,offer,became", '"Two', 'lines",none,won', "B,cheap,won"]

    assert {each[0] for each in wrong(*lines)} == {4}


def test_a_quote_that_never_ends_is_no_csv() -> None:
    assert wrong("name,offer,became", "A,none,won", '"B,none,won') == [(3, "", "no_csv")]


@pytest.mark.parametrize("shipped", checklists.SHIPPED)
def test_the_template_of_every_checklist_has_its_columns_and_can_be_read(shipped: str) -> None:
    checklist = checklists.shipped(shipped)
    assert checklist is not None

    written = template(checklist)

    assert written.splitlines()[0].split(",") == list(columns(checklist))
    (line,) = read_lines(written, checklist, TODAY)
    assert line.recalled.name == "Acme Ltd"


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(FileRejected):
        assert read_lines(f"{HEADER}\n{text}", WALK_AWAY, TODAY) == () or text.strip()
