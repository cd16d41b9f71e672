"""A process starts while Slack makes no sense, and its database lets nobody write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
from sqlalchemy import make_url, select, update

from benchmarks.processes import free_port
from bot.serving import ProcessPart
from bot.storage.prospects.history import history
from bot.storage.prospects.names import VERSION_MARK
from bot.storage.prospects.prospects import prospects
from bot.wiring import ADOPTION, NAMES
from sandbox import ApiCall, AppDidNotAnswer, Fault
from tests.faults.letters import room
from tests.faults.offices import address
from tests.faults.processes import until
from tests.faults.scene import Scene

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
BEFORE, TODAY = "U0SABINE", "U0JONAS"
"""Who managed at the last start, and who manages at this one."""


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Keep everybody else from writing."""
    file = str(make_url(scene.database_url).database)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def reasons(port: int) -> list[str] | None:
    """Return why a process is not ready; None as long as it is not there."""
    url = f"http://127.0.0.1:{port}/readyz"
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            found: list[str] = (await answer.json())["reasons"]
            assert answer.status == (503 if found else 200)
            return found
    except aiohttp.ClientConnectionError:
        return None


async def is_kept_from_work(port: int, by: str) -> bool:
    """Whether a process says this among the reasons why it is not ready."""
    return any(by in reason for reason in await reasons(port) or ())


async def is_ready(port: int) -> bool:
    return await reasons(port) == []


async def decisions(scene: Scene) -> list[Any]:
    async with scene.database.reading() as connection:
        query = select(history.c.by).where(history.c.action == "walk_away")
        return list(await connection.scalars(query))


@ON_SQLITE
async def test_r4_r5_a_start_tries_until_it_knows_itself_and_its_settings(scene: Scene) -> None:
    scene.slack.workspace.world.channels[room(0)].members.extend([BEFORE, TODAY])
    await scene.write([0], lines=0)
    scene.crew.start(scene.order())
    await scene.delivered()
    [card] = scene.slack.messages(room(0))
    of_card = {"channel": room(0), "message_ts": card["ts"]}
    odd: list[Any] = ["[]", '"x"', {"ok": True}]

    def answer(call: ApiCall) -> Fault | None:
        return Fault(body=odd.pop(0)) if odd and call.method == "auth.test" else None

    scene.slack.faults = answer
    scene.managers, port = TODAY, free_port()
    scene.slack.request_url = address(port)
    whole = {"parts": ProcessPart.WEB | ProcessPart.WORKER, "port": port}
    brief = timedelta(seconds=0.2)
    with locked(scene):
        scene.crew.start(scene.order(**whole, database_patience=brief))
        await until(partial(is_kept_from_work, port, "Slack's answer makes no sense"))
        await until(partial(is_kept_from_work, port, f"{ADOPTION} isn't done yet ("))
        with pytest.raises(AppDidNotAnswer):
            await scene.slack.member(BEFORE).click("walk_away", **of_card)
    await until(partial(is_ready, port))

    await scene.slack.member(BEFORE).click("walk_away", **of_card)
    await scene.slack.member(TODAY).click("walk_away", **of_card)
    await scene.delivered()

    assert not odd
    assert await decisions(scene) == [TODAY]
    assert scene.slack.member(BEFORE).ephemerals
    assert "Slack's answer makes no sense" in scene.order().log.read_text()
    assert scene.count("an odd Slack and a locked database at the start").is_exact


async def keys(scene: Scene) -> list[str]:
    async with scene.database.reading() as connection:
        return list(await connection.scalars(select(prospects.c.name_key)))


@ON_SQLITE
async def test_a_start_tries_until_stored_names_are_up_to_date(scene: Scene) -> None:
    """Each release that reads names differently has some to bring up to date at its first start."""
    await scene.write([0], lines=0)
    async with scene.database.writing() as connection:
        await connection.execute(update(prospects).values(name_key="1:older"))
    port = free_port()
    brief = timedelta(seconds=0.2)
    with locked(scene):
        scene.crew.start(
            scene.order(
                parts=ProcessPart.WEB | ProcessPart.WORKER, port=port, database_patience=brief
            )
        )
        await until(partial(is_kept_from_work, port, f"{NAMES} isn't done yet ("))
        assert await keys(scene) == ["1:older"]
    await until(partial(is_ready, port))

    assert [each.startswith(VERSION_MARK) for each in await keys(scene)] == [True]
