"""What a view was drawn with, as it comes back with every click in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack import wire


def prefilled(view: Mapping[str, Any]) -> dict[str, wire.Typed]:
    """Return what stood in each input at first, by `block_id`; raises MalformedPayload.

    It counts for an input that nobody touched: of those Slack may tell nothing.
    """
    values = {
        str(block.get("block_id")): {"": _as_entered(element)}
        for block in _blocks(view, "input")
        if isinstance(element := block.get("element"), Mapping)
    }
    return wire.read_inputs({"state": {"values": values}})


def sections(view: Mapping[str, Any], prefix: str) -> list[str]:
    """Return the text of each section whose `block_id` is the prefix with a number, in order."""
    return [
        str(text.get("text") or "")
        for block in _blocks(view, "section")
        if str(block.get("block_id")).startswith(f"{prefix}.")
        and isinstance(text := block.get("text"), Mapping)
    ]


def _as_entered(element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": element.get("type"),
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
    }


def _blocks(view: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping) and block.get("type") == kind:
            yield block
