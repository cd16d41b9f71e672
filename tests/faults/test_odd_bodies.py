"""What stands between us and Slack answers in its place: a login page, nothing, half a word."""

from collections.abc import Callable
from itertools import product

import pytest

from sandbox import ApiCall, Fault
from tests.faults.letters import LANES, room
from tests.faults.processes import until
from tests.faults.scene import Scene

PAGE = "<!doctype html><title>Sign in</title>"
BODIES = [
    Fault(body=PAGE),
    Fault(status=403, body=PAGE),
    Fault(body=""),
    Fault(body="null"),
    Fault(body="[]"),
    Fault(body='"ok"'),
    Fault(body='{"ok": tr'),
    Fault(status=302, body=PAGE, headers={"Location": "/login"}),
]
LOOKS = ("conversations.history", "conversations.replies", "conversations.open")


def in_each_channel(odd: dict[str, Fault]) -> Callable[[ApiCall], Fault | None]:
    """Answer the first post to each of these channels oddly, and each first look like the last."""
    looked: dict[str, int] = dict.fromkeys(LOOKS, 0)

    def answer(call: ApiCall) -> Fault | None:
        if call.method in looked and looked[call.method] < len(BODIES):
            looked[call.method] += 1
            return BODIES[looked[call.method] - 1]
        is_post = call.method == "chat.postMessage"
        return odd.pop(call.args["channel"], None) if is_post else None

    return answer


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_answers_that_are_none_of_slacks_lose_and_double_nothing(scene: Scene) -> None:
    """Half of the posts are carried out; so are none of the looks at first, nor a rewrite."""
    faults = [
        Fault(each.status, each.headers, each.body, carried_out=carried_out)
        for each, carried_out in product(BODIES, (True, False))
    ]
    assert len(faults) == LANES
    scene.slack.faults = in_each_channel({room(n): each for n, each in enumerate(faults)})
    await scene.write(range(LANES))
    scene.crew.start(scene.order())
    await until(scene.is_delivered)

    rewrites = list(BODIES)
    scene.slack.faults = lambda call: (
        rewrites.pop() if rewrites and call.method == "chat.update" else None
    )
    await scene.write_signs(range(LANES), line=1)
    await scene.delivered()

    assert scene.count("answers that are none of Slack's").is_exact
    assert {row.state for row in await scene.rows()} <= {"sent", "not_needed"}
