"""What is added and not finished is named by mypy, and so by `make check`, place by place."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Kind:
    """An enum of which every member must be finished."""

    name: str
    home: str
    last: str
    """Its last member, as it is written there."""
    places: frozenset[str]
    """The functions that would not know a new member."""


ACTION = Kind(
    "Action",
    "bot/domain/people.py",
    'DETAILS = "details"',
    frozenset(
        {
            "bot/domain/decisions/actions.py:_rules_of",
            "bot/slack/app/actions.py:_steps_of",
            "bot/slack/card/actions.py:_words_of",
            "bot/slack/card/actions.py:refusal",
            "bot/storage/prospects/acts.py:to_act",
        }
    ),
)
OTHER_ACTION = Kind(
    "OtherAction",
    "bot/domain/people.py",
    'CHANGE_SETTINGS = "change_settings"',
    frozenset({"bot/domain/decisions/actions.py:_rules_of", "bot/slack/card/actions.py:refusal"}),
)
VERDICT = Kind(
    "Verdict",
    "bot/domain/checklist/rules.py",
    'WALK_AWAY = "walk_away"',
    frozenset(
        {
            "bot/domain/checklist/rules.py:severity",
            "bot/domain/checklist/verdict.py:_time_to_decide",
            "bot/domain/prospects.py:first_due",
            "bot/slack/card/wording.py:verdict_words",
        }
    ),
)


MESSAGE_KIND = Kind(
    "MessageKind",
    "bot/domain/delivery/kinds.py",
    'UNDELIVERABLE = "undeliverable"',
    frozenset(
        {
            "bot/domain/delivery/kinds.py:_rules_of",
            "bot/domain/delivery/payloads.py:read",
            "bot/slack/delivery/drawing.py:drawn",
            "bot/slack/managers/private.py:_what_is_kept",
        }
    ),
)
KINDS = [ACTION, OTHER_ACTION, VERDICT, MESSAGE_KIND]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the code once: mypy keeps beside it what it knows of the parts that stay as they are."""
    return copied(tmp_path_factory.mktemp("tree"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_member_that_is_added_is_missed_everywhere(kind: Kind, tree: Path) -> None:
    assert unfinished(tree, kind) == set()

    home = tree / kind.home
    written = home.read_text(encoding="utf-8")
    assert written.count(f"    {kind.last}\n") == 1
    added = written.replace(f"    {kind.last}\n", f'    {kind.last}\n    ADDED = "added"\n')
    try:
        home.write_text(added, encoding="utf-8")
        assert unfinished(tree, kind) == kind.places
    finally:
        home.write_text(written, encoding="utf-8")


def copied(folder: Path) -> Path:
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def unfinished(tree: Path, kind: Kind) -> set[str]:
    """Return the functions in which mypy misses a member of the kind."""
    paths = [path for path in (tree / "bot").rglob("*.py") if "assert_never(" in path.read_text()]
    paths += (tree / kind.home).parent.glob("*.py")
    checked = {path.relative_to(tree).as_posix() for path in paths}
    found = subprocess.run(  # noqa: S603 - our own mypy on our own files
        [sys.executable, "-m", "mypy", "--follow-imports=skip", *sorted(checked)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode in {0, 1}, found.stdout + found.stderr
    missed = re.findall(
        rf'^(\S+):(\d+): error: Argument 1 to "assert_never" has .*\b{kind.name}\.ADDED\b',
        found.stdout,
        re.MULTILINE,
    )
    return {f"{path}:{function_at(tree / path, int(line))}" for path, line in missed}


def function_at(path: Path, line: int) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()[:line]
    names = [named[1] for each in lines if (named := re.match(r"\s*(?:async )?def (\w+)", each))]
    return names[-1]
