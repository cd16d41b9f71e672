"""The scene of each test, and the table of what became of all messages."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import checklists
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from sandbox import Slack
from tests.faults import processes
from tests.faults.letters import TEAM, make_room
from tests.faults.scene import Scene, Score
from tests.storage import samples

SCORES = pytest.StashKey[list[Score]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SCORES] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table."""
    scores = config.stash.get(SCORES, [])
    if not scores:
        return
    terminalreporter.section("what became of the messages")
    heads = ("meant", "once", "doubled", "lost", "kills", "restarts")
    wide = max(len(score.scenario) for score in scores)
    line = f"{{:<{wide}}}  {{:<8}}" + "  {:>8}" * len(heads)
    terminalreporter.write_line(line.format("", "", *heads))
    for score in scores:
        it = score.counted
        counts = (it.meant, it.once, it.doubled, it.lost, score.kills, score.restarts)
        terminalreporter.write_line(line.format(score.scenario, score.database, *counts))


@pytest.fixture(scope="session", autouse=True)
def forks() -> Iterator[None]:
    """End the process that the others were forked from before anybody counts what is left."""
    yield
    processes.let_go()


@pytest.fixture
async def scene(
    request: pytest.FixtureRequest, database_url: str, database_kind: str, tmp_path: Path
) -> AsyncIterator[Scene]:
    database = Database.from_url(database_url)
    await samples.add_workspace(UnitsOfWork(database, checklists.restore), TEAM)
    async with Slack.serving(delivery="http") as slack:
        make_room(slack)
        scores = request.config.stash[SCORES]
        scene = Scene(slack, database, database_url, database_kind, tmp_path, scores)
        try:
            yield scene
        finally:
            scene.crew.close()
            await database.close()
