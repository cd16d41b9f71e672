"""The tables of what managers hear of, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Posted
from bot.domain.managers import Departure
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.columns import (
    UtcDateTime,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    partial_index,
    required,
)
from bot.storage.schema.dialects import insert_on, insert_unless_there

proposals = sa.Table(
    "proposals",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    required("on_day", sa.Date),
    required("at", UtcDateTime),
    inside_workspace("prospect_id", "prospects.prospect_id"),
)
"""What is proposed for closing now, and by the last nudge of which day: that tells one proposal
from the next."""

departures = sa.Table(
    "departures",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("at", UtcDateTime),
    in_workspace(),
)
"""Members who cannot decide any more, and since when we know."""

managers = sa.Table(
    "managers",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("since", UtcDateTime),
    sa.Column("due_at", UtcDateTime),
    in_workspace(),
    partial_index("ix_managers_due_at", "due_at", only="due_at IS NOT NULL"),
)
"""Since when we know that somebody manages, and when the clock must look at what is new to them."""

managers_messages = sa.Table(
    "managers_messages",
    metadata,
    key("workspace_id"),
    key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    required("more", sa.Integer),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("sent_on", sa.Date),
    in_workspace(),
    sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
)
"""The key lets no manager get two on a day."""


def _in_managers_message() -> sa.ForeignKeyConstraint:
    columns = ("workspace_id", "member_id", "day")
    return sa.ForeignKeyConstraint(columns, [f"managers_messages.{name}" for name in columns])


managers_items = sa.Table(
    "managers_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("proposed_on", sa.Date),
    _in_managers_message(),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_managers_items_prospect", "workspace_id", "prospect_id", "member_id", "day"),
)

managers_offers = sa.Table(
    "managers_offers",
    metadata,
    key("workspace_id"),
    key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    key("owner"),
    _in_managers_message(),
    sa.Index("ix_managers_offers_owner", "workspace_id", "owner", "member_id", "day"),
)
"""Which gone owners' prospects a message offers to hand over."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """That a prospect is proposed for closing."""

    prospect_id: ProspectId
    on: date
    """The day of the nudge that proposed it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a message to a manager was about when it was written."""

    prospects: tuple[ProspectId, ...]
    more: int
    owners: tuple[MemberId, ...]
    """Gone, with their prospects offered."""
    posted: Posted | None


class ProposalRepository:
    """The proposals and departures of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def propose(self, prospect: Prospect, at: datetime) -> None:
        """Keep that a prospect is proposed; nothing changes if it was by the same nudge already."""
        statement = insert_on(self._connection.dialect.name, proposals)
        changed = {name: statement.excluded[name] for name in ("on_day", "at")}
        statement = statement.on_conflict_do_update(
            index_elements=["workspace_id", "prospect_id"],
            set_=changed,
            where=proposals.c.on_day != statement.excluded.on_day,
        )
        row = {
            "workspace_id": self._workspace_id,
            "prospect_id": prospect.id,
            "on_day": prospect.told.last_on,
            "at": at,
        }
        await self._connection.execute(statement, row)

    async def withdraw(self, prospect_id: ProspectId) -> None:
        """Keep that a prospect is not proposed, or not any more."""
        its_row = sa.and_(
            proposals.c.workspace_id == self._workspace_id, proposals.c.prospect_id == prospect_id
        )
        await self._connection.execute(sa.delete(proposals).where(its_row))

    async def new_to(self, manager: MemberId) -> Sequence[Proposed]:
        """Return what is proposed now and in no message to this manager."""
        is_told = sa.exists().where(
            managers_items.c.workspace_id == proposals.c.workspace_id,
            managers_items.c.member_id == manager,
            managers_items.c.prospect_id == proposals.c.prospect_id,
            managers_items.c.proposed_on == proposals.c.on_day,
        )
        query = sa.select(proposals).where(proposals.c.workspace_id == self._workspace_id, ~is_told)
        rows = await self._connection.execute(query)
        return [Proposed(ProspectId(row.prospect_id), row.on_day, row.at) for row in rows]

    async def depart(self, member_id: MemberId, at: datetime) -> None:
        """Keep that a member cannot decide any more; nothing changes if it was known."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "at": at}
        key = ("workspace_id", "member_id")
        await insert_unless_there(self._connection, departures, row, key)

    async def come_back(self, member_id: MemberId) -> None:
        """Keep that a member can decide again."""
        its_row = sa.and_(
            departures.c.workspace_id == self._workspace_id, departures.c.member_id == member_id
        )
        await self._connection.execute(sa.delete(departures).where(its_row))

    async def departures(self, manager: MemberId) -> Sequence[Departure]:
        """Return who is gone and still owns something open, and when this manager was told."""
        day = sa.func.coalesce(managers_messages.c.sent_on, managers_messages.c.day)
        last = (
            sa.select(sa.func.max(day))
            .select_from(managers_offers.join(managers_messages))
            .where(
                managers_offers.c.workspace_id == departures.c.workspace_id,
                managers_offers.c.member_id == manager,
                managers_offers.c.owner == departures.c.member_id,
                day >= sa.func.date(departures.c.at),
            )
            .scalar_subquery()
        )
        owns_some = sa.exists().where(
            prospects.c.workspace_id == departures.c.workspace_id,
            prospects.c.owner == departures.c.member_id,
            prospects.c.stage == sa.literal_column("'open'"),
        )
        query = sa.select(departures.c.member_id, departures.c.at, last.label("offered_on")).where(
            departures.c.workspace_id == self._workspace_id, owns_some
        )
        rows = await self._connection.execute(query)
        return [Departure(MemberId(row.member_id), row.at, row.offered_on) for row in rows]
