"""A YAML text as plain values, with the line of each, and what is wrong with them.

Only the YAML that a checklist needs is read: mappings, lists, texts, whole numbers, ``true``,
``false`` and ``null``. So ``yes``, ``no`` and ``on`` remain plain words, and nothing can refer to
itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.errors import ChecklistProblem, ChecklistRejected, Said, said
from bot.domain.names import UNSTORABLE

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Source:
    """The plain content of a file, the line of each part, and the keys that occur twice."""

    file: str
    content: object
    lines: Mapping[Path, int]
    twice: tuple[ChecklistProblem, ...] = ()

    def problem(self, path: Path, what: Said) -> ChecklistProblem:
        """Return a problem at this path, on its line or that of the nearest part around it."""
        nearest = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.lines), None)
        line = None if nearest is None else self.lines[nearest]
        return ChecklistProblem(self.file, line, written(path), what)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, and everything found wrong anywhere in the file."""

    source: Source
    path: Path = ()
    errors: list[ChecklistProblem] = field(default_factory=list)
    """A checklist with any of these can't be used."""
    warnings: list[ChecklistProblem] = field(default_factory=list)
    languages: tuple[str, ...] = LANGUAGES
    """The languages in which every text of the file must exist."""
    is_stored: bool = False
    """Whether it was accepted before: requirements that were added since then don't apply to it."""

    def __truediv__(self, key: str | int) -> "Place":
        return replace(self, path=(*self.path, key))

    def error(self, what: Said) -> None:
        """Note something here that must be corrected."""
        self.errors.append(self.source.problem(self.path, what))

    def warn(self, what: Said) -> None:
        """Note something here that should be reconsidered."""
        self.warnings.append(self.source.problem(self.path, what))


def written(path: Path) -> str:
    """Return the path as people write it: ``steps[0].questions[1].text.de``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def read_yaml(text: str, file: str) -> Source:
    """Read the text, without judging what it says.

    Raises:
        ChecklistRejected: It is not YAML, or it is YAML that no checklist needs.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        raise ChecklistRejected([_not_yaml(error, file)]) from None
    except RecursionError:
        raise ChecklistRejected([ChecklistProblem(file, None, "", _TOO_DEEP)]) from None
    if node is None:
        raise ChecklistRejected([ChecklistProblem(file, None, "", said("The file is empty."))])
    reading = _Reading(file)
    content = reading.value(node, ())
    return Source(file, content, reading.lines, tuple(reading.twice))


class _Loader(yaml.SafeLoader):
    """Composes nodes; knows only the plain values named above, and no references."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - declared so by the library

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, _REFERENCE, mark)
        return super().compose_node(parent, index)


for _name, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?[0-9]{1,9}", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), _first)

_TOO_DEEP = said("The file is nested too deeply.")
_TWICE = said("This is there twice.")
_ODD_CHARACTER = said("This contains a character that can't be stored.")


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
                raise ChecklistRejected([self._problem(path, said("A key must be a single word."))])
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
                what = said("Tags like {tag} aren't supported.", tag=tag)
                raise ChecklistRejected([self._problem(path, what)])

    def _problem(self, path: Path, what: Said) -> ChecklistProblem:
        return ChecklistProblem(self.file, self.lines.get(path), written(path), what)


def _not_yaml(error: yaml.YAMLError, file: str) -> ChecklistProblem:
    reason = str(error).splitlines()[0]
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark, reason = error.problem_mark, error.problem or reason
        what = said(
            "This isn't YAML (column {column}). {why}", column=mark.column + 1, why=_why(reason)
        )
        return ChecklistProblem(file, mark.line + 1, "", what)
    return ChecklistProblem(file, None, "", said("This isn't YAML. {why}", why=_why(reason)))


def _why(reason: str) -> Said:
    """Return what to do about it if the parser's words are known; otherwise quote them."""
    for known, what in _YAML_SAYS.items():
        if known in reason:
            return what
    return said("The parser says “{reason}”.", reason=reason)


_REFERENCE = "a reference"
_CLOSE = said("A quote or bracket isn't closed, or a line is indented too far or not far enough.")
_YAML_SAYS = {
    _REFERENCE: said("References (*) aren't supported; write it out."),
    "mapping values are not allowed": said(
        "Put a text with a colon in quotes, and indent the keys of one part alike."
    ),
    "could not find expected ':'": said("A colon is missing after a key."),
    "cannot start any token": said(
        "Indent with spaces, not tabs, and put a text that begins with a special sign in quotes."
    ),
    "found another document": said("Only one document is taken; leave out the lines with ---."),
    "unacceptable character": said("There's an invalid character in it."),
    "unexpected end of stream": _CLOSE,
    "but found": _CLOSE,
    "unknown escape character": said("In double quotes, write \\\\ for each backslash."),
    "expected the node content": _CLOSE,
}
"""What the writer of a file is told, by what PyYAML says."""
