"""Which block and which element may stand on which surface, and how many blocks it holds."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from blockkit.core import (
    Actions,
    Context,
    Divider,
    Header,
    Image,
    Input,
    Markdown,
    RichText,
    Section,
    Video,
)

from sandbox.rules.problem import Problem, missing, unsupported
from sandbox.rules.reading import read
from sandbox.rules.shapes import (
    Alert,
    Card,
    Carousel,
    Container,
    ContextActions,
    DataTable,
    DataVisualization,
    Plan,
    Table,
    TaskCard,
)
from sandbox.rules.walking import Nodes, kind_of

Surface = Literal["message", "modal", "home"]

BLOCK_LIMIT: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}

BLOCKS = (
    Actions, Alert, Card, Carousel, Container, Context, ContextActions, DataTable,
    DataVisualization, Divider, Header, Image, Input, Markdown, Plan, RichText, Section, Table,
    TaskCard, Video,
)  # fmt: skip

_EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})
_MESSAGE: frozenset[Surface] = frozenset({"message"})
_MODAL: frozenset[Surface] = frozenset({"modal"})
_NOT_MODAL: frozenset[Surface] = frozenset({"message", "home"})

SURFACES_OF_BLOCKS: dict[str, frozenset[Surface]] = {
    "section": _EVERYWHERE,
    "header": _EVERYWHERE,
    "divider": _EVERYWHERE,
    "image": _EVERYWHERE,
    "context": _EVERYWHERE,
    "actions": _EVERYWHERE,
    "rich_text": _EVERYWHERE,
    "input": _EVERYWHERE,
    "video": _EVERYWHERE,
    "card": _EVERYWHERE,
    "alert": _MODAL,
    "carousel": _NOT_MODAL,
    "container": _MESSAGE,
    "data_table": _NOT_MODAL,
    "data_visualization": _NOT_MODAL,
    "table": _NOT_MODAL,
    "markdown": _MESSAGE,
    "context_actions": _MESSAGE,
    "plan": _MESSAGE,
    "task_card": _MESSAGE,
}
"""As Slack documents it. Not seen in a live workspace: `card` in a modal, tables and charts in a
Home tab; some report that Slack takes them and shows nothing."""

SURFACES_OF_ELEMENTS: dict[str, frozenset[Surface]] = {
    "number_input": _MODAL,
    "email_text_input": _MODAL,
    "url_text_input": _MODAL,
    "file_input": _MODAL,
    "rich_text_input": frozenset({"modal", "home"}),
    "datetimepicker": frozenset({"message", "modal"}),
    "workflow_button": _MESSAGE,
    "feedback_buttons": _MESSAGE,
    "icon_button": _MESSAGE,
}
"""Elements that some surface does not know; all others stand everywhere."""


def block_problems(payload: dict[str, object], surface: Surface) -> list[Problem]:
    """Read every block of a payload by itself."""
    if "blocks" not in payload:
        return [] if surface == "message" else [missing("", "blocks")]
    blocks = payload["blocks"]
    if not isinstance(blocks, list):
        return [Problem("/blocks", "must provide an array")]
    problems: list[Problem] = []
    limit = BLOCK_LIMIT[surface]
    if len(blocks) > limit:
        problems.append(Problem("/blocks", f"no more than {limit} items allowed"))
    for index, block in enumerate(blocks):
        problems += _block(block, f"/blocks/{index}", surface)
    return problems


def _block(block: object, pointer: str, surface: Surface) -> list[Problem]:
    surfaces = SURFACES_OF_BLOCKS.get(kind_of(block))
    if surfaces is not None and surface not in surfaces:
        return [unsupported(pointer, kind_of(block))]
    try:
        written = json.dumps(block)
    except (RecursionError, TypeError, ValueError):  # no JSON
        return read(BLOCKS, block, pointer)[1]
    return [replace(each, pointer=pointer + each.pointer) for each in _alone(written)]


@lru_cache(maxsize=2048)
def _alone(written: str) -> tuple[Problem, ...]:
    """What is wrong with a block, by pointers into it; most come again and again as they were."""
    return tuple(read(BLOCKS, json.loads(written), "")[1])


def misplaced_elements(nodes: Nodes, surface: Surface) -> list[Problem]:
    """Elements that this surface does not know."""
    return [
        unsupported(pointer, kind_of(node))
        for pointer, node in nodes
        if surface not in SURFACES_OF_ELEMENTS.get(kind_of(node), _EVERYWHERE)
    ]
