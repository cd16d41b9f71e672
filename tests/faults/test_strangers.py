"""What comes from another workspace and names our people does nothing (R11)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import select

from benchmarks.processes import free_port
from bot.storage.prospects.history import history
from bot.storage.screening import drafts
from sandbox import Slack
from sandbox.delivery import Delivery, Json, Kind, Retry
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.office import CHANNEL

STRANGERS = "T0STRANGERS"
NAME, SECOND = "name00001", "name98765"


@dataclass
class _Moved:
    """Delivers what members do as if it were done in another workspace, by the same members."""

    way: Delivery
    mode: str = "http"
    connected: bool = True

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        moved = {**payload, "team_id": STRANGERS}
        if "team" in payload:
            moved["team"] = {**payload["team"], "id": STRANGERS}
        if isinstance(payload.get("user"), dict):
            moved["user"] = {**payload["user"], "team_id": STRANGERS}
        return await self.way.send(kind, moved, retry)

    async def close(self) -> None:
        """Leave open what is delivered over: it is not ours."""


@asynccontextmanager
async def in_another_workspace(slack: Slack) -> AsyncIterator[None]:
    """Let what members do meanwhile bear the id of another workspace."""
    way = slack.interactions._delivery
    slack.interactions._delivery = _Moved(way)
    yield
    slack.interactions._delivery = way


async def test_r11_what_is_done_in_another_workspace_by_our_people_is_refused(
    scene: Scene,
) -> None:
    emma, sabine = scene.slack.member("U0EMMA"), scene.slack.member("U0SABINE")
    await web(scene, free_port())
    await begin(emma, NAME)
    await submit(emma, NO_OFFER)
    await emma.close(everything=True)
    scene.crew.start(scene.order())
    [card] = await until(lambda: scene.slack.messages(CHANNEL))
    of_card = {"channel": CHANNEL, "message_ts": card["ts"]}

    async with in_another_workspace(scene.slack):
        await sabine.click("walk_away", **of_card)
        await emma.command("/qualify", SECOND)
        await until(lambda: sabine.ephemerals and emma.ephemerals)

    assert await acts(scene) == ["qualify"]
    assert emma.view is None
    await sabine.click("walk_away", **of_card)
    await scene.delivered()
    assert await acts(scene) == ["qualify", "walk_away"]
    assert scene.count("a payload of another workspace", [Meant(CHANNEL, NAME)]).is_exact


async def acts(scene: Scene) -> list[str]:
    async with scene.database.reading() as connection:
        assert not (await connection.execute(select(drafts))).all()
        query = select(history.c.action).order_by(history.c.at)
        return list(await connection.scalars(query))
