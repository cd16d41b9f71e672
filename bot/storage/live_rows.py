"""What of a workspace can still bring something about by itself: all that a forecast needs.

Years of decided prospects, and of what was said of them, bring about nothing any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import MessageKind
from bot.domain.prospects import Stage
from bot.domain.workspace import WorkspaceId
from bot.storage.figures.tables import DERIVED
from bot.storage.prospects import pieces
from bot.storage.tables import (
    delivery,
    history,
    intake,
    nudges,
    outcomes,
    prospects,
    remembered,
    screening,
    sweeping,
    webhooks,
)

_EARLIER = timedelta(days=9)
"""Messages of a week count for who may get one; a day more on each side, wherever they are."""
_ANY_ZONE = timedelta(days=2)
_AT_ONCE = 500
"""Prospects whose rows are read by one statement."""

_UNSAID = frozenset(
    {
        *DERIVED,
        *pieces.DERIVED,
        *sweeping.OF_THE_FILES,
        remembered.remembered,
        webhooks.webhook_deliveries,
    }
)
"""From these nothing is drawn that goes out by itself; figures are counted from the original."""
_OF_THE_PAST = frozenset({delivery.outbox, history.history, history.lapses})
"""What is said of an end does not look at these."""
_WAITS = delivery.outbox.c.state.in_(delivery.UNFINISHED)

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class LiveRows:
    """Which rows of a workspace still matter."""

    workspace_id: WorkspaceId
    prospects: Sequence[str]
    """The ids of those of which something may be said."""
    asked: frozenset[str]
    """Those of them of which only an end is still to be asked about."""
    since: date
    """From which day on it matters what owners were told."""

    def queries(self, table: sa.Table) -> Iterator[Query]:
        """Yield what reads those rows of a table."""
        every = sa.select(table).where(table.c.workspace_id == self.workspace_id)
        if table in _UNSAID:
            return
        if table in {nudges.nudge_items, outcomes.outcome_items}:
            yield every.where(table.c.day >= self.since)
        elif table is nudges.nudge_messages:
            yield every.where(sa.or_(table.c.day >= self.since, _lists_drafts(table)))
        elif table is screening.drafts or "prospect_id" not in table.c:
            yield every
        else:
            yield from self._about_prospects(table, every)
        if table is delivery.outbox:
            yield every.where(_WAITS, table.c.prospect_id.is_(None))

    def _about_prospects(self, table: sa.Table, every: Query) -> Iterator[Query]:
        ids = self.prospects
        if table in _OF_THE_PAST:
            ids = [each for each in ids if each not in self.asked]
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            yield every.where(table.c.prospect_id.in_(some))


async def living(
    connection: AsyncConnection, workspace_id: WorkspaceId, now: datetime, told_since: date
) -> LiveRows:
    """Find out what still matters; of what happened since `told_since` digests will tell."""
    waits = delivery.outbox.c.workspace_id == workspace_id, _WAITS
    first = await connection.scalar(
        sa.select(sa.func.min(delivery.outbox.c.written_at)).where(*waits)
    )
    since = now - _EARLIER
    if first is not None:
        since = min(since, datetime.fromtimestamp(first, UTC) - _ANY_ZONE)
    found: set[str] = set()
    for query in _ids(workspace_id, since.date(), told_since):
        found.update(await connection.scalars(query))
    asked = frozenset(await connection.scalars(_to_be_asked(workspace_id))) - found
    return LiveRows(workspace_id, sorted(found | asked), asked, since.date())


def _ids(workspace_id: WorkspaceId, since: date, told_since: date) -> Iterator[Query]:
    """Yield what finds prospects of which something may be said."""
    happened_at = datetime.combine(told_since, time.min, UTC) - _ANY_ZONE
    which: Sequence[tuple[sa.Table, Sequence[sa.ColumnElement[bool]]]] = (
        (prospects.prospects, [_is_open(), prospects.prospects.c.owner > ""]),
        (history.history, [history.history.c.at >= happened_at]),
        (delivery.outbox, [_WAITS, delivery.outbox.c.prospect_id.is_not(None)]),
        (screening.drafts, [screening.drafts.c.prospect_id.is_not(None)]),
        (nudges.nudge_items, [nudges.nudge_items.c.day >= since]),
        (outcomes.outcome_items, [outcomes.outcome_items.c.day >= since]),
    )
    for table, conditions in which:
        its = table.c.workspace_id == workspace_id
        yield sa.select(table.c.prospect_id).where(its, *conditions)
    yield _namesakes(workspace_id)


def _namesakes(workspace_id: WorkspaceId) -> Query:
    """Return what finds those that cards which are still to be posted link to."""
    waiting, entry = delivery.outbox.c, history.history.c
    carded = sa.select(waiting.prospect_id).where(
        waiting.workspace_id == workspace_id, _WAITS, waiting.kind == MessageKind.CARD
    )
    namesake = entry.detail["namesake"].as_string()
    return sa.select(namesake).where(
        entry.workspace_id == workspace_id,
        entry.prospect_id.in_(carded),
        namesake.is_not(None),
    )


def _to_be_asked(workspace_id: WorkspaceId) -> Query:
    """Return what finds prospects about whose end somebody is asked at whom the clock looks."""
    waiting, asked = delivery.outbox.c, outcomes.outcome_questions.c
    readers = sa.select(nudges.rounds.c.member_id).where(
        nudges.rounds.c.workspace_id == workspace_id
    )
    recipients = sa.select(waiting.recipient).where(waiting.workspace_id == workspace_id, _WAITS)
    return sa.select(asked.prospect_id).where(
        asked.workspace_id == workspace_id,
        asked.is_waiting.is_(True),
        asked.owner.in_(sa.union(readers, recipients)),
    )


def _is_open() -> sa.ColumnElement[bool]:
    its = prospects.prospects.c.stage
    return its == sa.bindparam("stage", Stage.OPEN.value, literal_execute=True)


def _lists_drafts(messages: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a message told of drafts that wait: the day of the latest one counts, however old."""
    its = ("workspace_id", "member_id", "day")
    return sa.exists().where(*(intake.nudge_drafts.c[name] == messages.c[name] for name in its))
