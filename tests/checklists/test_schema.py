"""The JSON Schema of the format: made of the reader's forms, and every file of ours fits it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from yaml.resolver import Resolver

from bot import checklists
from bot.checklists.editing import schema
from bot.checklists.form import Form
from bot.domain.errors import ChecklistRejected
from tests.checklists.test_other_checklists import DATA

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

START = schema.PATH.with_name("start.yaml")
FILES = [*checklists.SHIPPED.values(), START, *(DATA / f"{each}.yaml" for each in ("fit", "bant"))]


class AnEditorsLoader(yaml.SafeLoader):
    """Reads YAML 1.2, as editors do: `yes` and `no` are words there."""


AnEditorsLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if first not in "yYnNoO" or "null" in tag]
    for first, resolvers in Resolver.yaml_implicit_resolvers.items()
}


def as_editors_read(text: str) -> Any:
    return yaml.load(text, AnEditorsLoader)  # noqa: S506 - a SafeLoader


@cache
def validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # takes a second, on first use only

    return Draft202012Validator(schema.schema())


def complaints(text: str) -> list[str]:
    found = validator().iter_errors(as_editors_read(text))
    return [f"{each.json_path}: {each.message}" for each in found]


def test_it_is_a_schema_and_fresh() -> None:
    validator().check_schema(schema.schema())

    assert schema.PATH.read_text("utf-8") == schema.written(), (
        "run: python -m bot.checklists.editing.schema"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_takes_what_the_reader_takes(file: Path) -> None:
    assert complaints(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", checklists.SHIPPED.values(), ids=lambda file: file.stem)
def test_a_file_of_ours_names_it_in_its_first_line(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]

    named = file.parent / first.removeprefix(schema.NAMED_BY)
    assert first.startswith(schema.NAMED_BY)
    assert named.resolve() == schema.PATH


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("id: our-own", "id: Our Own"),
        ("languages: [en]", "languages: []"),
        ("verdict: pursue", "verdict: maybe"),
        ("kind: one_of", "kind: choice"),
        ("required: true", "required: perhaps"),
        ("unit: EUR", "currency: EUR"),
        ("decide_within: 5", "decide_within: soon"),
        ("when: {need: none}", "when: {need: none, budget: 1}"),
        ("{haggles: -1, cancels: -2}", "{haggles: a little}"),
        ("{score: fit, at_least: 2}", "{score: fit, at_least: [2]}"),
        ("evidence: required", "evidence: nice"),
        ("Name your smallest price and see what they do", "x" * 151),
    ],
)
def test_it_marks_what_the_reader_refuses(right: str, wrong: str) -> None:
    start = START.read_text("utf-8")
    assert right in start

    written = start.replace(right, wrong, 1)

    assert complaints(written)
    with pytest.raises(ChecklistRejected):
        checklists.loads(written)


def test_every_form_of_the_reader_is_part_of_it() -> None:
    def below(form: type[Form]) -> set[str]:
        found = {each.__name__ for each in form.__subclasses__()}
        return found.union(*(below(each) for each in form.__subclasses__()))

    assert below(Form) - schema.schema()["$defs"].keys() == {"PartWithId", "BoundsForm"}
