"""What we promise about the repository itself: its documents are true, and its files in step."""

import ast
import keyword
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from bot.cli import walkaway
from bot.config import Config, ConfigError
from sandbox.__main__ import main as sandbox_command
from tests.browser.pictures import KEPT, quoted, words_of

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "decisions" / "README.md"
DECISIONS = sorted(set(INDEX.parent.glob("*.md")) - {INDEX})
DOCUMENTS = [*(ROOT / name for name in ("README.md", "CHANGELOG.md")), *ROOT.glob("docs/**/*.md")]
NOT_OURS = {"__pycache__", "build", "dist", "htmlcov", "var"}
PLACES = ("bot", "sandbox", "tests", "alembic", "docs", "requirements")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_example_explains_every_setting_that_is_read() -> None:
    read = set(re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))

    assert read == settings_read()


def test_each_setting_of_the_example_has_its_line_above() -> None:
    lines = text_of(".env.example").splitlines()

    settings = [n for n, line in enumerate(lines) if re.match(r"#?[A-Z_]+=", line)]

    assert settings
    assert [lines[n] for n in settings if not re.match(r"# \S.*[.:]", lines[n - 1])] == []


def test_the_example_lacks_only_what_nobody_but_the_operator_knows() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment(example())

    missing = {problem.variable for problem in caught.value.problems}
    assert missing == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}


def test_the_example_shows_what_holds_when_nothing_is_set() -> None:
    needed = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "VERDICT_CHANNEL": "C0123456789",
    }

    shown, unset = (Config.from_environment(each) for each in (example() | needed, needed))

    assert replace(shown, first_values=unset.first_values) == unset
    assert shown.settings == unset.settings


def test_every_make_target_that_a_document_names_exists() -> None:
    named = {name for code in code_in_documents() for name in re.findall(r"\bmake ([a-z-]+)", code)}

    assert {"sandbox", "test", "check"} <= named
    assert named - make_targets() == set()


def test_every_command_that_a_document_names_exists() -> None:
    pattern = r"(?:walkaway|-m bot) ((?:[a-z]+ ?)+)"
    named = {name for code in code_in_documents() for name in re.findall(pattern, code)}

    assert {"migrate", "run", "evaluate"} <= {name.strip() for name in named}
    assert [name for name in named if not is_command(name.split())] == []


def test_every_option_for_the_sandbox_that_a_document_names_exists() -> None:
    pattern = r'ARGS="?(--[^"]+)'
    named = {
        option
        for code in code_in_documents()
        if not re.search(r"make (test|requirements|count)\b", code)
        for options in re.findall(pattern, code)
        for option in re.findall(r"--[a-z-]+", options)
    }
    known = {option for parameter in sandbox_command.params for option in parameter.opts}

    assert named
    assert named - known - {"--help"} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_files_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{'|'.join(PLACES)})/[^\s`*]*)`", text)
    linked = re.findall(r"\]\(([^)#:]+)\)", text)

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [link for link in linked if not (document.parent / link).exists()] == []


def test_every_picture_is_shown_says_what_is_in_it_and_is_small() -> None:
    shown = quoted()

    assert {path.name for path in KEPT.iterdir()} == {f"{name}.png" for name in shown}
    assert [name for name, quotes in shown.items() if not quotes] == []
    assert [path.name for path in KEPT.iterdir() if path.stat().st_size > 120_000] == []
    assert [path.name for path in KEPT.iterdir() if not words_of(path)] == []


def test_there_are_decisions() -> None:
    assert len(DECISIONS) > 5


@pytest.mark.parametrize("page", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_at_which_cost_and_how_it_is_checked(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == ["Context", "Decision", "Cost", "Check"]


def test_the_index_of_decisions_has_each_page_once_with_a_summary() -> None:
    listed = re.findall(
        r"^- \[[^]]+\]\((\S+\.md)\): \w[^.]+\.$", INDEX.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(listed) == [page.name for page in DECISIONS]


def test_the_procfile_names_the_release_and_both_halves() -> None:
    processes = dict(re.findall(r"^(\w+): .*-m bot (\w+)$", text_of("Procfile"), re.MULTILINE))

    assert processes == {"release": "migrate", "web": "web", "worker": "worker"}


@pytest.mark.parametrize("name", [".pre-commit-config.yaml", ".ci/run"])
def test_everybody_runs_the_same_checks(name: str) -> None:
    assert re.search(r"\bmake check$", text_of(name), re.MULTILINE)


def test_each_set_of_pins_holds_the_smaller_one() -> None:
    runtime, sandbox, development = map(pins, ("runtime", "sandbox", "development"))

    assert runtime.items() < sandbox.items() < development.items()
    assert runtime.items() < pins("sentry").items() < development.items()


@pytest.mark.parametrize("name", ["runtime", "sentry", "sandbox", "development"])
def test_every_pin_has_its_hashes(name: str) -> None:
    text = text_of(f"requirements/{name}.txt").replace("\\\n", " ")

    assert [line for line in text.splitlines() if "--hash=sha256:" not in line] == []


def test_no_file_knows_where_packages_come_from_or_where_somebody_lives() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com")
    home = re.compile(r"(?<![\w.*)\]}])/(?:home|Users|root)/\w")
    found = [
        path.relative_to(ROOT)
        for path, text in our_texts()
        if any(host in text for host in hosts) or home.search(text)
    ]

    assert found == []


def settings_read() -> set[str]:
    """The names that `bot/config.py` asks its reader for."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(text_of("bot/config.py")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"value", "optional"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def example() -> dict[str, str]:
    """The settings of the example, the commented ones included."""
    found = re.findall(r"^#?([A-Z_]+)=(.*)$", text_of(".env.example"), re.MULTILINE)
    return dict(found)


def code_in_documents() -> Iterator[str]:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield from block.splitlines()
        yield from re.findall(
            r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        )


def make_targets() -> set[str]:
    """The targets that `make help` explains."""
    return set(re.findall(r"^([a-z-]+):.*## \S", text_of("Makefile"), re.MULTILINE))


def is_command(words: list[str]) -> bool:
    command: click.Command | None = walkaway
    for word in words:
        if not isinstance(command, click.Group):
            return True  # what follows a command is its argument
        command = command.get_command(click.Context(command), word)
    return command is not None


def pins(name: str) -> dict[str, str]:
    pinned = re.findall(r"^(\S+)==(\S+)", text_of(f"requirements/{name}.txt"), re.MULTILINE)
    return dict(pinned)


def our_texts() -> Iterator[tuple[Path, str]]:
    """Every text of the checkout, with its path; what tools and people leave there is not ours."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [each for each in folders if is_ours(each)]
        for path in (Path(folder, name) for name in names if name not in {".env", ".git"}):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def is_ours(folder: str) -> bool:
    is_hidden = folder.startswith(".") and folder != ".ci"
    return not (is_hidden or folder in NOT_OURS or folder.endswith(".egg-info"))


def test_a_docstring_names_only_what_exists() -> None:
    names = set(keyword.kwlist) | NAMES_OF_OTHERS
    for tree in trees():
        names |= names_in(tree)
    modules = {part for path in python_files() for part in path.with_suffix("").parts}

    named = {name for tree in trees() for name in named_in_docstrings(tree)}

    assert len(named) > 100
    assert {name for name in named if not set(name.split(".")) <= names | modules} == set()


NAMES_OF_OTHERS = {"token_sort_ratio", "env", "example"}
"""A function of rapidfuzz, and the parts of `.env.example`."""


def python_files() -> list[Path]:
    return [
        path.relative_to(ROOT)
        for package in ("bot", "sandbox", "benchmarks")
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def trees() -> Iterator[ast.Module]:
    for path in python_files():
        yield ast.parse((ROOT / path).read_text(encoding="utf-8"))


def names_in(tree: ast.Module) -> set[str]:
    """Return what a module defines or uses, the parts of plain strings such as ids included."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.alias(name=name):
                found.add(name)
            case ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Constant(value=str(text)) if " " not in text:
                found |= set(text.split("."))
    return found


def named_in_docstrings(tree: ast.Module) -> set[str]:
    """Return the names in backticks; what begins with an underscore ends other names."""
    texts = (
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
    return {
        name for text in texts for name in re.findall(r"`([a-zA-Z]\w*(?:\.[a-zA-Z]\w*)*)`", text)
    }
