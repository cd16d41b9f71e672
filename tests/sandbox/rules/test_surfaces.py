"""Which block and which element stands on which surface, row by row."""

import pytest

from sandbox.rules import home_problems, message_problems, view_problems
from tests.sandbox.rules.making import (
    Node,
    actions,
    asks,
    bars,
    button,
    card,
    container,
    data_table,
    element,
    home,
    icon_button,
    message,
    modal,
    option,
    pie,
    plain,
    rich_text,
    section,
    select,
    table,
)

SURFACES = ("message", "modal", "home")

BLOCKS: list[tuple[Node, str]] = [
    (section(), "message modal home"),
    (element("header", text=plain(), level=2), "message modal home"),
    (element("divider"), "message modal home"),
    (
        element("image", image_url="https://example.com/a.png", alt_text="A"),
        "message modal home",
    ),
    (element("context", elements=[plain()]), "message modal home"),
    (actions(button()), "message modal home"),
    (rich_text("Text"), "message modal home"),
    (asks(element("plain_text_input")), "message modal home"),
    (
        element(
            "video",
            title=plain(),
            alt_text="A",
            video_url="https://example.com/v",
            thumbnail_url="https://example.com/t",
        ),
        "message modal home",
    ),
    (card(), "message modal home"),
    (element("alert", text=plain()), "modal"),
    (element("carousel", elements=[card()]), "message home"),
    (container(section()), "message"),
    (data_table(), "message home"),
    (pie(), "message home"),
    (bars(), "message home"),
    (table(), "message home"),
    (element("markdown", text="# Title"), "message"),
    (element("context_actions", elements=[icon_button()]), "message"),
    (element("plan", title="Plan", tasks=[]), "message"),
    (element("task_card", task_id="t", title="T", status="complete"), "message"),
    (element("file", external_id="F", source="remote"), ""),
    (element("marquee"), ""),
]

FEEDBACK = {"text": plain("Good"), "value": "good"}
TRIGGER = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}

ELEMENTS: list[tuple[Node, str]] = [
    (asks(element("plain_text_input")), "message modal home"),
    (asks(element("datepicker")), "message modal home"),
    (asks(element("timepicker", timezone="Europe/Berlin")), "message modal home"),
    (asks(select("checkboxes")), "message modal home"),
    (asks(select("radio_buttons")), "message modal home"),
    (asks(element("users_select")), "message modal home"),
    (asks(element("multi_conversations_select")), "message modal home"),
    (actions(select("overflow")), "message modal home"),
    (section(accessory=select()), "message modal home"),
    (asks(element("number_input", is_decimal_allowed=True)), "modal"),
    (asks(element("email_text_input")), "modal"),
    (asks(element("url_text_input")), "modal"),
    (asks(element("file_input")), "modal"),
    (asks(element("rich_text_input")), "modal home"),
    (asks(element("datetimepicker")), "message modal"),
    (actions(element("datetimepicker")), "message modal"),
    (actions(element("workflow_button", text=plain(), workflow=TRIGGER)), "message"),
]

FORBIDDEN_PLACES: list[tuple[Node, str]] = [
    (asks(button()), "/element/type"),
    (asks(select("overflow")), "/element/type"),
    (actions(element("plain_text_input")), "/elements/0/type"),
    (actions(element("file_input")), "/elements/0/type"),
    (actions(plain()), "/elements/0/type"),
    (section(accessory=element("plain_text_input")), "/accessory/type"),
    (section(accessory=section()), "/accessory/type"),
    (element("context", elements=[button()]), "/elements/0/type"),
    (element("context_actions", elements=[button()]), "/elements/0/type"),
    (element("carousel", elements=[section()]), "/elements/0/type"),
    (card(actions=[select()]), "/actions/0/type"),
    (container(container(section())), "/child_blocks/0/type"),
    (container(card()), "/child_blocks/0/type"),
    (container(data_table()), "/child_blocks/0/type"),
    (container(pie()), "/child_blocks/0/type"),
    (container(element("markdown", text="x")), "/child_blocks/0/type"),
    (data_table(rows=[[rich_text("No")], [rich_text("Yes")]]), "/rows/0/0/type"),
    (element("rich_text", elements=[plain()]), "/elements/0/type"),
    (actions(element("slider")), "/elements/0/type"),
    (actions(select(options=[option(url="https://example.com")])), "/elements/0/options/0"),
]


def matrix(rows: list[tuple[Node, str]]) -> list[object]:
    def name(block: Node) -> str:
        inner = block.get("element") or block.get("accessory") or block.get("elements", [{}])[0]
        return f"{inner.get('type', '')} in {block['type']}"

    return [
        pytest.param(block, surface, surface in allowed.split(), id=f"{name(block)}, {surface}")
        for block, allowed in rows
        for surface in SURFACES
    ]


def judged(block: Node, surface: str) -> list[str]:
    if surface == "message":
        return [problem.message for problem in message_problems(message(block))]
    if surface == "modal":
        return [problem.message for problem in view_problems(modal(block))]
    return [problem.message for problem in home_problems(home(block))]


@pytest.mark.parametrize(("block", "surface", "allowed"), matrix(BLOCKS))
def test_a_block_stands_only_where_slack_lets_it(block: Node, surface: str, allowed: bool) -> None:
    messages = judged(block, surface)

    assert (messages == []) is allowed
    assert allowed or messages[0] == f"unsupported type: {block['type']}"


@pytest.mark.parametrize(("block", "surface", "allowed"), matrix(ELEMENTS))
def test_an_element_stands_only_where_slack_lets_it(
    block: Node, surface: str, allowed: bool
) -> None:
    messages = judged(block, surface)

    assert (messages == []) is allowed
    assert allowed or messages[0].startswith("unsupported type: ")


@pytest.mark.parametrize(("block", "pointer"), FORBIDDEN_PLACES)
def test_a_block_refuses_what_does_not_belong_into_it(block: Node, pointer: str) -> None:
    pointers = [problem.pointer for problem in message_problems(message(block))]

    assert pointers == [f"/blocks/0{pointer}"]


def test_a_feedback_element_belongs_to_context_actions() -> None:
    feedback = element("feedback_buttons", positive_button=FEEDBACK, negative_button=FEEDBACK)

    assert message_problems(message(element("context_actions", elements=[feedback]))) == []
    assert message_problems(message(actions(feedback))) != []


def test_a_view_of_another_type_is_refused() -> None:
    assert [problem.message for problem in view_problems(home())] == ["unsupported type: home"]
    assert [problem.message for problem in home_problems(modal())] == ["unsupported type: modal"]
    assert "missing required field: type" in [p.message for p in view_problems({"blocks": []})]


def test_a_block_that_comes_again_is_refused_where_it_stands_then() -> None:
    wrong = section(text=plain("x" * 3001))
    fine = section(text=plain("x"))

    first = message_problems(message(wrong))
    again = message_problems(message(fine, wrong))

    assert [each.pointer for each in first] == ["/blocks/0/text/text"]
    assert [each.pointer for each in again] == ["/blocks/1/text/text"]
