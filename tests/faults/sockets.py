"""Socket Mode in real processes, and a wire on the way to Slack that may fall silent."""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from bot import wiring
from bot.slack.client import error_codes, socket_mode
from sandbox import ApiCall, Fault, Slack
from tests.faults import worker
from tests.faults.scene import Scene
from tests.faults.worker import Order
from tests.office import environment
from tests.storage.proxy import Proxy, serving

PINGS_EVERY: Final = 0.2
"""Seconds; ten in a real process."""
OPENS: Final = "apps.connections.open"


def listen(order: Order) -> None:
    """Run a process that asks Slack more often whether it is there."""
    made = wiring._socket
    socket_mode.ADDRESS_TRIED_FOR = 2 * PINGS_EVERY  # type: ignore[misc]

    def impatient(*arguments: Any) -> Any:
        socket = made(*arguments)
        assert socket is not None
        socket.client.ping_interval = PINGS_EVERY
        return socket

    wiring._socket = impatient  # type: ignore[assignment]
    error_codes.LONGEST_WAIT = timedelta(seconds=PINGS_EVERY)
    worker.run(order)


def over_socket(scene: Scene, **more: Any) -> Order:
    """Return what a process is to run whom people reach over Socket Mode."""
    order = scene.order(**more)
    settings = environment(scene.slack, scene.database_url, "socket")
    return replace(order, environment=settings | {"MANAGERS": scene.managers})


@dataclass
class Wire(Proxy):
    """Passes on what is said on the way to Slack, until it falls silent."""

    to: str
    used: int = 0
    is_silent: bool = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.used += 1
        slack = urlsplit(self.to)
        there = await asyncio.open_connection(slack.hostname, slack.port)
        try:
            await asyncio.gather(self._pass_on(reader, there[1]), self._pass_on(there[0], writer))
        finally:
            for end in (writer, there[1]):
                end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await reader.read(65536):
                if not self.is_silent:
                    writer.write(said)


def wire(slack: Slack) -> AbstractAsyncContextManager[Wire]:
    """Lay one to Slack."""
    return serving(Wire(slack.api_url))


def leading_to(port: int) -> Fault:
    """Send who asks for a connection to this port."""
    return Fault(body={"ok": True, "url": f"ws://127.0.0.1:{port}/link/?ticket=T&app_id=A"})


def at_first(*faults: Fault) -> Any:
    """Answer the first who ask for a connection like this."""
    left = list(faults)

    def answer(call: ApiCall) -> Fault | None:
        return left.pop(0) if left and call.method == OPENS else None

    return answer
