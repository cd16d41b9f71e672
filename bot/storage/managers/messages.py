"""Who manages since when, when the clock must look at what is new to them, and what they got."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ManagersMorning, Posted, Spoken
from bot.domain.managers import Agenda
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.managers.proposals import (
    Kept,
    managers,
    managers_items,
    managers_messages,
    managers_offers,
)
from bot.storage.nudges import MOST_SPOKEN
from bot.storage.schema.dialects import insert_unless_there


class ManagersMessageRepository:
    """The managers of one workspace, their rounds and their messages."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def call(self, manager: MemberId, at: datetime) -> None:
        """Let the clock look then, or earlier if it was to; who is new manages since then."""
        row = {
            "workspace_id": self._workspace_id,
            "member_id": manager,
            "since": at,
            "due_at": at,
        }
        if not await insert_unless_there(
            self._connection, managers, row, ("workspace_id", "member_id")
        ):
            is_later = sa.or_(managers.c.due_at.is_(None), managers.c.due_at > at)
            its_row = sa.and_(self._of(managers, manager), is_later)
            await self._connection.execute(sa.update(managers).where(its_row).values(due_at=at))

    async def take(self, manager: MemberId, now: datetime) -> datetime | None:
        """Lock the round of a manager; return since when they manage, None if it is not ours."""
        query = (
            sa.select(managers.c.since)
            .where(self._of(managers, manager), managers.c.due_at <= now)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def set_round(self, manager: MemberId, at: datetime | None) -> None:
        """Say when the next round of a manager is; None: nothing is new to them."""
        await self._connection.execute(
            sa.update(managers).where(self._of(managers, manager)).values(due_at=at)
        )

    async def since(self, manager: MemberId) -> datetime | None:
        """Return since when we know that they manage."""
        query = sa.select(managers.c.since).where(self._of(managers, manager))
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def remove(self, member_id: MemberId) -> None:
        """Forget that a member manages."""
        await self._connection.execute(sa.delete(managers).where(self._of(managers, member_id)))

    async def days_of(self, manager: MemberId, since: date) -> frozenset[date]:
        """Return the days on which a manager got a message, or is to get one written then."""
        day = sa.func.coalesce(managers_messages.c.sent_on, managers_messages.c.day)
        query = sa.select(day).where(self._of(managers_messages, manager), day >= since)
        return frozenset((await self._connection.scalars(query)).all())

    async def add(self, manager: MemberId, day: date, agenda: Agenda) -> None:
        """Keep a message; a second one on the same day is refused by the database."""
        key = {"workspace_id": self._workspace_id, "member_id": manager, "day": day}
        await self._connection.execute(sa.insert(managers_messages), {**key, "more": agenda.more})
        items = [
            {
                **key,
                "position": position,
                "prospect_id": proposal.prospect.id,
                "proposed_on": proposal.on,
            }
            for position, proposal in enumerate(agenda.proposals)
        ]
        if items:
            await self._connection.execute(sa.insert(managers_items), items)
        offers = [{**key, "owner": departure.owner} for departure in agenda.departures]
        if offers:
            await self._connection.execute(sa.insert(managers_offers), offers)

    async def kept(self, manager: MemberId, day: date) -> Kept | None:
        """Return what a message was about when it was written; None if there is none."""
        row = (
            await self._connection.execute(
                sa.select(managers_messages).where(self._on(managers_messages, manager, day))
            )
        ).one_or_none()
        if row is None:
            return None
        items = await self._connection.scalars(
            sa.select(managers_items.c.prospect_id)
            .where(self._on(managers_items, manager, day))
            .order_by(managers_items.c.position)
        )
        owners = await self._connection.scalars(
            sa.select(managers_offers.c.owner)
            .where(self._on(managers_offers, manager, day))
            .order_by(managers_offers.c.owner)
        )
        return Kept(
            tuple(map(ProspectId, items)),
            row.more,
            tuple(map(MemberId, owners)),
            None if row.ts is None else (row.channel, row.ts),
        )

    async def set_posted(self, manager: MemberId, day: date, posted: Posted, sent_on: date) -> None:
        """Keep where a message stands, and on which day of its reader it was sent."""
        channel, ts = posted
        await self._connection.execute(
            sa.update(managers_messages)
            .where(self._on(managers_messages, manager, day))
            .values(channel=channel, ts=ts, sent_on=sent_on)
        )

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[Spoken]:
        """Return the latest messages about a prospect to each manager, the newest first."""
        return await self._latest(managers_items, managers_items.c.prospect_id == prospect_id)

    async def latest_offers(self, owner: MemberId) -> Sequence[Spoken]:
        """Return the latest messages to each manager that offer what this owner left behind."""
        return await self._latest(managers_offers, managers_offers.c.owner == owner)

    async def _latest(self, table: sa.Table, about: sa.ColumnElement[bool]) -> Sequence[Spoken]:
        newest_first = sa.func.row_number().over(
            partition_by=table.c.member_id, order_by=table.c.day.desc()
        )
        ranked = (
            sa.select(
                table.c.member_id,
                table.c.day,
                managers_messages.c.sent_on,
                newest_first.label("place"),
            )
            .join(
                managers_messages,
                sa.and_(
                    managers_messages.c.workspace_id == table.c.workspace_id,
                    managers_messages.c.member_id == table.c.member_id,
                    managers_messages.c.day == table.c.day,
                ),
            )
            .where(table.c.workspace_id == self._workspace_id, about)
            .subquery()
        )
        query = (
            sa.select(ranked)
            .where(ranked.c.place <= MOST_SPOKEN)
            .order_by(ranked.c.member_id, ranked.c.place)
        )
        rows = await self._connection.execute(query)
        return [
            Spoken(MemberId(row.member_id), ManagersMorning(row.day), row.sent_on) for row in rows
        ]

    def _of(self, table: sa.Table, manager: MemberId) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.workspace_id == self._workspace_id, table.c.member_id == manager)

    def _on(self, table: sa.Table, manager: MemberId, day: date) -> sa.ColumnElement[bool]:
        return sa.and_(self._of(table, manager), table.c.day == day)
