"""How a package is built, in figures: its folders, modules, imports, functions and docstrings.

A line counts as written unless it is blank or a comment alone. A written line counts as code
unless it is a docstring. A module without code, such as an empty `__init__.py`, is not measured.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

_NO_TEXT: Final = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}
_NO_ENTRY: Final = {"__init__.py", "__pycache__"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Named = FunctionNode | ast.ClassDef
Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method, with its docstring and without its decorators."""

    name: str
    path: str
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Module:
    """What one file of Python comes to."""

    path: str
    """From the root of the repository, as git writes it."""
    lines: int
    written: int
    code: int
    import_lines: int
    own_imports: frozenset[str]
    """The other modules of the same package that it imports."""
    functions: tuple[Function, ...]
    public: int
    """Classes, functions and methods whose name has no leading underscore."""
    explained: int
    """Those of them that have a docstring."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What one package comes to."""

    package: str
    modules: tuple[Module, ...]
    entries: dict[str, int]
    """How many files and folders each folder holds, `__init__.py` left out."""

    @property
    def functions(self) -> list[Function]:
        """All functions, in the order of their files."""
        return [function for module in self.modules for function in module.functions]

    @property
    def import_percent(self) -> float:
        """The share of written lines that belong to an import."""
        return percent(
            sum(module.import_lines for module in self.modules),
            sum(module.written for module in self.modules),
        )


def measure(root: Path, package: str) -> Measures:
    """Read every file of a package below the root of the repository."""
    files = list(_files(root / package))
    names = {_name(path.relative_to(root)): path for path in files if path.suffix == ".py"}
    modules = (_module(path, root, name, names.keys()) for name, path in sorted(names.items()))
    entries = _entries(path.relative_to(root) for path in files)
    return Measures(package, tuple(module for module in modules if module.code), entries)


def percentile(values: Iterable[int], share: float) -> int:
    """Return the smallest value that at least this share of them do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * share), 1) - 1] if ordered else 0


def percent(part: int, whole: int) -> float:
    """Return the part in percent; nothing of nothing is none."""
    return 100 * part / whole if whole else 0.0


def _files(folder: Path) -> Iterator[Path]:
    """All files of a package; what Python caches and what is hidden is not part of it."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(
            part == "__pycache__" or part.startswith(".") for part in inside
        ):
            yield path


def _entries(files: Iterable[Path]) -> dict[str, int]:
    """Count by files, so that a folder which git does not know is no entry either."""
    held: dict[str, set[str]] = {}
    for path in files:
        for depth in range(1, len(path.parts)):
            folder = "/".join(path.parts[:depth])
            held.setdefault(folder, set()).add(path.parts[depth])
    return {folder: len(names - _NO_ENTRY) for folder, names in held.items()}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _module(path: Path, root: Path, name: str, names: Iterable[str]) -> Module:
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    imports = [node for node in nodes if isinstance(node, Import)]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    imported = {module for node in imports for module in _imported(node, package, names)}
    written = _written(text)
    named = [node for node in nodes if isinstance(node, Named)]
    public = [node for node in named if not node.name.startswith("_")]
    relative = path.relative_to(root).as_posix()
    return Module(
        path=relative,
        lines=len(text.splitlines()),
        written=len(written),
        code=len(written - _covered(_bare_strings(nodes))),
        import_lines=len(written & _covered(imports)),
        own_imports=frozenset(imported - {name}),
        functions=tuple(_functions(nodes, relative)),
        public=len(public),
        explained=sum(ast.get_docstring(node) is not None for node in public),
    )


def _written(text: str) -> set[int]:
    """The lines that hold more than space and comments."""
    lines = text.splitlines()
    held = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in _NO_TEXT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return {line for line in held if lines[line - 1].strip()}


def _covered(nodes: Iterable[ast.stmt]) -> set[int]:
    return {line for node in nodes for line in range(node.lineno, _end(node) + 1)}


def _bare_strings(nodes: Sequence[ast.AST]) -> Iterator[ast.Expr]:
    """The docstrings, and the strings that explain the attribute above them."""
    for node in nodes:
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node


def _imported(node: Import, package: str, names: Iterable[str]) -> Iterator[str]:
    """The modules among these names that an import reaches, not the packages they lie in."""
    if isinstance(node, ast.Import):
        wanted = [(alias.name, "") for alias in node.names]
    else:
        source = _source(node, package)
        wanted = [(f"{source}.{alias.name}", source) for alias in node.names]
    for inner, outer in wanted:
        if inner in names:
            yield inner
        elif outer in names:
            yield outer


def _source(node: ast.ImportFrom, package: str) -> str:
    """What stands after `from`, in full where it is written with dots."""
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _functions(nodes: Sequence[ast.AST], path: str) -> Iterator[Function]:
    for node in nodes:
        if isinstance(node, FunctionNode):
            yield Function(node.name, path, node.lineno, _end(node) - node.lineno + 1)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
