"""The connection to PostgreSQL breaks just after a commit: nobody hears that it was done."""

from dataclasses import replace

import pytest
from sqlalchemy import make_url, select

from benchmarks.processes import free_port
from bot.slack.payloads import ids
from bot.storage.prospects.history import history
from tests.databases import Postgres
from tests.faults.cutting import CuttingProxy
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.office import CHANNEL
from tests.storage.proxy import serving

NAME = "name00001"


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_what_was_committed_and_not_heard_of_is_done_once(
    scene: Scene, postgres: Postgres
) -> None:
    emma = scene.slack.member("U0EMMA")
    name = str(make_url(scene.database_url).database)
    async with serving(CuttingProxy(postgres.directory)) as proxy:
        behind = replace(scene, database_url=proxy.url(name))
        await web(behind, free_port())
        await begin(emma, NAME)
        proxy.to_cut = b"INSERT INTO history"
        told = await submit(emma, NO_OFFER)
        assert "check if it worked" in str(told.errors)
        await submit(emma, NO_OFFER)
        assert emma.view is not None
        assert emma.view["callback_id"] == ids.VERDICT
        await emma.close(everything=True)

        proxy.to_cut = b"UPDATE outbox"
        scene.crew.start(behind.order())
        [card] = await until(lambda: scene.slack.messages(CHANNEL))
        await until(lambda: proxy.cuts == 2)
        proxy.to_cut = b"INSERT INTO history"
        await emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
        [said] = await until(lambda: emma.ephemerals)
        assert "check if it worked" in said["text"]
        await scene.delivered()

    assert proxy.cuts == 3
    async with scene.database.reading() as connection:
        query = select(history.c.action).order_by(history.c.at)
        assert list(await connection.scalars(query)) == ["qualify", "walk_away"]
    assert scene.count("cut at a commit", [Meant(CHANNEL, NAME)]).is_exact
