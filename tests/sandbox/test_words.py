"""The sandbox's own words: each has its German, and no German is left over."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sandbox
from sandbox.words import Sentence

HERE = Path(sandbox.__file__).parent
GERMAN: dict[str, str] = json.loads((HERE / "page" / "german.json").read_text("utf-8"))
LOOKED_UP = re.compile(r"\b(words|counted)\(((?:\s*\"(?:[^\"\\]|\\.)*\"\s*,?)*)")
LITERAL = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
PLACE = re.compile(r"\{\w+\}")
SAID = {"Sentence", "CannotDo"}
ONLY_FOR_TESTS = ("member.py", "inputs.py", "demo/desk.py")
"""Here a wrong test or a wrong plan is told in English, with what it did."""


def test_every_sentence_of_the_page_and_the_server_has_its_german() -> None:
    assert {*of_the_page(), *of_the_server()} - GERMAN.keys() == set()


def test_no_german_is_left_over() -> None:
    assert GERMAN.keys() - {*of_the_page(), *of_the_server()} == set()


def test_the_catalogue_is_in_order() -> None:
    assert list(GERMAN) == sorted(GERMAN)


@pytest.mark.parametrize("english", GERMAN)
def test_a_translation_has_the_same_places(english: str) -> None:
    assert sorted(PLACE.findall(GERMAN[english])) == sorted(PLACE.findall(english))


def test_a_sentence_is_said_in_the_language_of_a_locale() -> None:
    refused = Sentence("{command} is not a valid command.", command="/{command}")

    assert refused.to("de-AT") == "/{command} ist kein gültiger Befehl."
    assert refused.to("fr-FR") == str(refused) == "/{command} is not a valid command."


def of_the_page() -> Iterator[str]:
    """Find what is looked up in the page; everything that is has to be literal."""
    for file in sorted((HERE / "page").glob("*.js")):
        if file.name == "words.js":
            continue
        for call in LOOKED_UP.finditer(file.read_text("utf-8")):
            found = [json.loads(each) for each in LITERAL.findall(call[2])]
            assert len(found) == (2 if call[1] == "counted" else 1), (file.name, call[0])
            yield from found


def of_the_server() -> Iterator[str]:
    for file in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID:
                yield from literal(node.args[0], file)


def literal(said: ast.expr, file: Path) -> Iterator[str]:
    """Return the sentence; only where no member reads it may it be put together."""
    for_tests = str(file.relative_to(HERE)) in ONLY_FOR_TESTS
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        if said.value in GERMAN or not for_tests:
            yield said.value
    else:
        assert for_tests or file.name == "problems.py", (file.name, ast.unparse(said))
