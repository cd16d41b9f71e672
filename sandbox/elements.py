"""Where interactive elements sit in blocks, and how each says what a person entered.

Pure functions over Block Kit dicts. Limits and permissions are the business of `rules`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """The names under which an element type carries its value."""

    value: str
    initial: str
    many: bool = False

    def empty(self) -> Any:
        """Tell what Slack sends when nothing was entered."""
        return [] if self.many else None


ENTRIES: dict[str, Entry] = {
    "plain_text_input": Entry("value", "initial_value"),
    "number_input": Entry("value", "initial_value"),
    "email_text_input": Entry("value", "initial_value"),
    "url_text_input": Entry("value", "initial_value"),
    "rich_text_input": Entry("rich_text_value", "initial_value"),
    "file_input": Entry("files", "initial_files", many=True),
    "static_select": Entry("selected_option", "initial_option"),
    "external_select": Entry("selected_option", "initial_option"),
    "radio_buttons": Entry("selected_option", "initial_option"),
    "checkboxes": Entry("selected_options", "initial_options", many=True),
    "multi_static_select": Entry("selected_options", "initial_options", many=True),
    "multi_external_select": Entry("selected_options", "initial_options", many=True),
    "users_select": Entry("selected_user", "initial_user"),
    "multi_users_select": Entry("selected_users", "initial_users", many=True),
    "channels_select": Entry("selected_channel", "initial_channel"),
    "multi_channels_select": Entry("selected_channels", "initial_channels", many=True),
    "conversations_select": Entry("selected_conversation", "initial_conversation"),
    "multi_conversations_select": Entry(
        "selected_conversations", "initial_conversations", many=True
    ),
    "datepicker": Entry("selected_date", "initial_date"),
    "timepicker": Entry("selected_time", "initial_time"),
    "datetimepicker": Entry("selected_date_time", "initial_date_time"),
}
"""Element types that keep a state; buttons and overflow menus keep none."""


def placed_elements(blocks: list[Json] | None) -> Iterator[tuple[Json, Json]]:
    """Go through every (block, element) a person can use, nested blocks included."""
    for block in blocks or []:
        if not isinstance(block, dict):
            continue
        for element in _own_elements(block):
            yield block, element
        yield from placed_elements(block.get("child_blocks"))
        if block.get("type") == "carousel":
            yield from placed_elements(block.get("elements"))


def find_element(
    blocks: list[Json] | None, action_id: str, block_id: str | None = None
) -> tuple[Json, Json] | None:
    """Find the element with this action_id, in a certain block if one is named."""
    for block, element in placed_elements(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    return None


def options_of(element: Json) -> list[Json]:
    """List the options of a select, menu or group of boxes, option groups flattened."""
    options: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options.extend(group.get("options") or [])
    return options


def with_ids(blocks: list[Json] | None, new_id: Callable[[str], str]) -> list[Json] | None:
    """Copy blocks as Slack keeps them: every block and every element has an id."""
    if blocks is None:
        return None
    copied: list[Json] = json.loads(json.dumps(blocks))
    for block in _all_blocks(copied):
        block.setdefault("block_id", new_id("b"))
    for _, element in placed_elements(copied):
        element.setdefault("action_id", new_id("a"))
    return copied


def _own_elements(block: Json) -> list[Json]:
    match block.get("type"):
        case "section":
            own = [block.get("accessory")]
        case "input":
            own = [block.get("element")]
        case "actions" | "context_actions":
            own = list(block.get("elements") or [])
        case "card":
            own = list(block.get("actions") or [])
        case _:
            own = []
    return [element for element in own if isinstance(element, dict) and element["type"] != "image"]


def _all_blocks(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        yield from _all_blocks(block.get("child_blocks") or [])
        if block.get("type") == "carousel":
            yield from _all_blocks(block.get("elements") or [])
