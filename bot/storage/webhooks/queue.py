"""Due deliveries in all of our workspaces."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import DEFAULT_TIMES, DeliveryTimes
from bot.domain.webhooks.attempts import (
    ABOUT_NO_EVENT,
    HOLDS_BACK_FOR,
    Attempt,
    DeliveryId,
    DeliveryState,
)
from bot.domain.webhooks.webhooks import WebhookId, WebhookState
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, of_ours
from bot.storage.schema import columns
from bot.storage.schema.dialects import seconds_now
from bot.storage.webhooks.tables import webhook_deliveries, webhooks

_ITS = webhook_deliveries.c
_OTHER = webhook_deliveries.alias("other")
_EARLIER = webhook_deliveries.alias("earlier")
_NOW = sa.bindparam("now", type_=columns.UtcDateTime)
_PENDING = sa.literal_column(f"'{DeliveryState.PENDING}'", sa.Text)
"""A literal, or the partial index would not be used."""
_IS_OTHER_OF_WEBHOOK = sa.and_(
    _OTHER.c.workspace_id == webhooks.c.workspace_id,
    _OTHER.c.webhook_id == webhooks.c.webhook_id,
    _OTHER.c.state == _PENDING,
)
_WAS_REFUSED_ITSELF = sa.and_(
    _EARLIER.c.status.is_not(None),
    _EARLIER.c.status.between(400, 499),
    _EARLIER.c.status.not_in(ABOUT_NO_EVENT),
)
"""The receiver looked at it, and will not have it."""
_ONLY_IT_FAILS = sa.and_(
    _EARLIER.c.attempts >= HOLDS_BACK_FOR,
    sa.or_(
        webhooks.c.failing_since.is_(None),
        webhooks.c.failing_since > _EARLIER.c.first_tried_at,
    ),
)
"""Something else has got through since it was first tried."""
_WAITS_FOR_EARLIER = (
    sa.exists()
    .where(
        _EARLIER.c.workspace_id == _OTHER.c.workspace_id,
        _EARLIER.c.prospect_id == _OTHER.c.prospect_id,
        _EARLIER.c.webhook_id == _OTHER.c.webhook_id,
        _EARLIER.c.state == _PENDING,
        _EARLIER.c.at < _OTHER.c.at,
        sa.not_(sa.or_(_WAS_REFUSED_ITSELF, _ONLY_IT_FAILS)),
    )
    .correlate(_OTHER, webhooks)
)
"""One of the same prospect: what is told last is how it stands.

But one event that its receiver never takes does not keep the others from it.
"""
_FIRST = (
    sa.select(_OTHER.c.delivery_id)
    .where(_IS_OTHER_OF_WEBHOOK, ~_WAITS_FOR_EARLIER)
    .order_by(_OTHER.c.due_at, _OTHER.c.at, _OTHER.c.delivery_id)
    .limit(1)
    .scalar_subquery()
)
_IS_BEING_SENT = sa.exists().where(_IS_OTHER_OF_WEBHOOK, _OTHER.c.taken_until > seconds_now())
_DUE = (
    sa.select(
        _ITS.workspace_id,
        _ITS.webhook_id,
        _ITS.delivery_id,
        _ITS.attempts,
        _ITS.first_tried_at,
        _ITS.body,
        webhooks.c.address,
        webhooks.c.secret,
    )
    .join_from(
        webhooks,
        webhook_deliveries,
        sa.and_(_ITS.workspace_id == webhooks.c.workspace_id, _ITS.delivery_id == _FIRST),
    )
    .where(webhooks.c.state == WebhookState.ON, _ITS.due_at <= _NOW, ~_IS_BEING_SENT)
    .order_by(_ITS.due_at)
    .limit(sa.bindparam("most"))
)
_TAKE = (
    sa.update(webhook_deliveries)
    .where(
        _ITS.workspace_id == sa.bindparam("its_workspace"),
        _ITS.delivery_id == sa.bindparam("its_id"),
    )
    .values(
        attempts=_ITS.attempts + 1,
        first_tried_at=sa.func.coalesce(_ITS.first_tried_at, _NOW),
        due_at=sa.bindparam("until", type_=columns.UtcDateTime),
        taken_until=seconds_now() + sa.bindparam("lease", type_=sa.Double),
    )
)
"""A lease goes by the database's clock, as processes may be on hosts whose clocks differ."""
_HOLD = (
    sa.update(webhook_deliveries)
    .where(
        sa.tuple_(_ITS.workspace_id, _ITS.delivery_id, _ITS.attempts).in_(
            sa.bindparam("taken", expanding=True)
        ),
        _ITS.state == _PENDING,
    )
    .values(taken_until=seconds_now() + sa.bindparam("lease", type_=sa.Double))
    .returning(_ITS.workspace_id, _ITS.delivery_id)
)
"""The number of an attempt says whether somebody else took it since."""


async def shorten_leases(
    connection: AsyncConnection, workspace_id: WorkspaceId, back: float
) -> None:
    """Shorten leases by so many seconds after the database's clock was set back."""
    before = _ITS.taken_until > seconds_now() + back / 2
    earlier = (
        sa.update(webhook_deliveries)
        .where(_ITS.workspace_id == workspace_id, before)
        .values(taken_until=_ITS.taken_until - back)
    )
    await connection.execute(earlier)


@dataclass(frozen=True, slots=True)
class WebhookQueueState:
    """What is waiting for webhooks."""

    waiting: int
    oldest: timedelta
    """Since when the oldest waits; zero without any."""


class WebhookQueue:
    """The waiting deliveries; any number of processes may claim from it."""

    def __init__(
        self, database: Database, times: DeliveryTimes = DEFAULT_TIMES, ours: Ours = None
    ) -> None:
        self._database = database
        self._ours = ours
        self.times = times
        self._lease = times.lease

    async def standing(self, now: datetime) -> WebhookQueueState:
        """Count what is waiting for webhooks that are on."""
        of_it = sa.and_(
            webhooks.c.workspace_id == _ITS.workspace_id, webhooks.c.webhook_id == _ITS.webhook_id
        )
        query = (
            sa.select(sa.func.count(), sa.func.min(_ITS.at, type_=columns.UtcDateTime))
            .join_from(webhook_deliveries, webhooks, of_it)
            .where(
                _ITS.state == _PENDING,
                webhooks.c.state == WebhookState.ON,
                of_ours(_ITS.workspace_id, self._ours),
            )
        )
        async with self._database.reading() as connection:
            waiting, oldest = (await connection.execute(query)).one()
        return WebhookQueueState(waiting, timedelta(0) if oldest is None else now - oldest)

    async def claim(self, now: datetime, limit: int) -> Sequence[Attempt]:
        """Claim the first due delivery of each webhook that has none in flight.

        One whose lease ran out is claimed again; its receiver may get it twice.
        """
        query = _DUE.where(of_ours(_ITS.workspace_id, self._ours))
        async with self._database.reading() as connection:  # mostly nothing is
            if not (await connection.execute(query, {"now": now, "most": 1})).first():
                return ()
        locked = query.with_for_update(of=webhook_deliveries, skip_locked=True)
        async with self._database.writing() as connection:
            rows = (await connection.execute(locked, {"now": now, "most": limit})).all()
            for row in rows:
                taken = {
                    "its_workspace": row.workspace_id,
                    "its_id": row.delivery_id,
                    "now": now,
                    "until": now + self._lease,
                    "lease": self._lease.total_seconds(),
                }
                await connection.execute(_TAKE, taken)
        return [
            Attempt(
                WorkspaceId(row.workspace_id),
                WebhookId(row.webhook_id),
                DeliveryId(row.delivery_id),
                row.attempts + 1,
                row.first_tried_at or now,
                now,
                row.address,
                row.secret,
                row.body,
            )
            for row in rows
        ]

    async def hold(self, taken: Sequence[Attempt]) -> Collection[tuple[WorkspaceId, DeliveryId]]:
        """Let leases begin anew, and return which deliveries are still ours.

        A lease that ran out is renewed, too, unless somebody took the delivery since.
        """
        attempts = [(each.workspace_id, each.id, each.number) for each in taken]
        lease = {"lease": self._lease.total_seconds()}
        async with self._database.writing() as connection:
            kept = await connection.execute(_HOLD, {"taken": attempts, **lease})
            return frozenset(
                (WorkspaceId(row.workspace_id), DeliveryId(row.delivery_id)) for row in kept
            )
