"""One workspace's digests: which one is next, and where the posted ones stand."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Posted
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_unless_there

digests = sa.Table(
    "digests",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("monday", sa.Date, primary_key=True),
    sa.Column("due_at", columns.UtcDateTime),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("names_known", sa.Boolean, nullable=False, server_default=sa.false()),
    columns.in_workspace(),
    sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
    columns.partial_index("ix_digests_due_at", "due_at", only="due_at IS NOT NULL"),
)
"""One row for each ISO week, named by its Monday; only the one to come is due some time.

`names_known`: whether `digest_items` has everybody it names, the praised one included.
"""

digest_items = sa.Table(
    "digest_items",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("monday", sa.Date, primary_key=True),
    columns.key("prospect_id"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.ForeignKeyConstraint(["workspace_id", "monday"], ["digests.workspace_id", "digests.monday"]),
    sa.Index("ix_digest_items_prospect", "workspace_id", "prospect_id"),
)
"""Which prospects a digest names. One from before this was kept has none, and may name any.

Later ones have those that they list, and still later ones those that they praise too.
"""


class DigestRepository:
    """One workspace's digests."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def expect(self, monday: date, due_at: datetime) -> None:
        """Schedule a week's digest; a week already looked at stays as it is."""
        row = {"workspace_id": self._workspace_id, "monday": monday, "due_at": due_at}
        key = ("workspace_id", "monday")
        if not await insert_unless_there(self._connection, digests, row, key):
            is_to_come = sa.and_(self._of(monday), digests.c.due_at.is_not(None))
            await self._connection.execute(
                sa.update(digests).where(is_to_come).values(due_at=due_at)
            )

    async def take(self, monday: date, now: datetime) -> bool:
        """Lock a week's digest; False if it's no longer due, or taken by another process."""
        query = (
            sa.select(digests.c.due_at)
            .where(self._of(monday), digests.c.due_at <= now)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).first() is not None

    async def settle(self, monday: date) -> None:
        """Record that a week's digest was written, or left out."""
        statement = sa.update(digests).where(self._of(monday)).values(due_at=None)
        await self._connection.execute(statement)

    async def weeks(self) -> Sequence[date]:
        """Return the Monday of each known week, latest first."""
        query = (
            sa.select(digests.c.monday)
            .where(digests.c.workspace_id == self._workspace_id)
            .order_by(digests.c.monday.desc())
        )
        return (await self._connection.scalars(query)).all()

    async def posted(self, monday: date) -> Posted | None:
        """Return a digest's channel and ts, once it's posted."""
        query = sa.select(digests.c.channel, digests.c.ts).where(self._of(monday))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None or row.ts is None else (row.channel, row.ts)

    async def set_posted(self, monday: date, posted: Posted) -> None:
        """Store where a digest stands."""
        channel, ts = posted
        values = {"channel": channel, "ts": ts}
        await self._connection.execute(sa.update(digests).where(self._of(monday)).values(values))

    async def store_named(
        self, monday: date, ids: Collection[ProspectId], *, is_known: bool = True
    ) -> None:
        """Store which prospects a posted digest names; all of them if `is_known`."""
        key = {"workspace_id": self._workspace_id, "monday": monday}
        for each in sorted(ids):
            row = {**key, "prospect_id": each}
            await insert_unless_there(self._connection, digest_items, row, tuple(row))
        statement = sa.update(digests).where(self._of(monday)).values(names_known=is_known)
        await self._connection.execute(statement)

    def _of(self, monday: date) -> sa.ColumnElement[bool]:
        return sa.and_(digests.c.workspace_id == self._workspace_id, digests.c.monday == monday)
