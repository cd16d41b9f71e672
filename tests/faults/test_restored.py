"""A backup that is taken while people work, and a bot that starts from it in an empty place."""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.processes import free_port
from bot.storage.database import Database
from bot.storage.prospects.prospects import prospects
from sandbox import AppDidNotAnswer
from tests.faults.ledger import Meant
from tests.faults.letters import owner
from tests.faults.offices import web
from tests.faults.processes import until
from tests.faults.safes import PostgresSafe, Safe, SqliteSafe, walkaway
from tests.faults.scene import Scene
from tests.faults.screening import screen_on
from tests.office import CHANNEL

AT_WORK = 4
"""Members who screen all the time."""
ENOUGH = 8


@pytest.fixture
def safe(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Safe:
    if database_kind == "sqlite":
        return SqliteSafe(tmp_path)
    return PostgresSafe(tmp_path, request.getfixturevalue("postgres"))


async def restored(scene: Scene, safe: Safe) -> None:
    """Let the scene go on where the backup left off."""
    scene.database_url = await safe.restore()
    scene.database = Database.from_url(scene.database_url)
    await walkaway("migrate", "--restored", url=scene.database_url)


async def test_a_backup_taken_under_load_has_all_that_was_acknowledged_before(
    scene: Scene, safe: Safe
) -> None:
    acknowledged: list[str] = []
    numbers = count(1)
    await web(scene, free_port())
    scene.crew.start(scene.order())
    at_work = [
        asyncio.create_task(screen_on(scene.slack.member(owner(each)), numbers, acknowledged))
        for each in range(AT_WORK)
    ]
    await until(lambda: len(acknowledged) >= ENOUGH)

    before = list(acknowledged)
    await safe.back_up(scene.database_url)
    await until(lambda: len(acknowledged) > len(before))
    for process in list(scene.crew.processes):
        scene.crew.kill(process)
    for each in at_work:
        each.cancel()
    ends = await asyncio.gather(*at_work, return_exceptions=True)
    assert all(isinstance(end, (AppDidNotAnswer, asyncio.CancelledError)) for end in ends), ends

    await restored(scene, safe)
    await web(scene, free_port())
    scene.crew.start(scene.order())
    await scene.delivered()

    async with scene.database.reading() as connection:
        kept = {name.split()[1] for name in await connection.scalars(select(prospects.c.name))}
    await scene.database.close()
    assert set(before) <= kept
    assert scene.count("restored from a backup", [Meant(CHANNEL, it) for it in before]).is_exact


async def test_what_went_out_after_the_backup_is_not_said_again(scene: Scene, safe: Safe) -> None:
    await scene.write(range(4))
    await safe.back_up(scene.database_url)
    scene.crew.start(scene.order())
    await scene.delivered()

    await restored(scene, safe)
    scene.crew.start(scene.order())
    await scene.delivered()
    await scene.database.close()

    assert scene.count("out after the backup").is_exact
