"""Slack fails in every way while workers are killed; each message is there once all the same.

`CHAOS` says how many storms there are, and makes them long ones; `SEED` which one is the first.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import pytest

from benchmarks.processes import free_port
from bot.domain.delivery import MessageKind
from bot.serving import ProcessPart
from bot.slack.payloads import ids
from sandbox import AppDidNotAnswer
from tests import seeds
from tests.faults.ledger import Meant, said
from tests.faults.letters import LANES, MONDAY_NOON
from tests.faults.offices import NO_OFFER, address, begin, insist, submit
from tests.faults.processes import pass_by, until
from tests.faults.scene import Scene
from tests.faults.weather import Storm
from tests.faults.worker import UNDER_LOAD, Manner, Order
from tests.office import CHANNEL

PROSPECTS = 200 if seeds.MORE else 40
"""Each with a card, a line and a private message."""
LONGEST = 600 if seeds.MORE else 500
WORKERS = 3
MORNINGS = (MessageKind.NUDGE, MessageKind.MANAGERS, MessageKind.DIGEST)


class Mercy:
    """Lets a storm up when it has killed so often, and nothing came of it, that nothing ever would.

    On a machine that has much else to do, a process is killed before it has done anything.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._done = self._kills = 0

    def allows_a_kill(self, done: int) -> bool:
        """Return whether somebody may be killed now that so much is done."""
        if done > self._done:
            self._done, self._kills = done, 0
        self._kills += 1
        return self._kills <= self._most


async def storm(
    scene: Scene, seed: int, order: Order, *, prospects: int, lines: int, mornings: Sequence[int]
) -> None:
    """Write letters while workers deliver and are killed, until nothing is left to deliver.

    Halfway the clock has a nudge to make for each of the lanes of `mornings`, a message to them as
    managers, and a digest for the channel that names what they did not decide.
    """
    chance = random.Random(seed)
    weather = scene.slack.faults = Storm(seed)
    crew = scene.crew
    crew.processes = [crew.start(order) for _ in range(WORKERS)]
    writing = asyncio.create_task(write(scene, prospects, lines, mornings))

    async def is_over() -> bool:
        if not writing.done():
            return False
        await writing
        is_said = await scene.mornings() == (2 * len(mornings) + 1 if mornings else 0)
        return is_said and await scene.is_delivered()

    mercy = Mercy(2 * WORKERS)
    async with asyncio.timeout(LONGEST):
        while not await is_over():
            await asyncio.sleep(chance.uniform(0.4, 0.8))  # the storm itself: nothing waits here
            if mercy.allows_a_kill(await scene.done()):
                crew.restart(chance.choice(crew.processes), order)
    await writing
    await crew.stop()
    await pass_by(weather.over_at)


async def write(scene: Scene, prospects: int, lines: int, mornings: Sequence[int]) -> None:
    half = prospects // 2
    await scene.write(range(half), lines=lines)
    for kind in MORNINGS if mornings else ():
        await scene.write_mornings(kind, mornings)
    await scene.write(range(half, prospects), lines=lines)


@pytest.mark.parametrize("seed", range(seeds.FIRST, seeds.FIRST + max(seeds.MORE, 1)))
async def test_a_storm_loses_and_doubles_nothing(scene: Scene, seed: int) -> None:
    mornings = range(LANES)
    await scene.let_manage(mornings)
    order = scene.order(times=UNDER_LOAD, clock_at=MONDAY_NOON)

    with seeds.named(seed):
        await storm(scene, seed, order, prospects=PROSPECTS, lines=1, mornings=mornings)

        counted = scene.count("storm")
        assert scene.crew.kills > 5
        assert (counted.lost, counted.doubled) == (0, 0)
        assert counted.meant == 3 * PROSPECTS + 3 * LANES


async def test_a_storm_leaves_each_thread_in_its_order(scene: Scene) -> None:
    order = scene.order(times=UNDER_LOAD)

    await storm(scene, 1000, order, prospects=8, lines=5, mornings=())

    assert scene.count("storm over long threads").is_exact
    lines = defaultdict(list)
    for each in said(scene.slack):
        if each.is_reply:
            lines[each.place].append(each.word)
    assert lines
    assert all(words == sorted(words) for words in lines.values())


@pytest.mark.parametrize(
    ("manner", "fault"),
    [(Manner.SEND_THEN_MARK, "doubled"), (Manner.MARK_THEN_SEND, "lost")],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_same_storm_is_too_much_for_naive_deliveries(
    scene: Scene, manner: Manner, fault: str
) -> None:
    order = scene.order(times=UNDER_LOAD, manner=manner)

    await storm(scene, 0, order, prospects=PROSPECTS, lines=0, mornings=())

    counted = scene.count(manner.name.lower().replace("_", ", ", 1).replace("_", " "))
    assert getattr(counted, fault) > 0


async def test_the_whole_bot_killed_at_any_moment_says_each_verdict_once(scene: Scene) -> None:
    emma, port = scene.slack.member("U0EMMA"), free_port()
    order = scene.order(parts=ProcessPart.WEB | ProcessPart.WORKER, port=port, times=UNDER_LOAD)
    names = [f"name{number:02}{number:02}{number % 10}" for number in range(25)]  # none similar
    scene.slack.request_url = address(port)
    scene.crew.start(order)

    done: list[str] = []
    killing = asyncio.create_task(kill_again_and_again(scene, order, done))
    for name in names:
        await insist(lambda name=name: begin(emma, name, within=1))  # type: ignore[misc]
        done.append("begun")
        await insist(lambda: submit(emma, NO_OFFER))
        done.append("submitted")
        assert emma.view is not None
        assert emma.view["callback_id"] == ids.VERDICT
        with suppress(AppDidNotAnswer):
            await emma.close(everything=True)
    killing.cancel()
    await scene.delivered()

    assert scene.crew.kills > 2
    assert scene.count("the whole bot killed", [Meant(CHANNEL, name) for name in names]).is_exact


async def kill_again_and_again(scene: Scene, order: Order, done: list[str]) -> None:
    """Kill the only process a moment after it answers, and start it again."""
    chance = random.Random(7)
    mercy = Mercy(6)
    while True:
        await until(scene.slack.verify_request_url)
        await asyncio.sleep(chance.uniform(0, 0.3))
        if mercy.allows_a_kill(len(done)):
            scene.crew.restart(scene.crew.processes[0], order)
