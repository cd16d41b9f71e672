"""Whole messages and views as an app would send them: nothing in them is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.rules import Problem, home_problems, message_problems, view_problems

PAYLOADS = sorted((Path(__file__).parent / "payloads").glob("*.json"))
JUDGES: dict[str, Callable[[object], list[Problem]]] = {
    "message": message_problems,
    "modal": view_problems,
    "home": home_problems,
}


def read(path: Path) -> tuple[str, dict[str, Any]]:
    return path.stem.partition("_")[0], json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_a_sound_payload_is_accepted(path: Path) -> None:
    surface, payload = read(path)

    assert JUDGES[surface](payload) == []


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_every_block_of_it_is_looked_at(path: Path) -> None:
    surface, payload = read(path)
    for block in payload["blocks"]:
        block["colour"] = "red"

    assert JUDGES[surface](payload) == [
        Problem(f"/blocks/{index}", "invalid additional property: colour")
        for index in range(len(payload["blocks"]))
    ]


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_nothing_in_it_may_be_blank(path: Path) -> None:
    surface, payload = read(path)
    texts = [text for text in _objects(payload["blocks"]) if text.get("type") == "plain_text"]
    for text in texts:
        text["text"] = ""

    messages = [problem.message for problem in JUDGES[surface](payload)]

    assert messages.count("must be more than 0 characters") == len(texts)


def _objects(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in _objects(item))]
    if isinstance(value, list):
        return [found for item in value for found in _objects(item)]
    return []
