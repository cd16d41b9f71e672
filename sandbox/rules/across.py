"""Rules that look at several fields or blocks at once, and so are no matter of one class.

Tables and charts have more of them, in `figures`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from sandbox.rules.problem import Problem, missing
from sandbox.rules.surfaces import SURFACES_OF_BLOCKS, Surface
from sandbox.rules.walking import Nodes, kind_of

Found = Iterator[Problem]

MARKDOWN_LIMIT = 12_000

_WEB = re.compile(r"https?://[^\s/][^\s]*", re.IGNORECASE)
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:[^\s]+", re.IGNORECASE)
URL_FORMATS: dict[str, re.Pattern[str]] = {
    "url": _LINK,
    "image_url": _WEB,
    "provider_icon_url": _WEB,
    "thumbnail_url": _WEB,
    "title_url": _WEB,
    "video_url": _WEB,
}

LIMITED_BLOCKS: dict[str, int] = {"data_visualization": 2, "table": 1}
"""How many blocks of a kind one message takes."""


def across_problems(nodes: Nodes, surface: Surface) -> list[Problem]:
    """What all blocks of one surface get wrong together."""
    return [problem for rule in _RULES for problem in rule(nodes, surface)]


def _unique_block_ids(nodes: Nodes, _: Surface) -> Found:
    seen: set[str] = set()
    for pointer, node in nodes:
        block_id = node.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield Problem(f"{pointer}/block_id", f"block_id must be unique: {block_id}")
            seen.add(block_id)


def _unique_action_ids(nodes: Nodes, _: Surface) -> Found:
    """Unique within a block; two blocks may well use the same one."""
    blocks = {pointer for pointer, node in nodes if kind_of(node) in SURFACES_OF_BLOCKS}
    seen: set[tuple[str, str]] = set()
    for pointer, node in nodes:
        action_id = node.get("action_id")
        if isinstance(action_id, str):
            place = (_block_of(pointer, blocks), action_id)
            if place in seen:
                yield Problem(f"{pointer}/action_id", f"action_id must be unique: {action_id}")
            seen.add(place)


def _block_of(pointer: str, blocks: set[str]) -> str:
    while pointer and pointer not in blocks:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _one_focus(nodes: Nodes, _: Surface) -> Found:
    focused = [pointer for pointer, node in nodes if node.get("focus_on_load") is True]
    for pointer in focused[1:]:
        yield Problem(f"{pointer}/focus_on_load", "only one element can be focused on load")


def _urls(nodes: Nodes, _: Surface) -> Found:
    for pointer, node in nodes:
        for name, format_ in URL_FORMATS.items():
            url = node.get(name)
            if isinstance(url, str) and url and not format_.fullmatch(url):
                yield Problem(f"{pointer}/{name}", "must be a valid url")


def _dispatching_files(nodes: Nodes, _: Surface) -> Found:
    for pointer, node in nodes:
        if node.get("dispatch_action") is True and kind_of(node.get("element")) == "file_input":
            yield Problem(f"{pointer}/dispatch_action", "must be false for a file_input")


def _response_urls(nodes: Nodes, surface: Surface) -> Found:
    """Slack hands out response URLs for menus in the input blocks of a modal only."""
    by_pointer = dict(nodes)
    for pointer, node in nodes:
        if node.get("response_url_enabled") is True:
            parent = by_pointer.get(pointer.removesuffix("/element"))
            if surface != "modal" or kind_of(parent) != "input":
                yield Problem(
                    f"{pointer}/response_url_enabled", "only allowed in an input block of a modal"
                )


def _submit(nodes: Nodes, surface: Surface) -> Found:
    _, view = nodes[0]
    asks = any(kind_of(node) == "input" for _, node in nodes)
    if surface == "modal" and asks and "submit" not in view:
        yield missing("", "submit")


def _markdown_total(nodes: Nodes, _: Surface) -> Found:
    total = 0
    for pointer, node in nodes:
        if kind_of(node) == "markdown" and isinstance(node.get("text"), str):
            total += len(node["text"])
            if total > MARKDOWN_LIMIT >= len(node["text"]):
                yield Problem(
                    f"{pointer}/text",
                    f"all markdown together must be less than {MARKDOWN_LIMIT + 1} characters",
                )


def _limited_blocks(nodes: Nodes, _: Surface) -> Found:
    counts: Counter[str] = Counter()
    for pointer, node in nodes:
        kind = kind_of(node)
        counts[kind] += 1
        if kind in LIMITED_BLOCKS and counts[kind] > LIMITED_BLOCKS[kind]:
            yield Problem(pointer, f"no more than {LIMITED_BLOCKS[kind]} {kind} blocks allowed")


_RULES: tuple[Callable[[Nodes, Surface], Found], ...] = (
    _unique_block_ids,
    _unique_action_ids,
    _one_focus,
    _urls,
    _dispatching_files,
    _response_urls,
    _submit,
    _markdown_total,
    _limited_blocks,
)
