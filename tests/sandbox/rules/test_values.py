"""What a single field may hold: its type, its format and its words."""

import pytest

from sandbox.rules import message_problems, view_problems
from tests.sandbox.rules.making import (
    Node,
    actions,
    asks,
    button,
    card,
    confirm,
    data_table,
    element,
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
    ("a text is a string", message(section(), text=["x"]), "/text"),
    ("blocks are an array", {"text": "x", "blocks": {"type": "section"}}, "/blocks"),
    ("blocks are objects", message("x"), "/blocks/0"),
    ("a block has a type", message({"text": plain()}), "/blocks/0"),
    (
        "a button is plain",
        message(actions(button(text=mrkdwn()))),
        "/blocks/0/elements/0/text/type",
    ),
    ("a header is plain", message(element("header", text=mrkdwn())), "/blocks/0/text/type"),
    ("a label is plain", message(asks(select(), label=mrkdwn())), "/blocks/0/label/type"),
    (
        "a placeholder is plain",
        message(asks(element("users_select", placeholder=mrkdwn()))),
        "/blocks/0/element/placeholder/type",
    ),
    (
        "a select's option is plain",
        message(actions(select(options=[option(text=mrkdwn())]))),
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        "a confirm is plain",
        message(actions(button(confirm=confirm(text=mrkdwn())))),
        "/blocks/0/elements/0/confirm/text/type",
    ),
    (
        "a confirm is complete",
        message(actions(button(confirm={"title": plain()}))),
        "/blocks/0/elements/0/confirm",
    ),
    ("a text is an object", message(section(text="x")), "/blocks/0/text"),
    (
        "a text's text is a string",
        message(section(text=plain() | {"text": 7})),
        "/blocks/0/text/text",
    ),
    ("a card's text is an object", message(card(title="Card")), "/blocks/0/title"),
    (
        "emoji is for plain texts",
        message(section(text=mrkdwn() | {"emoji": True})),
        "/blocks/0/text",
    ),
    ("no unknown keys", message(section(colour="red")), "/blocks/0"),
    ("no null", message(section(accessory=None)), "/blocks/0/accessory"),
    ("a style is known", message(actions(button(style="loud"))), "/blocks/0/elements/0/style"),
    ("a URL is one", message(actions(button(url="example"))), "/blocks/0/elements/0/url"),
    (
        "an image URL is one",
        message(section(accessory=element("image", alt_text="A", image_url="ftp://x"))),
        "/blocks/0/accessory/image_url",
    ),
    (
        "a date is one",
        message(asks(element("datepicker", initial_date="2026-02-30"))),
        "/blocks/0/element/initial_date",
    ),
    (
        "a date is written in full",
        message(asks(element("datepicker", initial_date="20260228"))),
        "/blocks/0/element/initial_date",
    ),
    (
        "a time is one",
        message(asks(element("timepicker", initial_time="24:00"))),
        "/blocks/0/element/initial_time",
    ),
    (
        "a zone is one",
        message(asks(element("timepicker", timezone="Nowhere"))),
        "/blocks/0/element/timezone",
    ),
    (
        "a trigger is known",
        message(
            asks(
                element(
                    "plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_sneeze"]}
                )
            )
        ),
        "/blocks/0/element/dispatch_action_config/trigger_actions_on",
    ),
    ("a flag is a boolean", message(asks(select(), optional="yes")), "/blocks/0/optional"),
    ("a number is no boolean", message(data_table(page_size=True)), "/blocks/0/page_size"),
    ("a plan's title is bare", message(element("plan", title=plain())), "/blocks/0/title"),
]

COLOUR = {"type": "color", "value": "red"}
CODE = {"type": "user", "user_id": "U0EMMA", "style": {"code": True}}
IN_RICH_TEXTS: list[tuple[str, Node, str]] = [
    ("a colour is one", COLOUR, "/value"),
    ("a member is no code", CODE, ""),
    ("a broadcast has a range", {"type": "broadcast", "range": "all"}, "/range"),
    ("a text is not blank", {"type": "text", "text": ""}, "/text"),
    ("a style is known", {"type": "text", "text": "x", "style": {"loud": True}}, "/style"),
]


IN_MODALS: list[tuple[str, Node, str]] = [
    ("a modal has a title", {"type": "modal", "blocks": []}, ""),
    ("a modal has blocks", {"type": "modal", "title": plain()}, ""),
    ("a title is plain", modal(title=mrkdwn()), "/title/type"),
    ("a modal has no unknown keys", modal(colour="red"), ""),
    ("metadata is a string", modal(private_metadata={}), "/private_metadata"),
    ("a number says if decimal", modal(asks(element("number_input"))), "/blocks/0/element"),
    (
        "a number travels as a string",
        modal(asks({**NUMBER, "min_value": 1})),
        "/blocks/0/element/min_value",
    ),
    ("a number is one", modal(asks({**NUMBER, "min_value": "one"})), "/blocks/0/element/min_value"),
]


@pytest.mark.parametrize(("payload", "pointer"), rules(IN_MESSAGES))
def test_a_message_breaks_a_rule_and_is_refused_there(payload: Node, pointer: str) -> None:
    assert {problem.pointer for problem in message_problems(payload)} == {pointer}


@pytest.mark.parametrize(("view", "pointer"), rules(IN_MODALS))
def test_a_modal_breaks_a_rule_and_is_refused_there(view: Node, pointer: str) -> None:
    assert {problem.pointer for problem in view_problems(view)} == {pointer}


@pytest.mark.parametrize(("part", "pointer"), rules(IN_RICH_TEXTS))
def test_a_part_of_a_rich_text_breaks_a_rule_and_is_refused_there(part: Node, pointer: str) -> None:
    line = {"type": "rich_text_section", "elements": [part]}

    problems = message_problems(message(element("rich_text", elements=[line])))

    assert [problem.pointer for problem in problems] == [
        f"/blocks/0/elements/0/elements/0{pointer}"
    ]
