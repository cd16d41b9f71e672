"""The scene of each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import checklists
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from sandbox import Slack
from tests.faults import processes
from tests.faults.letters import TEAM, make_room
from tests.faults.scene import Scene
from tests.office import PATIENT
from tests.storage import samples


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
    async with Slack.serving(delivery="http", **PATIENT) as slack:
        make_room(slack)
        kept = request.node.user_properties
        scene = Scene(slack, database, database_url, database_kind, tmp_path, kept)
        await scene.settle_in()
        try:
            yield scene
        finally:
            scene.crew.close()
            await database.close()
