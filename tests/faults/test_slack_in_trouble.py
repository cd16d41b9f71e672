"""Slack is slow, away, or takes our messages no more: what waits, and who is told of what."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox import ApiCall, Fault, Slack
from sandbox.world import BOT_USER
from tests.faults.ledger import tally
from tests.faults.letters import LANES, owner, room
from tests.faults.processes import pass_by, until
from tests.faults.scene import Scene
from tests.faults.worker import QUICK
from tests.slack.reading import words

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
RETRY_AFTER = 1
LIMITED = Fault(
    status=429,
    headers={"Retry-After": str(RETRY_AFTER)},
    body={"ok": False, "error": "ratelimited"},
)


def posts_to(slack: Slack, channel: str) -> int:
    return sum(
        call.method == "chat.postMessage" and call.args["channel"] == channel
        for call in slack.calls
    )


async def test_a_throttled_channel_waits_and_delays_no_other(scene: Scene) -> None:
    def throttle(call: ApiCall) -> Fault | None:
        is_hit = call.method == "chat.postMessage" and call.args["channel"] == room(0)
        return LIMITED if is_hit else None

    scene.slack.faults = throttle
    await scene.write(range(6))
    elsewhere = [each for each in scene.meant if each.place != room(0)]
    began = time.monotonic()

    for _ in range(3):
        scene.crew.start(scene.order())
    await until(lambda: tally(scene.slack, elsewhere).is_exact)
    asked, took = posts_to(scene.slack, room(0)), time.monotonic() - began
    scene.slack.faults = None
    await scene.delivered()

    assert 1 <= asked <= 1 + took / RETRY_AFTER
    assert scene.count("429 on one channel").is_exact


@ON_SQLITE
async def test_what_is_written_while_slack_is_away_is_said_when_it_is_back(scene: Scene) -> None:
    """Half an hour is sixty times the wait after an attempt whose end is unknown."""
    half_an_hour = 60 * 0.05
    times = replace(QUICK, settle=timedelta(seconds=0.05))
    ways = [Fault(reset=True), Fault(status=503, body="away")]
    scene.slack.faults = lambda _: ways[len(scene.slack.calls) % 2]
    began = time.monotonic()

    await scene.write(range(8))
    scene.crew.start(scene.order(times=times))
    scene.crew.start(scene.order(times=times))
    await scene.write(range(8, 16))
    await pass_by(began + half_an_hour)
    assert not scene.slack.messages(room(0))
    scene.slack.faults = None
    await scene.delivered()

    assert scene.count("Slack away for half an hour").is_exact


def archive(slack: Slack) -> None:
    slack.archive(room(0))


def remove(slack: Slack) -> None:
    slack.workspace.world.channels[room(0)].members.remove(BOT_USER)


def deactivate(slack: Slack) -> None:
    def refuse(call: ApiCall) -> Fault | None:
        is_theirs = call.method == "chat.postMessage" and call.args["channel"] == owner(0)
        return Fault(body={"ok": False, "error": "user_disabled"}) if is_theirs else None

    slack.deactivate(owner(0))
    slack.faults = refuse


@ON_SQLITE
@pytest.mark.parametrize(
    ("scenario", "refuse_from_now_on", "place", "named"),
    [
        ("a channel archived", archive, room(0), room(0)),
        ("removed from a channel", remove, room(0), room(0)),
        ("an owner's account switched off", deactivate, f"D{owner(0)[1:]}", owner(0)),
    ],
    ids=["archived", "removed", "gone"],
)
async def test_of_a_place_that_takes_nothing_any_more_the_managers_hear_once(
    scene: Scene,
    scenario: str,
    refuse_from_now_on: Callable[[Slack], None],
    place: str,
    named: str,
) -> None:
    scene.crew.start(scene.order())
    await until(lambda: scene.is_managed_by("U0SABINE"))  # a start lets dead cards live again
    refuse_from_now_on(scene.slack)
    await scene.write([0, LANES, 2 * LANES, 1], lines=0)
    elsewhere = [each for each in scene.meant if each.place != place]
    await scene.delivered()

    assert scene.count(f"{scenario}: the others", elsewhere).is_exact
    assert tally(scene.slack, set(scene.meant) - set(elsewhere)).once == 0
    [told] = scene.slack.member("U0SABINE").direct_messages
    assert named in words(told)
    assert {row.state for row in await scene.rows()} == {"sent", "dead"}


@ON_SQLITE
async def test_with_a_revoked_token_all_waits_until_there_is_a_new_one(scene: Scene) -> None:
    revoked = Fault(body={"ok": False, "error": "token_revoked"})
    scene.slack.faults = lambda call: None if call.method == "auth.test" else revoked
    await scene.write(range(8))

    scene.crew.start(scene.order())
    await until(lambda: scene.has(cause="token_revoked"))
    scene.slack.faults = lambda _: revoked
    worker = scene.crew.restart(scene.crew.processes[0], scene.order())
    asked = len(scene.slack.calls)
    await until(lambda: len(scene.slack.calls) > asked + 2)  # it asks who it is, and sends nothing
    assert worker.is_alive()
    assert {row.state for row in await scene.rows()} <= {"pending", "claimed"}
    scene.slack.faults = None
    await scene.delivered()

    assert scene.count("token revoked").is_exact
    assert scene.slack.member("U0SABINE").direct_messages == []
