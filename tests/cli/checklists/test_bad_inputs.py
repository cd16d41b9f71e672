"""Whatever is wrong with a file, the command line says where, and takes nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import walkaway
from tests.checklists.bad_inputs import BAD, Bad
from tests.cli.checklists.test_adopt import agency, refused, said
from tests.services.agency import Agency

__all__ = ["agency"]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:30])
def test_check_names_it_with_line_and_place(bad: Bad, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(bad.content)

    result = CliRunner().invoke(walkaway, ["checklist", "check", str(file)])

    line = "" if bad.line is None else f":{bad.line}"
    place = f"{bad.path}: " if bad.path else ""
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0] == f"{file}{line}: {place}{bad.said}"


@pytest.mark.parametrize("command", ["adopt", "backtest"])
async def test_no_other_command_takes_it(
    agency: Agency, database_url: str, tmp_path: Path, command: str
) -> None:
    before = await said(database_url, "list")
    for n, bad in enumerate(BAD):
        file = tmp_path / f"{n}.yaml"
        file.write_bytes(bad.content)
        assert bad.said in await refused(database_url, command, str(file))

    assert await said(database_url, "list") == before


def test_evaluate_refuses_it_before_it_judges(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"need": "real"}))
    file = tmp_path / "bad.yaml"
    for bad in BAD:
        if bad.path == "rules":  # evaluate proves nothing
            continue
        file.write_bytes(bad.content)
        arguments = ["evaluate", str(answers), "--checklist", str(file)]
        result = CliRunner().invoke(walkaway, arguments)
        assert (result.exit_code, result.stdout) == (1, ""), bad.name
        assert bad.said in result.stderr
