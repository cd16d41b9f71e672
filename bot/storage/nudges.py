"""The tables that the clock works with: when to look at what, and which messages came of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery.outbox import Posted, Spoken
from bot.domain.nudges import Look
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.delivery.pauses import must_wait
from bot.storage.managers.proposals import managers
from bot.storage.outcomes import outcome_questions
from bot.storage.schema.columns import (
    AT_COMMIT,
    UtcDateTime,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    required,
)
from bot.storage.schema.dialects import insert_unless_there, upsert
from bot.storage.workspaces import workspaces

looks = Table(
    "looks",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    required("owner"),
    required("on_day", Date),
    required("is_lapse", Boolean),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    Index("ix_looks_owner", "workspace_id", "owner", "on_day"),
)
"""Which prospects the clock must look at, and from which day of their owner on."""

rounds = Table(
    "rounds",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("due_at", UtcDateTime),
    in_workspace(),
    Index("ix_rounds_due_at", "due_at"),
)
"""When the clock must look at what a member owns: narrow, so that each second costs little."""

nudge_messages = Table(
    "nudge_messages",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("channel", Text),
    Column("ts", Text),
    Column("sent_on", Date),
    in_workspace(),
    CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
)
"""The key lets nobody get two on a day; what was held up over night counts for `sent_on`."""

nudge_items = Table(
    "nudge_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("number", Integer),
    ForeignKeyConstraint(
        ["workspace_id", "member_id", "day"],
        ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
    ),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    Index("ix_nudge_items_prospect", "workspace_id", "prospect_id", "day"),
)


_LONG_AGO: Final = date(2000, 1, 1)

MOST_SPOKEN: Final = 6
"""How many messages about a prospect are kept true; what is older has no buttons any more."""


class NudgeRepository:
    """The looks, rounds and nudge messages of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def look(self, prospect_id: ProspectId, owner: MemberId, look: Look | None) -> None:
        """Let the clock look at a prospect then, in place of any other time."""
        key = {"workspace_id": self._workspace_id, "prospect_id": prospect_id}
        if look is None:
            its_row = and_(*(looks.c[name] == value for name, value in key.items()))
            await self._connection.execute(delete(looks).where(its_row))
        else:
            row = {**key, "owner": owner, "on_day": look.on, "is_lapse": look.is_lapse}
            await upsert(self._connection, looks, row, key=tuple(key))

    async def call(self, member_id: MemberId, at: datetime) -> None:
        """Let the clock look at what a member owns then, or earlier if it was to be earlier."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "due_at": at}
        key = ("workspace_id", "member_id")
        if not await insert_unless_there(self._connection, rounds, row, key):
            is_later = and_(self._of(rounds, member_id), rounds.c.due_at > at)
            await self._connection.execute(update(rounds).where(is_later).values(due_at=at))

    async def take(self, member_id: MemberId, now: datetime) -> bool:
        """Lock the round of a member; False if it is not due any more, or taken by another."""
        query = (
            select(rounds.c.due_at)
            .where(self._of(rounds, member_id), rounds.c.due_at <= now)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).first() is not None

    async def set_round(self, member_id: MemberId, at: datetime | None) -> None:
        """Say when the next round of a member is; None: there is nothing to look at."""
        its_row = self._of(rounds, member_id)
        if at is None:
            await self._connection.execute(delete(rounds).where(its_row))
        else:
            await self._connection.execute(update(rounds).where(its_row).values(due_at=at))

    async def to_look_at(self, owner: MemberId, day: date) -> Sequence[ProspectId]:
        """Return those that are to be looked at on this day or were before."""
        query = (
            select(looks.c.prospect_id)
            .where(self._looks_of(owner), looks.c.on_day <= day)
            .order_by(looks.c.prospect_id)
        )
        return [ProspectId(each) for each in await self._connection.scalars(query)]

    async def next_looks(self, owner: MemberId) -> Sequence[Look]:
        """Return the earliest for a nudge and the earliest for a lapse, if there are any."""
        query = (
            select(looks.c.is_lapse, func.min(looks.c.on_day).label("on_day"))
            .where(self._looks_of(owner))
            .group_by(looks.c.is_lapse)
        )
        return [Look(row.on_day, row.is_lapse) for row in await self._connection.execute(query)]

    async def look_at_all(self, now: datetime) -> None:
        """Let the clock look at once at everything that it would look at some day.

        A round that is under way locks itself before its looks, and so does this.
        """
        own = looks.c.workspace_id == self._workspace_id
        waiting = select(outcome_questions.c.owner).where(
            outcome_questions.c.workspace_id == self._workspace_id,
            outcome_questions.c.is_waiting.is_(True),
        )
        owners = select(looks.c.owner).where(own).union(waiting)
        for owner in sorted(await self._connection.scalars(owners)):
            await self.call(MemberId(owner), now)
        await self._connection.execute(update(looks).where(own).values(on_day=_LONG_AGO))

    async def days_of(self, member_id: MemberId, since: date) -> frozenset[date]:
        """Return the days on which a member got a message, or is to get one written then."""
        day = func.coalesce(nudge_messages.c.sent_on, nudge_messages.c.day)
        query = select(day).where(self._of(nudge_messages, member_id), day >= since)
        return frozenset((await self._connection.scalars(query)).all())

    async def add(
        self, member_id: MemberId, day: date, items: Sequence[tuple[ProspectId, int]]
    ) -> None:
        """Keep a message; a second one on the same day is refused by the database."""
        key = {"workspace_id": self._workspace_id, "member_id": member_id, "day": day}
        await self._connection.execute(insert(nudge_messages), key)
        rows = [
            {**key, "position": position, "prospect_id": prospect_id, "number": number}
            for position, (prospect_id, number) in enumerate(items)
        ]
        if rows:
            await self._connection.execute(insert(nudge_items), rows)

    async def items(self, member_id: MemberId, day: date) -> Sequence[tuple[ProspectId, int]]:
        """Return which prospects a message is about, and which nudge about each it is."""
        query = (
            select(nudge_items.c.prospect_id, nudge_items.c.number)
            .where(self._of(nudge_items, member_id), nudge_items.c.day == day)
            .order_by(nudge_items.c.position)
        )
        rows = await self._connection.execute(query)
        return [(ProspectId(row.prospect_id), row.number) for row in rows]

    async def posted(self, member_id: MemberId, day: date) -> Posted | None:
        """Return channel and ts of a message, once it is posted."""
        query = select(nudge_messages.c.channel, nudge_messages.c.ts).where(
            self._of(nudge_messages, member_id), nudge_messages.c.day == day
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None or row.ts is None else (row.channel, row.ts)

    async def set_posted(
        self, member_id: MemberId, day: date, posted: Posted, sent_on: date
    ) -> None:
        """Keep where a message stands, and on which day of its reader it was sent."""
        its_row = and_(self._of(nudge_messages, member_id), nudge_messages.c.day == day)
        channel, ts = posted
        await self._connection.execute(
            update(nudge_messages).where(its_row).values(channel=channel, ts=ts, sent_on=sent_on)
        )

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[Spoken]:
        """Return the latest messages about a prospect, to whomever, the newest first."""
        query = (
            select(nudge_items.c.member_id, nudge_items.c.day, nudge_messages.c.sent_on)
            .join(
                nudge_messages,
                and_(
                    nudge_messages.c.workspace_id == nudge_items.c.workspace_id,
                    nudge_messages.c.member_id == nudge_items.c.member_id,
                    nudge_messages.c.day == nudge_items.c.day,
                ),
            )
            .where(
                nudge_items.c.workspace_id == self._workspace_id,
                nudge_items.c.prospect_id == prospect_id,
            )
            .order_by(nudge_items.c.day.desc())
            .limit(MOST_SPOKEN)
        )
        rows = await self._connection.execute(query)
        return [Spoken(MemberId(row.member_id), row.day, row.sent_on) for row in rows]

    def _of(self, table: Table, member_id: MemberId) -> ColumnElement[bool]:
        return and_(table.c.workspace_id == self._workspace_id, table.c.member_id == member_id)

    def _looks_of(self, owner: MemberId) -> ColumnElement[bool]:
        return and_(looks.c.workspace_id == self._workspace_id, looks.c.owner == owner)


def _due(table: Table) -> Select[*tuple[Any, ...]]:
    return (
        select(table.c.workspace_id, table.c.member_id)
        .where(
            table.c.due_at <= bindparam("now", type_=UtcDateTime),
            ~must_wait(table.c.workspace_id),
        )
        .order_by(table.c.due_at)
        .limit(bindparam("most"))
    )


_OF_OWNERS: Final = _due(rounds)
_OF_MANAGERS: Final = _due(managers)


class RoundQueue:
    """The rounds of all workspaces, by the clock that it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Return which owner's round is due, the longest due first."""
        return await self._read(_OF_OWNERS, now, limit)

    async def due_of_managers(
        self, now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, MemberId]]:
        """Return which manager's round is due, the longest due first."""
        return await self._read(_OF_MANAGERS, now, limit)

    async def workspaces(self) -> Sequence[WorkspaceId]:
        """Return every workspace."""
        async with self._database.reading() as connection:
            ids = await connection.scalars(select(workspaces.c.workspace_id))
            return [WorkspaceId(each) for each in ids]

    async def _read(
        self, query: Select[*tuple[Any, ...]], now: datetime, limit: int
    ) -> Sequence[tuple[WorkspaceId, MemberId]]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(query, {"now": now, "most": limit})).all()
        return [(WorkspaceId(row.workspace_id), MemberId(row.member_id)) for row in rows]
