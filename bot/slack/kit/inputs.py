"""Inputs of modals as plain dicts, each cut to Slack's limits."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.names import NAME_LENGTH
from bot.slack.kit.blocks import Block, plain
from bot.slack.kit.escaping import cut
from bot.slack.payloads import ids

LONGEST_AMOUNT = 40
MOST_BOXES = 10
"""Slack shows no more radio buttons or checkboxes."""
ON_EACH_KEY = {"trigger_actions_on": ["on_character_entered"]}


def labelled(
    block_id: str,
    label: str,
    element: Block,
    *,
    optional: bool = False,
    hint: str | None = None,
    watched: bool = True,
    is_deciding: bool = False,
) -> Block:
    """Return an input with its label.

    An optional, prefilled input reports each change. Otherwise, a cleared input would look the same
    as an untouched one. An input that is never drawn again under its id needn't be `watched`. An
    input that `is_deciding` which questions follow reports each change, too.
    """
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    if is_deciding or (optional and watched and _can_be_emptied(element)):
        block["dispatch_action"] = True
        if element["type"] in {"plain_text_input", "number_input"}:
            block["element"] = {**element, "dispatch_action_config": ON_EACH_KEY}
    return block


def text_input(initial: str | None, *, longest: int, multiline: bool = False) -> Block:
    """Return a field for text."""
    element = _element("plain_text_input", multiline=multiline, max_length=longest)
    return element | ({"initial_value": cut(initial, longest)} if initial else {})


def name_input(initial: str | None) -> Block:
    """Return a field for the name of a prospect."""
    return text_input(initial, longest=NAME_LENGTH)


def amount_input(initial: str | None) -> Block:
    """Return a field for an amount, in any of the ways people write one."""
    return text_input(initial, longest=LONGEST_AMOUNT)


def number_input(initial: str | None, least: Decimal | None, most: Decimal | None) -> Block:
    """Return a field for a number within these bounds."""
    element = _element("number_input", is_decimal_allowed=True)
    bounds = {"min_value": least, "max_value": most}
    element |= {key: f"{bound:f}" for key, bound in bounds.items() if bound is not None}
    return element | ({"initial_value": initial} if initial else {})


def date_input(initial: date | str | None) -> Block:
    """Return a field for a day."""
    return _element("datepicker") | ({"initial_date": str(initial)} if initial else {})


def member_input(initial: str) -> Block:
    """Return a field for a member."""
    return _element("users_select") | ({"initial_user": initial} if initial else {})


def members_input(initial: Sequence[str]) -> Block:
    """Return a field for several members."""
    element = _element("multi_users_select")
    return element | ({"initial_users": list(initial)} if initial else {})


def channel_input(initial: str | None) -> Block:
    """Return a field for a channel, public or private."""
    element = _element(
        "conversations_select", filter={"include": ["public", "private"], "exclude_bot_users": True}
    )
    return element | ({"initial_conversation": initial} if initial else {})


def file_input() -> Block:
    """Return a field for one file of any type, since an extension says little about the content."""
    return _element("file_input", max_files=1)


def radio(options: Sequence[Block], chosen: str | None) -> Block:
    """Return radio buttons. A choice that is no longer offered counts as none."""
    element = _element("radio_buttons", options=list(options))
    initial = [each for each in options if each["value"] == chosen]
    return element | ({"initial_option": initial[0]} if initial else {})


def one_of(options: Sequence[Block], chosen: str | None) -> Block:
    """Return radio buttons, or a menu if there are too many options."""
    if len(options) <= MOST_BOXES:
        return radio(options, chosen)
    element = _element("static_select", options=list(options))
    initial = [each for each in options if each["value"] == chosen]
    return element | ({"initial_option": initial[0]} if initial else {})


def select(options: Sequence[Block], chosen: str) -> Block:
    """Return a select menu with one option chosen."""
    initial = next(each for each in options if each["value"] == chosen)
    return _element("static_select", options=list(options), initial_option=initial)


def checkboxes(options: Sequence[Block], chosen: Collection[str]) -> Block:
    """Return checkboxes."""
    return _several("checkboxes", options, chosen)


def any_of(options: Sequence[Block], chosen: Collection[str]) -> Block:
    """Return checkboxes, or a menu if there are too many options."""
    kind = "checkboxes" if len(options) <= MOST_BOXES else "multi_static_select"
    return _several(kind, options, chosen)


def _several(kind: str, options: Sequence[Block], chosen: Collection[str]) -> Block:
    element = _element(kind, options=list(options))
    initial = [each for each in options if each["value"] in chosen]
    return element | ({"initial_options": initial} if initial else {})


def _element(kind: str, **rest: Any) -> Block:
    return {"type": kind, "action_id": ids.ANSWER, **rest}


def _can_be_emptied(element: Block) -> bool:
    return "initial_value" in element or "initial_date" in element
