"""Slack's blocks as plain dicts, each cut to Slack's limits.

They are plain dicts because the SDK's models drop blocks that they don't know. Typed text comes in
as plain text, or escaped by ``typed``. Nothing here knows what a prospect is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from bot.slack.kit.escaping import cut, cut_markup

Block = dict[str, Any]

LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
LONGEST_VALUE = 2000
LONGEST_OPTION = 75
LONGEST_MESSAGE = 3900
"""Of the plain text of a message; Slack asks to stay below 4000."""
MOST_IN_MESSAGE = 50
MOST_IN_MODAL = 100
_MOST_BLOCKS = {"message": MOST_IN_MESSAGE, "modal": MOST_IN_MODAL, "home": 100}
_MOST_CHILDREN = 10
NATIVE = frozenset({"container", "data_table", "data_visualization"})
"""Blocks that a workspace may not have yet; each has a `block_id`."""
_MOST_BEHIND_DOTS = 5
_MOST_TO_PICK = 100


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, as complete plain text and as blocks."""

    text: str
    blocks: list[Block]
    instead: Mapping[str, Sequence[Block]] = field(default_factory=dict)
    """What stands in for a block of 2026 that Slack refuses, by its `block_id`."""


DIVIDER: Block = {"type": "divider"}


def message(
    text: str,
    blocks: Sequence[Block],
    instead: Mapping[str, Sequence[Block]] = MappingProxyType({}),
) -> Rendered:
    """Return a message with a complete text, since screen readers and phones show nothing else."""
    shown = list(blocks[: _MOST_BLOCKS["message"]])
    return Rendered(cut_markup(text, LONGEST_MESSAGE), shown, instead)


def without(rendered: Rendered, refused: Collection[str]) -> Rendered:
    """Return the message without blocks of these types, but with what stands in for them.

    Content folded away in a container is left out, as the details show it too.
    """
    blocks: list[Block] = []
    for block in rendered.blocks:
        is_refused = block["type"] in refused
        blocks += rendered.instead.get(block["block_id"], ()) if is_refused else (block,)
    return replace(rendered, blocks=blocks)


def native_in(rendered: Rendered) -> frozenset[str]:
    """Return the kinds of blocks new in 2026 that a message has."""
    return NATIVE.intersection(block["type"] for block in rendered.blocks)


def classic(rendered: Rendered, refused: Collection[str] = NATIVE) -> Rendered:
    """Return the message in an older design, for a workspace that refuses newer blocks."""
    older = without(rendered, refused)
    blocks = [
        {key: value for key, value in block.items() if key != "level"} for block in older.blocks
    ]
    return replace(older, blocks=blocks)


def plain(text: str, limit: int = LONGEST_SECTION) -> Block:
    """Return text shown as it is. Only ``:emoji:`` is drawn, since people type them that way."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def markup(text: str, limit: int = LONGEST_SECTION) -> Block:
    """Return text with mentions and bold, in which Slack doesn't create links by itself."""
    return {"type": "mrkdwn", "text": cut_markup(text, limit), "verbatim": True}


def section(text: Block, *, block_id: str | None = None, accessory: Block | None = None) -> Block:
    """Return a paragraph, with an element beside it if given."""
    return _without_none(
        {"type": "section", "block_id": block_id, "text": text, "accessory": accessory}
    )


def fields(texts: Sequence[Block]) -> Block:
    """Return short facts in two columns."""
    return {"type": "section", "fields": list(texts[:10])}


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Return markup, line by line, in as few sections as possible."""
    return [section(markup(text)) for text in packed(lines, LONGEST_SECTION)]


def literal(paragraphs: Iterable[Sequence[tuple[str, bool]]]) -> Block:
    """Return paragraphs of pieces, bold or not, shown as they were typed."""
    return {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [_piece(text, is_bold=is_bold) for text, is_bold in pieces],
            }
            for pieces in paragraphs
        ],
    }


def header(text: str, *, level: int | None = None) -> Block:
    """Return a heading."""
    return _without_none({"type": "header", "text": plain(text, 150), "level": level})


def context(texts: Sequence[Block]) -> Block:
    """Return small print."""
    return {"type": "context", "elements": list(texts[:10])}


def alert(text: str, level: str) -> Block:
    """Return a notice for a modal; no other surface supports it."""
    return {"type": "alert", "level": level, "text": plain(text, 200)}


def container(block_id: str, title: str, children: Sequence[Block]) -> Block:
    """Return blocks folded away under a title."""
    return {
        "type": "container",
        "block_id": block_id,
        "title": plain(title, 150),
        "child_blocks": list(children[:_MOST_CHILDREN]),
        "is_collapsible": True,
        "default_collapsed": True,
    }


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    label: str,
    action_id: str,
    value: str = "",
    *,
    style: str | None = None,
    confirmation: Block | None = None,
    spoken: str | None = None,
    url: str | None = None,
) -> Block:
    """Return a button. A screen reader says ``spoken`` instead of the label.

    With a ``url`` the button opens it, and still sends us the click. A confirmation is as red as
    its button.
    """
    if confirmation is not None and style == "danger":
        confirmation = {**confirmation, "style": style}
    return _without_none(
        {
            "type": "button",
            "action_id": action_id,
            "text": plain(label, 75),
            "value": value[:LONGEST_VALUE] or None,
            "url": url,
            "style": style,
            "confirm": confirmation,
            "accessibility_label": None if spoken is None else cut(spoken, 75),
        }
    )


def menu(action_id: str, options: Sequence[Block]) -> Block:
    """Return the menu behind three dots, with at most five entries."""
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": list(options[:_MOST_BEHIND_DOTS]),
    }


def pick(action_id: str, label: str, options: Sequence[Block], confirmation: Block) -> Block:
    """Return a menu of things of which one is acted on; it asks once more. Slack takes 100."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(label, 150),
        "options": list(options[:_MOST_TO_PICK]),
        "confirm": confirmation,
    }


def confirmation(
    title: str, question: str, *, yes: str, no: str, style: str | None = None
) -> Block:
    """Return the question before a button acts; ``style`` is that of its yes."""
    return _without_none(
        {
            "title": plain(title, 100),
            "text": plain(question, 300),
            "confirm": plain(yes, 30),
            "deny": plain(no, 30),
            "style": style,
        }
    )


def option(text: str, value: str, description: str | None = None) -> Block:
    """Return an option to choose."""
    small_print = None if description is None else plain(description, LONGEST_OPTION)
    return _without_none(
        {"text": plain(text, LONGEST_OPTION), "value": value, "description": small_print}
    )


def long_option(text: str, value: str) -> Block:
    """Return an option whose text may be twice as long; what doesn't fit stands below it."""
    if len(text) <= LONGEST_OPTION:
        return option(text, value)
    at = text.rfind(" ", len(text) - LONGEST_OPTION, LONGEST_OPTION)
    head, rest = (text[:at], text[at + 1 :]) if at > 0 else (text, text[LONGEST_OPTION:])
    return option(head[:LONGEST_OPTION], value, rest)


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    close: str | None,
    submit: str | None = None,
    metadata: str = "",
) -> Block:
    """Return a view. Without ``submit``, it only informs and ``close`` is its only button."""
    return _without_none(
        {
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": metadata,
            "title": plain(title, 24),
            "submit": None if submit is None else plain(submit, 24),
            "close": None if close is None else plain(close, 24),
            "blocks": list(blocks[: _MOST_BLOCKS["modal"]]),
        }
    )


def home_tab(blocks: Sequence[Block], *, metadata: str = "") -> Block:
    """Return the view of App Home."""
    return {
        "type": "home",
        "private_metadata": metadata,
        "blocks": list(blocks[: _MOST_BLOCKS["home"]]),
    }


def packed(lines: Iterable[str], limit: int) -> Iterator[str]:
    """Yield the lines, joined as long as they fit the limit together."""
    pack = ""
    for line in lines:
        joined = f"{pack}\n{line}" if pack else line
        if pack and len(joined) > limit:
            yield pack
            joined = line
        pack = joined
    if pack:
        yield pack


def _piece(text: str, *, is_bold: bool) -> Block:
    piece: Block = {"type": "text", "text": text}
    return piece | ({"style": {"bold": True}} if is_bold else {})


def _without_none(block: Block) -> Block:
    return {key: value for key, value in block.items() if value is not None}
