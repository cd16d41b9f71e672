"""A YAML text as plain values, with the line of each, and what is wrong with them.

Only what a checklist needs is YAML here: mappings, lists, texts, whole numbers, ``true``,
``false`` and ``null``. So ``yes``, ``no`` and ``on`` stay the words they are, and nothing can
refer to itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.errors import ChecklistProblem, ChecklistRejected
from bot.domain.names import UNSTORABLE

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Source:
    """The plain content of a file, where each part of it stands, and what was said twice."""

    file: str
    content: object
    lines: Mapping[Path, int]
    twice: tuple[ChecklistProblem, ...] = ()

    def problem(self, path: Path, what: str) -> ChecklistProblem:
        """Say what is wrong at this path, on the line of it or of what it should be part of."""
        nearest = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.lines), None)
        line = None if nearest is None else self.lines[nearest]
        return ChecklistProblem(self.file, line, written(path), what)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, and what was found wrong anywhere in the file."""

    source: Source
    path: Path = ()
    errors: list[ChecklistProblem] = field(default_factory=list)
    """They forbid the use of a checklist."""
    warnings: list[ChecklistProblem] = field(default_factory=list)
    languages: tuple[str, ...] = LANGUAGES
    """Those in which every text of the file must be there."""
    is_stored: bool = False
    """Whether it was taken in before: what is asked of new files since then is not asked of it."""

    def __truediv__(self, key: str | int) -> "Place":
        return replace(self, path=(*self.path, key))

    def error(self, what: str) -> None:
        """Note something here that must be mended."""
        self.errors.append(self.source.problem(self.path, what))

    def warn(self, what: str) -> None:
        """Note something here that should be thought about."""
        self.warnings.append(self.source.problem(self.path, what))


def written(path: Path) -> str:
    """The path as people write it: ``steps[0].questions[1].text.de``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def read_yaml(text: str, file: str) -> Source:
    """Read the text, without judging what it says.

    Raises:
        ChecklistRejected: It is not YAML, or YAML that no checklist needs.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        raise ChecklistRejected([_not_yaml(error, file)]) from None
    except RecursionError:
        raise ChecklistRejected([ChecklistProblem(file, None, "", _TOO_DEEP)]) from None
    if node is None:
        raise ChecklistRejected([ChecklistProblem(file, None, "", "The file is empty.")])
    reading = _Reading(file)
    content = reading.value(node, ())
    return Source(file, content, reading.lines, tuple(reading.twice))


class _Loader(yaml.SafeLoader):
    """Composes nodes; knows only the plain values named above, and no references."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - declared so by the library

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            what = "references (*) are not supported, write it out"
            raise yaml.composer.ComposerError(None, None, what, mark)
        return super().compose_node(parent, index)


for _name, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?[0-9]{1,9}", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), _first)

_TOO_DEEP = "The file is nested too deeply."
_TWICE = "This is there twice."
_ODD_CHARACTER = "This contains a character that cannot be stored."


class _Reading:
    """Turns nodes into values and remembers their lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.twice: list[ChecklistProblem] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > _DEEPEST:
            raise ChecklistRejected([self._problem(path, _TOO_DEEP)])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ChecklistRejected([self._problem(path, "A key must be a single word.")])
            here = (*path, key.value)
            if key.value in values:
                line = key.start_mark.line + 1
                self.twice.append(ChecklistProblem(self.file, line, written(here), _TWICE))
                continue
            self.lines[here] = key.start_mark.line + 1
            values[key.value] = self.value(value, here)
        return values

    def _scalar(self, node: yaml.Node, path: Path) -> object:
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return bool(node.value == "true")
            case "int":
                return int(node.value)
            case "str" if not UNSTORABLE.search(node.value):
                return str(node.value)
            case "str":
                raise ChecklistRejected([self._problem(path, _ODD_CHARACTER)])
            case tag:
                raise ChecklistRejected([self._problem(path, f"Tags ({tag}) are not supported.")])

    def _problem(self, path: Path, what: str) -> ChecklistProblem:
        return ChecklistProblem(self.file, self.lines.get(path), written(path), what)


def _not_yaml(error: yaml.YAMLError, file: str) -> ChecklistProblem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        what = f"This is not YAML: {error.problem} (column {mark.column + 1})."
        return ChecklistProblem(file, mark.line + 1, "", what)
    reason = str(error).splitlines()[0]
    return ChecklistProblem(file, None, "", f"This is not YAML: {reason}.")
