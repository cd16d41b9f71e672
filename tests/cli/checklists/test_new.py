"""`walkaway checklist new`: a start that you can use as it is."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.checklists.editing import schema
from bot.cli import walkaway


def run(*arguments: str) -> Result:
    return CliRunner().invoke(walkaway, ["checklist", *arguments])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_start_passes_the_check_without_a_warning(here: Path) -> None:
    assert run("new", "ours.yaml").exit_code == 0

    checked = run("check", "ours.yaml")
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert checked.stdout.startswith("our-own, version ")


def test_its_first_line_names_the_schema_beside_it(here: Path) -> None:
    assert run("new").exit_code == 0

    first = (here / "checklist.yaml").read_text("utf-8").splitlines()[0]
    named = here / first.removeprefix(schema.NAMED_BY)
    assert named.read_text("utf-8") == schema.written()


def test_nothing_is_written_over(here: Path) -> None:
    (here / "ours.yaml").write_text("mine")

    result = run("new", "ours.yaml")

    assert (result.exit_code, result.stderr) == (
        1,
        'Error: "ours.yaml" already exists. Choose another name.\n',
    )
    assert [each.name for each in here.iterdir()] == ["ours.yaml"]


def test_a_folder_that_is_not_there_is_named(here: Path) -> None:
    result = run("new", "nowhere/ours.yaml")

    assert result.exit_code == 1
    assert '"nowhere/ours.yaml" can\'t be written: No such file or directory.' in result.stderr
