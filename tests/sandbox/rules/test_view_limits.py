"""The limits of modals and of the Home tab at their edge, and words common to all."""

import pytest

from sandbox.rules import home_problems, message_problems, message_warnings, view_problems
from tests.sandbox.rules.making import (
    FIRST,
    Make,
    Row,
    actions,
    asks,
    button,
    edges,
    element,
    home,
    message,
    modal,
    mrkdwn,
    plain,
    section,
    several,
    words,
)

LIMITS: list[Row] = [
    ("blocks", lambda n: modal(*several("divider", n)), 100, "/blocks"),
    ("title", lambda n: modal(title=words(n)), 24, "/title/text"),
    ("submit", lambda n: modal(submit=words(n)), 24, "/submit/text"),
    ("close", lambda n: modal(close=words(n)), 24, "/close/text"),
    ("callback_id", lambda n: modal(callback_id="x" * n), 255, "/callback_id"),
    ("external_id", lambda n: modal(external_id="x" * n), 255, "/external_id"),
    ("private_metadata", lambda n: modal(private_metadata="x" * n), 3000, "/private_metadata"),
    (
        "alert",
        lambda n: modal(element("alert", level="warning", text=mrkdwn("x" * n))),
        200,
        f"{FIRST}/text/text",
    ),
    (
        "rich_text_input max_lines",
        lambda n: modal(asks(element("rich_text_input", max_lines=n))),
        100,
        f"{FIRST}/element/max_lines",
    ),
    (
        "file_input max_files",
        lambda n: modal(asks(element("file_input", max_files=n))),
        10,
        f"{FIRST}/element/max_files",
    ),
    (
        "number within max_value",
        lambda n: modal(
            asks(
                element(
                    "number_input",
                    is_decimal_allowed=False,
                    max_value="10",
                    initial_value=str(n),
                )
            )
        ),
        10,
        f"{FIRST}/element",
    ),
]

HOME_LIMITS: list[Row] = [
    ("blocks", lambda n: home(*several("divider", n)), 100, "/blocks"),
    ("private_metadata", lambda n: home(private_metadata="x" * n), 3000, "/private_metadata"),
    ("callback_id", lambda n: home(callback_id="x" * n), 255, "/callback_id"),
]


@pytest.mark.parametrize(("make", "limit", "pointer"), edges(LIMITS))
def test_in_a_modal_the_limit_is_accepted_and_one_beyond_is_refused_there(
    make: Make, limit: int, pointer: str
) -> None:
    assert view_problems(make(limit)) == []

    assert pointer in [problem.pointer for problem in view_problems(make(limit + 1))]


@pytest.mark.parametrize(("make", "limit", "pointer"), edges(HOME_LIMITS))
def test_in_a_home_tab_the_limit_is_accepted_and_one_beyond_is_refused_there(
    make: Make, limit: int, pointer: str
) -> None:
    assert home_problems(make(limit)) == []

    assert pointer in [problem.pointer for problem in home_problems(make(limit + 1))]


def test_a_view_may_weigh_250_kilobytes_and_no_byte_more() -> None:
    view = home(*[section(fields=[plain("ä" * 2000)] * 6) for _ in range(10)])
    too_heavy = home(*[section(fields=[plain("ä" * 2000)] * 7) for _ in range(10)])

    assert home_problems(view) == []

    assert [problem.pointer for problem in home_problems(too_heavy)] == [""]


def test_a_long_text_is_advised_against_but_not_refused() -> None:
    assert message_warnings(message(text="x" * 4000)) == []
    assert [problem.pointer for problem in message_warnings(message(text="x" * 4001))] == ["/text"]
    assert message_problems(message(text="x" * 4001)) == []


def test_refusals_are_worded_like_those_of_slack() -> None:
    payload = message(section(text=words(3001)), actions(button(text=words(76), colour="red")))

    assert [(problem.pointer, problem.message) for problem in message_problems(payload)] == [
        ("/blocks/0/text/text", "must be less than 3001 characters"),
        ("/blocks/1/elements/0", "invalid additional property: colour"),
        ("/blocks/1/elements/0/text/text", "must be less than 76 characters"),
    ]
