"""Many messages wait; whoever sends them is told to end, and another one goes on (R13)."""

import pytest

from sandbox import ApiCall, Fault
from tests.faults.processes import until
from tests.faults.scene import Scene

PROSPECTS = 80
"""Each with a card and a private message: 160 in 32 lanes."""
SLACK_TAKES = 0.25


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_r13_who_ends_amid_a_backlog_finishes_only_what_is_on_its_way(scene: Scene) -> None:
    def posted() -> int:
        return sum(call.method == "chat.postMessage" for call in scene.slack.calls)

    def slow(call: ApiCall) -> Fault | None:
        is_post = call.method == "chat.postMessage"
        return Fault(delay=SLACK_TAKES, carried_out=True) if is_post else None

    scene.slack.faults = slow
    await scene.write(range(PROSPECTS), lines=0)
    first = scene.crew.start(scene.order())
    await until(posted)

    await scene.crew.retire(first)
    assert {row.state for row in await scene.rows()} == {"sent", "pending"}

    scene.crew.start(scene.order())
    await scene.delivered()

    counted = scene.count("a deploy amid a backlog")
    assert counted.is_exact
    assert counted.meant == 2 * PROSPECTS
