"""Workers are killed or frozen at a certain point of a message's way; another one goes on."""

import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.processes import free_port
from bot.clock import PACE
from bot.domain.delivery import DEFAULT_TIMES, MessageKind
from bot.slack.payloads import ids
from sandbox import ApiCall, AppDidNotAnswer, Fault
from tests.faults.ledger import Meant
from tests.faults.letters import LANES, MONDAY_NOON, NOON, room, write_undecided
from tests.faults.offices import NO_OFFER, begin, submit, web
from tests.faults.processes import is_frozen, signal_to, until
from tests.faults.scene import Scene
from tests.faults.worker import QUICK, Point
from tests.office import CHANNEL

POINTS = (Point.AFTER_CLAIM, Point.BEFORE_SEND, Point.AFTER_SEND, Point.BEFORE_FINISH)
IN_TIME = timedelta(seconds=10) - PACE
"""How long what was begun may be out of reach, so that it is taken up within ten seconds."""
ON_POSTGRES = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)]
)


async def test_what_a_killed_worker_had_begun_is_said_once(scene: Scene) -> None:
    """One worker for each point and each kind of message; a card comes before its private one."""
    await scene.write(range(len(POINTS)), lines=0)
    for point in POINTS:
        for _ in ("card", "private message"):
            await scene.crew.killed_itself(scene.crew.start(scene.order(strike_at=point)))
    healthy = scene.crew.start(scene.order())
    await until(scene.is_delivered)
    await scene.crew.retire(healthy)

    await scene.write_signs(range(len(POINTS)))
    for point in POINTS:
        await scene.crew.killed_itself(scene.crew.start(scene.order(strike_at=point)))
    scene.crew.start(scene.order())
    await scene.delivered()

    assert scene.count("killed at each point").is_exact
    assert scene.crew.kills == 3 * len(POINTS)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_r9_on_sqlite_no_lease_of_a_killed_process_is_waited_for(scene: Scene) -> None:
    """The lease is longer than the whole test may take."""
    patient = replace(QUICK, lease=timedelta(hours=1))
    await scene.write(range(len(POINTS)), lines=0)

    for point in POINTS:
        struck = scene.order(strike_at=point, times=patient)
        await scene.crew.killed_itself(scene.crew.start(struck))
    scene.crew.start(scene.order(times=patient))
    await scene.delivered()

    assert scene.count("killed on SQLite, with a lease of an hour").is_exact
    assert scene.crew.kills == len(POINTS)


async def test_r9_what_a_killed_process_had_begun_is_taken_up_within_ten_seconds(
    scene: Scene,
) -> None:
    """With the waiting times of a real one, by the database's clock."""
    await scene.write(range(2), lines=0)
    for point in (Point.AFTER_SEND, Point.BEFORE_SEND):
        struck = scene.order(strike_at=point, times=DEFAULT_TIMES)
        await scene.crew.killed_itself(scene.crew.start(struck))

    waits = [wait for state, wait in await scene.waits() if state == "claimed"]
    assert waits
    assert max(waits) <= IN_TIME.total_seconds()
    scene.crew.start(scene.order(times=DEFAULT_TIMES))
    await scene.delivered()

    assert scene.count("killed, with real waiting times").is_exact


@ON_POSTGRES
async def test_r9_who_waits_for_a_slow_slack_is_not_taken_for_dead(scene: Scene) -> None:
    """It carries a post out after two leases; another worker would not find it before."""
    patient = replace(QUICK, lease=timedelta(seconds=5), send_within=timedelta(seconds=2))
    slow = {room(0)}

    def hold_back(call: ApiCall) -> Fault | None:
        is_hit = call.method == "chat.postMessage" and call.args["channel"] in slow
        slow.difference_update([room(0)] if is_hit else [])
        return Fault(delay=2 * 5 + 1) if is_hit else None

    scene.slack.faults = hold_back
    await scene.write([0], lines=0)
    for _ in range(2):
        scene.crew.start(scene.order(times=patient, gives_up_after=60))
    await scene.delivered()

    assert not slow
    assert scene.count("Slack slower than two leases").is_exact
    assert {row.attempts for row in await scene.rows()} == {1}


@pytest.mark.parametrize("kind", [MessageKind.NUDGE, MessageKind.MANAGERS])
async def test_what_the_clock_began_in_a_worker_that_was_killed_is_said_once(
    scene: Scene, kind: MessageKind
) -> None:
    """One worker for each point, and a round for each; the first dies after the tick's commit."""
    points = (Point.AFTER_COMMIT, *POINTS)
    lanes = range(len(points))
    await scene.let_manage(lanes)
    await scene.write_mornings(kind, lanes)

    for point in points:
        struck = scene.crew.start(scene.order(clock_at=NOON, strike_at=point))
        await scene.crew.killed_itself(struck)
    scene.crew.start(scene.order(clock_at=NOON))

    async def is_made() -> bool:
        return await scene.mornings() == len(lanes)

    await until(is_made)
    await scene.delivered()

    assert scene.count(f"killed at each point: {kind.replace('_', ' ')}").is_exact
    assert scene.crew.kills == len(points)


@pytest.mark.parametrize("point", [Point.AFTER_COMMIT, Point.AFTER_SEND])
async def test_the_digest_of_a_worker_that_was_killed_is_said_once(
    scene: Scene, point: Point
) -> None:
    """It dies when the digest is written, or posted, and nobody has noted that."""
    await scene.settle_in()
    await write_undecided(scene.units, [0])
    await scene.write_mornings(MessageKind.DIGEST, [0])

    struck = scene.order(clock_at=MONDAY_NOON, strike_at=point)
    await scene.crew.killed_itself(scene.crew.start(struck))
    scene.crew.start(scene.order(clock_at=MONDAY_NOON))

    async def is_made() -> bool:
        return await scene.mornings() == 1

    await until(is_made)
    await scene.delivered()

    assert scene.count(f"killed {point.name.lower().replace('_', ' ')}: digest").is_exact
    assert scene.crew.kills == 1


async def test_what_was_committed_by_a_process_that_died_then_is_said_once(scene: Scene) -> None:
    emma, port = scene.slack.member("U0EMMA"), free_port()
    killed = await web(scene, port, strike_at=Point.AFTER_COMMIT)
    await begin(emma, "name00001")

    with pytest.raises(AppDidNotAnswer):
        await submit(emma, NO_OFFER)
    await scene.crew.killed_itself(killed)
    await web(scene, port)
    await submit(emma, NO_OFFER)
    scene.crew.start(scene.order())
    await scene.delivered()

    assert emma.view is not None
    assert emma.view["callback_id"] == ids.VERDICT
    assert scene.count("killed after the commit", [Meant(CHANNEL, "name00001")]).is_exact


async def test_workers_frozen_past_their_leases_say_nothing_when_they_thaw(scene: Scene) -> None:
    await scene.write(range(len(POINTS)), lines=0)
    frozen = [
        scene.crew.start(scene.order(strike_at=point, strike_with=signal.SIGSTOP))
        for point in (*POINTS, *POINTS)
    ]
    await until(lambda: all(map(is_frozen, frozen)))

    scene.crew.start(scene.order())
    await until(scene.is_delivered)
    for each in frozen:
        signal_to(each, signal.SIGCONT)
    await scene.write([LANES])
    await scene.delivered()

    assert scene.count("frozen past the lease").is_exact


async def test_several_workers_that_want_one_message_send_it_once(scene: Scene) -> None:
    for _ in range(3):
        scene.crew.start(scene.order())

    for turn in range(3):
        await scene.write([turn * LANES])
        await until(scene.is_delivered)
    await scene.delivered()

    assert scene.count("three workers, one message").is_exact
    posts = [call for call in scene.slack.calls if call.method == "chat.postMessage"]
    assert len(posts) == len(scene.meant)
