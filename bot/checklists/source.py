"""A YAML text as plain values, with the line of each, and what is wrong with them.

Only the YAML that a checklist needs is read: mappings, lists, texts, whole numbers, ``true``,
``false`` and ``null``. So ``yes``, ``no`` and ``on`` remain plain words, and nothing can refer to
itself. What else looks like a number or a day is kept as it is written, as ``NumberLike``: whether
a number is meant there is up to ``form``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.errors import ChecklistProblem, ChecklistRejected, Sentence, sentence
from bot.domain.names import UNSTORABLE

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 30

NUMBER_LIKE = re.compile(
    r"""(?:
        [-+]? [0-9][0-9_]* (?:\.[0-9_]*)? (?:[eE][-+]?[0-9]+)?   # 010, 1_000, 1.5, 12e03
      | [-+]? \.[0-9][0-9_]* (?:[eE][-+]?[0-9]+)?                # .5
      | [-+]? 0 [box] [0-9a-fA-F_]+                              # 0x10, 0o10
      | [-+]? [0-9][0-9_]* (?::[0-5]?[0-9])+ (?:\.[0-9_]*)?      # 1:30
      | [-+]? \.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN)
      | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} (?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*)?
    )\Z""",
    re.VERBOSE | re.ASCII,
)
"""What some reader of YAML takes for a number or for a day."""
NUMBERS_BEGIN_WITH = "-+.0123456789"


class NumberLike(str):
    """What is written without quotes, and looks like a number or a day."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The plain content of a file, the line of each part, and the keys that occur twice."""

    file: str
    content: object
    lines: Mapping[Path, int]
    twice: tuple[ChecklistProblem, ...] = ()

    def problem(self, path: Path, what: Sentence) -> ChecklistProblem:
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
        path = (*self.path, key)
        return Place(self.source, path, self.errors, self.warnings, self.languages, self.is_stored)

    def error(self, what: Sentence) -> None:
        """Note something here that must be corrected."""
        self.errors.append(self.source.problem(self.path, what))

    def warn(self, what: Sentence) -> None:
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
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        raise ChecklistRejected([_unreadable(error, text, file)]) from None
    except yaml.YAMLError as error:
        raise ChecklistRejected([_not_yaml(error, file)]) from None
    except _TooDeep as error:
        raise ChecklistRejected([ChecklistProblem(file, error.line, "", _TOO_DEEP)]) from None
    except (ValueError, OverflowError):  # an escape that stands for no character
        line = None if loader is None else loader.get_mark().line + 1
        raise ChecklistRejected([ChecklistProblem(file, line, "", _ODD_CHARACTER)]) from None
    if node is None:
        raise ChecklistRejected([ChecklistProblem(file, None, "", sentence("The file is empty."))])
    reading = _Reading(file, loader.tagged)
    content = reading.value(node, ())
    return Source(file, content, reading.lines, tuple(reading.twice))


class _TooDeep(Exception):
    """Something lies deeper inside other parts than in any checklist."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Composes nodes; knows only the plain values named above, and no references."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - declared so by the library

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tagged: dict[yaml.Node, str] = {}
        """The tags that are written in the file."""
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, _REFERENCE, mark)
        if self._depth > _DEEPEST:
            raise _TooDeep(mark.line + 1)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if node is not None and event.tag is not None:
            self.tagged[node] = event.tag
        return node


for _name, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]{0,8})", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), _first)

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
"""A character outside of the first plane, as JSON escapes it."""
_TOO_DEEP = sentence("The file is nested too deeply.")
_TWICE = sentence("This appears twice.")
_ODD_CHARACTER = sentence("There's a character in it that I can't store. Leave it out.")


class _Reading:
    """Turns nodes into values and remembers their lines."""

    def __init__(self, file: str, tagged: Mapping[yaml.Node, str]) -> None:
        self.file = file
        self._tagged = tagged
        self.lines: dict[Path, int] = {}
        self.twice: list[ChecklistProblem] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node in self._tagged:
            tag = self._tagged[node].removeprefix(_TAG)
            what = sentence("Tags like {tag} aren't supported.", tag=tag)
            raise ChecklistRejected([self._problem(path, what)])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ChecklistRejected(
                    [self._problem(path, sentence("A key must be a single word."))]
                )
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
        is_plain = not getattr(node, "style", None)
        if is_plain and NUMBER_LIKE.match(node.value):
            return NumberLike(node.value)
        text = _PAIR.sub(_paired, node.value)
        if UNSTORABLE.search(text):
            raise ChecklistRejected([self._problem(path, _ODD_CHARACTER)])
        return text

    def _problem(self, path: Path, what: Sentence) -> ChecklistProblem:
        return ChecklistProblem(self.file, self.lines.get(path), written(path), what)


def _paired(surrogates: re.Match[str]) -> str:
    return surrogates[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _not_yaml(error: yaml.YAMLError, file: str) -> ChecklistProblem:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        what = sentence("This isn't YAML. {why}", why=_why(str(error).splitlines()[0]))
        return ChecklistProblem(file, None, "", what)
    mark, why = error.problem_mark, _why(error.problem or "", error.context or "")
    what = sentence("This isn't YAML (column {column}). {why}", column=mark.column + 1, why=why)
    return ChecklistProblem(file, mark.line + 1, "", what)


def _unreadable(error: yaml.reader.ReaderError, text: str, file: str) -> ChecklistProblem:
    """Name a character that no YAML file can hold."""
    line = text.count("\n", 0, error.position) + 1
    code = f"U+{error.character:04X}"
    what = sentence("Take out the character {code}. No YAML file can hold it.", code=code)
    return ChecklistProblem(file, line, "", what)


def _why(reason: str, context: str = "") -> Sentence:
    """Return what to do about it if the parser's words are known; otherwise quote them."""
    for known, what in _YAML_SAYS.items():
        if known in reason or known in context:
            return what
    return sentence("The parser says “{reason}”.", reason=reason)


_REFERENCE = "a reference"
_CLOSE = sentence(
    "A quote or bracket isn't closed, or a line is indented too far or not far enough."
)
_ONE_DOCUMENT = sentence("Only one document is taken; leave out the lines with ---.")
_NO_DIRECTIVE = sentence("Leave out the line that starts with %.")
_NO_TAG = sentence("Put a text that starts with an exclamation mark in quotes.")
_WRITE_OUT = sentence("References (*) aren't supported; write it out.")
_YAML_SAYS = {
    _REFERENCE: _WRITE_OUT,
    "second occurrence": _WRITE_OUT,
    "mapping values are not allowed": sentence(
        "Put a text with a colon in quotes, and indent the keys of one part by the same amount."
    ),
    "could not find expected ':'": sentence("A colon is missing after a key."),
    "cannot start any token": sentence(
        "Indent with spaces, not tabs, and put a text that starts with a special sign in quotes."
    ),
    "sequence entries are not allowed": sentence(
        "Start each list entry on its own line, and put a text that starts with - in quotes."
    ),
    "mapping keys are not allowed": sentence("Put a text that starts with ? in quotes."),
    "found another document": _ONE_DOCUMENT,
    "<document start>": _ONE_DOCUMENT,
    "unexpected document separator": _CLOSE,
    "unexpected end of stream": _CLOSE,
    "scanning a directive": _NO_DIRECTIVE,
    "YAML directive": _NO_DIRECTIVE,
    "incompatible YAML document": _NO_DIRECTIVE,
    "duplicate tag handle": _NO_DIRECTIVE,
    "tag handle": _NO_TAG,
    "expected '!'": _NO_TAG,
    "expected URI": _NO_TAG,
    "expected alphabetic or numeric": sentence("Put a text that starts with & or * in quotes."),
    "scanning a block scalar": sentence("Write nothing but | or > on the line before a long text."),
    "escape": sentence("In double quotes, write \\\\ for each backslash."),
    "but got '?'": sentence(
        "Between {open} and {close}, put a text with a ? in quotes.", open="{", close="}"
    ),
    "but found": _CLOSE,
    "but got": _CLOSE,
}
"""What the writer of a file is told, by what PyYAML says."""
