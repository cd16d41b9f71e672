"""That each rule about the structure is held, and that what breaks it is named with its mend."""

import re
import tomllib
from pathlib import Path

import pytest

from measures import measure, percentile
from structure import Rules, main, table, violations

ROOT = Path(__file__).parents[1]
PROJECT = """
[tool.walkaway.structure]
layered = ["house"]

[tool.walkaway.structure.limits.house]
entries = 3
import_percent = 50
own_imports = 2
function_lines = 5

[tool.walkaway.structure.exceptions]

[[tool.importlinter.contracts]]
name = "Downwards"
type = "layers"
containers = ["house"]
exhaustive = true
layers = ["roof", "floor"]

[[tool.importlinter.contracts]]
name = "No ladders"
type = "forbidden"
source_modules = ["house"]
forbidden_modules = ["ladder"]
"""
HOUSE = {
    "house/__init__.py": "",
    "house/roof.py": "from house import floor\n\nCOLOUR = floor.COLOUR\n",
    "house/floor.py": 'COLOUR = "red"\n',
}


def test_a_tree_that_keeps_every_rule_is_not_blamed(tmp_path: Path) -> None:
    assert blamed(tmp_path) == []


def test_a_crowded_folder_is_named(tmp_path: Path) -> None:
    crowd = {f"house/cellar/{name}.py": "" for name in "abcd"}

    [said] = blamed(tmp_path, crowd)

    assert said == (
        "house/cellar: 4 entries, where at most 3 are allowed. Move what belongs together into a "
        "folder of its own, or name the exception and its reason in pyproject.toml."
    )


def test_a_folder_counts_as_one_entry_and_files_of_every_kind_count(tmp_path: Path) -> None:
    build(tmp_path, {"house/cellar/wine/red.txt": "", "house/cellar/wine/white.txt": ""})

    entries = measure(tmp_path, "house").entries

    assert entries == {"house": 3, "house/cellar": 1, "house/cellar/wine": 2}


def test_what_python_caches_and_what_is_hidden_is_no_entry(tmp_path: Path) -> None:
    build(tmp_path, {"house/__pycache__/roof.pyc": "", "house/.note": "", "house/old/.keep": ""})
    (tmp_path / "house" / "gone" / "__pycache__").mkdir(parents=True)

    assert measure(tmp_path, "house").entries == {"house": 2}


def test_an_exception_with_its_reason_lets_a_folder_be_crowded(tmp_path: Path) -> None:
    crowd = {f"house/cellar/{name}.py": "" for name in "abcd"}

    assert blamed(tmp_path, crowd, exception='"house/cellar" = "A bottle each."') == []


def test_an_exception_that_is_not_needed_is_named(tmp_path: Path) -> None:
    [said] = blamed(tmp_path, exception='"house" = "It was crowded once."')

    assert said == (
        "pyproject.toml: house is excepted, but its 2 entries break no limit. Remove the exception."
    )


def test_an_exception_for_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    [said] = blamed(tmp_path, exception='"house/attic" = "Full of old things."')

    assert said == (
        "pyproject.toml: house/attic is excepted, but there is no such folder. Remove it."
    )


def test_an_exception_needs_a_reason(tmp_path: Path) -> None:
    crowd = {f"house/cellar/{name}.py": "" for name in "abcd"}

    [said] = blamed(tmp_path, crowd, exception='"house/cellar" = " "')

    assert said == ("pyproject.toml: house/cellar is excepted without a reason. Say why.")


def test_too_many_import_lines_are_named_with_the_files_that_have_most(tmp_path: Path) -> None:
    hall = "from math import (\n    cos,\n    sin,\n)\nimport os\n\nprint(cos, sin, os)\n"

    [said] = blamed(tmp_path, {"house/hall.py": hall})

    assert said == (
        "house: 66.7 % of the lines are imports, where at most 50 % are allowed. Merge modules "
        "that are read together. The most import lines are in house/hall.py (5), "
        "house/roof.py (1), house/floor.py (0)."
    )


def test_too_many_own_imports_are_named_with_the_modules_that_have_most(tmp_path: Path) -> None:
    rooms = {f"house/rooms/{name}.py": "SIZE = 1\n" for name in "abc"}
    roof = "import os\nfrom house.rooms import a, b, c\n\nprint(os, a)\nprint(b, c)\n"

    [said] = blamed(tmp_path, rooms | {"house/roof.py": roof})

    assert said == (
        "house: nine in ten modules have up to 3 own imports, where at most 2 are allowed. 1 of 5 "
        "modules have more: merge what they import, or split them. The most are in "
        "house/roof.py (3)."
    )


def test_a_long_function_is_named(tmp_path: Path) -> None:
    body = "".join(f"    print({line})\n" for line in range(5))
    hall = f"class Hall:\n    SIZE = 1\n\n\nasync def enter() -> None:\n{body}"

    [said] = blamed(tmp_path, {"house/hall.py": hall})

    assert said == (
        "house/hall.py:5: `enter` has 6 lines, where at most 5 are allowed. "
        "Turn its parts into functions of their own."
    )


def test_a_contract_that_leaves_modules_out_is_named(tmp_path: Path) -> None:
    project = PROJECT.replace("exhaustive = true\n", "")

    [said] = blamed(tmp_path, project=project)

    assert said == (
        "pyproject.toml: the contract “Downwards” is not exhaustive, so a new module stands "
        "outside its layers. Add `exhaustive = true`."
    )


def test_a_package_without_a_contract_is_named(tmp_path: Path) -> None:
    project = PROJECT.replace('layered = ["house"]', 'layered = ["house", "house.rooms"]')

    [said] = blamed(tmp_path, project=project)

    assert said == ("pyproject.toml: no contract has the layers of house.rooms. Add one.")


def test_a_limit_that_is_left_out_is_not_held(tmp_path: Path) -> None:
    body = "".join(f"    print({line})\n" for line in range(100))
    project = PROJECT.replace("function_lines = 5\n", "")

    assert blamed(tmp_path, {"house/hall.py": f"def go() -> None:\n{body}"}, project) == []


def test_a_limit_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="function_line"):
        Rules.of(tomllib.loads(PROJECT.replace("function_lines", "function_line")))


def test_lines_are_counted_without_blank_ones_comments_and_docstrings(tmp_path: Path) -> None:
    text = '''"""What a hall is.

More of it.
"""

import os  # for the doors

# a comment
SIZE: int = 1
"""In metres."""
SIGN = """
# no comment

"""
'''
    build(tmp_path, {"house/hall.py": text})

    [module] = [each for each in measure(tmp_path, "house").modules if "hall" in each.path]

    assert (module.lines, module.written, module.code, module.import_lines) == (14, 9, 5, 1)


def test_a_module_without_code_is_not_measured(tmp_path: Path) -> None:
    build(tmp_path, {"house/rooms/__init__.py": '"""The rooms."""\n'})

    paths = [module.path for module in measure(tmp_path, "house").modules]

    assert paths == ["house/floor.py", "house/roof.py"]


@pytest.mark.parametrize(
    ("line", "imported"),
    [
        ("import house.floor", {"house.floor"}),
        ("import house", {"house"}),
        ("from house import floor, roof", {"house.floor", "house.roof"}),
        ("from house.floor import COLOUR", {"house.floor"}),
        ("from house import NAME", {"house"}),
        ("from house.rooms import hall", set()),
        ("from . import bed", {"house.rooms.bed"}),
        ("from .bed import SIZE", {"house.rooms.bed"}),
        ("from ..floor import COLOUR", {"house.floor"}),
        ("import os\nfrom housekeeping import floor", set()),
        ("def late() -> None:\n    from house import floor, roof", {"house.floor", "house.roof"}),
    ],
)
def test_own_imports_are_the_other_modules_of_the_package(
    tmp_path: Path, line: str, imported: set[str]
) -> None:
    build(tmp_path, {"house/rooms/bed.py": "SIZE = 1\n", "house/rooms/hall.py": f"{line}\n"})

    [module] = [each for each in measure(tmp_path, "house").modules if "hall" in each.path]

    assert module.own_imports == imported


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile(range(1, 11), share) for share in (0, 0.5, 0.9, 0.91, 1)] == [
        1,
        5,
        9,
        10,
        10,
    ]
    assert percentile([], 0.9) == 0


def test_the_table_has_a_column_for_each_package(tmp_path: Path) -> None:
    hall = 'def enter() -> None:\n    """Come in."""\n\n\ndef leave() -> None:\n    print(1)\n'
    build(tmp_path, {"house/hall.py": hall, "shed/rake.py": "RAKE = 1\n"})

    lines = table([measure(tmp_path, "house"), measure(tmp_path, "shed")]).splitlines()

    assert [re.split(" {3,}", line) for line in lines] == [
        ["", "house", "shed"],
        ["code lines", "6", "1"],
        ["module lines, median / p90 / max", "3 / 6 / 6", "1 / 1 / 1"],
        ["function lines, median / p90 / max", "2 / 2 / 2", "0 / 0 / 0"],
        ["public docstrings", "50 %", "0 %"],
        ["import lines", "14.3 %", "0.0 %"],
        ["own imports of a module, median / p90", "0 / 1", "0 / 0"],
        ["largest folder", "3 in house", "1 in shed"],
    ]


def test_the_command_ends_with_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tmp_path, {f"house/cellar/{name}.py": "" for name in "abcd"})
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.setattr("structure.ROOT", tmp_path)

    with pytest.raises(SystemExit, match="house/cellar: 4 entries"):
        main()

    assert "4 in house/cellar" in capsys.readouterr().out


def test_the_command_ends_well_when_nothing_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, {})
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.setattr("structure.ROOT", tmp_path)

    main()


def test_the_bot_is_held_to_every_limit() -> None:
    rules = Rules.of(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))

    held = rules.limits["bot"]
    assert (held.entries, held.function_lines) == (12, 60)
    assert held.import_percent is not None
    assert held.own_imports is not None
    assert (held.import_percent, held.own_imports) <= (10.5, 13), "these limits only go down"
    assert "bot" in rules.layered


def blamed(
    root: Path, more: dict[str, str] | None = None, project: str = PROJECT, exception: str = ""
) -> list[str]:
    """What is said of the house, with more files and an exception."""
    build(root, more or {})
    heading = "[tool.walkaway.structure.exceptions]\n"
    rules = Rules.of(tomllib.loads(project.replace(heading, heading + exception + "\n")))
    return list(violations([measure(root, "house")], rules))


def build(root: Path, more: dict[str, str]) -> None:
    for name, text in (HOUSE | more).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
