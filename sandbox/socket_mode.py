"""Socket Mode: the app connects to us, and every payload goes to one of its connections."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import WSCloseCode, web

from sandbox.delivery import Json, Kind, Retry
from sandbox.problems import AppDidNotAnswer
from sandbox.world import APP_ID

CONNECTION_SECONDS = 18_060
MOST_CONNECTIONS = 10


class SocketMode:
    """Keeps the app's connections, and hands envelopes to them in turn."""

    mode = "socket"

    def __init__(
        self, new_id: Callable[[str], str], changed: Callable[[], None], answer_within: float
    ) -> None:
        self._new_id = new_id
        self._changed = changed
        self._answer_within = answer_within
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def connected(self) -> bool:
        """Whether the app holds at least one connection."""
        return bool(self._connections)

    @property
    def connections(self) -> int:
        """How many connections the app holds."""
        return len(self._connections)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection of the app until either side ends it."""
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        self._connections.append(socket)
        try:
            await socket.send_json(self._hello())
            self._changed()
            async for message in socket:
                self._take_answer(message.data)
        finally:
            self._forget(socket)
        return socket

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Send one envelope to the next connection, and wait for its envelope_id to come back."""
        envelope_id = self._new_id("envelope")
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        try:
            await self._next_connection().send_json(_envelope(envelope_id, kind, payload, retry))
            async with asyncio.timeout(self._answer_within):
                return await answer
        except TimeoutError:
            raise AppDidNotAnswer("operation_timeout") from None
        except ConnectionError:
            raise AppDidNotAnswer("dispatch_failed", "the connection broke") from None
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, as Slack does every few hours, and close what it holds."""
        for socket in list(self._connections):
            self._forget(socket)
            await socket.send_json(_disconnect(reason))
            await socket.close()

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self._connections):
            self._forget(socket)
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
        }

    def _next_connection(self) -> web.WebSocketResponse:
        if not self._connections:
            raise AppDidNotAnswer("dispatch_failed", "no app is connected")
        socket = self._connections.pop(0)
        self._connections.append(socket)
        return socket

    def _take_answer(self, data: object) -> None:
        try:
            message = json.loads(str(data))
        except ValueError:
            return
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload") or {})

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._connections:
            self._connections.remove(socket)
            self._changed()


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


def _envelope(envelope_id: str, kind: Kind, payload: Json, retry: Retry | None) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": kind,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        number, reason = (retry.number, retry.reason) if retry else (0, "")
        envelope |= {"retry_attempt": number, "retry_reason": reason}
    return envelope
