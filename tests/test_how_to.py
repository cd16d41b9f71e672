"""The how-to pages name every place to touch: those that `make check` names too."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.checklist.rules import LANGUAGES
from tests.test_unfinished import (
    ACTION,
    MESSAGE_KIND,
    OTHER_ACTION,
    ROOT,
    VERDICT,
    Kind,
    copied,
    function_at,
)

PAGE = ROOT / "docs/how-to/add-a-question-kind.md"
RULES = "bot/domain/checklist/rules.py"

ADDITIONS = {
    "Kind": (
        "bot/domain/checklist/model.py",
        '    NUMBER = "number"\n',
        '\\g<0>    ADDED = "added"\n',
    ),
    "Answer": (RULES, r"^Answer = .*", r"\g<0> | bytes"),
    "Predicate": (RULES, r"^Predicate = \(\n", r"class Added:\n    pass\n\n\n\g<0>    Added |"),
    "Word": (
        "bot/checklists/conditions.py",
        '    COUNT = "count"\n',
        '\\g<0>    ADDED = "added"\n',
    ),
    "Measure": (
        "bot/checklists/conditions.py",
        '    NUMBER = "number"\n',
        '\\g<0>    ADDED = "added"\n',
    ),
}
"""What is added in a copy of the code: by its name the file, what stands there, and what then."""

MISSED = {
    "Kind.ADDED": "Kind",
    "bytes": "Answer",
    "Added": "Predicate",
    "Word.ADDED": "Word",
    "Measure.ADDED": "Measure",
}
"""What the type check says is missed, and for which addition."""


@pytest.fixture(scope="module")
def missed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """Make all additions in a copy, and return the functions in which each is missed."""
    tree = copied(tmp_path_factory.mktemp("tree"))
    shutil.copytree(ROOT / "tests/checklists", tree / "tests/checklists")
    for path, pattern, replacement in ADDITIONS.values():
        text = (tree / path).read_text(encoding="utf-8")
        changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count == 1, path
        (tree / path).write_text(changed, encoding="utf-8")
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in ADDITIONS}
    pattern = (
        r'^(\S+):(\d+): error: Argument 1 to "assert_never" has .* type "(?:Literal\[)?([\w.]+)'
    )
    for path, line, what in re.findall(pattern, type_errors(tree), re.MULTILINE):
        found[MISSED[what]].add((path, function_at(tree / path, int(line))))
    return found


@pytest.mark.parametrize("addition", ADDITIONS)
def test_the_page_on_question_kinds_names_what_the_type_check_names(
    addition: str, missed: dict[str, set[tuple[str, str]]]
) -> None:
    named = named_in(PAGE, addition, ADDITIONS[addition][0])

    assert set(named) == missed[addition]
    assert len(named) == len(set(named)) > 0


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("add-an-action.md", ACTION),
        ("add-an-action.md", OTHER_ACTION),
        ("add-a-message.md", MESSAGE_KIND),
        ("add-a-verdict.md", VERDICT),
    ],
    ids=lambda value: value.name if isinstance(value, Kind) else None,
)
def test_a_page_names_the_places_that_would_not_know_a_new_member(page: str, kind: Kind) -> None:
    named = named_in(PAGE.with_name(page), kind.name, kind.home)

    assert {f"{path}:{function}" for path, function in named} == kind.places
    assert len(named) == len(set(named)) > 0


def test_the_page_on_languages_names_every_table_with_an_entry_for_each() -> None:
    tables = dict(tables_by_language())

    named = named_in(PAGE.with_name("add-a-language.md"), "LANGUAGES", RULES)

    assert set(named) == set(tables)
    assert {place: known for place, known in tables.items() if known != set(LANGUAGES)} == {}


def test_the_page_on_verdicts_names_every_module_that_compares_with_one() -> None:
    text = PAGE.with_name("add-a-verdict.md").read_text(encoding="utf-8")
    named = re.findall(r"`(bot/[\w/]+(?:\.py)?)`", text)

    missing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if re.search(r"\bVerdict\.[A-Z]", path.read_text(encoding="utf-8"))
        and not any(path == ROOT / each or ROOT / each in path.parents for each in named)
    }

    assert missing == set()


@pytest.mark.parametrize("page", sorted(PAGE.parent.glob("*.md")), ids=lambda page: page.stem)
def test_each_name_on_a_page_is_where_it_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)`, `(\w+)`", text)
    named += [(path, name) for name, path in re.findall(r"`(\w+)`,? in `([\w/]+\.py)`", text)]

    missing = [each for each in named if each[1] not in names_defined_in(ROOT / each[0])]

    assert missing == []


def tables_by_language() -> Iterator[tuple[tuple[str, str], set[str]]]:
    """Yield each table with an entry for each language: where it is, and which it knows."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
                continue
            for inner in ast.walk(node.value):
                keys = {ast.literal_eval(key) for key in plain_keys(inner)}
                if keys and keys <= set(LANGUAGES):
                    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                    yield (path.relative_to(ROOT).as_posix(), ast.unparse(target)), keys


def plain_keys(node: ast.AST) -> list[ast.Constant]:
    keys = node.keys if isinstance(node, ast.Dict) else []
    return [key for key in keys if isinstance(key, ast.Constant)]


def names_defined_in(path: Path) -> set[str]:
    """Return the functions, classes, methods and constants of a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def named_in(page: Path, addition: str, home: str) -> list[tuple[str, str]]:
    """Return the files and functions that the section on `addition` tells to change."""
    sections = page.read_text(encoding="utf-8").split("\n## ")
    (section,) = [each for each in sections if f"`{addition}`, in `{home}`" in each]
    return re.findall(r"^- `(\S+\.py)`, `(\w+)`: ", section, re.MULTILINE)


def type_errors(tree: Path) -> str:
    """Return what mypy says of the modules that leave no case out, and of those they match on."""
    modules = {path for path, _, _ in ADDITIONS.values()}
    for path in tree.rglob("*.py"):
        if "assert_never(" in path.read_text(encoding="utf-8"):
            modules.add(path.relative_to(tree).as_posix())
    mypy = [sys.executable, "-m", "mypy", "--follow-imports=skip", "--no-pretty"]
    done = subprocess.run(  # noqa: S603 - our own mypy on our own files
        [*mypy, *sorted(modules)], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout
