"""Slack refuses without saying why, says nothing that makes sense, or has lost what it had."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, update

from bot.services.delivery.deliver import MOST_ATTEMPTS
from bot.storage.delivery.tables import RowState, lanes, outbox
from bot.storage.schema.dialects import seconds_now
from sandbox import ApiCall, Fault, Slack
from tests.faults.ledger import tally
from tests.faults.letters import LANES, owner, room
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.worker import Order
from tests.storage.clock import HOUR, let_pass

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
A_QUARTER_OF_AN_HOUR = 900.0
A_MINUTE = 60.0
AWAY = Fault(status=500, body={"ok": False, "error": "internal_error"})
CODES = ("ekm_access_denied", "invalid_arguments", "a_code_that_nobody_lists")
IN_ONE_CHANNEL = (0, LANES, 2 * LANES)
"""Numbers of prospects whose cards stand in the same channel."""


def refusing(channel: str) -> Callable[[ApiCall], Fault | None]:
    """Refuse what is posted there, each time with another of the codes; then let all pass."""
    codes = list(CODES)

    def refuse(call: ApiCall) -> Fault | None:
        is_hit = call.method == "chat.postMessage" and call.args["channel"] == channel
        return Fault(body={"ok": False, "error": codes.pop(0)}) if codes and is_hit else None

    return refuse


def at_first(faults: Mapping[str, Fault]) -> Callable[[ApiCall], Fault | None]:
    """Spoil the first post to each of these channels."""
    left = dict(faults)

    def spoil(call: ApiCall) -> Fault | None:
        return left.pop(call.args["channel"], None) if call.method == "chat.postMessage" else None

    return spoil


def in_channel(scene: Scene, channel: str) -> Order:
    """Order a worker for a workspace whose cards go to this channel."""
    order = scene.order()
    return replace(order, environment=order.environment | {"VERDICT_CHANNEL": channel})


async def died(scene: Scene, of: Mapping[str, int]) -> bool:
    """Whether so many messages are dead of each cause."""
    dead = [row.cause for row in await scene.rows() if row.state == RowState.DEAD]
    return Counter(dead) == of


async def long_waits(scene: Scene) -> list[float]:
    """Return for how long the channels wait that wait for more than a minute."""
    wait = lanes.c.not_before - seconds_now()
    async with scene.database.reading() as connection:
        return list(await connection.scalars(select(wait).where(wait > A_MINUTE)))


async def both_wait(scene: Scene) -> bool:
    """Whether two channels wait for more than a minute."""
    return len(await long_waits(scene)) == 2


def limited(retry_after: str | None) -> Fault:
    """Return a refusal that asks to wait."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(status=429, headers=headers, body={"ok": False, "error": "ratelimited"})


async def is_attempted(scene: Scene) -> bool:
    """Whether each message was attempted, to an end that nobody knows."""
    return all(row.cause is not None for row in await scene.rows())


async def count_on(scene: Scene, *, to: int) -> None:
    """Let so many attempts be over."""
    async with scene.database.writing() as connection:
        await connection.execute(update(outbox).values(attempts=to))


def delete_cards(slack: Slack, channel: str) -> None:
    """Delete what stands in a channel, as people can."""
    for message in slack.workspace.messages.lasting(channel):
        if not message.is_reply:
            slack.workspace.messages.remove(message)


async def test_r1_r3_a_card_refused_once_or_deleted_comes_with_what_happens_next(
    scene: Scene,
) -> None:
    scene.slack.faults = refusing(room(0))
    await scene.write(IN_ONE_CHANNEL, lines=0)
    scene.crew.start(in_channel(scene, room(0)))
    await until(partial(died, scene, dict.fromkeys(CODES, 1)))

    await scene.write_signs(IN_ONE_CHANNEL)
    await until(scene.is_delivered)
    assert tally(scene.slack, scene.meant).is_exact

    delete_cards(scene.slack, room(0))
    await scene.write_signs(IN_ONE_CHANNEL, line=1)
    await scene.delivered()

    assert scene.count("cards refused once, then deleted").is_exact
    cards = scene.slack.messages(room(0))
    assert [len(scene.slack.thread(room(0), card["ts"])) for card in cards] == [1] * 3


@ON_SQLITE
async def test_r2_after_five_hours_of_500s_each_message_is_there_once(scene: Scene) -> None:
    """Half of them were posted by the first attempt, and Slack shows nothing of that either.

    Attempts between the first and the last are only counted.
    """
    first = at_first(dict.fromkeys([room(0), owner(1)], replace(AWAY, carried_out=True)))
    scene.slack.faults = lambda call: None if call.method == "auth.test" else first(call) or AWAY
    await scene.write(range(2), lines=0)
    scene.crew.start(scene.order())
    await until(partial(is_attempted, scene))
    await count_on(scene, to=MOST_ATTEMPTS - 1)
    await until(partial(died, scene, {"internal_error": len(scene.meant)}))

    scene.slack.faults = None
    await let_pass(scene.database, HOUR)
    await until(lambda: tally(scene.slack, scene.meant).is_exact)
    await scene.delivered()

    assert scene.count("five hours of 500s").is_exact


async def test_r6_r10_a_yes_without_a_place_and_a_wait_without_measure_lose_nothing(
    scene: Scene,
) -> None:
    scene.slack.faults = at_first(
        {
            room(0): Fault(body={"ok": True}, carried_out=True),
            room(1): Fault(body={"ok": True}),
            room(2): limited("99999999999"),
            room(3): limited("9" * 23),
            room(4): limited("Wed, 21 Oct 2026 07:28:00 GMT"),
            room(5): limited(None),
        }
    )
    await scene.write(range(6))
    at_once = [each for each in scene.meant if each.place not in {room(2), room(3)}]
    scene.crew.start(scene.order())
    await until(lambda: tally(scene.slack, at_once).is_exact)
    await until(partial(both_wait, scene))
    assert max(await long_waits(scene)) <= A_QUARTER_OF_AN_HOUR

    await let_pass(scene.database, A_QUARTER_OF_AN_HOUR)
    await scene.delivered()

    assert scene.count("answers without a place, odd Retry-After").is_exact
