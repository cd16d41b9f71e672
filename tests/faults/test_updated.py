"""An update and the way back, while processes of both versions live."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from benchmarks.processes import free_port
from bot.serving import ProcessPart
from bot.storage.database import Database
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import Schema
from tests.faults import newer
from tests.faults.ledger import Meant
from tests.faults.letters import NOON, owner
from tests.faults.offices import address, web
from tests.faults.processes import until
from tests.faults.safes import walkaway
from tests.faults.scene import Scene
from tests.faults.screening import screen_on
from tests.office import CHANNEL

AT_ONCE = 4
FIRST = Path(__file__).parent / "data" / "first_version.sql"
"""What the code of revision 0001 wrote, on SQLite: it was checked out and run in its sandbox."""


async def take_over(scene: Scene, **more: Any) -> None:
    """Start both halves, and once they are ready, stop those that were there before."""
    before, port = list(scene.crew.processes), free_port()
    scene.crew.start(scene.order(**more))
    scene.crew.start(scene.order(parts=ProcessPart.WEB, port=port, **more))
    async with aiohttp.ClientSession() as session:

        async def is_ready() -> bool:
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return answer.status == 200
            return False

        await until(is_ready)
    scene.slack.request_url = address(port)
    for each in before:
        await scene.crew.retire(each)


async def test_processes_go_on_through_a_migration_and_back(scene: Scene, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    await take_over(scene)
    emma = scene.slack.member(owner(0))
    at_work = asyncio.create_task(screen_on(emma, count(1), acknowledged))

    async def more() -> None:
        seen = len(acknowledged)
        await until(lambda: len(acknowledged) > seen or at_work.done())

    await more()
    scripts = newer.scripts_in(tmp_path)
    migrating = [
        scene.crew.begin(newer.migrate, scene.database_url, scripts) for _ in range(AT_ONCE)
    ]
    await until(lambda: not any(each.is_alive() for each in migrating))
    assert [each.exitcode for each in migrating] == [0] * AT_ONCE
    for each in migrating:
        scene.crew.processes.remove(each)
    assert await schema_of(scene.database) is Schema.AHEAD
    await more()  # of processes that were there before

    await take_over(scene, head=newer.HEAD)
    await more()  # updated
    await take_over(scene)
    await more()  # back again
    at_work.cancel()
    [end] = await asyncio.gather(at_work, return_exceptions=True)
    assert isinstance(end, asyncio.CancelledError), end
    await scene.delivered()

    async with scene.database.reading() as connection:
        assert (await connection.scalars(text("SELECT phase FROM moons"))).all() == ["new"]
        moons = await connection.scalars(text("SELECT DISTINCT moon FROM prospects"))
        assert moons.all() == ["new"]
    assert scene.count("updated, and back", [Meant(CHANNEL, it) for it in acknowledged]).is_exact


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_the_first_version_kept_is_worked_with(scene: Scene, tmp_path: Path) -> None:
    """It had screened five prospects; one of them was decided, and one card wasn't out."""
    emma, jonas = scene.slack.member("U0EMMA"), scene.slack.member("U0JONAS")
    scene.database_url = f"sqlite:///{tmp_path / 'first.db'}"
    with closing(sqlite3.connect(tmp_path / "first.db")) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    scene.database = Database.from_url(scene.database_url)
    assert await schema_of(scene.database) is Schema.BEHIND

    await asyncio.gather(*(walkaway("migrate", url=scene.database_url) for _ in range(AT_ONCE)))
    assert await schema_of(scene.database) is Schema.OURS
    await web(scene, free_port(), clock_at=NOON)
    scene.crew.start(scene.order(clock_at=NOON))

    [card] = await until(lambda: cards_of(scene, "Epsilon"))
    await emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await until(lambda: "walked away" in str(cards_of(scene, "Epsilon")).lower())
    await jonas.open_home()
    home = str(await until(lambda: jonas.home))
    assert "Beta AG" in home
    assert "Delta SE" in home
    await scene.delivered()
    await scene.database.close()


def cards_of(scene: Scene, name: str) -> list[dict[str, Any]]:
    """Return what stands in the channel about a prospect."""
    return [each for each in scene.slack.messages(CHANNEL) if name in each["text"]]
