"""Reads a view's state, which comes back with every click in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.payloads.payloads import MalformedPayload, readable_id

Typed = str | list[str] | None
"""What stands in an input; None if it is empty, or if Slack left it out untouched."""


def prefilled(view: Mapping[str, Any]) -> dict[str, Typed]:
    """Return the initial value of each input, by `block_id`. Raises MalformedPayload.

    It counts for inputs that nobody touched, as Slack may leave those out.
    """
    values = {
        str(block.get("block_id")): {"": _as_entered(element)}
        for block in _blocks(view, "input")
        if isinstance(element := block.get("element"), Mapping)
    }
    return read_inputs({"state": {"values": values}})


def sections(view: Mapping[str, Any], prefix: str) -> list[str]:
    """Return the text of each section whose `block_id` is the prefix with a number, in order."""
    return [
        str(text.get("text") or "")
        for block in _blocks(view, "section")
        if str(block.get("block_id")).startswith(f"{prefix}.")
        and isinstance(text := block.get("text"), Mapping)
    ]


def has_block(view: Mapping[str, Any], block_id: str) -> bool:
    """Tell whether a section with this id was drawn."""
    return any(each.get("block_id") == block_id for each in _blocks(view, "section"))


def face(view: Mapping[str, Any]) -> tuple[object, ...]:
    """Return how a member tells one step from another: its button, its place, its questions."""
    submit, place = view.get("submit"), next(_blocks(view, "context"), {}).get("elements")
    texts = [submit, *(place if isinstance(place, list) else ())]
    shown = (each.get("text") for each in texts if isinstance(each, Mapping))
    return *shown, *input_blocks(view)


def _as_entered(element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": element.get("type"),
        "value": element.get("initial_value"),
        "selected_option": element.get("initial_option"),
        "selected_options": element.get("initial_options"),
        "selected_date": element.get("initial_date"),
        "selected_user": element.get("initial_user"),
    }


def _blocks(view: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping) and block.get("type") == kind:
            yield block


def read_inputs(view: Mapping[str, Any]) -> dict[str, Typed]:
    """Return what stands in each input of a view, by `block_id`; raises MalformedPayload."""
    try:
        values = (view.get("state") or {}).get("values") or {}
        return {
            block_id: _typed(element)
            for block_id, elements in values.items()
            for element in elements.values()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedPayload from error


def picked_file(view: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return id and name of a view's first file; None without one. Raises MalformedPayload."""
    try:
        values = (view.get("state") or {}).get("values") or {}
        for elements in values.values():
            for element in elements.values():
                for file in element.get("files") or ():
                    return readable_id(file["id"]), str(file.get("name") or "")
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedPayload from error
    return None


def input_blocks(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the `block_id` of each input in order, where errors can be shown."""
    blocks = view.get("blocks")
    return tuple(
        str(block.get("block_id"))
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
    )


def is_empty(action: Mapping[str, Any]) -> bool:
    """Tell whether an input that reported a change is empty now. Raises MalformedPayload."""
    try:
        return not _typed(action)
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedPayload from error


def _typed(element: Mapping[str, Any]) -> Typed:
    match element["type"]:
        case "checkboxes" | "multi_static_select":
            chosen = element.get("selected_options")
            return None if chosen is None else [readable_id(option["value"]) for option in chosen]
        case "radio_buttons" | "static_select":
            option = element.get("selected_option")
            return None if option is None else readable_id(option["value"])
        case "datepicker":
            return _chosen(element.get("selected_date"))
        case "users_select":
            return _chosen(element.get("selected_user"))
        case "multi_users_select":
            return [readable_id(each) for each in element.get("selected_users") or []]
        case "conversations_select":
            return _chosen(element.get("selected_conversation"))
        case _:
            return _text(element.get("value"))


def _chosen(value: object) -> str | None:
    return None if value is None else readable_id(value)


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise MalformedPayload
    return value
