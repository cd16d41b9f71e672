"""Somebody puts a backup in the place of a SQLite file that is in use."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url

from benchmarks.processes import free_port
from bot.serving import ProcessPart
from bot.slack.payloads import ids
from bot.storage.backup import back_up
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, address, begin, submit
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.test_starting import is_kept_from_work, is_ready
from tests.office import CHANNEL

NAME = "name00001"


@pytest.mark.parametrize("how", ["replaced", "deleted"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_would_go_into_a_file_that_nobody_opens_again_is_refused(
    scene: Scene, how: str
) -> None:
    """Restarted, the bot works with the file that stands there, and all is said once."""
    emma, port = scene.slack.member("U0EMMA"), free_port()
    file = Path(str(make_url(scene.database_url).database))
    order = scene.order(parts=ProcessPart.WEB | ProcessPart.WORKER, port=port)
    scene.slack.request_url = address(port)
    process = scene.crew.start(order)
    await until(partial(is_ready, port))
    await begin(emma, NAME)
    await scene.database.close()
    copy = file.with_name("copy.db")
    back_up(file, copy)

    if how == "deleted":
        await asyncio.to_thread(file.unlink)
    else:
        copy.replace(file)
    refused = await submit(emma, NO_OFFER)
    assert "Nothing was changed" in str(refused.errors)
    await until(partial(is_kept_from_work, port, "moved, deleted or replaced while it was in use"))

    await scene.crew.retire(process)
    if how == "deleted":
        copy.replace(file)
    scene.crew.start(order)
    await until(partial(is_ready, port))
    await submit(emma, NO_OFFER)
    assert emma.view is not None
    assert emma.view["callback_id"] == ids.VERDICT
    await scene.delivered()

    assert scene.count(f"a file {how} under the bot", [Meant(CHANNEL, NAME)]).is_exact
