"""The metrics that Prometheus reads at `/metrics`, on a port of its own.

No label names a person, a prospect or a workspace. This module is wired only if METRICS_PORT is
set, because the library is slow to load.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.domain.checklist.rules import Verdict
from bot.domain.delivery import Claimed, MessageKind, Postponed, SendResult
from bot.domain.read_models import Overview
from bot.http import Receive, Scope, Send
from bot.services.delivery.observed import SentMessage
from bot.services.ports import Clock
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.heartbeat import Heartbeat
from bot.storage.rounds import RoundQueue
from bot.storage.trouble import in_words, is_known
from bot.storage.webhooks.queue import WebhookQueue

log = logging.getLogger(__name__)

PATH = "/metrics"
PARTS = ("clock", "intake", "services", "slack", "storage", "supervision", "wiring")
"""The parts of the bot that write down errors which nobody foresaw."""
_ACKS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds; Slack waits for three."""


@dataclass(frozen=True, slots=True)
class SharedState:
    """Where to find what all processes share."""

    desk: OutboxDesk
    heartbeat: Heartbeat
    rounds: RoundQueue
    webhooks: WebhookQueue
    clock: Clock


class _SharedGauges:
    """Gauges of what all processes share, read from the database; left out while it's away."""

    def __init__(self, shared: SharedState) -> None:
        self._shared = shared
        self._registry = it = CollectorRegistry()
        self._outbox = Gauge(
            "walkaway_outbox_messages",
            "Messages that aren't out, by state.",
            ["state"],
            registry=it,
        )
        self._oldest = Gauge(
            "walkaway_outbox_oldest_seconds",
            "Since when the oldest of them was written, by state; 0 without any.",
            ["state"],
            registry=it,
        )
        self._due = Gauge(
            "walkaway_outbox_late_seconds",
            "For how long the longest overdue message has been due; 0 if none is.",
            registry=it,
        )
        self._tick = Gauge(
            "walkaway_tick_age_seconds",
            "Since when no process has ticked; a healthy one does each second.",
            registry=it,
        )
        self._rounds = Gauge(
            "walkaway_rounds_late_seconds",
            "For how long the longest overdue check of prospects has been due; 0 if none is.",
            registry=it,
        )
        self._webhooks = Gauge(
            "walkaway_webhook_deliveries", "Deliveries that are waiting for webhooks.", registry=it
        )
        self._oldest_delivery = Gauge(
            "walkaway_webhook_oldest_seconds",
            "Since when the oldest of them has been waiting; 0 without any.",
            registry=it,
        )

    async def exposition(self) -> bytes:
        """Return their current values in Prometheus's text format."""
        now = self._shared.clock()
        standing = await self._shared.desk.standing()
        self._due.set(standing.oldest_due or 0)
        for depth in await self._shared.desk.depths():
            self._outbox.labels(depth.state).set(depth.messages)
            self._oldest.labels(depth.state).set(depth.oldest)
        age = await self._shared.heartbeat.age()
        self._tick.set(float("inf") if age is None else age)
        self._rounds.set((await self._shared.rounds.late(now)).total_seconds())
        webhooks = await self._shared.webhooks.standing(now)
        self._webhooks.set(webhooks.waiting)
        self._oldest_delivery.set(webhooks.oldest.total_seconds())
        return generate_latest(self._registry)


class _Errors(logging.Handler):
    """Counts errors logged with a trace, except known trouble with the database."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.ERROR)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not is_known(error):
            self._counter.labels(record.name.split(".")[1]).inc()


class Metrics:
    """Counts what this process does, and looks up what all processes share when asked."""

    def __init__(self, shared: SharedState) -> None:
        self._registry = it = CollectorRegistry()
        ProcessCollector(registry=it)
        self._acks = Histogram(
            "walkaway_ack_seconds",
            "From the arrival of a payload to our answer to Slack, which waits for 3 s.",
            ["kind"],
            buckets=_ACKS,
            registry=it,
        )
        self._sends = Counter(
            "walkaway_sends",
            "Attempts to send or rewrite a message, by what it says and how the attempt ended.",
            ["kind", "outcome"],
            registry=it,
        )
        for kind, outcome in product(MessageKind, get_args(SendResult)):
            self._sends.labels(kind, outcome.__name__.lower())  # or the first one is no increase
        self._waits = Counter(
            "walkaway_rate_limits", "Times that Slack asked us to wait (429).", registry=it
        )
        self._verdicts = Counter(
            "walkaway_verdicts", "Verdicts whose card was posted.", ["verdict"], registry=it
        )
        for verdict in Verdict:
            self._verdicts.labels(verdict)
        self._errors = Counter(
            "walkaway_errors",
            "Errors that no one foresaw, by the part that wrote one down; the log has the trace.",
            ["part"],
            registry=it,
        )
        for part in PARTS:
            self._errors.labels(part)
        self._answers = Gauge(
            "walkaway_database_up",
            "1 if the database answers; without it nothing is told of what all processes share.",
            registry=it,
        )
        self._of_all = _SharedGauges(shared)

    def acked(self, kind: str, seconds: float) -> None:
        """Count an answer to Slack."""
        self._acks.labels(kind).observe(seconds)

    def ended(self, row: Claimed, outcome: SendResult) -> None:
        """Count an attempt to send."""
        self._sends.labels(row.message.kind, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Postponed) and outcome.lane:
            self._waits.inc()

    @contextmanager
    def errors_counted(self) -> Iterator[None]:
        """Count meanwhile each error that our log has a trace of."""
        ours, counting = logging.getLogger("bot"), _Errors(self._errors)
        ours.addHandler(counting)
        try:
            yield
        finally:
            ours.removeHandler(counting)

    def count_sent(self, sent: SentMessage) -> None:
        """Count a verdict once its card is posted."""
        if sent.kind is MessageKind.CARD and isinstance(sent.about, Overview):
            self._verdicts.labels(sent.about.qualification.verdict).inc()

    async def exposition(self) -> bytes:
        """Return everything in Prometheus's text format.

        While the database is away, that is only what this process itself has counted.
        """
        try:
            of_all = await self._of_all.exposition()
        except Exception as error:  # noqa: BLE001 - any trouble of the database is told alike
            log.warning("the database %s, so metrics aren't whole", in_words(error))
            self._answers.set(0)
            return generate_latest(self._registry)
        self._answers.set(1)
        return generate_latest(self._registry) + of_all

    async def asgi(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Serve `/metrics`, and nothing else."""
        if scope["type"] != "http":
            return
        is_asked = scope["path"] == PATH
        body = await self.exposition() if is_asked else b"see /metrics\n"
        kind = CONTENT_TYPE_LATEST if is_asked else "text/plain"
        headers = [(b"content-type", kind.encode())]
        status = 200 if is_asked else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
