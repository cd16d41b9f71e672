"""Finds due rounds in our workspaces, in one narrow table."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.storage.data.retention import keepings
from bot.storage.database import Database, Ours, is_one_of, of_ours
from bot.storage.delivery.pauses import must_wait
from bot.storage.digests import digests
from bot.storage.managers import managers
from bot.storage.nudges import has_outdated, rounds
from bot.storage.schema import columns
from bot.storage.schema.statements import Statement
from bot.storage.workspaces import workspaces


@lru_cache(maxsize=64)
def _due(table: sa.Table, ours: frozenset[WorkspaceId] | None) -> Statement:
    return Statement(
        sa.select(table.c.workspace_id, table.c.member_id)
        .where(
            table.c.due_at <= sa.bindparam("now", type_=columns.UtcDateTime),
            ~must_wait(table.c.workspace_id),
            is_one_of(table.c.workspace_id, ours),
        )
        .order_by(table.c.due_at)
        .limit(sa.bindparam("most"))
    )


_TO_COME = sa.and_(
    digests.c.workspace_id == workspaces.c.workspace_id, digests.c.due_at.is_not(None)
)
_DIGESTS = (
    sa.select(workspaces.c.workspace_id, digests.c.monday)
    .join_from(workspaces, digests, _TO_COME, isouter=True)
    .where(
        sa.or_(
            digests.c.due_at.is_(None),
            digests.c.due_at <= sa.bindparam("now", type_=columns.UtcDateTime),
        ),
        ~must_wait(workspaces.c.workspace_id),
    )
    .limit(sa.bindparam("most"))
)


@lru_cache(maxsize=64)
def _due_digests(ours: frozenset[WorkspaceId] | None) -> Statement:
    return Statement(_DIGESTS.where(is_one_of(workspaces.c.workspace_id, ours)))


_KEEPINGS = (
    sa.select(workspaces.c.workspace_id)
    .join_from(
        workspaces, keepings, keepings.c.workspace_id == workspaces.c.workspace_id, isouter=True
    )
    .where(
        sa.or_(
            keepings.c.due_at.is_(None),
            keepings.c.due_at <= sa.bindparam("now", type_=columns.UtcDateTime),
        )
    )
    .limit(sa.bindparam("most"))
)


WITH_OUTDATED: Final = sa.select(workspaces.c.workspace_id).where(
    has_outdated(workspaces.c.workspace_id)
)


def _longest_due(due_at: sa.Column[datetime], ours: Ours) -> sa.ScalarSelect[datetime]:
    """Select since when the longest-due round is due, among those that nothing holds up."""
    now = sa.bindparam("now", type_=columns.UtcDateTime)
    workspace_id = due_at.table.c.workspace_id
    found = sa.select(sa.func.min(due_at, type_=columns.UtcDateTime)).where(
        due_at <= now, ~must_wait(workspace_id), of_ours(workspace_id, ours)
    )
    return found.scalar_subquery()


class RoundQueue:
    """Our workspaces' rounds, by the clock it's given."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Return the due rounds of owners, longest due first."""
        return await self._read(rounds, now, limit)

    async def due_of_managers(
        self, now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Return the due rounds of managers, longest due first."""
        return await self._read(managers, now, limit)

    async def due_of_digests(
        self, now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, date | None]]:
        """Return each due digest's week by its Monday; None for a workspace without one planned."""
        query = _due_digests(self._known())
        async with self._database.reading() as connection:
            rows = await query.rows(connection, {"now": now, "most": limit})
        return [(WorkspaceId(row.workspace_id), row.monday) for row in rows]

    async def due_for_retention(self, now: datetime, limit: int) -> Sequence[WorkspaceId]:
        """Return the workspaces that may hold something too old."""
        query = _KEEPINGS.where(of_ours(workspaces.c.workspace_id, self._ours))
        async with self._database.reading() as connection:
            ids = await connection.scalars(query, {"now": now, "most": limit})
            return [WorkspaceId(each) for each in ids]

    async def with_outdated_looks(self) -> Sequence[WorkspaceId]:
        """Return the workspaces in which a look was planned by settings of before."""
        query = WITH_OUTDATED.where(of_ours(workspaces.c.workspace_id, self._ours))
        async with self._database.reading() as connection:
            return [WorkspaceId(each) for each in await connection.scalars(query)]

    async def late(self, now: datetime) -> timedelta:
        """Return for how long the longest-due round has been due; zero without any.

        A healthy clock makes each round within a second or two.
        """
        tables = (rounds, managers, digests, keepings)
        query = sa.select(*(_longest_due(table.c.due_at, self._ours) for table in tables))
        async with self._database.reading() as connection:
            since = (await connection.execute(query, {"now": now})).one()
        return now - min((each for each in since if each is not None), default=now)

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return every workspace."""
        async with self._database.reading() as connection:
            ids = await connection.scalars(sa.select(workspaces.c.workspace_id))
            return [WorkspaceId(each) for each in ids]

    def _known(self) -> frozenset[WorkspaceId] | None:
        return None if self._ours is None else frozenset(self._ours())

    async def _read(
        self, table: sa.Table, now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, MemberId]]:
        query = _due(table, self._known())
        async with self._database.reading() as connection:
            rows = await query.rows(connection, {"now": now, "most": limit})
        return [(WorkspaceId(row.workspace_id), MemberId(row.member_id)) for row in rows]
