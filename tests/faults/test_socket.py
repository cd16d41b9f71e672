"""Over Socket Mode: a connection that says nothing any more, and an address that opens none."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from benchmarks.processes import free_port
from bot.serving import ProcessPart
from sandbox import Fault, Slack
from tests.faults.ledger import Meant
from tests.faults.letters import make_room
from tests.faults.offices import NO_OFFER, begin, insist, submit
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.sockets import OPENS, at_first, leading_to, listen, over_socket, wire
from tests.faults.test_starting import is_kept_from_work, is_ready
from tests.office import CHANNEL, PATIENT

NAME = "name00001"
NOT_BEFORE_LONG = Fault(
    status=429,
    headers={"Retry-After": "99999999999"},
    body={"ok": False, "error": "ratelimited"},
)
WHOLE = ProcessPart.WEB | ProcessPart.WORKER


@pytest.fixture
async def connected(scene: Scene) -> AsyncIterator[Scene]:
    """Return the scene with a Slack that is reached over Socket Mode."""
    async with Slack.serving(**PATIENT) as slack:
        make_room(slack)
        yield replace(scene, slack=slack)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_connection_that_says_nothing_is_no_connection(connected: Scene) -> None:
    """Slack gives no other one at first; readiness says so, and afterwards people are served."""
    slack, port = connected.slack, free_port()
    emma = slack.member("U0EMMA")
    async with wire(slack) as laid:
        slack.faults = at_first(leading_to(laid.port))
        connected.crew.begin(listen, over_socket(connected, parts=WHOLE, port=port))
        await until(partial(is_ready, port))
        assert laid.used == 1

        away = Fault(status=500, body={"ok": False, "error": "internal_error"})
        slack.faults = lambda call: away if call.method == OPENS else None
        laid.is_silent = True
        await until(partial(is_kept_from_work, port, "the connection to Slack isn't open"))
        await laid.close()
        slack.faults = None
        await until(partial(is_ready, port))

        await begin(emma, NAME)
        await insist(lambda: submit(emma, NO_OFFER))
        await connected.delivered()

    assert connected.count("a silent connection", [Meant(CHANNEL, NAME)]).is_exact


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_r6_neither_an_address_that_opens_nothing_nor_a_long_wait_is_for_good(
    connected: Scene,
) -> None:
    """At the start, and when the connection broke."""
    slack, port = connected.slack, free_port()
    emma = slack.member("U0EMMA")
    slack.faults = at_first(leading_to(1), Fault(body={"ok": True}), NOT_BEFORE_LONG)
    connected.crew.begin(listen, over_socket(connected, parts=WHOLE, port=port))
    await until(partial(is_ready, port))

    slack.faults = at_first(leading_to(1), NOT_BEFORE_LONG, leading_to(1))
    await slack.refresh_connections()
    await until(lambda: slack.connected)
    await begin(emma, NAME)
    await insist(lambda: submit(emma, NO_OFFER))
    await connected.delivered()

    assert connected.count("odd answers to who connects", [Meant(CHANNEL, NAME)]).is_exact
