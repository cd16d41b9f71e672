"""`walkaway export` and `walkaway import --all`, as an operator runs them."""

import asyncio
import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.storage.schema import migrations
from tests.office import PROBLEM, Office, environment


async def ran(office: Office, database_url: str, *command: str) -> Result:
    env = environment(office.slack, database_url, "socket")
    return await asyncio.to_thread(lambda: CliRunner().invoke(walkaway, command, env=env))


def names(folder: Path) -> list[str]:
    with (folder / "prospects.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [row["name"] for row in csv.DictReader(stream)]


async def test_a_workspace_moves_house_while_its_bot_runs(office: Office, tmp_path: Path) -> None:
    await office.screen(office.emma, "Acme GmbH", **PROBLEM)
    before, after = tmp_path / "before", tmp_path / "after"
    new_url = f"sqlite:///{tmp_path / 'new.db'}"
    await migrations.upgrade(new_url)

    left = await ran(office, office.config.database_url, "export", "--out", str(before))
    came = await ran(office, new_url, "import", "--all", str(before))
    again = await ran(office, new_url, "export", "--out", str(after))

    assert (left.exit_code, came.exit_code, again.exit_code) == (0, 0, 0), came.output
    assert "1 in prospects, 1 in qualifications" in left.stdout
    assert "prospects: 1, qualifications: 1" in came.stdout
    assert names(after) == names(before) == ["Acme GmbH"]
    twice = await ran(office, new_url, "import", "--all", str(before))
    assert twice.exit_code == 1
    assert "isn't empty here" in twice.stderr
    assert "Nothing was imported." in twice.stderr


async def test_without_slack_nothing_is_exported(office: Office, tmp_path: Path) -> None:
    env = environment(office.slack, office.config.database_url, "socket")
    env |= {"SLACK_API_URL": "http://127.0.0.1:1/"}

    result = await asyncio.to_thread(
        lambda: CliRunner().invoke(walkaway, ["export", "--out", str(tmp_path / "out")], env=env)
    )

    assert result.exit_code == 1
    assert "Nothing was done: Slack doesn't answer" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["export", "import"])
def test_each_explains_itself(command: str) -> None:
    result = CliRunner().invoke(walkaway, [command, "--help"])

    assert result.exit_code == 0
    assert "DIR" in result.stdout
