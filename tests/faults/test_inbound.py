"""What Slack or people say twice, and to two processes at once, is done once."""

import asyncio
import signal
from typing import Any

import pytest
from sqlalchemy import Table, select

from benchmarks.processes import free_port
from bot.slack.payloads import ids
from bot.storage.prospects.history import history
from bot.storage.screening import qualifications
from sandbox import AppDidNotAnswer
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.processes import PATIENCE, is_frozen, signal_to, until
from tests.faults.repeating import delivered_repeatedly
from tests.faults.scene import Scene
from tests.office import CHANNEL, PROBLEM

NAMES = [f"name{number:02}{number:02}{number}" for number in range(6)]
"""So far apart that nobody is asked about similar ones."""
CARDS = [Meant(CHANNEL, name) for name in NAMES]


async def two_processes(scene: Scene) -> list[int]:
    ports = [free_port(), free_port()]
    for port in ports:
        await web(scene, port)
    return ports


async def rows(scene: Scene, table: Table) -> list[Any]:
    async with scene.database.reading() as connection:
        return list(await connection.execute(select(table)))


async def test_what_comes_up_to_four_times_to_two_processes_is_done_once(scene: Scene) -> None:
    emma = scene.slack.member("U0EMMA")
    async with delivered_repeatedly(scene, await two_processes(scene), seed=1):
        for name in NAMES:
            await begin(emma, name)
            while emma.view is not None and emma.view["callback_id"] == ids.STEP:
                await submit(emma, PROBLEM)
            await emma.close(everything=True)
            await emma.open_home()
        scene.crew.start(scene.order())
        await until(scene.is_delivered)
        for card in scene.slack.messages(CHANNEL):
            await emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
        await until(scene.is_delivered)
    await scene.delivered()

    assert scene.count("inbound up to four times", CARDS).is_exact
    assert len(await rows(scene, qualifications)) == len(NAMES)
    done = [(row.prospect_id, row.action) for row in await rows(scene, history)]
    assert len(done) == len(set(done)) == 2 * len(NAMES)


async def test_of_two_managers_at_once_one_decides_and_the_other_is_told_by_whom(
    scene: Scene,
) -> None:
    scene.managers = "U0SABINE,U0JONAS"
    await scene.settle_in()
    emma, sabine, jonas = (scene.slack.member(f"U0{name}") for name in ("EMMA", "SABINE", "JONAS"))
    async with delivered_repeatedly(scene, await two_processes(scene), seed=2, most=1):
        await begin(emma, NAMES[0])
        await submit(emma, NO_OFFER)
        scene.crew.start(scene.order())
        [card] = await until(lambda: scene.slack.messages(CHANNEL))

        await asyncio.gather(
            *(
                who.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
                for who in (sabine, jonas)
            )
        )
        [said] = await until(lambda: sabine.ephemerals + jonas.ephemerals)
    await scene.delivered()

    [decided] = [row for row in await rows(scene, history) if row.action == "walk_away"]
    assert f"<@{decided.by}>" in said["text"]
    assert scene.count("two managers at once", CARDS[:1]).is_exact


async def test_a_submission_that_ran_into_a_time_out_may_be_sent_again(scene: Scene) -> None:
    emma, port = scene.slack.member("U0EMMA"), free_port()
    slow = await web(scene, port)
    await begin(emma, NAMES[0])
    async with delivered_repeatedly(scene, [port], seed=3, most=1, answer_within=0.5):
        signal_to(slow, signal.SIGSTOP)
        await until(lambda: is_frozen(slow))
        with pytest.raises(AppDidNotAnswer):
            await submit(emma, NO_OFFER)
        signal_to(slow, signal.SIGCONT)
    async with delivered_repeatedly(scene, [port], seed=3, most=1):
        await submit(emma, NO_OFFER)
    scene.crew.start(scene.order())
    await scene.delivered()

    assert len(await rows(scene, qualifications)) == 1
    assert scene.count("submitted again after a time-out", CARDS[:1]).is_exact


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_r12_half_open_requests_are_closed_and_keep_nobody_waiting(scene: Scene) -> None:
    emma, port = scene.slack.member("U0EMMA"), free_port()
    await web(scene, port)
    half_open = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
    for _, writer in half_open:
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")

    await begin(emma, NAMES[0])
    await submit(emma, NO_OFFER)
    async with asyncio.timeout(PATIENCE):
        assert [await reader.read() for reader, _ in half_open] == [b""] * 6
    for _, writer in half_open:
        writer.close()
    scene.crew.start(scene.order())
    await scene.delivered()

    assert scene.count("six half-open requests", CARDS[:1]).is_exact
