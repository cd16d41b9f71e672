"""The limits of the HTTP door: how long a request may take, and how many connections there are.

Uvicorn waits for a request forever. Above its own limit it answers 503 but keeps the connections
open. So both limits are enforced here, where each connection is known.
"""

import asyncio
import logging
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = logging.getLogger(__name__)


class GuardedConnection(HttpToolsProtocol):
    """A connection that delivers each request whole and in time, or is closed."""

    patience: ClassVar[float] = 10.0
    """Seconds from the beginning of a request to the end of its body; Slack takes far less."""
    most: ClassVar[int] = 200
    """Connections at the same time."""
    largest_head: ClassVar[int] = 512 * 1024
    """Bytes before the headers are complete; the parser would keep any number of them."""

    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes so far of headers that are not complete; None while a body arrives."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, unless there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            log.warning("refused a connection: there are %s", self.most)
            transport.abort()
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the headers have become too large."""
        if self._head is not None:
            self._head += len(data)
            if self._head > self.largest_head:
                self._give_up("headers are too large")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Start the clock; for the first request, it has run since the connection was made."""
        super().on_message_begin()
        self._expect()

    def on_headers_complete(self) -> None:
        """Hand the request to the app, which reads the body as it arrives."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the clock: from here on, the time is ours."""
        self._head = 0
        self._stop_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.patience, self._give_up, "it takes too long")

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self, why: str) -> None:
        log.warning("closed a connection before its request was whole: %s", why)
        self.transport.abort()
