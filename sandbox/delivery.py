"""How something reaches the app: the door that Socket Mode and signed HTTP share, and retries."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sandbox.journal import Journal
from sandbox.journal import Kind as Noted
from sandbox.problems import AppDidNotAnswer

Json = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]
ANSWER_WITHIN = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third retry of an event."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Which retry of an event this is, and why."""

    number: int
    reason: str


class Delivery(Protocol):
    """One way to the app."""

    mode: str

    @property
    def connected(self) -> bool:
        """Whether an app is there."""
        ...

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Deliver, and return what the app answered; {} for an empty answer.

        Raises AppDidNotAnswer.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


class NotedDelivery:
    """A way to the app on which everything is noted in the journal."""

    def __init__(self, way: Delivery, journal: Journal) -> None:
        self.mode = way.mode
        self._way = way
        self._journal = journal

    @property
    def connected(self) -> bool:
        """Whether an app is there."""
        return self._way.connected

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Deliver, and note payload and answer."""
        noted, name = _named(kind, payload)
        with self._journal.noting(noted, name, payload) as exchange:
            exchange.answered = await self._way.send(kind, payload, retry)
            return dict(exchange.answered)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._way.close()


class Events:
    """Delivers events, and again when the app does not take them."""

    def __init__(
        self,
        delivery: Delivery,
        delays: tuple[float, ...],
        on_failure: Callable[[AppDidNotAnswer], None],
    ) -> None:
        self._delivery = delivery
        self._delays = delays
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()

    def send_soon(self, payload: Json) -> None:
        """Deliver in the background."""
        self._in_background(self.send(payload))

    async def send(self, payload: Json) -> None:
        """Deliver once; whatever fails is retried in the background."""
        failure = await self._attempt(payload, None)
        if failure is not None and failure.retry:
            self._in_background(self._retry(payload, failure))

    async def close(self) -> None:
        """Stop delivering."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _retry(self, payload: Json, failure: AppDidNotAnswer) -> None:
        for number, delay in enumerate(self._delays, start=1):
            await asyncio.sleep(delay)
            again = await self._attempt(payload, Retry(number, _retry_reason(failure)))
            if again is None or not again.retry:
                return
            failure = again

    async def _attempt(self, payload: Json, retry: Retry | None) -> AppDidNotAnswer | None:
        try:
            await self._delivery.send("events_api", payload, retry)
        except AppDidNotAnswer as failure:
            self._on_failure(failure)
            return failure
        return None

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _named(kind: Kind, payload: Json) -> tuple[Noted, str]:
    match kind:
        case "slash_commands":
            return "command", str(payload["command"])
        case "interactive":
            return "interaction", str(payload["type"])
        case "events_api":
            return "event", str(payload["event"]["type"])


def _retry_reason(failure: AppDidNotAnswer) -> str:
    reasons = {
        "operation_timeout": "http_timeout",
        "http_service_error": "http_error",
        "dispatch_failed": "connection_failed",
    }
    return reasons.get(failure.reason, "unknown_error")
