"""Webhooks of an agency, and a poster that answers as it is told."""

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.domain.delivery import DEFAULT_TIMES
from bot.domain.webhooks.attempts import Answer, Attempt, Delivery
from bot.domain.webhooks.webhooks import WebhookId
from bot.services.ports import Caller
from bot.services.webhooks.deliver import WebhookDelivery
from bot.storage.webhooks.queue import WebhookQueue
from bot.storage.webhooks.tables import webhook_deliveries
from tests.services.agency import MANAGER, A, Agency

QUICK = timedelta(milliseconds=85)
TAKEN = Answer(QUICK, 204)
REFUSED = Answer(QUICK, 500, excerpt="sorry")


@dataclass
class ScriptedPoster:
    """Answers with the next answer of a script; at its end, with the last one for ever."""

    script: list[Answer] = field(default_factory=lambda: [TAKEN])
    posted: list[tuple[Attempt, datetime]] = field(default_factory=list)
    before: Callable[[], Awaitable[object]] | None = None
    """What happens while it posts."""

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        self.posted.append((attempt, at))
        if self.before is not None:
            await self.before()
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def said(self) -> list[dict[str, Any]]:
        """What was posted, in order."""
        return [json.loads(attempt.body) for attempt, _ in self.posted]


def delivery_of(
    agency: Agency, poster: ScriptedPoster, seconds: Callable[[], float] = time.monotonic
) -> WebhookDelivery:
    queue = WebhookQueue(agency.database)
    return WebhookDelivery(queue, agency.units, poster, agency.clock, seconds=seconds)


async def deliver(agency: Agency, *script: Answer) -> ScriptedPoster:
    """Deliver all that is due, and return what was posted."""
    poster = ScriptedPoster([*(script or (TAKEN,))])
    delivery = delivery_of(agency, poster)
    while await delivery.deliver_due():
        await delivery.drain()
    return poster


async def let_leases_end(agency: Agency) -> None:
    """Let so much time pass by both clocks that whoever has taken something has it no more."""
    await let_time_pass(agency, DEFAULT_TIMES.lease)


async def let_time_pass(agency: Agency, span: timedelta) -> None:
    """Let time pass by our clock and, for what is taken, by the database's."""
    agency.clock.now += span
    earlier = {"taken_until": webhook_deliveries.c.taken_until - span.total_seconds()}
    async with agency.database.writing() as connection:
        await connection.execute(update(webhook_deliveries).values(earlier))


async def deliveries(agency: Agency, webhook_id: WebhookId) -> Sequence[Delivery]:
    _, found = await agency.webhooks.deliveries(Caller(A, MANAGER), webhook_id)
    return found


async def rows(agency: Agency) -> Sequence[Any]:
    """What stands in the table, oldest first."""
    order = (webhook_deliveries.c.at, webhook_deliveries.c.delivery_id)
    async with agency.database.reading() as connection:
        return (await connection.execute(select(webhook_deliveries).order_by(*order))).all()
