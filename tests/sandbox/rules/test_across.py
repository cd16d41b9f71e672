"""Rules that concern several fields or blocks at once, each with a payload that breaks only it."""

import pytest

from sandbox.rules import Problem, home_problems, message_problems, view_problems
from tests.sandbox.rules.making import (
    Node,
    actions,
    asks,
    button,
    card,
    container,
    element,
    home,
    message,
    modal,
    mrkdwn,
    option,
    plain,
    rules,
    section,
    select,
)

FOCUSED = asks(element("plain_text_input", focus_on_load=True))
NUMBER = {"type": "number_input", "is_decimal_allowed": False}
RESPONDING = element("conversations_select", response_url_enabled=True)

IN_MESSAGES: list[tuple[str, Node, str]] = [
    ("a text is there", message(section(), text=None), "/text"),
    (
        "block ids differ",
        message(section(block_id="a"), actions(button(), block_id="a")),
        "/blocks/1/block_id",
    ),
    (
        "block ids differ in containers",
        message(section(block_id="a"), container(section(block_id="a"))),
        "/blocks/1/child_blocks/0/block_id",
    ),
    (
        "action ids differ in a block",
        message(actions(button(action_id="a"), button(action_id="a"))),
        "/blocks/0/elements/1/action_id",
    ),
    (
        "only one element has the focus",
        message(FOCUSED, FOCUSED),
        "/blocks/1/element/focus_on_load",
    ),
    (
        "option values differ",
        message(actions(select(options=[option(), option()]))),
        "/blocks/0/elements/0/options/1/value",
    ),
    (
        "an initial option is offered",
        message(actions(select(initial_option=option(9)))),
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "initial options are offered",
        message(actions(select("checkboxes", initial_options=[option(0), option(9)]))),
        "/blocks/0/elements/0/initial_options/1",
    ),
    (
        "options or groups",
        message(actions(select(option_groups=[{"label": plain(), "options": [option(7)]}]))),
        "/blocks/0/elements/0",
    ),
    ("a section says something", message({"type": "section"}), "/blocks/0"),
    ("an image has one source", message(element("image", alt_text="A")), "/blocks/0"),
    (
        "response URLs are for modals",
        message(asks(RESPONDING)),
        "/blocks/0/element/response_url_enabled",
    ),
    (
        "default_collapsed needs is_collapsible",
        message(container(section(), default_collapsed=True)),
        "/blocks/0",
    ),
    (
        "a collapsible container has no divider",
        message(container(section(), is_collapsible=True, has_header_divider=True)),
        "/blocks/0",
    ),
    (
        "a container has a title",
        message(element("container", child_blocks=[section()])),
        "/blocks/0",
    ),
    ("a card shows something", message(element("card", subtitle=plain())), "/blocks/0"),
    (
        "a card has one icon",
        message(
            card(
                icon=element("image", image_url="https://a.b", alt_text="A"),
                slack_icon={"type": "icon", "name": "star"},
            )
        ),
        "/blocks/0",
    ),
]

IN_MODALS: list[tuple[str, Node, str]] = [
    (
        "questions need a submit",
        {"type": "modal", "title": plain(), "blocks": [asks(select())]},
        "",
    ),
    ("no decimals", modal(asks({**NUMBER, "initial_value": "1.5"})), "/blocks/0/element"),
    (
        "not below the minimum",
        modal(asks({**NUMBER, "initial_value": "1", "min_value": "2"})),
        "/blocks/0/element",
    ),
    (
        "files dispatch nothing",
        modal(asks(element("file_input"), dispatch_action=True)),
        "/blocks/0/dispatch_action",
    ),
    (
        "response URLs are for inputs",
        modal(actions(RESPONDING)),
        "/blocks/0/elements/0/response_url_enabled",
    ),
]


@pytest.mark.parametrize(("payload", "pointer"), rules(IN_MESSAGES))
def test_a_message_breaks_a_rule_and_is_refused_there(payload: Node, pointer: str) -> None:
    assert {problem.pointer for problem in message_problems(payload)} == {pointer}


@pytest.mark.parametrize(("view", "pointer"), rules(IN_MODALS))
def test_a_modal_breaks_a_rule_and_is_refused_there(view: Node, pointer: str) -> None:
    assert {problem.pointer for problem in view_problems(view)} == {pointer}


def test_every_problem_is_told_and_each_once() -> None:
    payload = message(actions(button(text=mrkdwn()), element("slider")), {"type": "section"})

    assert message_problems(payload) == [
        Problem("/blocks/0/elements/0/text/type", "must be a plain_text object"),
        Problem("/blocks/0/elements/1/type", "unsupported type: slider"),
        Problem("/blocks/1", "must define either `text` or `fields`"),
    ]


def test_too_many_are_told_although_one_of_them_is_wrong_itself() -> None:
    payload = message(actions(*[button()] * 25, button(style="loud")))

    assert [problem.pointer for problem in message_problems(payload)] == [
        "/blocks/0/elements/25/style",
        "/blocks/0/elements",
    ]


def test_two_blocks_may_use_the_same_action_id() -> None:
    same = button(action_id="open")
    cards = element("carousel", elements=[card(actions=[same]), card(actions=[same])])

    assert message_problems(message(actions(same), container(actions(same)), cards)) == []


def test_response_urls_are_given_for_the_inputs_of_a_modal() -> None:
    assert view_problems(modal(asks(RESPONDING))) == []


def test_choices_may_be_written_in_mrkdwn() -> None:
    choice = option(text=mrkdwn("*Bold*"), description=mrkdwn("_Why_"))

    assert message_problems(message(asks(select("radio_buttons", options=[choice])))) == []


def test_an_initial_option_may_come_from_a_group() -> None:
    group = {"label": plain("Group"), "options": [option(1), option(2)]}
    menu = element("static_select", option_groups=[group], initial_option=option(2))

    assert message_problems(message(actions(menu))) == []


def test_a_home_tab_may_be_empty() -> None:
    assert home_problems(home()) == []


def test_a_message_of_nothing_is_refused() -> None:
    assert message_problems({}) == [Problem("", "missing required field: text")]
    assert message_problems({"text": "", "blocks": []}) != []
