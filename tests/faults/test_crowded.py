"""More connections than the HTTP door takes (R12), at a real process."""

import asyncio
from contextlib import suppress

import pytest

from benchmarks.processes import free_port
from bot.door import GuardedConnection
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.scene import Scene
from tests.office import CHANNEL

NAME = "name00001"


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_r12_of_too_many_connections_the_last_are_closed_and_people_served_after(
    scene: Scene,
) -> None:
    emma, port = scene.slack.member("U0EMMA"), free_port()
    await web(scene, port)
    crowd = [
        await asyncio.open_connection("127.0.0.1", port) for _ in range(GuardedConnection.most + 5)
    ]

    ended = [asyncio.create_task(reader.read()) for reader, _ in crowd]
    done, _ = await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
    assert done <= set(ended[GuardedConnection.most :])
    for _, writer in crowd:
        writer.close()
    with suppress(ConnectionError):
        await asyncio.gather(*ended)

    await begin(emma, NAME)
    await submit(emma, NO_OFFER)
    scene.crew.start(scene.order())
    await scene.delivered()

    assert scene.count("too many connections", [Meant(CHANNEL, NAME)]).is_exact
