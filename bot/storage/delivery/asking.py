"""Retries for dead messages: after an hour, then daily, for two weeks.

Of all messages that died of one cause at one recipient, one is the probe. If it gets through,
everything dead there is sent; if not, another one probes a day later.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Claimed, DeliveryTimes
from bot.storage.database import Database, Ours, of_ours
from bot.storage.delivery.outbox import as_if_new
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.schema.dialects import seconds_now

MOST_AT_ONCE = 100
"""Rows that are looked at in one pass."""

_IS_DEAD = sa.and_(outbox.c.ask_at.is_not(None), outbox.c.state == RowState.DEAD)
_TO_BE_ASKED = (
    sa.select(outbox.c.row_id, outbox.c.workspace_id, outbox.c.recipient, outbox.c.cause)
    .where(_IS_DEAD, outbox.c.ask_at <= seconds_now())
    .order_by(outbox.c.ask_at, outbox.c.row_id)
    .limit(MOST_AT_ONCE)
)


def asked_later(times: DeliveryTimes, *, is_asked: bool) -> dict[str, Any]:
    """Return when a row that dies now is retried; never, once its time is over."""
    first = outbox.c.died_at.is_(None)
    its = {"died_at": sa.func.coalesce(outbox.c.died_at, seconds_now())}
    if not is_asked:
        return {**its, "ask_at": None}
    soon = seconds_now() + times.ask_after.total_seconds()
    return {**its, "ask_at": sa.case((first, soon), else_=_tomorrow(times))}


async def ask_again(database: Database, times: DeliveryTimes, ours: Ours = None) -> int:
    """Make one message for each cause and recipient a probe."""
    query = _TO_BE_ASKED.where(of_ours(outbox.c.workspace_id, ours))
    async with database.reading() as connection:
        if (await connection.execute(query)).first() is None:
            return 0
    async with database.writing() as connection:
        due = (await connection.execute(query.with_for_update(skip_locked=True))).all()
        first = {(each.workspace_id, each.recipient, each.cause): each for each in reversed(due)}
        for each in first.values():
            await _try_with(connection, each, times)
    return len(first)


async def revive_recipient(connection: AsyncConnection, claimed: Claimed) -> None:
    """Revive everything dead at a recipient, since one message got through."""
    its = sa.and_(
        outbox.c.workspace_id == claimed.workspace_id,
        outbox.c.recipient == claimed.message.recipient,
    )
    await connection.execute(sa.update(outbox).where(its, _IS_DEAD).values(as_if_new()))


async def _try_with(connection: AsyncConnection, probe: sa.Row[Any], times: DeliveryTimes) -> None:
    """Make a row wait to be sent as a probe, and those that died alike wait for a day.

    Its attempts aren't reset, so another unknown end kills it again.
    """
    alike = sa.and_(
        outbox.c.workspace_id == probe.workspace_id,
        outbox.c.recipient == probe.recipient,
        outbox.c.cause == probe.cause,
        _IS_DEAD,
        outbox.c.row_id != probe.row_id,
    )
    later = sa.update(outbox).where(alike).values(ask_at=_tomorrow(times))
    await connection.execute(later)
    now = {"state": RowState.PENDING, "due_at": seconds_now(), "ask_at": None}
    its = outbox.c.row_id == probe.row_id
    await connection.execute(sa.update(outbox).where(its, _IS_DEAD).values(now))


def _tomorrow(times: DeliveryTimes) -> sa.ColumnElement[float | None]:
    """Return the next time to retry a row; null once it has been dead for too long."""
    age: sa.ColumnElement[float] = seconds_now() - outbox.c.died_at
    return sa.case(
        (age < _seconds(times.ask_for), seconds_now() + _seconds(times.ask_every)), else_=None
    )


def _seconds(span: timedelta) -> float:
    return span.total_seconds()
