"""The text form of views: what stands where, and that nothing of a view is lost in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.slack.goldens import GOLDEN
from tests.slack.rendering import rendered

WHOLE = sorted((GOLDEN / "whole").glob("*.json"))
UNORDERED = {"initial_options"}
"""These options are marked where they are offered, so their own order shows nowhere."""


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def markdown(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def message(*blocks: dict[str, Any], text: str = "Hello") -> str:
    return rendered({"text": text, "blocks": list(blocks)})


def test_a_message_is_a_line_for_each_block() -> None:
    assert message(
        {"type": "header", "level": 2, "text": plain("Problem: Acme")},
        {"type": "section", "text": markdown("*Decide* today")},
        {"type": "divider"},
        {"type": "context", "elements": [plain("Step 1 of 3")]},
    ).split("\n") == [
        "message",
        "text: Hello",
        "header level=2: Problem: Acme",
        "section: *Decide* today",
        "divider",
        "context plain_text: Step 1 of 3",
    ]


def test_a_longer_text_stands_indented_below_its_block() -> None:
    text = message({"type": "section", "text": markdown("*Why*\n\n• Vague")}, text="One\nTwo")

    assert text == "message\ntext:\n    One\n    Two\nsection:\n    *Why*\n\n    • Vague"


def test_a_button_says_what_it_does_and_asks() -> None:
    button = {
        "type": "button",
        "action_id": "walk_away",
        "text": plain("Walk away"),
        "value": "p1.1",
        "style": "danger",
        "accessibility_label": "Walk away from Acme",
        "confirm": {
            "title": plain("Walk away?"),
            "text": plain("You say no."),
            "confirm": plain("Yes"),
            "deny": plain("Not yet"),
        },
    }

    assert message({"type": "actions", "block_id": "decide", "elements": [button]}).split("\n")[
        2:
    ] == [
        "actions decide",
        '  [Walk away] walk_away style=danger value=p1.1 accessibility_label="Walk away from Acme"',
        "      asks: Walk away? | You say no. [Yes] [Not yet]",
    ]


def test_a_modal_shows_each_question_its_choices_and_what_is_chosen() -> None:
    options = [{"text": plain(text), "value": text.lower()} for text in ("Clear", "Vague")]
    radio = {
        "type": "radio_buttons",
        "action_id": "answer",
        "options": options,
        "initial_option": options[1],
    }
    shown = rendered(
        {
            "type": "modal",
            "callback_id": "step",
            "private_metadata": "p1.1",
            "title": plain("A question"),
            "submit": plain("Next"),
            "blocks": [
                {
                    "type": "input",
                    "block_id": "offer",
                    "label": plain("What do they sell?"),
                    "hint": plain("In a sentence."),
                    "optional": True,
                    "element": radio,
                }
            ],
        }
    )

    assert shown.split("\n") == [
        "modal step",
        "title: A question",
        "submit: Next",
        "private_metadata: p1.1",
        "input offer optional=true: What do they sell?",
        "  hint: In a sentence.",
        "  radio_buttons answer",
        "    - clear: Clear",
        "    x vague: Vague",
    ]


def test_what_is_not_as_usual_is_named() -> None:
    shown = message(
        {"type": "section", "text": {"type": "mrkdwn", "text": "#general"}},
        {"type": "input", "label": plain("Name"), "element": {"type": "datepicker"}},
    )

    assert "section: {no verbatim} #general" in shown
    assert "input no optional: Name" in shown


def test_a_block_that_nobody_has_met_yet_shows_all_its_keys() -> None:
    assert message({"type": "video", "video_url": "https://x.example", "alt_text": "A b"}).endswith(
        '\nvideo alt_text="A b" video_url=https://x.example'
    )


def test_what_nobody_sees_is_shown_by_its_code_and_a_long_run_by_its_length() -> None:
    assert message(text="a\u202eb\u200b").endswith(r"text: a\u202eb\u200b")
    assert message(text="ends in a space \nor two  ").endswith(
        "    ends in a space\\u0020\n    or two\\u0020\\u0020"
    )
    assert message(text="Wörter " * 428 + "!").endswith("text: ⟨Wörter × 428⟩!")


def test_letters_are_passages_below_their_names() -> None:
    assert rendered({"short": ["Hello,", "", "no."]}) == "short:\n    Hello,\n\n    no."


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_nothing_of_a_view_can_change_without_its_text(path: Path) -> None:
    view = json.loads(path.read_text("utf-8"))
    alone = [{**view, "blocks": []}, *({"blocks": [block]} for block in view["blocks"])]

    unnoticed = [
        change
        for part in alone
        for text in [rendered(part)]
        for change in _changes(part)
        if rendered(part) == text
    ]

    assert unnoticed == []


def test_blocks_of_a_view_stand_in_their_order_and_look_as_they_do_alone() -> None:
    first, second = {"type": "divider"}, {"type": "section", "text": markdown("Text")}
    alone = [message(block).removeprefix(message()) for block in (first, second)]

    assert message(first, second) == message() + alone[0] + alone[1]
    assert message(second, first) == message() + alone[1] + alone[0]


def _changes(view: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Make one change at a time, and take it back before the next one."""
    for node, key in list(_places(view)):
        kept = node[key]
        for other in _others(kept, key):
            node[key] = other
            yield key, kept, other
            node[key] = kept
        if isinstance(node, dict) and not isinstance(kept, list):
            before = dict(node)
            del node[key]
            yield key, kept, "gone"
            node.clear()
            node.update(before)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])


def _others(kept: Any, key: Any) -> Iterator[Any]:
    match kept:
        case bool():
            yield not kept
            yield str(kept).lower()
        case int():
            yield kept + 1
            yield str(kept)
        case str():
            yield kept + "x"
            yield kept + " "
            yield kept + "\u200b"
        case [first, *others]:
            yield others
            if key not in UNORDERED:
                yield [*kept, first]
            if key not in UNORDERED and kept[::-1] != kept:
                yield kept[::-1]
