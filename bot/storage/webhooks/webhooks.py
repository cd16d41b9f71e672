"""One workspace's webhooks, and their deliveries."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.webhooks.attempts import (
    AfterAttempt,
    Answer,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
    Failure,
    delivery_id,
)
from bot.domain.webhooks.webhooks import (
    Event,
    NotedWebhookChange,
    Webhook,
    WebhookAct,
    WebhookChange,
    WebhookId,
    WebhookState,
    in_order,
)
from bot.domain.workspace import WorkspaceId
from bot.storage.schema.dialects import insert_unless_there
from bot.storage.schema.histories import append, latest
from bot.storage.webhooks.tables import webhook_deliveries, webhook_history, webhooks


class WebhookRepository:
    """One workspace's webhooks."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        note_message: Callable[[], None],
    ) -> None:
        """Take the function to call when a delivery is waiting."""
        self._connection = connection
        self._workspace_id = workspace_id
        self._note_message = note_message

    async def all(self) -> Sequence[Webhook]:
        """Return them in the order they were added."""
        query = sa.select(webhooks).where(self._own(webhooks))
        rows = await self._connection.execute(
            query.order_by(webhooks.c.added_at, webhooks.c.webhook_id)
        )
        return [_webhook(row) for row in rows]

    async def get(self, webhook_id: WebhookId) -> Webhook | None:
        """Return one."""
        query = sa.select(webhooks).where(self._its(webhooks, webhook_id))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _webhook(row)

    async def add(self, webhook: Webhook) -> None:
        """Add a webhook. The workspace must be locked."""
        row = {
            "workspace_id": self._workspace_id,
            "webhook_id": webhook.id,
            "address": webhook.address,
            "secret": webhook.secret,
            "events": list(in_order(webhook.events)),
            "state": webhook.state,
            "added_at": webhook.added_at,
            "added_by": webhook.added_by,
            "failing_since": webhook.failing_since,
        }
        await self._connection.execute(sa.insert(webhooks), row)

    async def change_events(self, webhook_id: WebhookId, events: Iterable[Event]) -> None:
        """Change which events a webhook receives."""
        await self._set(webhook_id, events=list(in_order(events)))

    async def replace_secret(self, webhook_id: WebhookId, secret: str) -> None:
        """Sign with another secret from now on."""
        await self._set(webhook_id, secret=secret)

    async def switch(self, webhook_id: WebhookId, state: WebhookState) -> None:
        """Switch a webhook on, or off and drop what is waiting for it.

        While it's off, only what somebody did at that very moment waits, and it isn't sent later.
        Deliveries are locked before their webhook, as in `finish` and `remove`.
        """
        await self._connection.execute(
            sa.update(webhook_deliveries)
            .where(self._its(webhook_deliveries, webhook_id), _IS_PENDING)
            .values(state=DeliveryState.DROPPED, **_OVER)
        )
        await self._set(webhook_id, state=state, failing_since=None)

    async def remove(self, webhook_id: WebhookId) -> None:
        """Remove a webhook with all its deliveries."""
        for table in (webhook_deliveries, webhooks):
            await self._connection.execute(sa.delete(table).where(self._its(table, webhook_id)))

    async def listening(self, event: Event) -> Sequence[WebhookId]:
        """Return the webhooks that receive an event, locked against removal."""
        query = sa.select(webhooks).where(self._own(webhooks), webhooks.c.state == WebhookState.ON)
        found = await self._connection.execute(query.with_for_update(read=True, key_share=True))
        return [each.id for each in map(_webhook, found) if each.receives(event)]

    async def put(
        self,
        to: Sequence[WebhookId],
        event: Event,
        key: str,
        about: ProspectId | None,
        body: str,
        at: datetime,
    ) -> None:
        """Write a delivery of an event, once for each `key`."""
        for webhook_id in to:
            row = {
                "workspace_id": self._workspace_id,
                "delivery_id": delivery_id(webhook_id, event, key),
                "webhook_id": webhook_id,
                "event": event,
                "prospect_id": about,
                "body": body,
                "at": at,
                "state": DeliveryState.PENDING,
                "due_at": at,
                "attempts": 0,
                "excerpt": "",
            }
            key_columns = ["workspace_id", "delivery_id"]
            await insert_unless_there(self._connection, webhook_deliveries, row, key_columns)
            self._note_message()

    async def deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        """Return the latest deliveries, newest first."""
        its = webhook_deliveries.c
        query = (
            sa.select(webhook_deliveries)
            .where(self._its(webhook_deliveries, webhook_id))
            .order_by(its.at.desc(), its.delivery_id)
            .limit(limit)
        )
        return [_delivery(row) for row in await self._connection.execute(query)]

    async def finish(
        self, attempt: Attempt, after: AfterAttempt, answer: Answer, now: datetime
    ) -> bool:
        """Store an attempt's result; False if another process took over, or it's gone."""
        values: dict[str, object] = {
            "state": after.state,
            "tried_at": now,
            "status": answer.status,
            "failure": answer.failure,
            "took_ms": answer.took // _MILLISECOND,
            "excerpt": answer.excerpt,
            "taken_until": None,
        }
        if after.due_at is None:
            values |= _OVER
        else:
            values["due_at"] = after.due_at
        its = webhook_deliveries.c
        statement = (
            sa.update(webhook_deliveries)
            .where(
                self._own(webhook_deliveries),
                its.delivery_id == attempt.id,
                its.attempts == attempt.number,
                _IS_PENDING,
            )
            .values(values)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def note_arrival(self, webhook_id: WebhookId) -> None:
        """Record that the address accepts deliveries."""
        await self._set(webhook_id, failing_since=None)

    async def note_failure(self, webhook_id: WebhookId, at: datetime) -> datetime | None:
        """Record a failure, and return since when it fails; None if the webhook is gone.

        `at` is when the attempt began, which `has_failed_for_long` compares with the first failure.
        """
        since = sa.func.coalesce(webhooks.c.failing_since, at)
        await self._set(webhook_id, failing_since=since)
        its = self._its(webhooks, webhook_id)
        return await self._connection.scalar(sa.select(webhooks.c.failing_since).where(its))

    async def note(self, change: WebhookChange, by: MemberId | None, at: datetime) -> None:
        """Add to the history. The workspace must be locked."""
        row = {
            "at": at,
            "by": by,
            "act": change.act,
            "host": change.host,
            "events": list(change.events),
        }
        await append(self._connection, webhook_history, self._workspace_id, [row])

    async def history(self, limit: int) -> Sequence[NotedWebhookChange]:
        """Return the latest changes, newest first."""
        query = latest(webhook_history, self._workspace_id, limit)
        return [
            NotedWebhookChange(
                WebhookChange(WebhookAct(row.act), row.host, tuple(map(Event, row.events))),
                None if row.by is None else MemberId(row.by),
                row.at,
            )
            for row in await self._connection.execute(query)
        ]

    def _own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.workspace_id == self._workspace_id

    def _its(self, table: sa.Table, webhook_id: WebhookId) -> sa.ColumnElement[bool]:
        return sa.and_(self._own(table), table.c.webhook_id == webhook_id)

    async def _set(self, webhook_id: WebhookId, **values: object) -> None:
        its = self._its(webhooks, webhook_id)
        await self._connection.execute(sa.update(webhooks).where(its).values(values))


_MILLISECOND = timedelta(milliseconds=1)
_IS_PENDING = webhook_deliveries.c.state == DeliveryState.PENDING
_OVER: dict[str, object] = {"body": None, "due_at": None, "taken_until": None}
"""What is said is not kept longer than it is needed."""


def _webhook(row: sa.Row[*tuple[object, ...]]) -> Webhook:
    known = frozenset(Event)
    return Webhook(
        WebhookId(row.webhook_id),
        row.address,
        row.secret,
        frozenset(Event(each) for each in row.events if each in known),
        row.added_at,
        MemberId(row.added_by),
        WebhookState(row.state),
        row.failing_since,
    )


def _delivery(row: sa.Row[*tuple[object, ...]]) -> Delivery:
    answer = None
    if row.tried_at is not None:
        answer = Answer(
            row.took_ms * _MILLISECOND,
            row.status,
            None if row.failure is None else Failure(row.failure),
            row.excerpt,
        )
    return Delivery(
        DeliveryId(row.delivery_id),
        Event(row.event),
        row.at,
        DeliveryState(row.state),
        row.attempts,
        row.tried_at,
        row.due_at,
        answer,
    )
