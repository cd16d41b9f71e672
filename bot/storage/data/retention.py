"""Retention: when the clock removes what is too old, and when managers last exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import FINAL, MessageKind
from bot.domain.prospects import ProspectId, Stage
from bot.domain.screening import DraftId
from bot.domain.webhooks.attempts import DeliveryState
from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.prospects.prospects import prospects
from bot.storage.remembered import remembered
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_unless_there, seconds_now
from bot.storage.screening import drafts
from bot.storage.webhooks.tables import webhook_deliveries

keepings = sa.Table(
    "keepings",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("due_at", columns.UtcDateTime),
    sa.Column("acts_on", sa.Date),
    sa.Column("exported_at", columns.UtcDateTime),
    sa.Column("remembered_too_on", sa.Date),
    columns.in_workspace(),
    sa.Index("ix_keepings_due_at", "due_at"),
)
"""`acts_on`: from when on what was decided long ago is forgotten; null if it never is.

`remembered_too_on`: the same of what was entered from memory; null as long as nobody was told.
"""

_ABOUT_NOBODY = (
    MessageKind.SETTINGS_CHANGED,
    MessageKind.UNDELIVERABLE,
    MessageKind.RETENTION,
)
_REWRITES = [kind for kind in MessageKind if kind.rules.is_rewrite]
_DECIDED = (Stage.WALKED_AWAY, Stage.LOST, Stage.ENDED)


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A workspace's retention row."""

    due_at: datetime
    acts_on: date | None
    remembered_too_on: date | None
    exported_at: datetime | None


class RetentionRepository:
    """Retention in one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def begin(self, due_at: datetime) -> None:
        """Schedule the clock's first look, unless the workspace has one."""
        row = {"workspace_id": self._workspace_id, "due_at": due_at}
        await insert_unless_there(self._connection, keepings, row, ["workspace_id"])

    async def get(self) -> RetentionRow | None:
        """Return the workspace's row."""
        row = (await self._connection.execute(sa.select(keepings).where(self._own))).one_or_none()
        if row is None:
            return None
        return RetentionRow(row.due_at, row.acts_on, row.remembered_too_on, row.exported_at)

    async def take(self, now: datetime) -> bool:
        """Lock the row; False if it's no longer due, or taken by another process."""
        query = (
            sa.select(keepings.c.due_at)
            .where(self._own, keepings.c.due_at <= now)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).first() is not None

    async def look_again(self, at: datetime) -> None:
        """Schedule the clock's next look."""
        await self._set(due_at=at)

    async def act_on(self, day: date | None) -> None:
        """Keep from when on what was decided, or entered from memory, long ago is forgotten."""
        await self._set(acts_on=day, remembered_too_on=day)

    async def act_on_remembered(self, day: date) -> None:
        """Keep from when on what was entered from memory long ago is forgotten, too."""
        await self._set(remembered_too_on=day)

    async def take_export(self, now: datetime, since: datetime) -> bool:
        """Store that everything is exported now; False if it already was since the given time."""
        statement = (
            sa.update(keepings)
            .where(
                self._own,
                sa.or_(keepings.c.exported_at.is_(None), keepings.c.exported_at <= since),
            )
            .values(exported_at=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def give_export_back(self, taken_at: datetime) -> None:
        """Take back an export that failed."""
        its = sa.and_(self._own, keepings.c.exported_at == taken_at)
        await self._connection.execute(sa.update(keepings).where(its).values(exported_at=None))

    async def decided_before(self, moment: datetime, limit: int) -> Sequence[ProspectId]:
        """Return refused prospects and former clients by age, oldest first, and locked.

        They are locked in the order of their ids, as whoever locks several does, so that no two
        transactions wait for each other.
        """
        query = sa.select(prospects.c.prospect_id).where(self._decided_before(moment))
        order = (prospects.c.decision_at, prospects.c.prospect_id)
        ids = (await self._connection.scalars(query.order_by(*order).limit(limit))).all()
        chosen = query.where(prospects.c.prospect_id.in_(ids)).order_by(prospects.c.prospect_id)
        locked = set(await self._connection.scalars(chosen.with_for_update(key_share=True)))
        return [ProspectId(each) for each in ids if each in locked]

    async def aged_before(self, moment: datetime) -> Sequence[tuple[datetime, str, bool]]:
        """Return all of these, and what is remembered, the oldest first.

        By when, name, and whether it is remembered.
        """
        aged = sa.union_all(
            sa.select(
                prospects.c.decision_at.label("at"),
                prospects.c.name,
                sa.false().label("is_remembered"),
            ).where(self._decided_before(moment)),
            sa.select(remembered.c.at, remembered.c.name, sa.true()).where(
                self._remembered_before(moment)
            ),
        ).subquery()
        query = sa.select(aged).order_by(aged.c.at, aged.c.name)
        rows = await self._connection.execute(query)
        return [(row.at, row.name, bool(row.is_remembered)) for row in rows]

    async def remembered_before(self, moment: datetime, limit: int) -> Sequence[str]:
        """Return the names of clients remembered before, oldest first."""
        query = sa.select(remembered.c.name).where(self._remembered_before(moment))
        order = (remembered.c.at, remembered.c.remembered_id)
        return list(await self._connection.scalars(query.order_by(*order).limit(limit)))

    async def count_before(self, moment: datetime) -> int:
        """Return how many there are, decided or remembered before."""
        total = 0
        for table, which in (
            (prospects, self._decided_before(moment)),
            (remembered, self._remembered_before(moment)),
        ):
            count = sa.select(sa.func.count()).select_from(table).where(which)
            total += int(await self._connection.scalar(count) or 0)
        return total

    async def remove_drafts(
        self, before: datetime, limit: int
    ) -> Mapping[DraftId, datetime | None]:
        """Remove drafts untouched since then; return which, and when each came in if it did.

        An incoming draft that still waits for somebody stays, and is brought back until it's
        continued.
        """
        old = (
            sa.select(drafts.c.draft_id)
            .where(
                drafts.c.workspace_id == self._workspace_id,
                drafts.c.updated_at < before,
                drafts.c.waits_since.is_(None),
            )
            .order_by(drafts.c.updated_at)
            .limit(limit)
        )
        removed = await self._connection.execute(
            sa.delete(drafts)
            .where(drafts.c.workspace_id == self._workspace_id, drafts.c.draft_id.in_(old))
            .returning(drafts.c.draft_id, drafts.c.came_at)
        )
        return {DraftId(row.draft_id): row.came_at for row in removed}

    async def remove_sent(self, seconds: float, limit: int) -> int:
        """Remove messages sent so many seconds ago that needn't be found again.

        A message that names a prospect keeps its row, which says where it stands.
        """
        is_over = sa.or_(
            sa.and_(
                outbox.c.state == RowState.SENT, outbox.c.kind.in_([*_REWRITES, *_ABOUT_NOBODY])
            ),
            sa.and_(outbox.c.state == RowState.DEAD, outbox.c.cause.in_(FINAL)),
        )
        old = (
            sa.select(outbox.c.row_id)
            .where(
                outbox.c.workspace_id == self._workspace_id,
                is_over,
                outbox.c.written_at < seconds_now() - seconds,
            )
            .order_by(outbox.c.row_id)
            .limit(limit)
        )
        removed = await self._connection.execute(sa.delete(outbox).where(outbox.c.row_id.in_(old)))
        return removed.rowcount

    async def remove_delivered(self, before: datetime, limit: int) -> int:
        """Remove old deliveries to webhooks, and return how many."""
        its = webhook_deliveries.c
        own = its.workspace_id == self._workspace_id
        old = (
            sa.select(its.delivery_id)
            .where(own, its.state != DeliveryState.PENDING, its.at < before)
            .order_by(its.at)
            .limit(limit)
        )
        removed = await self._connection.execute(
            sa.delete(webhook_deliveries).where(own, its.delivery_id.in_(old))
        )
        return removed.rowcount

    @property
    def _own(self) -> sa.ColumnElement[bool]:
        return keepings.c.workspace_id == self._workspace_id

    def _decided_before(self, moment: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(
            prospects.c.workspace_id == self._workspace_id,
            prospects.c.stage.in_(_DECIDED),
            prospects.c.decision_at < moment,
        )

    def _remembered_before(self, moment: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(
            remembered.c.workspace_id == self._workspace_id,
            remembered.c.name != "",
            remembered.c.became.in_(_DECIDED),
            remembered.c.at < moment,
        )

    async def _set(self, **values: object) -> None:
        await self._connection.execute(sa.update(keepings).where(self._own).values(values))
