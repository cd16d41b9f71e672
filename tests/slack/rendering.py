"""Views and messages as text for people: a line for each block, and nothing of the JSON lost.

Texts, buttons, and questions with their choices have a form of their own. Every other key stands
as `key=value` behind the type of its node, unless it has its usual value.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

PLAIN: Node = {"type": "plain_text", "emoji": True}
MARKDOWN: Node = {"type": "mrkdwn", "verbatim": True}
NOTHING: Node = {}


def rendered(made: Node) -> str:
    """Render a message, a modal or a home view. Anything else maps names to lists of lines."""
    lines = _surface(made) if "blocks" in made else _passages(made)
    return _visible("\n".join(lines))


def _surface(made: Node) -> Iterator[str]:
    shown = ("type", "callback_id", "title", "submit", "close", "private_metadata", "text")
    yield _head(made.get("type", "message"), made, "callback_id", (*shown, "blocks"))
    for key in ("title", "submit", "close"):
        if key in made:
            yield from _passage(key, _words(made[key]))
    for key in ("private_metadata", "text"):
        if key in made:
            yield from _passage(key, made[key])
    yield from _blocks(made["blocks"])


def _passages(made: Node) -> Iterator[str]:
    for name, lines in made.items():
        yield f"{name}:"
        yield from _indented(lines, by=4)


def _blocks(blocks: Iterable[Node]) -> Iterator[str]:
    for block in blocks:
        match block.get("type"):
            case "header" | "alert":
                yield from _passage(_block_head(block, "text"), _words(block.get("text")))
            case "section":
                yield from _section(block)
            case "context":
                yield from _context(block)
            case "input":
                yield from _input(block)
            case "actions":
                yield _block_head(block, "elements")
                for element in block["elements"]:
                    yield from _indented(_element(element))
            case "container":
                head = _block_head(block, "title", "child_blocks")
                yield from _passage(head, _words(block.get("title")))
                yield from _indented(_blocks(block["child_blocks"]))
            case "rich_text":
                yield _block_head(block, "elements")
                yield from _indented(f"- {_rich(element)}" for element in block["elements"])
            case _:
                yield _block_head(block)


def _section(block: Node) -> Iterator[str]:
    head = _block_head(block, "text", "fields", "accessory")
    yield from _passage(*_labelled(head, block["text"])) if "text" in block else [head]
    for field in block.get("fields", ()):
        yield f"  {_item(field)}"
    if "accessory" in block:
        yield from _indented(_element(block["accessory"]))


def _context(block: Node) -> Iterator[str]:
    head = _block_head(block, "elements")
    if len(block["elements"]) == 1:
        yield from _passage(*_labelled(head, block["elements"][0]))
    else:
        yield head
        yield from (f"  {_item(element)}" for element in block["elements"])


def _item(text: Node) -> str:
    return _one_line(": ".join(_labelled("-", text))).replace("-: ", "- ", 1)


def _labelled(label: str, text: Node) -> tuple[str, str]:
    """Add the type of the text to its label, unless it is markdown."""
    kind = text.get("type")
    if kind == "mrkdwn":
        return label, _words(text, MARKDOWN)
    return f"{label} {kind}", _words(text, {**PLAIN, "type": kind})


def _input(block: Node) -> Iterator[str]:
    head = _block_head(block, "label", "hint", "element", optional=False)
    yield from _passage(head, _words(block.get("label")))
    if "hint" in block:
        yield from _indented(_passage("hint", _words(block["hint"])))
    if "element" in block:
        yield from _indented(_element(block["element"]))


def _rich(element: Node) -> str:
    if element.get("type") != "rich_text_section":
        return _value(element)
    notes = _notes(element, ("type", "elements"))
    return " ".join(filter(None, (notes, "".join(map(_piece, element["elements"])))))


def _piece(node: Node) -> str:
    match node:
        case {"type": "text", "text": str() as text, "style": {"bold": True}} if len(node) == 3:
            bold = text.removesuffix("\n")
            return _one_line(f"**{bold}**{text[len(bold) :]}")
        case {"type": "text", "text": str() as text} if len(node) == 2:
            return _one_line(text)
    return _value(node)


def _element(node: Node) -> Iterator[str]:
    if node.get("type") == "button":
        yield from _button(node)
        return
    chosen = _chosen(node)
    shown = ("type", "action_id", "placeholder", "options", "initial_value", *chosen)
    head = _head(str(node.get("type")), node, "action_id", shown)
    yield from _passage(head, _words(node["placeholder"])) if "placeholder" in node else [head]
    if "initial_value" in node:
        yield from _indented(_passage("initial_value", node["initial_value"]))
    marked = [option for options in chosen.values() for option in options]
    for option in node.get("options", ()):
        yield f"  {'x' if option in marked else '-'} {_option(option)}"


def _chosen(node: Node) -> Mapping[str, list[Node]]:
    """Find the options that are chosen from the start and that are also offered."""
    found = {
        "initial_option": [node["initial_option"]] if "initial_option" in node else [],
        "initial_options": node.get("initial_options", []),
    }
    offered = node.get("options", ())
    return {key: each for key, each in found.items() if each and all(o in offered for o in each)}


def _option(option: Node) -> str:
    described = f" ({_one_line(_words(option['description']))})" if "description" in option else ""
    notes = _notes(option, ("value", "text", "description"))
    words = _one_line(_words(option.get("text")))
    return f"{_value(option.get('value'))}: {words}{described}{notes and f' {notes}'}"


def _button(node: Node) -> Iterator[str]:
    shown = ("type", "text", "action_id", "confirm")
    kind = f"[{_one_line(_words(node.get('text')))}]"
    yield _head(kind, node, "action_id", shown)
    if "confirm" in node:
        asked = node["confirm"]
        title, text, confirm, deny = (
            _one_line(_words(asked.get(key))) for key in ("title", "text", "confirm", "deny")
        )
        notes = _notes(asked, ("title", "text", "confirm", "deny"))
        yield f"    asks: {title} | {text} [{confirm}] [{deny}]{notes and f' {notes}'}"


def _block_head(block: Node, *shown: str, **usual: Any) -> str:
    return _head(str(block.get("type")), block, "block_id", ("type", "block_id", *shown), usual)


def _head(kind: str, node: Node, named: str, shown: Iterable[str], usual: Node = NOTHING) -> str:
    name = _value(node[named]) if named in node else ""
    return " ".join(filter(None, (kind, name, _notes(node, {*shown, named}, usual))))


def _notes(node: Node, shown: Iterable[str], usual: Node = NOTHING) -> str:
    """List the keys that are not shown elsewhere, and the usual keys that are absent."""
    left = {key: node[key] for key in node if key not in shown}
    there = [
        f"{key}={_value(left[key])}"
        for key in sorted(left, key=lambda key: (key == "accessibility_label", key))
        if key not in usual or _value(left[key]) != _value(usual[key])
    ]
    return " ".join([*there, *(f"no {key}" for key in usual if key not in left)])


def _words(text: Any, usual: Node = PLAIN) -> str:
    match text:
        case {"text": str() as words}:
            notes = _notes(text, ("text",), usual)
            return f"{{{notes}}} {words}" if notes else words
    return _value(text)


def _passage(label: str, text: str) -> Iterator[str]:
    """Put a text behind its label, or below it if it has several lines."""
    if "\n" not in text:
        yield f"{label}: {text}" if text else f"{label}:"
        return
    yield f"{label}:"
    yield from _indented(text.split("\n"), by=4)


def _indented(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line if line else "" for line in lines)


def _one_line(text: str) -> str:
    return text.replace("\n", "↵")


def _value(value: Any) -> str:
    """Show a plain word as it is, and anything else as JSON."""
    if isinstance(value, str) and re.fullmatch(r"[\w.:/-]+", value) and not _is_json(value):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _visible(text: str) -> str:
    """Shorten long repetitions, and show invisible characters by their code."""
    shorter = re.sub(r"((?! ).{1,20}?)\1{9,}", _times, text)
    shown = "".join(
        char.encode("unicode_escape").decode()
        if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}
        else char
        for char in shorter
    )
    return re.sub(r" +$", lambda spaces: r"\u0020" * len(spaces[0]), shown, flags=re.MULTILINE)


def _times(run: re.Match[str]) -> str:
    return f"⟨{run[1]}× {len(run[0]) // len(run[1])}⟩"
